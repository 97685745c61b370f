"""The verdicts on whole numbers, proved, and on both sides of each edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.orders import kernel
from tests.proofs import unproved

few = st.integers(0, 50)


@pytest.mark.slow
def test_every_contract_is_confirmed():
    assert unproved(kernel) == ""


@given(few, few, st.sampled_from((-1, 0, 1)))
def test_a_limit_lets_exactly_so_many_pass(used, more, edge):
    most = used + more + edge
    assert kernel.admits(used, more, most) is (edge >= 0 or most < 0)
    assert kernel.admits(used, more, kernel.NO_LIMIT)


@pytest.mark.parametrize(
    ("used", "more", "most", "admitted"),
    [(0, 0, 0, True), (0, 1, 0, False), (1, 1, 2, True), (2, 1, 2, False), (9, 1, -1, True)],
)
def test_a_limit_is_reached_and_never_passed(used, more, most, admitted):
    assert kernel.admits(used, more, most) is admitted


@given(few, few, st.integers(0, 200))
def test_a_bank_is_never_below_zero(bank, carried, spent):
    assert kernel.bank_left(bank, carried, spent) == max(0, bank + carried - spent)


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [(0, 1440, 1440), (0, 1, 1), (60, 59, 1439), (1439, 1440, 1), (1320, 120, 240)],
)
def test_a_span_that_closes_before_it_opens_ends_tomorrow(opens, closes, minutes):
    assert kernel.span_minutes(opens, closes) == minutes


@pytest.mark.parametrize(
    ("minute", "inside"), [(10_019, False), (10_020, True), (10_079, True), (59, True), (60, False)]
)
def test_sunday_night_runs_on_into_monday(minute, inside):
    assert kernel.in_week(minute, 10_020, 120) is inside


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 60))
def test_a_percentage_is_rounded_down_to_whole_leads(rate, more, sold):
    allowed = kernel.percent_left(sold, rate)
    assert 100 * allowed <= sold * rate / 100 < 100 * (allowed + 1)
    assert kernel.percent_left(sold, 10_000) == sold
    assert kernel.percent_left(10_000, 9_999) == 9_999
