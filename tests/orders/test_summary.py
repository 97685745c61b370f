"""Every column of the list of orders, the money folded from the ledger."""

from datetime import UTC, datetime

from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import TransferKind
from leadcore.orders import (
    Order,
    OrderMoney,
    OrderStatus,
    OrderTerms,
    Renewal,
    RenewalWhen,
    Standing,
    fold_money,
    summary_of,
)
from leadcore.payments import PaymentMethod
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TERMS = OrderTerms(user_id="u", price=Money(100, "USD"), quantity=3)
ORDER = Order(
    id="o",
    seller_id="s",
    account_id="a",
    terms=TERMS,
    status=OrderStatus.OPEN,
    paused=True,
    opened_at=AT,
)


@given(st.lists(st.tuples(st.sampled_from(TransferKind), st.integers(1, 99)), max_size=20))
def test_what_was_paid_is_charges_less_refunds(moved):
    def total(*kinds):
        return sum(amount for kind, amount in moved if kind in kinds)

    money = fold_money("o", moved)
    assert money.charged == total(TransferKind.CHARGE, TransferKind.CAPTURE)
    assert money.refunded == total(TransferKind.REFUND) - total(TransferKind.REFUND_REVERSAL)
    line = summary_of(ORDER, Standing(), money)
    assert (line.cost.minor, line.paid.minor) == (money.charged, money.charged - money.refunded)


def test_an_order_by_quantity_counts_leads():
    line = summary_of(ORDER, Standing(sold=2, spent=200), None)
    assert (line.total, line.received, line.remaining, line.leads) == (3, 2, 1, 2)
    assert (line.starts_at, line.ends_at, line.status, line.paused) == (
        AT,
        None,
        OrderStatus.OPEN,
        True,
    )
    assert (line.renewal, line.auto_charge, line.cycle, line.cost) == (
        None,
        False,
        1,
        Money(0, "USD"),
    )


def test_an_order_by_bank_counts_money():
    renewal = Renewal(when=RenewalWhen.ON_FILL, charge=PaymentMethod(token="pm_kept"))
    bank = replace(TERMS, quantity=UNLIMITED, bank=Money(250, "USD"), starts_at=AT, renewal=renewal)
    order = replace(ORDER, terms=bank, carried=30, cycle=4)
    line = summary_of(order, Standing(sold=2, spent=200), OrderMoney(order_id="o", charged=900))
    assert (line.total, line.received, line.remaining) == (
        Money(280, "USD"),
        Money(200, "USD"),
        Money(80, "USD"),
    )
    assert (line.renewal, line.auto_charge, line.cycle) == (RenewalWhen.ON_FILL, True, 4)
    assert line.paid == Money(900, "USD")
