from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadcore.balances import Accepted, Code, KeyConflict, Posted, Rejected, accepted
from leadcore.errors import Conflict, Malformed
from tests.balances.test_transfers import transfer

AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("code", sorted(Code, key=str))
def test_every_code_has_a_sentence(code):
    sentence = Rejected(code=code).sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")


def test_whether_an_answer_was_stored_is_no_part_of_it():
    assert Rejected(code=Code.OVERFLOW) == Rejected(code=Code.OVERFLOW, replayed=True)
    batch = (transfer(), transfer(id="t2"))
    fresh, stored = Posted(transfers=batch, at=AT), Posted(transfers=batch, at=AT, replayed=True)
    assert fresh == stored
    assert fresh.outcome == Accepted(("t1", "t2"))


def test_what_was_posted_is_accepted():
    posted = Posted(transfers=(transfer(),), at=AT)
    assert accepted(posted) is posted


@pytest.mark.parametrize("code", sorted(Code, key=str))
def test_only_what_may_move_meanwhile_is_worth_another_look(code):
    passing = {Code.INSUFFICIENT_FUNDS, Code.ACCOUNT_FROZEN, Code.ACCOUNT_CLOSED}
    with pytest.raises(Conflict if code in passing else Malformed):
        accepted(Rejected(code=code))
    with pytest.raises(Malformed, match="transfers"):
        accepted(Rejected(code=code, replayed=True))


def test_a_stolen_key_is_a_mistake_in_what_was_asked():
    with pytest.raises(Malformed, match="'t1' was used for something else"):
        accepted(KeyConflict("t1"))
