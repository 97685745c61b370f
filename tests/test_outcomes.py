"""An outcome is a value: with another answer everything else stays."""

import attrs
import pytest
from attrs import evolve as replace

from leadcore.balances import LedgerAccount
from leadcore.outcomes import Claim, Outcome, StandingDelta, claims_of

PARTS = {
    "changes": ("change",),
    "transfers": ("transfer",),
    "holds": ("hold",),
    "opened": (LedgerAccount(id="x", seller_id="s", currency="USD"),),
    "claims": (Claim(seller_id="s", key="k", ordinal=1, lead_id="l"),),
    "standings": (StandingDelta(order_id="o", credit=1),),
    "messages": ("message",),
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
