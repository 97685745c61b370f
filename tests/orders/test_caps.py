"""Periods are those of the calendar; a cap lets exactly so many, and so much, pass."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.intervals import to_local
from leadcore.orders import (
    Cap,
    Caps,
    Period,
    Usage,
    cap_windows,
    counted,
    full_cap,
    most_leads,
    most_money,
    usage_in,
    window_at,
)
from leadcore.orders.caps import caps_problems
from leadcore.values import UNLIMITED, Money

TICK = timedelta(microseconds=1)
AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
ZONES = ("America/New_York", "Australia/Lord_Howe", "America/St_Johns", "UTC")
EDGES = (
    datetime(2026, 11, 1, 4, tzinfo=UTC),
    datetime(2027, 3, 14, 5, tzinfo=UTC),
    datetime(2026, 4, 4, 13, tzinfo=UTC),
    datetime(2026, 10, 3, 14, tzinfo=UTC),
    datetime(2024, 2, 29, 3, tzinfo=UTC),
    datetime(2026, 12, 31, 22, tzinfo=UTC),
)
instants = st.builds(
    lambda edge, minutes, tick: edge + timedelta(minutes=minutes) + tick * TICK,
    st.sampled_from(EDGES),
    st.integers(0, 36).map(lambda number: number * 15),
    st.integers(-1, 1),
)


def caps(*limits, **more):
    return Caps(**{"zone": "America/New_York", "limits": limits, **more})


@given(
    zone=st.sampled_from(ZONES),
    week_start=st.integers(1, 7),
    period=st.sampled_from(Period),
    at=instants,
)
def test_periods_follow_each_other_without_a_gap(zone, week_start, period, at):
    given_ = caps(zone=zone, week_start=week_start)
    window = window_at(given_, period, at)
    assert window.opens_at <= at < window.closes_at
    assert window_at(given_, period, window.opens_at) == window
    assert window_at(given_, period, window.closes_at - TICK) == window
    if period is not Period.TOTAL:
        after = window_at(given_, period, window.closes_at)
        assert after.opens_at == window.closes_at


@given(zone=st.sampled_from(ZONES), week_start=st.integers(1, 7), at=instants)
def test_periods_begin_where_the_clock_says(zone, week_start, at):
    given_ = caps(zone=zone, week_start=week_start)
    day, week, month = (
        to_local(window_at(given_, period, at).opens_at, zone)
        for period in (Period.DAY, Period.WEEK, Period.MONTH)
    )
    assert {each.time().isoformat() for each in (day, week, month)} == {"00:00:00"}
    assert (day.date(), month.day) == (to_local(at, zone).date(), 1)
    assert week.isoweekday() == week_start
    assert 0 <= (day.date() - week.date()).days < 7
    hour = window_at(given_, Period.HOUR, at)
    assert hour.closes_at - hour.opens_at <= timedelta(hours=1)


def test_the_hour_that_comes_twice_is_two_and_the_day_has_25():
    fold = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    first, second = (window_at(caps(), Period.HOUR, fold + n * timedelta(hours=1)) for n in (0, 1))
    assert first.closes_at == second.opens_at == fold + timedelta(minutes=30)
    day = window_at(caps(), Period.DAY, fold)
    assert day.closes_at - day.opens_at == timedelta(hours=25)
    # Lord Howe goes back half an hour, from 2:00 to 1:30: the hour begins anew.
    howe = caps(zone="Australia/Lord_Howe")
    change = datetime(2026, 4, 4, 15, tzinfo=UTC)
    before, after = (window_at(howe, Period.HOUR, change + n * TICK) for n in (-1, 0))
    assert (before.closes_at, after.opens_at) == (change, change)
    assert after.closes_at == change + timedelta(minutes=30)


def test_without_caps_nothing_counts():
    assert cap_windows(None, AT) == ()
    assert full_cap(None, (), Money(5, "USD"), AT) is None


@given(
    most=st.integers(0, 9),
    leads=st.integers(0, 9),
    price=st.integers(0, 9),
    money=st.integers(0, 40),
    spent=st.integers(0, 40),
)
def test_a_cap_lets_exactly_so_many_and_so_much_pass(most, leads, price, money, spent):
    by_leads = Cap(period=Period.DAY, leads=most)
    by_money = Cap(period=Period.WEEK, money=Money(money, "USD"))
    given_ = caps(by_leads, by_money)
    used = tuple(
        Usage(period=window.period, opens_at=window.opens_at, leads=leads, money=spent)
        for window in cap_windows(given_, AT)
    )
    full = full_cap(given_, used, Money(price, "USD"), AT)
    if leads + 1 > most:
        assert full == (by_leads, False)
    elif spent + price > money:
        assert full == (by_money, True)
    else:
        assert full is None


def test_unlimited_and_zero_are_different():
    assert most_leads(Cap(period=Period.DAY)) == most_money(Cap(period=Period.DAY)) == -1
    free = full_cap(caps(Cap(period=Period.TOTAL)), (), Money(5, "USD"), AT)
    none = full_cap(caps(Cap(period=Period.TOTAL, leads=0)), (), Money(5, "USD"), AT)
    assert (free, none) == (None, (Cap(period=Period.TOTAL, leads=0), False))


def test_what_is_sold_is_counted_in_every_period():
    given_ = caps(Cap(period=Period.DAY), Cap(period=Period.TOTAL))
    usage = counted(given_, (), 5, AT)
    usage = counted(given_, usage, 5, AT + timedelta(days=1))
    day, other, total = (
        usage_in(usage, window_at(given_, period, at))
        for period, at in (
            (Period.DAY, AT),
            (Period.DAY, AT + timedelta(days=1)),
            (Period.TOTAL, AT),
        )
    )
    assert [(each.leads, each.money) for each in (day, other, total)] == [(1, 5), (1, 5), (2, 10)]


ONE = Cap(period=Period.DAY, leads=1)


@pytest.mark.parametrize(
    ("given_", "paths"),
    [
        (caps(ONE), []),
        (caps(ONE, zone="Mars"), ["zone"]),
        (caps(ONE, week_start=7), []),
        (caps(replace(ONE, leads=0)), []),
        (caps(replace(ONE, leads=2**63 - 1)), []),
        (caps(ONE, week_start=0), ["week_start"]),
        (caps(ONE, week_start=8), ["week_start"]),
        (caps(ONE, week_start=True), ["week_start"]),
        (caps(ONE, ONE), ["limits[1].period"]),
        (caps(replace(ONE, leads=-1)), ["limits[0].leads"]),
        (caps(replace(ONE, leads=1.0)), ["limits[0].leads"]),
        (caps(replace(ONE, leads=2**63)), ["limits[0].leads"]),
        (caps(replace(ONE, leads=UNLIMITED, money=Money(0, "USD"))), []),
        (caps(replace(ONE, money=Money(-1, "USD"))), ["limits[0].money"]),
        (caps(replace(ONE, money=Money(1, "EUR"))), ["limits[0].money"]),
    ],
)
def test_what_makes_no_sense_is_named(given_, paths):
    assert [problem.path for problem in caps_problems(given_, "USD")] == paths


def test_a_change_at_the_full_hour_leaves_hours_whole():
    change = datetime(2026, 11, 1, 6, tzinfo=UTC)
    window = window_at(caps(zone="America/New_York"), Period.HOUR, change)
    assert (window.period, window.opens_at) == (Period.HOUR, change)
    assert window.closes_at == change + timedelta(hours=1)


def test_what_is_told_of_another_period_is_not_this_ones():
    day, hour = (window_at(caps(), period, AT) for period in (Period.DAY, Period.HOUR))
    told = (replace(usage_in((), day), leads=3), replace(usage_in((), hour), leads=1))
    assert [usage_in(told, each).leads for each in (day, hour)] == [3, 1]
    assert usage_in(told[:1], hour).leads == 0


def test_a_change_within_an_hour_ends_it():
    # St. John's once went from 0:01 to 1:01.
    given_ = caps(zone="America/St_Johns")
    change = datetime(2010, 3, 14, 3, 31, tzinfo=UTC)
    before, after = (window_at(given_, Period.HOUR, change + n * TICK) for n in (-1, 0))
    assert before.opens_at == change - timedelta(minutes=1)
    assert before.closes_at == after.opens_at == change


def test_a_cap_on_everything_begins_before_and_ends_after_all_that_is_sold():
    total = window_at(caps(), Period.TOTAL, AT)
    assert total.period is Period.TOTAL
    assert total.opens_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert total.closes_at == datetime(9999, 1, 1, tzinfo=UTC)


def test_what_makes_no_sense_is_said_in_words():
    twice = (Cap(period=Period.DAY, leads=-1), Cap(period=Period.DAY, money=Money(-1, "EUR")))
    told = caps_problems(Caps(zone="UTC", limits=twice, week_start=8), "USD")
    assert [(each.path, each.message) for each in told] == [
        ("week_start", "a weekday from 1, Monday, to 7, Sunday"),
        ("limits[0].leads", "a whole number of at least 0, or unlimited"),
        ("limits[1].period", "there are two caps for one day"),
        ("limits[1].money", "is at least zero, or unlimited"),
        ("limits[1].money", "the price is in USD"),
    ]
