"""The values of a choice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from leadcore import wire
from leadcore.distribution import CandidateDecision, Choice, Reason

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)


def test_the_winner_is_the_first_of_several():
    shared = Choice(decisions=(), winners=("o2", "o1"), at=AT)
    assert (shared.winner, Choice(decisions=(), winners=(), at=AT).winner) == ("o2", None)


def test_a_choice_is_kept_in_utc():
    eastern = AT.astimezone(timezone(timedelta(hours=-5)))
    assert Choice(decisions=(), winners=(), at=eastern).at.tzinfo is UTC


def test_a_rank_is_written_only_where_there_is_one():
    plain = CandidateDecision(order_id="o", account_id="a", reason=Reason.WON, share=5)
    assert wire.dump(plain) == {"order_id": "o", "account_id": "a", "reason": "won", "share": 5}
    assert "rank" in wire.dump(
        CandidateDecision(order_id="o", account_id="a", reason=Reason.WON, rank=2)
    )
