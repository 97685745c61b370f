"""A crossing is a fold of the entries: everybody who looks finds the same number."""

from datetime import UTC, datetime
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.balances import Entry
from leadcore.payments import (
    BalanceWatch,
    Crossing,
    PaymentMethod,
    Recharge,
    card_like,
    crossing,
    crossings,
    recharge_id,
)
from leadcore.payments.watching import watch_problems
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)


def entries(*balances, pending=0):
    return [
        Entry(
            account="prepaid",
            seq=seq,
            transfer_id=f"t{seq}",
            amount=0,
            reserved=0,
            posted_after=balance + pending,
            pending_after=pending,
            recorded_at=AT,
            effective_at=AT,
        )
        for seq, balance in enumerate(balances, start=1)
    ]


@pytest.mark.parametrize(
    ("balances", "found"),
    [
        ((), None),
        ((40,), None),  # it never held enough
        ((40, 30), None),
        ((50,), None),
        ((50, 49), 2),
        ((50, 49, 48, 10), 2),
        ((50, 49, 50), None),
        ((50, 49, 50, 51, 0, 1), 5),
    ],
)
def test_where_it_came_below(balances, found):
    now = crossing(entries(*balances), 50)
    assert (now and now.number) == found
    assert crossing(entries(*balances, pending=7), 50) == now


@given(st.lists(st.integers(-3, 3), max_size=30), st.integers(-1, 4))
@example([3, -3, 3, -3], 2)
def test_the_present_one_is_the_last_of_all_unless_it_was_left(steps, below):
    lines = entries(*accumulate(steps))
    every, now = crossings(lines, below), crossing(lines, below)
    numbers = [each.number for each in every]
    assert numbers == sorted(set(numbers))
    low = bool(lines) and lines[-1].posted_after < below
    assert now == (every[-1] if every and low else None)
    enough = [place for place, line in enumerate(lines) if line.posted_after >= below]
    if enough:
        # What a store reads: the last entry that held enough, and the one after it.
        assert crossing(lines[enough[-1] : enough[-1] + 2], below) == now


@given(st.lists(st.integers(-3, 3), max_size=20), st.integers(0, 3))
def test_what_comes_later_never_renumbers(steps, below):
    lines = entries(*accumulate(steps))
    every = crossings(lines, below)
    for length in range(len(lines)):
        assert crossings(lines[:length], below) == every[: len(crossings(lines[:length], below))]


def test_a_crossing_has_one_payment():
    assert recharge_id("a", 7) == recharge_id("a", 7)
    ids = {recharge_id("a", 7), recharge_id("a", 8), recharge_id("a/7", 8), recharge_id("b", 7)}
    assert len(ids) == 4
    assert Crossing(number=7, available=3).number == 7


@pytest.mark.parametrize("account", ["4111111111111111", "4111-1111-1111-1111", "42" * 50])
def test_a_recharge_never_looks_like_a_card(account):
    ids = [recharge_id(account, number) for number in (*range(200), 10**15)]
    assert not any(card_like(each) for each in ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("alert", "below", "by", "paths"),
    [
        (None, None, None, []),
        (1, 1, 1, []),
        (0, 1, 1, ["watch.alert_below"]),
        (None, 0, -1, ["watch.recharge.below", "watch.recharge.by"]),
    ],
)
def test_what_is_watched_makes_sense(alert, below, by, paths):
    usd = [None if each is None else Money(each, "USD") for each in (alert, below, by)]
    method = PaymentMethod(token="pm_1")
    recharge = Recharge(below=usd[1], by=usd[2], method=method) if below is not None else None
    watch = BalanceWatch(alert_below=usd[0], recharge=recharge)
    assert [problem.path for problem in watch_problems(watch, "USD")] == paths
    foreign = [problem.path for problem in watch_problems(watch, "EUR")]
    assert len(foreign) == len(paths) + sum(each is not None for each in usd)
