"""Accounts are opened, stopped and activated; sellers have terms."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace

from leadcore.accounts import (
    AccountActivated,
    AccountStatus,
    AccountStopped,
    ActivateAccount,
    OpenAccount,
    SellerTerms,
    SellerTermsSet,
    StopAccount,
    cash_account,
    decide,
    evolve,
    evolve_seller,
    prepaid_account,
    revenue_account,
)
from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.refunds import RefundTerms

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
OPEN = OpenAccount(account_id="a", seller_id="s", name="Ann's office", currency="USD")
ACTIVE = fold(evolve, None, decide(OPEN, None, AT))
STOPPED = evolve(ACTIVE, AccountStopped("unpaid", AT))
STATES = {"none": None, "active": ACTIVE, "stopped": STOPPED}
COMMANDS = {"open": OPEN, "stop": StopAccount("late"), "activate": ActivateAccount()}
COUNTS = {
    ("open", "none"): 1,
    ("open", "active"): 0,  # the very same again
    ("open", "stopped"): 0,
    ("stop", "active"): 1,
    ("stop", "stopped"): 0,
    ("activate", "active"): 0,
    ("activate", "stopped"): 1,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_every_state(name, state):
    if (name, state) in COUNTS:
        assert len(decide(COMMANDS[name], STATES[state], AT)) == COUNTS[name, state]
    else:
        with pytest.raises(WrongState, match=r"exists|there is no such account"):
            decide(COMMANDS[name], STATES[state], AT)


def test_a_stopped_account_says_why_and_is_active_again():
    assert (ACTIVE.is_active, ACTIVE.stopped_reason) == (True, None)
    assert (STOPPED.is_active, STOPPED.stopped_reason) == (False, "unpaid")
    assert STOPPED.status is AccountStatus.STOPPED
    assert evolve(STOPPED, AccountActivated(AT)) == ACTIVE


@pytest.mark.parametrize("event", [AccountStopped("x", AT), AccountActivated(AT)])
def test_nothing_happens_to_an_account_that_was_never_opened(event):
    with pytest.raises(WrongState, match="never opened"):
        evolve(None, event)


def test_an_account_has_a_name():
    with pytest.raises(Malformed, match="name: an account has a name"):
        decide(replace(OPEN, name=" "), None, AT)


def test_a_seller_is_what_its_terms_were_last_set_to():
    first = SellerTermsSet(seller_id="s", terms=SellerTerms(name="S"), at=AT)
    second = replace(first, terms=SellerTerms(name="S", refunds=RefundTerms(max_age=96)))
    seller = fold(evolve_seller, None, [first, second])
    assert (seller.id, seller.terms.refunds.max_age) == ("s", 96)
    assert first.terms.refunds == RefundTerms()


def test_ledger_accounts_never_meet():
    names = {make(key) for make in (prepaid_account, revenue_account, cash_account) for key in "ab"}
    assert len(names) == 6


@pytest.mark.parametrize("field", ["seller_id", "name", "currency"])
def test_the_same_id_for_another_account_is_refused(field):
    other = replace(OPEN, **{field: "EUR"})
    with pytest.raises(WrongState, match="exists"):
        decide(other, ACTIVE, AT)
