"""Bugs in lots, planted one by one: each is caught by the test its name would lead one to."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore.balances import TransferKind, allocating, paying_back
from leadcore.balances.portions import popped
from tests.balances import test_allocating, test_paying_back


def finds(test, *arguments) -> bool:
    """Run a test; say whether it fails."""
    try:
        test(*arguments)
    except (AssertionError, KeyError, pytest.fail.Exception):
        return True
    return False


def caught(monkeypatch, target, name, broken, *tests) -> bool:
    """Plant a bug; say whether every one of these tests passes without it and fails with it."""
    sound = not any(finds(*test) for test in tests)
    monkeypatch.setattr(target, name, broken)
    return sound and all(finds(*test) for test in tests)


def test_bonus_spent_last_although_first_is_stated(monkeypatch):
    honest = allocating._rank

    def cash_first(lot, order):
        priority, *rest = honest(lot, order)
        return -priority, *rest

    assert caught(
        monkeypatch,
        allocating,
        "_rank",
        cash_first,
        (test_allocating.test_bonus_goes_first_then_the_oldest_cash,),
    )


def test_a_refund_that_fills_the_newest_lot_instead_of_its_own(monkeypatch):
    honest = allocating.Fold._to_lot

    def to_the_newest(self, name, amount):
        honest(self, max(self.lots, key=lambda lot: lot.seq).id, amount)

    assert caught(
        monkeypatch,
        allocating.Fold,
        "_to_lot",
        to_the_newest,
        (test_allocating.test_what_no_lot_covers_is_paid_off_first_by_the_next_funding,),
        (test_allocating.test_a_reversal_takes_elsewhere_what_was_spent_meanwhile,),
    )


def test_a_remainder_lost_on_part_refunds(monkeypatch):
    def drops_the_rest_of_a_part(parts, amount):
        left, off = popped(parts, amount)
        cut = left and off and left[-1].lot == off[-1].lot
        return (left[:-1] if cut else left), off

    assert caught(
        monkeypatch,
        allocating,
        "popped",
        drops_the_rest_of_a_part,
        (test_allocating.test_what_is_still_owed_is_given_back_first_and_owed_again,),
    )


def test_an_expiry_that_takes_what_was_spent(monkeypatch):
    honest = allocating.Fold.spend

    def any_bonus_will_do(self, amount, at, kind, ref, *, cash_only):
        named = None if kind is TransferKind.PROMO_EXPIRY else ref
        return honest(self, amount, at, kind, named, cash_only=cash_only)

    assert caught(
        monkeypatch,
        allocating.Fold,
        "spend",
        any_bonus_will_do,
        (test_allocating.test_an_expiry_takes_only_what_is_left_of_its_lot,),
    )


def test_bonus_that_leaves_as_money(monkeypatch):
    assert caught(
        monkeypatch,
        allocating,
        "_CASH_ONLY",
        frozenset(),
        (test_allocating.test_bonus_never_leaves_as_money, TransferKind.TRANSFER, "b"),
    )


def test_a_newest_first_order_of_what_is_owed(monkeypatch):
    assert caught(
        monkeypatch,
        allocating.Fold,
        "oldest_debts",
        lambda self: sorted(self.debts.values(), key=lambda debt: -debt.seq),
        (test_allocating.test_what_no_lot_covers_is_paid_off_first_by_the_next_funding,),
    )


def test_bonus_taken_back_twice(monkeypatch):
    honest = paying_back._of_funding

    def forgets_what_was_made_good(lots, funding, at, within_hours):
        return honest(lots, replace(funding, repaid=0), at, within_hours)

    assert caught(
        monkeypatch,
        paying_back,
        "_of_funding",
        forgets_what_was_made_good,
        (test_paying_back.test_bonus_that_expired_or_was_made_good_is_not_asked_for_again,),
    )


def test_a_hold_that_is_not_kept_back(monkeypatch):
    assert caught(
        monkeypatch,
        allocating.Fold,
        "capture_all",
        lambda self, at: None,
        (test_paying_back.test_what_holds_reserve_stays,),
    )
