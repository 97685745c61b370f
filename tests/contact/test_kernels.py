"""The kernels against their contracts, stated once more in other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.contact.kernels import (
    DAY,
    HOUR,
    MINUTE,
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


def test_times_are_microseconds() -> None:
    assert MINUTE == 60_000_000
    assert HOUR == 3_600_000_000
    assert DAY == 86_400_000_000


def test_states_are_numbers_a_table_can_keep() -> None:
    assert [(state.name, state.value) for state in OpenState] == [
        ("CLOSED", 0),
        ("OPEN", 1),
        ("ENDED", 2),
    ]


@pytest.mark.parametrize(
    ("touch", "counts"), [(3, False), (4, True), (9, True), (10, False), (11, False)]
)
def test_both_ends_of_a_span(touch: int, counts: bool) -> None:
    assert in_span(touch, 10, 6) is counts


@pytest.mark.parametrize(
    ("day", "young"), [(9, False), (10, True), (11, True), (13, True), (14, False)]
)
def test_both_ends_of_youth(day: int, young: bool) -> None:
    assert young_enough(day, 10, 3) is young
