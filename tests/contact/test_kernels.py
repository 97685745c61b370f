"""The kernels against their contracts, stated once more in other words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leadcore.contact.kernels import (
    OpenState,
    in_span,
    open_state,
    overdue,
    young_enough,
)

near = st.integers(-5, 15)


@given(near, st.integers(0, 6), st.integers(1, 6))
def test_hours_begin_with_their_start_and_end_before_their_end(
    time: int, opens: int, length: int
) -> None:
    closes = opens + length
    state = open_state(time, opens, closes)
    assert (state is OpenState.OPEN) == (time in range(opens, closes))
    assert (state is OpenState.ENDED) == (time == closes)


@given(near, near, st.integers(1, 6))
def test_a_span_holds_its_far_end_and_not_the_present(touch: int, at: int, span: int) -> None:
    assert in_span(touch, at, span) == (touch in range(at - span, at))


@given(near, near, st.integers(0, 6))
def test_days_count_from_the_day_itself(day: int, since: int, most: int) -> None:
    assert young_enough(day, since, most) == (day in range(since, since + most + 1))


@given(near, near)
def test_the_last_day_is_still_in_time(day: int, last: int) -> None:
    assert overdue(day, last) == (not day <= last)
