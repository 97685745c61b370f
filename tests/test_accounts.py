"""Accounts are opened, stopped and activated; sellers have terms."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore import wire
from leadcore.accounts import (
    AccountActivated,
    AccountStatus,
    AccountStopped,
    ActivateAccount,
    CreditLimitSet,
    LowBalanceTold,
    OpenAccount,
    Seller,
    SellerTerms,
    SellerTermsSet,
    SetCreditLimit,
    StopAccount,
    WatchBalance,
    cash_account,
    decide,
    evolve,
    evolve_seller,
    limit_difference,
    prepaid_account,
    prepaid_owner,
    revenue_account,
    words_of,
)
from leadcore.balances import (
    BONUS_FIRST,
    CASH_FIRST,
    COMMON_TIERS,
    Consumptions,
    ConsumptionSince,
    FundingTerms,
)
from leadcore.decider import fold
from leadcore.distribution import PLAIN, DistributionTerms, Way
from leadcore.errors import Malformed, WrongState
from leadcore.notices import NoticeTerms
from leadcore.payments import BalanceWatch
from leadcore.refunds import RefundTerms
from leadcore.submissions import Source, Submission
from leadcore.values import UNLIMITED, Money

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


def test_an_account_has_an_id_and_a_name():
    with pytest.raises(Malformed, match="name: an account has a name"):
        decide(replace(OPEN, name=" "), None, AT)
    with pytest.raises(Malformed) as both:
        decide(replace(OPEN, account_id=" ", name=""), None, AT)
    assert [each.path for each in both.value.problems] == ["account_id", "name"]


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


def test_a_change_of_the_consumption_order_is_kept_with_its_instant():
    plain = SellerTerms(name="S")
    cash = replace(plain, funding=FundingTerms(consumption=CASH_FIRST))
    hours = [(0, plain), (2, cash), (1, replace(cash, name="T")), (1, plain), (3, plain)]
    events = [
        SellerTermsSet(seller_id="s", terms=terms, at=AT + timedelta(hours=hour))
        for hour, terms in hours
    ]
    seller = fold(evolve_seller, None, events)
    assert seller.consumption_changes == (
        ConsumptionSince(AT + timedelta(hours=2), CASH_FIRST),
        # Told late, it counts from no earlier than the change before it.
        ConsumptionSince(AT + timedelta(hours=2), BONUS_FIRST),
    )
    assert seller.consumptions.now == BONUS_FIRST
    assert (seller.funding, fold(evolve_seller, None, events[:2]).funding) == (
        FundingTerms(),
        cash.funding,
    )


def test_a_seller_written_before_there_were_funding_terms_is_read():
    old = {"id": "s", "terms": wire.dump(SellerTerms(name="S"))}
    assert "funding" not in old["terms"]
    seller = wire.load(Seller, old)
    assert (seller.funding, seller.consumptions) == (FundingTerms(), Consumptions())
    assert wire.dump(seller) == old
    event = SellerTermsSet(
        seller_id="s", terms=replace(SellerTerms(name="S"), funding=TERMS), at=AT
    )
    changed = fold(evolve_seller, None, [event])
    assert wire.load(Seller, wire.dump(changed)) == changed
    assert wire.load_event("seller", wire.dump_event("seller", event)) == event


TERMS = FundingTerms(tiers=COMMON_TIERS, consumption=CASH_FIRST)


def test_what_is_watched_is_set_changed_and_ended():
    watch = BalanceWatch(alert_below=Money(500, "USD"))
    watched = fold(evolve, ACTIVE, decide(WatchBalance(watch), ACTIVE, AT))
    assert (watched.watch, ACTIVE.watch) == (watch, None)
    assert decide(WatchBalance(watch), watched, AT) == ()
    assert fold(evolve, watched, decide(WatchBalance(None), watched, AT)) == ACTIVE
    with pytest.raises(Malformed, match=r"watch\.alert_below"):
        decide(WatchBalance(BalanceWatch(alert_below=Money(5, "EUR"))), ACTIVE, AT)
    with pytest.raises(WrongState, match="no such account"):
        decide(WatchBalance(watch), None, AT)


def test_the_last_crossing_that_was_told_is_known():
    told = evolve(ACTIVE, LowBalanceTold(crossing=3, available=400, at=AT))
    assert (ACTIVE.told_low, told.told_low) == (None, 3)
    later = evolve(told, LowBalanceTold(crossing=7, available=100, at=AT))
    assert later == replace(ACTIVE, told_low=7)


def test_the_way_of_a_lead_is_the_sellers_or_the_plain_one():
    asked = Submission(source=Source(format="json"))
    plain = SellerTerms(name="S")
    assert plain.way(asked) == PLAIN
    shared = Way(buyers=2)
    assert replace(plain, distribution=DistributionTerms((shared,))).way(asked) == shared


# ------------------------------------------------------------------------------- credit limits


def limited(limit, **more):
    return SetCreditLimit(**{"limit": limit, "reason": "reviewed", "actor": "staff"} | more)


def test_a_credit_limit_is_changed_with_its_reason():
    (event,) = decide(limited(Money(5_000, "USD")), ACTIVE, AT)
    assert event == CreditLimitSet(
        limit=Money(5_000, "USD"), reason="reviewed", actor="staff", at=AT
    )
    lower = evolve(ACTIVE, event)
    assert (ACTIVE.floor, lower.floor) == (0, -5_000)
    assert decide(limited(Money(5_000, "USD")), lower, AT) == ()  # it holds already
    assert decide(limited(Money(0, "USD")), ACTIVE, AT) == ()
    (none,) = decide(limited(UNLIMITED), lower, AT)
    assert evolve(lower, none).floor is UNLIMITED
    assert wire.load(CreditLimitSet, wire.dump(event)) == event
    assert "-5000" in limit_difference(lower, 0)


def test_an_account_is_opened_with_its_limit():
    command = replace(OPEN, floor=-700)
    assert fold(evolve, None, decide(command, None, AT)).floor == -700


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (limited(Money(1, "EUR")), "limit"),
        (limited(Money(-1, "USD")), "limit"),
        (limited(Money(1, "USD"), reason=" "), "reason"),
        (limited(Money(1, "USD"), actor=""), "actor"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(command, path):
    with pytest.raises(Malformed) as malformed:
        decide(command, ACTIVE, AT)
    assert [problem.path for problem in malformed.value.problems] == [path]
    with pytest.raises(WrongState, match="no such account"):
        decide(command, None, AT)


def test_messages_are_worded_as_the_seller_says():
    assert words_of(None).language == "en"
    spanish = Seller(id="s", terms=SellerTerms(name="S", notices=NoticeTerms(language="es")))
    assert words_of(spanish).text("low_balance.subject") == "Su saldo es bajo"
    assert wire.load(SellerTerms, wire.dump(spanish.terms)) == spanish.terms


def test_a_prepaid_balance_says_whose_it_is():
    assert prepaid_owner(prepaid_account("a:b")) == "a:b"
    for other in (cash_account("s"), revenue_account("s"), "a"):
        assert prepaid_owner(other) is None
