"""When a letter is tried again: longer each time, never shorter than said, drawn from a seed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore.letters.plan import RelayPlan, wait_after

PLAN = RelayPlan(delays=(10, 60, 3600), jitter=0)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 10), (2, 60), (3, 3600), (4, 3600), (99, 3600)])
def test_each_try_has_its_delay_and_the_last_counts_on(tries, seconds):
    assert wait_after(PLAN, tries, "x") == timedelta(seconds=seconds)


@given(st.integers(1, 9), st.integers(0, 100), st.text())
def test_jitter_only_lengthens_and_the_same_seed_draws_the_same(tries, jitter, seed):
    plan = RelayPlan(delays=PLAN.delays, jitter=jitter)
    waited, least = wait_after(plan, tries, seed), wait_after(PLAN, tries, seed)
    assert least <= waited <= least * (100 + jitter) / 100
    assert waited == wait_after(plan, tries, seed)


def test_what_failed_together_is_not_tried_together():
    plan = RelayPlan(delays=(3600,), jitter=20)
    assert len({wait_after(plan, 1, f"m{number}") for number in range(50)}) == 50


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"delays": ()}, "delays"),
        ({"delays": (0,)}, "delays"),
        ({"delays": (1.5,)}, "delays"),
        ({"delays": [30]}, "delays"),
        ({"tries": 0}, "tries"),
        ({"lease": True}, "lease"),
        ({"batch": 10**9}, "batch"),
        ({"jitter": 101}, "jitter"),
        ({"jitter": -1}, "jitter"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(said, path):
    with pytest.raises(Malformed, match=path):
        RelayPlan(**said)


def test_a_lease_is_so_long():
    assert RelayPlan(lease=90).leased == timedelta(seconds=90)
