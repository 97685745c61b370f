"""The verdicts on whole numbers, and the proof of their contracts."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.payments import kernel
from leadcore.payments.kernel import Asking, Move
from tests.proofs import unproved

HOUR = 3_600_000_000
RANKS = range(6)


@pytest.mark.slow  # a proof of the source holds on every Python
def test_crosshair_finds_no_counterexample_to_any_contract():
    assert unproved(kernel) == ""


@pytest.mark.parametrize(("now", "told"), [*product(RANKS, RANKS)])
def test_a_charge_only_goes_on_and_its_end_is_final(now, told):
    move = kernel.charge_moves(now, told)
    if now >= 4:
        assert move == (Move.CONTRADICTS if told >= 4 and told != now else Move.STALE)
    else:
        assert move == (Move.ADVANCES if told > now else Move.STALE)


@pytest.mark.parametrize(("now", "told"), [*product(RANKS, RANKS)])
def test_a_repayment_only_goes_on(now, told):
    assert kernel.repayment_moves(now, told) == (Move.ADVANCES if told > now else Move.STALE)


DISPUTES = {
    (-1, 0): Move.ADVANCES,
    (-1, 1): Move.ADVANCES,
    (-1, 2): Move.ADVANCES,
    (0, 0): Move.STALE,
    (0, 1): Move.ADVANCES,
    (0, 2): Move.ADVANCES,
    (1, 0): Move.STALE,
    (1, 1): Move.STALE,
    (1, 2): Move.CONTRADICTS,
    (2, 0): Move.STALE,
    (2, 1): Move.CONTRADICTS,
    (2, 2): Move.STALE,
}


@pytest.mark.parametrize(("now", "told"), DISPUTES)
def test_a_dispute_is_decided_once(now, told):
    assert kernel.dispute_moves(now, told) == DISPUTES[now, told]


@pytest.mark.parametrize(
    ("paid", "repaid", "lost", "rest"),
    [(10, 0, 0, 10), (10, 4, 3, 3), (10, 10, 0, 0), (10, 8, 3, 0)],
)
def test_what_is_left(paid, repaid, lost, rest):
    assert kernel.left(paid, repaid, lost) == rest


@pytest.mark.parametrize(("rest", "disputed", "took"), [(5, 4, 4), (5, 5, 5), (5, 6, 5), (0, 1, 0)])
def test_no_more_is_taken_than_is_left(rest, disputed, took):
    assert kernel.taken(rest, disputed) == took


@given(st.lists(st.integers(-3, 3), min_size=2), st.integers(-2, 2))
def test_between_two_crossings_lies_enough(balances, below):
    crossed = [kernel.crosses(*pair, below) for pair in pairwise(balances)]
    places = [place for place, found in enumerate(crossed) if found]
    for first, second in pairwise(places):
        assert max(balances[first + 1 : second + 1]) >= below


@pytest.mark.parametrize(
    ("after", "hours", "fits"),
    [(0, 0, True), (1, 0, False), (-1, 9, False), (2 * HOUR, 2, True), (2 * HOUR + 1, 2, False)],
)
def test_in_time_to_the_last_microsecond(after, hours, fits):
    assert kernel.in_time(7, 7 + after, hours) is fits


@pytest.mark.parametrize(
    ("age", "asking"),
    [
        (0, Asking.CHARGE),
        (23 * HOUR - 1, Asking.CHARGE),
        (23 * HOUR, Asking.LOOK),
        (25 * HOUR, Asking.LOOK),
        (25 * HOUR + 1, Asking.LAST_LOOK),
    ],
)
def test_nobody_is_charged_near_the_end_of_a_keys_life(age, asking):
    assert kernel.asking(5, 5 + age, 24) == asking
