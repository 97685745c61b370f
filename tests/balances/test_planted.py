"""Bugs of the kind that cost money elsewhere, planted one by one: the machine must find each.

Each is caught by the invariant its name says, so that a weaker machine can't pass by accident.
"""

from __future__ import annotations

import re

import pytest
from attrs import evolve as replace
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from leadcore.balances import HoldStatus, Posted, checks, holds, kernel, posting
from leadcore.balances.kernel import Mode
from tests.balances.machine import LedgerMachine

SEARCH = settings(
    max_examples=400,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def finding() -> str:
    """Run the machine on the broken ledger and give what it said."""
    with pytest.raises((AssertionError, TypeError, ValueError)) as caught:
        run_state_machine_as_test(LedgerMachine, settings=SEARCH)
    return str(caught.value)


def plant(monkeypatch: pytest.MonkeyPatch, target: object, name: str, broken: object) -> None:
    monkeypatch.setattr(target, name, broken)


def test_a_float_in_money_is_found(monkeypatch):
    whole = kernel.leg
    plant(monkeypatch, kernel, "leg", lambda mode, amount: whole(mode, amount) * 1.0)
    assert "is a whole number (int), not float" in finding()


def test_a_lost_hold_is_found(monkeypatch):
    plant(monkeypatch, kernel, "reserved", lambda mode, amount, held: 0)
    assert re.search("I[24567]", finding())


def test_holds_ignored_in_the_check_are_found(monkeypatch):
    plant(monkeypatch, kernel, "available", lambda came, left, pending: came - left)
    assert "I4" in finding()


def test_a_hold_voided_twice_is_found(monkeypatch):
    forget = holds.evolve

    def keeps_it_open(state, transfer):
        return replace(forget(state, transfer), status=HoldStatus.OPEN)

    plant(monkeypatch, holds, "evolve", keeps_it_open)
    assert re.search("I14 a hold was resolved twice|I5|lies between|I6", finding())


def test_a_capture_after_a_void_is_found(monkeypatch):
    inner = checks._resolution

    def only_voids_are_checked(work, transfer, at):
        hold = work.holds.get(transfer.ref or "")
        if hold is not None and hold.status is HoldStatus.VOIDED:
            work.holds[hold.id] = replace(hold, status=HoldStatus.OPEN)
        return inner(work, transfer, at)

    table = tuple(only_voids_are_checked if c is inner else c for c in checks._CHECKS)
    plant(monkeypatch, checks, "_CHECKS", table)
    assert re.search("I14 a hold was resolved twice|lies between", finding())


def test_a_capture_above_the_hold_is_found(monkeypatch):
    plant(monkeypatch, kernel, "capturable", lambda held, asked: asked > 0)
    assert "I14 captured above the hold" in finding()


def test_a_capture_at_the_very_expiry_is_found(monkeypatch):
    plant(monkeypatch, kernel, "lives", lambda expires_at, at: at <= expires_at)
    assert "I14 captured too late" in finding()


def test_a_refund_beyond_the_charge_is_found(monkeypatch):
    plant(monkeypatch, kernel, "quota_left", lambda charged, refunded, restored: charged)
    assert "I9" in finding()


def test_a_reversal_that_keeps_the_quota_used_is_found(monkeypatch):
    plant(monkeypatch, kernel, "quota_left", lambda charged, refunded, restored: charged - refunded)
    assert "I9 quota" in finding()


def test_a_retry_that_is_executed_again_is_found(monkeypatch):
    plant(monkeypatch, posting, "_answered", lambda book, batch: None)
    assert re.search("I10|I11", finding())


def test_a_rejection_that_succeeds_on_retry_is_found(monkeypatch):
    inner = posting._answered

    def forgets_rejections(book, batch):
        found = inner(book, batch)
        return found if isinstance(found, Posted | None) else None

    plant(monkeypatch, posting, "_answered", forgets_rejections)
    assert re.search("I10|I11", finding())


def test_a_key_used_for_something_else_is_found(monkeypatch):
    plant(monkeypatch, posting, "_same", lambda outcome, transfer: True)
    plant(monkeypatch, posting, "batch_digest", lambda batch: "always the same")
    assert "I11" in finding()


def test_a_lost_credit_leg_is_found(monkeypatch):
    plant(monkeypatch, kernel, "credited", lambda mode, amount: 0)
    assert re.search("I1|I5", finding())


def test_a_charge_below_the_floor_is_found(monkeypatch):
    plant(monkeypatch, kernel, "admits", lambda free, floor, drawn: free - drawn >= floor - 1)
    assert "I4" in finding()


def test_a_guard_that_sums_the_batch_instead_of_its_steps_is_found(monkeypatch):
    plant(monkeypatch, kernel, "tighten", lambda requires, before, drawn: before + drawn)
    assert re.search("I4 the guard", finding())


def test_a_direct_transfer_that_reserves_as_well_is_found(monkeypatch):
    def both(mode, amount, held):
        return amount if mode in (Mode.RESERVE, Mode.DIRECT) else -held

    plant(monkeypatch, kernel, "reserved", both)
    assert re.search("I[245]", finding())
