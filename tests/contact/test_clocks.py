"""Clocks on whole numbers, against the standard library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.contact import clocks
from leadcore.contact.clocks import Clock, clock_of
from leadcore.contact.kernels import DAY
from leadcore.values import micros
from tests.contact.people import EASTERN, TICK

ZONES = (EASTERN, "America/Phoenix", "Asia/Beirut", "Africa/Casablanca", "Pacific/Apia", "Etc/UTC")
CHANGES = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2023, 10, 28, 21, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # a day that Apia left out
)


def shown(zone: str, at: datetime) -> int:
    return micros(at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC))


@given(
    st.sampled_from(ZONES),
    st.sampled_from(CHANGES),
    st.one_of(st.sampled_from((-1, 0, 1)), st.integers(-2 * DAY, 2 * DAY)),
)
def test_shows_what_the_standard_library_shows(zone: str, change: datetime, beside: int) -> None:
    at = change + beside * TICK
    clock = clock_of(zone)
    assert clock.local(micros(at)) == shown(zone, at)
    assert clock.local(micros(at)) == shown(zone, at)


@pytest.mark.parametrize("at", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_at_the_ends_of_time(at: datetime) -> None:
    assert clock_of("Etc/UTC").local(micros(at)) == micros(at)


def test_keeps_only_so_many_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "_KEPT", 3)
    clock, at = Clock(EASTERN), datetime(2026, 10, 25, 12, tzinfo=UTC)
    for days in range(12):
        each = at + timedelta(days=days)
        assert clock.local(micros(each)) == shown(EASTERN, each)
    assert len(clock._offsets) <= 3


def test_one_clock_for_a_zone() -> None:
    assert clock_of(EASTERN) is clock_of(EASTERN)
    assert clock_of(EASTERN).zone == EASTERN
    with pytest.raises(ValueError, match="Mars"):
        clock_of("Mars/Olympus")
