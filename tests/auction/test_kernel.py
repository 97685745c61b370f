from __future__ import annotations

import pytest

from leadcore.auction import kernel
from tests.proofs import unproved


@pytest.mark.parametrize(("at", "heard"), [(9, False), (10, True), (14, True), (15, False)])
def test_the_end_is_exclusive(at, heard):
    assert kernel.in_time(at, 10, 5) is heard


@pytest.mark.parametrize(("best", "keep", "left"), [(999, 150, 849), (7, 0, 7), (7, 1_000, 0)])
def test_what_is_left_is_rounded_down(best, keep, left):
    assert kernel.offered(best, keep) == left


@pytest.mark.slow  # a proof of the source holds on every Python
def test_crosshair_finds_no_counterexample_to_any_contract():
    assert unproved(kernel) == ""
