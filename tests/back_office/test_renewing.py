"""A renewal that is due begins a cycle and asks for its charge; any other does nothing."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import Account, AccountStatus
from leadcore.decider import Versioned
from leadcore.errors import NotFound
from leadcore.orders import (
    Order,
    OrderStatus,
    OrderTerms,
    Renewal,
    RenewalWhen,
    Standing,
    renewal_id,
)
from leadcore.payments import PaymentMethod
from leadcore.ports import RenewalFacts, RenewalNeeds
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
ON_FILL = Renewal(when=RenewalWhen.ON_FILL, charge=PaymentMethod(token="pm_kept"))
ORDER = Order(
    id="o",
    seller_id="s",
    account_id="a",
    terms=OrderTerms(user_id="u", price=Money(100, "USD"), quantity=2, renewal=ON_FILL),
    status=OrderStatus.OPEN,
    paused=False,
    opened_at=AT,
)
FACTS = RenewalFacts(
    account=Account(id="a", seller_id="s", name="A", currency="USD"),
    order=Versioned(ORDER, 3),
    standing=Standing(sold=2, spent=200, moves=5),
    payment=Versioned(None, 0),
)
RENEW = bo.RenewOrder(seller_id="s", order_id="o", at=AT)


def test_it_asks_for_its_order():
    assert RENEW.needs == RenewalNeeds(order_id="o", seller_id="s")


def test_a_cycle_begins_with_nothing_sold_and_a_charge_asked_for():
    outcome = RENEW.decide(FACTS)
    answer = outcome.answer
    assert (answer.renewed, answer.order.cycle) == (True, 2)
    assert (answer.payment.id, answer.payment.amount) == (renewal_id("o", 2), Money(200, "USD"))
    assert answer.payment.by == "order o, cycle 2"
    assert [(each.kind, each.expected) for each in outcome.changes] == [
        ("order", 3),
        ("payment", 0),
    ]
    (delta,) = outcome.standings
    assert (delta.sold, delta.spent, delta.expected_moves) == (-2, -200, 5)
    assert outcome.transfers == (), "money moves when the processor has said so"


def test_without_a_charge_nobody_is_asked():
    terms = replace(ORDER.terms, renewal=replace(ON_FILL, charge=None))
    outcome = RENEW.decide(replace(FACTS, order=Versioned(replace(ORDER, terms=terms), 3)))
    assert (outcome.answer.payment, len(outcome.changes)) == (None, 1)


def test_a_charge_that_was_asked_for_before_is_not_asked_for_again():
    known = RENEW.decide(FACTS).changes[1]
    outcome = RENEW.decide(replace(FACTS, payment=Versioned(known.state, 1)))
    assert outcome.answer.payment == known.state
    assert [each.kind for each in outcome.changes] == ["order"]


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, standing=Standing(sold=1, spent=100)),
        replace(FACTS, order=Versioned(replace(ORDER, paused=True), 4)),
        replace(FACTS, account=replace(FACTS.account, status=AccountStatus.STOPPED)),
        replace(FACTS, account=None),
    ],
)
def test_what_is_not_due_stays(facts):
    outcome = RENEW.decide(facts)
    assert (outcome.is_empty, outcome.answer.renewed) == (True, False)
    assert outcome.answer.order == facts.order.state


@pytest.mark.parametrize("state", [None, replace(ORDER, seller_id="another")])
def test_no_order_is_no_renewal(state):
    with pytest.raises(NotFound, match="order"):
        RENEW.decide(replace(FACTS, order=Versioned(state, 0)))
