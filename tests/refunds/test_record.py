"""What is counted, and what is not: rates, limits, histories, each on both sides of its edge."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.orders import OpenOrder, OrderTerms
from leadcore.orders import decide as decide_order
from leadcore.orders import evolve as evolve_order
from leadcore.refunds.record import (
    KeptRequest,
    KeptSale,
    RefundRecord,
    history_holds,
    limit_passed,
    rate_passed,
    requests_key,
    since,
)
from leadcore.refunds.terms import (
    AccountHistory,
    AutoApproval,
    LimitPer,
    RateOf,
    RateOver,
    RefundTerms,
    ReturnLimit,
    ReturnRate,
    Rounding,
)
from leadcore.values import UNLIMITED, Money

ZONE = "America/New_York"
AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(hours=24)


def sale(number, at=AT - DAY, *, order="o", price=2_500):
    return KeptSale(id=f"s{number}", order_id=order, price=Money(price, "USD"), sold_at=at)


def request(number, at=AT - DAY, *, amount=2_500, stands=True):
    return KeptRequest(
        sale_id=f"s{number}", amount=Money(amount, "USD"), requested_at=at, stands=stands
    )


def record(sales, requests=(), *, asked=0):
    return RefundRecord(
        sale=sales[asked], amount=sales[asked].price, sales=tuple(sales), requests=tuple(requests)
    )


def passed(rate, kept, at=AT):
    return rate_passed(rate, kept, zone=ZONE, at=at)


def test_the_last_return_that_is_allowed_is_allowed():
    rate = ReturnRate(rate=1500)
    sales = [sale(number) for number in range(20)]
    for back, over in ((2, False), (3, True)):
        tally = passed(rate, record(sales, [request(number) for number in range(1, back + 1)]))
        assert (tally.returned, tally.allowed, tally.bought, tally.passed) == (back, 3, 20, over)


@pytest.mark.parametrize(
    ("rounding", "allowed"), [(Rounding.DOWN, 1), (Rounding.UP, 2), (Rounding.NEAREST, 2)]
)
def test_a_part_of_a_lead_is_rounded_as_the_terms_say(rounding, allowed):
    kept = record([sale(number) for number in range(10)])
    assert passed(ReturnRate(rate=1500, rounding=rounding), kept).allowed == allowed


def test_below_its_least_it_does_not_bind():
    none = ReturnRate(rate=0, least=2)
    assert not passed(none, record([sale(0)])).passed
    assert passed(none, record([sale(0), sale(1)])).passed


def test_what_fell_does_not_count_and_one_sale_counts_once():
    sales = [sale(number) for number in range(4)]
    asked = [request(1, stands=False), request(2), request(2), request(0), request(9)]
    assert passed(ReturnRate(rate=5000), record(sales, asked)).returned == 1


def test_by_money_prices_count_there_and_amounts_here():
    sales = [sale(0, price=5_000), sale(1, price=5_000), sale(2, price=0)]
    kept = record(sales, [request(1, amount=2_500)])
    tally = passed(ReturnRate(rate=7500, of=RateOf.MONEY), kept)
    assert (tally.returned, tally.allowed, tally.passed) == (2_500, 7_500, False)
    assert passed(ReturnRate(rate=7499, of=RateOf.MONEY), kept).passed


def test_rolling_days_are_24_hours_each_both_ends_inside():
    rate = ReturnRate(rate=10_000, over=RateOver.ROLLING_DAYS, days=2)
    instants = (AT - 2 * DAY, AT - 2 * DAY - TICK, AT, AT + TICK)
    sales = [sale(0, AT - 30 * DAY), *(sale(n, at) for n, at in enumerate(instants, 1))]
    # The sale that is asked about counts, wherever it lies.
    assert passed(rate, record(sales)).bought == 3


def test_a_month_is_the_sales_own_in_the_sellers_zone():
    rate = ReturnRate(rate=10_000)
    first = datetime(2026, 11, 1, 4, tzinfo=UTC)  # midnight in New York
    after = datetime(2026, 12, 1, 5, tzinfo=UTC)
    sales = [sale(0), sale(1, first), sale(2, first - TICK), sale(3, after), sale(4, after - TICK)]
    assert passed(rate, record(sales), AT + 20 * DAY).bought == 3


def test_an_orders_rate_is_over_the_order():
    rate = ReturnRate(rate=10_000, over=RateOver.ORDER)
    sales = [sale(0, AT - 900 * DAY), sale(1, order="other"), sale(2), sale(3, order="other")]
    kept = record(sales, [request(1), request(2)])
    assert (passed(rate, kept).bought, passed(rate, kept).returned) == (2, 1)


@pytest.mark.parametrize(
    ("per", "first"),
    [
        (LimitPer.DAY, datetime(2026, 11, 20, 5, tzinfo=UTC)),
        (LimitPer.MONTH, datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
)
def test_every_request_of_the_day_or_month_counts(per, first):
    asked = [request(1, first), request(2, first - TICK), request(3, AT, stands=False)]
    kept = record([sale(0)], [*asked, request(4, AT + TICK)])
    tally = limit_passed(ReturnLimit(most=3, per=per), kept, zone=ZONE, at=AT)
    assert (tally.returned, tally.allowed, tally.passed) == (2, 3, False)
    assert limit_passed(ReturnLimit(most=2, per=per), kept, zone=ZONE, at=AT).passed


def test_a_history_of_few_returns():
    wanted = AccountHistory(days=10, least=10, rate=2000)
    sales = [sale(number, AT - 10 * DAY) for number in range(10)]
    kept = record(sales, [request(1)])
    assert history_holds(wanted, kept, AT)
    assert not history_holds(wanted, kept, AT + TICK)  # nothing is left in the ten days
    assert not history_holds(wanted, record(sales, [request(1), request(2)]), AT)
    assert not history_holds(wanted, record(sales[:9]), AT)
    assert history_holds(wanted, record(sales, [request(1), request(0)]), AT)
    # What fell, or is about a sale before those days, is not counted; a sale of this instant is.
    fallen, before = request(2, stands=False), request(90)
    assert history_holds(wanted, record(sales, [request(1), fallen, before]), AT)
    assert history_holds(wanted, record([*sales[:9], sale(9, AT)]), AT)
    assert not history_holds(wanted, record([*sales[:9], sale(9, AT + TICK)]), AT)


@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(0, 30))
def test_more_returns_never_make_a_rate_pass_again(parts, bought, back):
    sales = [sale(number) for number in range(bought)]
    asked = [request(number) for number in range(1, min(back, bought))]
    rate = ReturnRate(rate=parts)
    if passed(rate, record(sales, asked)).passed:
        assert passed(rate, record(sales, [*asked, *map(request, range(1, bought))])).passed
    else:
        assert (len(asked) + 1) * 10_000 <= parts * bought


def order(at, **more):
    terms = OrderTerms(user_id="u", price=Money(2_500, "USD"), quantity=UNLIMITED, **more)
    command = OpenOrder(order_id="o", seller_id="s", account_id="a", terms=terms)
    (event,) = decide_order(command, None, at)
    return evolve_order(None, event)


def test_the_record_goes_back_as_far_as_anything_counts():
    def back(order_=None, **more):
        return since(replace(RefundTerms(), **more), AT - DAY, AT, order_)

    opened = order(AT - 700 * DAY)
    assert back() is None
    assert back(opened) is None
    rolling = ReturnRate(rate=1, over=RateOver.ROLLING_DAYS, days=5)
    assert back(rates=(rolling,)) == AT - 5 * DAY
    month = datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert back(rates=(ReturnRate(rate=1), rolling)) == month
    whole = ReturnRate(rate=1, over=RateOver.ORDER)
    assert back(opened, rates=(whole,)) == AT - 700 * DAY
    assert back(rates=(whole,)) == AT - DAY
    assert back(limits=(ReturnLimit(most=1, per=LimitPer.MONTH),)) == month
    history = AutoApproval(id="r", history=AccountHistory(days=90, least=1, rate=1))
    assert back(auto_approvals=(AutoApproval(id="q"), history)) == AT - 90 * DAY
    # An order's own maximum is counted by the order, however much the account bought.
    assert back(order(AT - 9 * DAY, max_returns=0)) is None


def test_requests_are_numbered_by_account():
    assert requests_key("a") == "returns/a"
