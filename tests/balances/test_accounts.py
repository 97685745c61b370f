from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadcore.balances import AccountStatus, LedgerAccount
from leadcore.values import MAX_MINOR, UNLIMITED
from tests.balances.machine import account

COUNTERS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted", "seq")


def test_figures_are_read_off_the_counters_and_incoming_holds_do_not_count():
    held = account(
        "a", credits_posted=100, debits_posted=30, debits_pending=20, credits_pending=1000
    )
    assert (held.posted, held.pending, held.available) == (70, 20, 50)


def test_an_account_is_open_and_stops_at_zero_unless_told_otherwise():
    held = account("a")
    assert (held.floor, held.status, held.moved_at) == (0, AccountStatus.OPEN, None)
    bare = LedgerAccount(id="a", seller_id="s", currency="USD", tracked=True)
    assert [getattr(bare, name) for name in COUNTERS] == [0] * 5
    assert [status.value for status in AccountStatus] == ["open", "frozen", "closed"]


def test_an_untracked_account_has_no_floor():
    assert account("cash", tracked=False).floor is UNLIMITED
    with pytest.raises(ValueError, match="keeps no running balance"):
        account("cash", tracked=False, floor=0)


@pytest.mark.parametrize("name", COUNTERS)
@pytest.mark.parametrize("wrong", [1.0, True, None, "1"])
def test_a_counter_is_an_int_and_nothing_that_looks_like_one(name, wrong):
    with pytest.raises(TypeError, match=f"{name} is a whole number"):
        account("a", **{name: wrong})


@pytest.mark.parametrize("name", COUNTERS)
def test_a_counter_fits_a_column_and_is_never_below_zero(name):
    assert getattr(account("a", **{name: MAX_MINOR}), name) == MAX_MINOR
    for wrong in (-1, MAX_MINOR + 1):
        with pytest.raises(ValueError, match="lies between"):
            account("a", **{name: wrong})


def test_a_floor_is_an_int_that_fits_or_unlimited():
    for edge in (-MAX_MINOR, MAX_MINOR):
        assert account("a", floor=edge).floor == edge
    assert account("a", floor=UNLIMITED).floor is UNLIMITED
    for wrong in (0.0, False, None):
        with pytest.raises(TypeError, match="floor"):
            account("a", floor=wrong)
    for wrong in (-MAX_MINOR - 1, MAX_MINOR + 1):
        with pytest.raises(ValueError, match="64 bits"):
            account("a", floor=wrong)


def test_its_instants_are_utc():
    moved = datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
    assert account("a", moved_at=moved).moved_at == moved
    with pytest.raises(ValueError, match="no zone"):
        account("a", moved_at=datetime(2026, 11, 1))  # noqa: DTZ001 - what is refused
