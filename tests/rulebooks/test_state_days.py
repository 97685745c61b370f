"""Holidays of single states."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil import easter as other

from leadcore.rulebooks.state_days import easter, state_holidays


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Let these tests run what others have run before."""
    state_holidays.cache_clear()


def test_easter_as_others_compute_it() -> None:
    for year in range(1900, 2200):
        assert easter(year) == other.easter(year)


@pytest.mark.parametrize(
    ("state", "day", "name"),
    [
        ("RI", date(2026, 8, 10), "Victory Day"),
        ("RI", date(2026, 11, 3), "Election Day"),
        ("UT", date(2026, 7, 24), "Pioneer Day"),
        ("UT", date(2027, 7, 24), "Pioneer Day"),
        ("UT", date(2027, 7, 23), "Pioneer Day (observed)"),
        ("LA", date(2026, 2, 17), "Mardi Gras"),
        ("LA", date(2026, 4, 3), "Good Friday"),
        ("AL", date(2026, 4, 27), "Confederate Memorial Day"),
        ("AL", date(2026, 6, 1), "Jefferson Davis's Birthday"),
    ],
)
def test_days(state: str, day: date, name: str) -> None:
    assert state_holidays(state, day.year)[day] == name
    assert day + timedelta(days=7) not in state_holidays(state, day.year)


def test_no_election_in_odd_years_and_none_elsewhere() -> None:
    assert list(state_holidays("RI", 2027).values()) == ["Victory Day"]
    assert state_holidays("NY", 2026) == {}
