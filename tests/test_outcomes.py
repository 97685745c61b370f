"""An outcome is a value: with another answer everything else stays."""

import attrs
import pytest
from attrs import evolve as replace

from leadcore.balances import LedgerAccount, post
from leadcore.errors import Conflict
from leadcore.files import RoomDelta
from leadcore.kept_answers import KeptAnswer
from leadcore.orders import Period
from leadcore.outcomes import (
    Claim,
    FloorSet,
    LedgerMark,
    Outcome,
    PasswordHash,
    StandingDelta,
    UsageDelta,
    check_unmoved,
    claims_of,
)
from tests.balances.books import AT, charge, empty, topup

PARTS = {
    "changes": ("change",),
    "transfers": ("transfer",),
    "holds": ("hold",),
    "opened": (LedgerAccount(id="x", seller_id="s", currency="USD"),),
    "claims": (Claim(seller_id="s", key="k", ordinal=1, lead_id="l"),),
    "standings": (StandingDelta(order_id="o", credit=1),),
    "messages": ("message",),
    "unmoved": (LedgerMark(account="x", seq=1),),
    "floors": (FloorSet("x", -5),),
    "passwords": (PasswordHash("u", "$argon2id$"),),
    "deeds": ("deed",),
    "rooms": (RoomDelta(key="lead/l", bytes=1, files=1),),
    "answers": (KeptAnswer(id="a", seller_id="s", fingerprint="f", data="", at=AT),),
}


def test_nothing_but_an_answer_is_nothing_to_commit():
    assert Outcome(answer=None).is_empty
    assert Outcome(answer="told").is_empty


@pytest.mark.parametrize("name", PARTS)
def test_each_part_is_something_to_commit(name):
    assert not Outcome(answer=None, **{name: PARTS[name]}).is_empty


def test_with_another_answer_every_part_stays():
    assert set(PARTS) == {entry.name for entry in attrs.fields(Outcome)} - {"answer"}
    outcome = Outcome(answer=1, **PARTS)
    assert outcome.answering("one") == replace(outcome, answer="one")


def test_every_key_of_a_person_is_claimed_under_its_next_number():
    claims = claims_of("s", "l", {"phone:b": 2, "email:a": 0})
    assert [(claim.key, claim.ordinal, claim.lead_id) for claim in claims] == [
        ("email:a", 1, "l"),
        ("phone:b", 3, "l"),
    ]
    assert claims_of("s", "l", {}) == ()


@pytest.mark.parametrize("seq", [-1, 0, 1, 2])
def test_an_account_that_moved_since_it_was_seen_is_a_conflict(seq):
    batch = (topup("t", 5), charge("c", 2))
    posted = post(empty(), batch, at=AT)
    mark = (LedgerMark(account="a", seq=seq),)
    if seq == 0:
        check_unmoved(mark, posted)
    else:
        with pytest.raises(Conflict, match="ledger account a"):
            check_unmoved(mark, posted)


def test_what_was_posted_before_moves_nothing_and_passes():
    posted = replace(post(empty(), (topup("t", 5),), at=AT), entries=(), accounts=(), replayed=True)
    check_unmoved((LedgerMark(account="a", seq=7),), posted)


@pytest.mark.parametrize(
    ("delta", "moves"),
    [
        (StandingDelta(order_id="o", credit=5), 0),
        (StandingDelta(order_id="o", sold=-1), 1),
        (StandingDelta(order_id="o", spent=5), 1),
        (
            StandingDelta(
                order_id="o", usage=(UsageDelta(period=Period.DAY, opens_at=AT, leads=1, money=5),)
            ),
            1,
        ),
        (StandingDelta(order_id="o", recount=True), 0),
    ],
)
def test_a_turn_alone_moves_no_order(delta, moves):
    assert delta.moves == moves
