"""The verdicts on whole numbers, and the proof of their contracts."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.logins import kernel
from leadcore.logins.kernel import NEVER, Over
from tests.proofs import unproved

FAILURES = st.integers(0, 130)


@pytest.mark.slow  # a proof of the source holds on every Python
def test_crosshair_finds_no_counterexample_to_any_contract():
    assert unproved(kernel) == ""


@given(FAILURES, st.integers(0, 10), st.sampled_from([NEVER, 0, 1, 99, 100]))
def test_more_failures_never_wait_less(failures, free, most):
    now, after = (kernel.waits(each, free, most) for each in (failures, failures + 1))
    assert after == NEVER or (now != NEVER and now <= after)
    assert (now == NEVER) == (0 <= most <= failures)


@given(st.integers(0, 10**9), st.integers(0, 300), st.integers(1, 90), st.integers(90, 3600))
def test_a_longer_row_opens_no_sooner_and_never_later_than_the_longest(last, steps, step, longest):
    now, after = (kernel.next_try(last, each, step, longest) for each in (steps, steps + 1))
    assert last <= now <= after <= last + longest
    assert kernel.next_try(last, NEVER, step, longest) == NEVER


@pytest.mark.parametrize(("age", "count"), [(-1, 3), (0, 3), (9, 3), (10, 0), (11, 0)])
def test_failures_count_until_they_are_old(age, count):
    assert kernel.counted(3, 100, 100 + age, 10) == count
    assert kernel.counted(3, 100, 100 + age, NEVER) == 3


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, Over.NOT),
        ({"at": 99}, Over.NOT),
        ({"ended": 1}, Over.ENDED),
        ({"at": 200, "used": 195}, Over.AGE),
        ({"at": 199, "used": 195}, Over.NOT),
        ({"at": 110}, Over.IDLE),
        ({"at": 109}, Over.NOT),
        ({"revokes": 1}, Over.REVOKED),
        ({"disables": 1}, Over.DISABLED),
        ({"disables": 1, "revokes": 1, "ended": 1, "at": 900}, Over.DISABLED),
    ],
)
def test_a_session_is_over_on_the_first_instant_it_is(changed, found):
    session = {"ended": 0, "opened": 100, "used": 100, "at": 100, "age": 100, "idle": 10}
    given_ = {**session, "revokes": 0, "disables": 0, **changed}
    assert kernel.over(*given_.values()) is found


@pytest.mark.parametrize(("matches", "used", "at"), [*product((0, 1), (0, 1), (9, 10))])
def test_a_token_is_good_once_and_in_time(matches, used, at):
    assert kernel.usable(matches, used, at, 10) == ((matches, used, at) == (1, 0, 9))
