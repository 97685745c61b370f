"""A cycle begins once, when it is due, and where the calendar says."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.intervals import to_local
from leadcore.orders import (
    CloseOrder,
    EditOrder,
    Order,
    OrderStatus,
    OrderTerms,
    Period,
    Renewal,
    RenewalWhen,
    Standing,
    decide,
    evolve,
    renewal_charge,
    renewal_due,
    renewal_id,
    renewed,
)
from leadcore.payments import PaymentMethod, card_like
from leadcore.values import UNLIMITED, Money

TICK = timedelta(microseconds=1)
ZONE = "America/New_York"
ENDS = datetime(2026, 10, 31, 13, tzinfo=UTC)  # 9 o'clock, a day before the clocks go back
CARD = PaymentMethod(token="pm_kept")
AT_END = Renewal(when=RenewalWhen.AT_END, zone=ZONE, charge=CARD)
ON_FILL = Renewal(when=RenewalWhen.ON_FILL)
ORDER = Order(
    id="o",
    seller_id="s",
    account_id="a",
    terms=OrderTerms(
        user_id="u", price=Money(100, "USD"), quantity=3, ends_at=ENDS, renewal=AT_END
    ),
    status=OrderStatus.OPEN,
    paused=False,
    opened_at=ENDS - timedelta(days=31),
    anchor=ENDS,
)
FULL = Standing(sold=3, spent=300)


def with_terms(**terms):
    return replace(ORDER, terms=replace(ORDER.terms, **terms))


def ends(order, *, at):
    """Renew until nothing is due; give every end."""
    found = []
    while (event := renewed(order, FULL, at)) is not None:
        order = evolve(order, event)
        found.append(to_local(order.terms.ends_at, ZONE).isoformat(timespec="minutes"))
    return found


def test_at_its_end_an_order_is_due_to_the_tick():
    assert not renewal_due(ORDER, FULL, ENDS - TICK)
    assert renewal_due(ORDER, FULL, ENDS)
    assert renewed(ORDER, FULL, ENDS - TICK) is None


@pytest.mark.parametrize(
    "state",
    [
        replace(ORDER, paused=True),
        replace(ORDER, status=OrderStatus.CLOSED),
        with_terms(renewal=None),
        with_terms(renewal=ON_FILL),
    ],
)
def test_nothing_is_due_for_who_does_not_renew(state):
    assert not renewal_due(state, FULL, ENDS)
    assert renewed(state, FULL, ENDS) is None


def test_on_fill_an_order_is_due_with_its_last_lead():
    order = with_terms(renewal=ON_FILL)
    before = ENDS - TICK
    assert not renewal_due(order, Standing(sold=2), before)
    assert renewal_due(order, FULL, before)
    event = renewed(order, FULL, before)
    assert (event.cycle, event.sold, event.spent, event.payment_id) == (2, 3, 300, None)
    assert (event.starts_at, event.ends_at) == (None, ENDS)
    assert renewed(evolve(order, event), Standing(), before) is None


def test_a_month_keeps_its_day_and_its_time_on_the_clock():
    monthly = [ends(with_terms(), at=ENDS)]
    order = ORDER
    for _ in range(5):
        event = renewed(order, FULL, order.terms.ends_at)
        assert event.starts_at == order.terms.ends_at
        order = evolve(order, event)
        monthly.append([to_local(order.terms.ends_at, ZONE).isoformat(timespec="minutes")])
    assert [each for (each,) in monthly[1:]] == [
        "2026-11-30T09:00-05:00",
        "2026-12-31T09:00-05:00",
        "2027-01-31T09:00-05:00",
        "2027-02-28T09:00-05:00",
        "2027-03-31T09:00-04:00",
    ]


@pytest.mark.parametrize(
    ("every", "end"),
    [(Period.DAY, "2026-11-01T09:00-05:00"), (Period.WEEK, "2026-11-07T09:00-05:00")],
)
def test_days_and_weeks_are_those_of_the_clock(every, end):
    assert ends(with_terms(renewal=replace(AT_END, every=every)), at=ENDS) == [end]


@given(
    every=st.sampled_from((Period.DAY, Period.WEEK, Period.MONTH)),
    hours=st.integers(0, 24 * 400),
    tick=st.integers(-1, 1),
)
def test_cycles_nobody_began_are_passed_over(every, hours, tick):
    at = ENDS + timedelta(hours=hours) + max(tick, 0 if hours == 0 else -1) * TICK
    order = with_terms(renewal=replace(AT_END, every=every))
    event = renewed(order, FULL, at)
    assert event.cycle == 2
    assert event.starts_at <= at < event.ends_at
    one_by_one = order
    while one_by_one.terms.ends_at <= at:
        one_by_one = evolve(one_by_one, renewed(one_by_one, FULL, one_by_one.terms.ends_at))
    assert (event.starts_at, event.ends_at) == (
        one_by_one.terms.starts_at,
        one_by_one.terms.ends_at,
    )
    after = evolve(order, event)
    assert renewed(after, FULL, at) is None
    # The next one goes on from where this one is, however many were passed over.
    following = renewed(after, FULL, after.terms.ends_at)
    assert following.starts_at == after.terms.ends_at
    assert following.ends_at > following.starts_at


@pytest.mark.parametrize("every", [Period.WEEK, Period.MONTH])
def test_an_order_left_alone_for_decades_goes_on_in_the_present_cycle(every):
    at = ENDS + timedelta(days=365 * 40)
    event = renewed(with_terms(renewal=replace(AT_END, every=every)), FULL, at)
    assert event.starts_at <= at < event.ends_at
    assert event.ends_at - event.starts_at < timedelta(days=32)


def test_what_a_bank_has_left_is_carried_on_where_the_terms_say_so():
    bank = {"bank": Money(250, "USD"), "quantity": UNLIMITED}
    for carries in (True, False):
        order = with_terms(**bank, carries_rest=carries)
        event = renewed(order, Standing(sold=2, spent=200), ENDS)
        assert event.carried == (50 if carries else 0)
        assert evolve(order, event).carried == event.carried


def test_a_renewal_charges_the_whole_price_under_an_id_of_its_own():
    assert renewal_charge(ORDER) == (Money(300, "USD"), CARD)
    assert renewed(ORDER, FULL, ENDS).payment_id == renewal_id("o", 2) == "renewal/1/o/2"
    assert renewal_charge(with_terms(renewal=None)) is None
    assert renewal_charge(with_terms(renewal=ON_FILL)) is None
    assert renewal_charge(with_terms(quantity=UNLIMITED)) is None


def test_an_order_that_lost_its_end_is_not_guessed_at():
    broken = replace(ORDER, anchor=None)
    with pytest.raises(ValueError, match="has not got"):
        renewed(broken, FULL, ENDS)


def test_a_closed_order_is_closed_for_good():
    (closed,) = decide(CloseOrder("done"), ORDER, ENDS)
    assert renewed(evolve(ORDER, closed), FULL, ENDS) is None


@pytest.mark.parametrize("before", [Period.DAY, Period.WEEK])
def test_from_days_or_weeks_to_months_it_goes_on_from_its_present_end(before):
    order = with_terms(renewal=replace(AT_END, every=before))
    for _ in range(10):
        order = evolve(order, renewed(order, FULL, order.terms.ends_at))
    end = order.terms.ends_at
    (edited,) = decide(EditOrder(replace(order.terms, renewal=AT_END)), order, end - TICK)
    event = renewed(evolve(order, edited), FULL, end)
    begins, ends = to_local(event.starts_at, ZONE), to_local(event.ends_at, ZONE)
    assert event.starts_at == end
    assert ends.year * 12 + ends.month == begins.year * 12 + begins.month + 1
    assert (ends.day, ends.time()) == (begins.day, begins.time())


@pytest.mark.parametrize(
    "order_id",
    ["4111111111111111", "01a1ee85-f1b0-7b5e-9171-440037412104", "4111-1111-1111-1111", "42" * 50],
)
def test_a_renewals_payment_never_looks_like_a_card(order_id):
    ids = [renewal_id(order_id, cycle) for cycle in range(2, 200)]
    assert not any(card_like(each) for each in ids)
    assert len(set(ids)) == len(ids)
