"""What an order has room for, and for how long that stays so by itself."""

from datetime import UTC, datetime, timedelta

from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.orders import (
    Cap,
    Caps,
    Hours,
    Order,
    OrderStatus,
    OrderTerms,
    Period,
    Span,
    Standing,
    bank_limit,
    bank_rest,
    is_filled,
    remaining,
    steady_until,
    uncounted_windows,
)
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
TERMS = OrderTerms(user_id="u", price=Money(100, "USD"), quantity=3)
ORDER = Order(
    id="o",
    seller_id="s",
    account_id="a",
    terms=TERMS,
    status=OrderStatus.OPEN,
    paused=False,
    opened_at=AT,
)


def with_terms(**terms):
    return replace(ORDER, terms=replace(TERMS, **terms))


@given(st.integers(0, 9) | st.just(UNLIMITED), st.integers(0, 12))
def test_what_remains_is_never_below_zero(quantity, sold):
    order = with_terms(quantity=quantity)
    left = remaining(order, Standing(sold=sold))
    assert left is UNLIMITED if quantity is UNLIMITED else left == max(0, quantity - sold)
    assert is_filled(order, Standing(sold=sold)) is (left == 0)
    assert (bank_limit(order), bank_rest(order, Standing(spent=5))) == (UNLIMITED, 0)


@given(
    bank=st.integers(0, 500),
    carried=st.integers(0, 99),
    leads=st.integers(0, 7),
    edge=st.integers(-1, 1),
)
def test_a_bank_covers_whole_leads_only(bank, carried, leads, edge):
    order = replace(with_terms(quantity=UNLIMITED, bank=Money(bank, "USD")), carried=carried)
    spent = max(0, bank + carried - 100 * leads + edge)
    standing = Standing(spent=spent)
    assert bank_limit(order) == bank + carried
    assert bank_rest(order, standing) == max(0, bank + carried - spent)
    left = remaining(order, standing)
    assert 100 * left <= bank_rest(order, standing) < 100 * (left + 1)
    assert is_filled(order, standing) is (bank + carried - spent < 100)


def test_sales_are_counted_only_where_caps_were_changed_not_long_before():
    caps = Caps(zone="UTC", limits=tuple(Cap(period=period) for period in Period))
    order = with_terms(caps=caps)
    assert uncounted_windows(order, AT) == ()
    changed = replace(order, recounted_at=AT)
    assert len(uncounted_windows(changed, AT)) == len(Period)
    # A day later only what began before is counted; clocks may differ by less than a day.
    later = {window.period for window in uncounted_windows(changed, AT + 2 * DAY)}
    assert later == {Period.WEEK, Period.MONTH, Period.TOTAL}
    assert uncounted_windows(replace(changed, terms=TERMS), AT) == ()


def test_without_an_end_to_come_nothing_changes():
    assert steady_until(ORDER, AT) is None
    spent = with_terms(starts_at=AT - DAY, ends_at=AT)
    assert steady_until(spent, AT) is None
    assert steady_until(spent, AT - TICK) == AT
    assert steady_until(spent, AT - 2 * DAY) == AT - DAY


def test_the_next_edge_is_the_nearest_one():
    order = with_terms(
        ends_at=AT + DAY,
        hours=Hours("UTC", (Span(1, 0, 15 * 60 + 20),)),
        caps=Caps(zone="UTC", limits=(Cap(period=Period.HOUR), Cap(period=Period.TOTAL))),
    )
    assert steady_until(order, AT) == AT + timedelta(minutes=20)
    assert steady_until(order, AT + timedelta(minutes=20)) == AT + timedelta(hours=1)


@given(bank=st.integers(0, 500), spent=st.integers(0, 600))
def test_a_bank_covers_any_number_of_leads_for_nothing(bank, spent):
    # No terms say so; an auction asks whether an order has room at the price of a bid.
    terms = {"quantity": UNLIMITED, "bank": Money(bank, "USD"), "price": Money(0, "USD")}
    order, standing = with_terms(**terms), Standing(spent=spent)
    assert remaining(order, standing) is UNLIMITED
    assert not is_filled(order, standing)


def test_an_order_nobody_has_sold_under_stands_at_nothing():
    fresh = Standing()
    assert (fresh.sold, fresh.spent, fresh.credit, fresh.moves, fresh.usage) == (0, 0, 0, 0, ())
