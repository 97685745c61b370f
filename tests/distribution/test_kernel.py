"""The innermost verdicts, on both sides of each edge; proved for all numbers by CrossHair."""

from __future__ import annotations

import pytest

from leadcore.distribution import kernel
from leadcore.distribution.kernel import By
from tests.proofs import unproved


@pytest.mark.parametrize(("by", "first"), [(By.TURN, 0), (By.PRIORITY, -7), (By.PRICE, -2_500)])
def test_the_smallest_place_is_asked_first(by, first):
    assert kernel.place(by, 7, 2_500) == first
    assert kernel.place(by, 6, 2_499) >= first


@pytest.mark.parametrize(
    ("left", "buyers", "served"), [(2, 1, 1), (2, 2, 2), (2, 3, 2), (0, 3, 0), (2, 0, 0)]
)
def test_seats_are_served_as_far_as_they_go(left, buyers, served):
    assert kernel.seats(left, buyers) == served


@pytest.mark.parametrize(("won", "after"), [(False, 15), (True, -85)])
def test_a_lead_that_counts_as_never_offered_leaves_no_trace(won, after):
    assert kernel.settled(5, 10, won, 100) == after
    assert kernel.undone(after, 10, won, 100) == 5


@pytest.mark.slow  # a proof of the source holds on every Python
def test_crosshair_finds_no_counterexample_to_any_contract():
    assert unproved(kernel) == ""
