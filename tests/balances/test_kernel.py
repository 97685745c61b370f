from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import kernel
from leadcore.balances.kernel import Mode
from tests.proofs import unproved

amounts = st.integers(1, 2**63)


def test_available_leaves_reserved_money_out():
    assert kernel.available(100, 30, 20) == 50


@given(floor=st.integers(-1000, 1000), drawn=amounts, edge=st.sampled_from((-1, 0, 1)))
def test_a_draw_is_admitted_down_to_exactly_the_floor(floor, drawn, edge):
    assert kernel.admits(floor + drawn + edge, floor, drawn) is (edge >= 0)


@given(free=st.integers(), floor=st.integers(), drawn=st.integers(max_value=0))
def test_what_draws_nothing_is_admitted_however_low_the_account_is(free, floor, drawn):
    assert kernel.admits(free, floor, drawn)


def test_only_direct_transfers_and_captures_move_money():
    moved = {mode: kernel.leg(mode, 7) for mode in Mode}
    assert moved == {Mode.DIRECT: 7, Mode.RESERVE: 0, Mode.CAPTURE: 7, Mode.RELEASE: 0}


@given(mode=st.sampled_from(Mode), amount=amounts)
def test_the_credit_account_gains_what_the_debit_account_loses(mode, amount):
    assert kernel.credited(mode, amount) == kernel.leg(mode, amount)


def test_a_resolution_gives_the_whole_hold_back_however_much_is_taken():
    assert kernel.reserved(Mode.RESERVE, 9, 0) == 9
    assert kernel.reserved(Mode.CAPTURE, 2, 9) == -9
    assert kernel.reserved(Mode.RELEASE, 9, 9) == -9
    assert kernel.reserved(Mode.DIRECT, 9, 0) == 0


def test_a_capture_takes_between_one_unit_and_the_whole_hold():
    assert [kernel.capturable(5, asked) for asked in (0, 1, 5, 6)] == [False, True, True, False]


def test_a_hold_lives_until_just_before_its_expiry():
    assert [kernel.lives(10, at) for at in (9, 10, 11)] == [True, False, False]


def test_reversed_refunds_give_the_quota_back():
    assert kernel.quota_left(100, 60, 0) == 40
    assert kernel.quota_left(100, 60, 60) == 100


@given(draws=st.lists(st.integers(1, 50), min_size=1), incomes=st.lists(st.integers(0, 50)))
def test_what_a_batch_requires_is_the_worst_of_its_steps(draws, incomes):
    requires, before, worst = None, 0, None
    for index, drawn in enumerate(draws):
        needed = before + drawn
        worst = needed if worst is None else max(worst, needed)
        requires = kernel.tighten(needed if requires is None else requires, before, drawn)
        before += drawn - (incomes[index] if index < len(incomes) else 0)
    assert requires == worst


@pytest.mark.slow  # a proof of the source holds on every Python
def test_crosshair_finds_no_counterexample_to_any_contract():
    assert unproved(kernel) == ""
