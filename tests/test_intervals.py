"""Elapsed hours, local days and weekly hours, with the clocks changing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore import intervals
from leadcore.intervals import (
    MICROSECOND,
    WeeklyHours,
    Window,
    clock_change,
    elapsed_hours_after,
    end_of_local_day,
    local_date,
    local_instant,
    start_of_local_day,
    to_local,
    zone_info,
)

# Zones with changes at 02:00, at midnight (Havana, Santiago), by half an hour (Lord Howe), with a
# whole day skipped (Apia, 2011-12-30), and with none.
ZONES = (
    "America/New_York",
    "America/Phoenix",
    "America/Havana",
    "America/Santiago",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Honolulu",
)
days = st.dates(min_value=date(2010, 1, 1), max_value=date(2035, 12, 31))
zones = st.sampled_from(ZONES)


def transitions(zone: str, year: int) -> list[datetime]:
    """Give the hours of a year around which a zone's offset changes."""
    info = ZoneInfo(zone)
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=h) for h in range(8784)]
    pairs = pairwise(hours)
    return [a for a, b in pairs if a.astimezone(info).utcoffset() != b.astimezone(info).utcoffset()]


EDGES = {
    zone: [at for year in (2011, 2026, 2027) for at in transitions(zone, year)] for zone in ZONES
}


@pytest.fixture(autouse=True, scope="module")
def nothing_remembered() -> None:
    """Let these tests run what others have run before."""
    for remembering in (zone_info, local_instant, start_of_local_day, clock_change):
        remembering.cache_clear()


@st.composite
def instants(draw: st.DrawFn, zone: str | None = None) -> datetime:
    """Draw an instant, half of the time within three hours of a clock change."""
    named = zone or draw(zones)
    if EDGES[named] and draw(st.booleans()):
        around = draw(st.sampled_from(EDGES[named]))
        return around + MICROSECOND * draw(st.integers(-(3 * 3600 * 10**6), 3 * 3600 * 10**6))
    micros = draw(st.integers(0, 25 * 365 * 86_400 * 10**6))
    return datetime(2010, 1, 1, tzinfo=UTC) + MICROSECOND * micros


class TestElapsed:
    @given(instants(), st.integers(-5000, 5000))
    def test_is_true_duration_whatever_the_clocks_do(self, at: datetime, hours: int) -> None:
        later = elapsed_hours_after(at, hours)
        assert later - at == timedelta(hours=hours)
        assert later.tzinfo is UTC

    def test_120_hours_are_not_5_local_days_over_a_change(self) -> None:
        at = datetime(2026, 10, 30, 8, tzinfo=ZoneInfo("America/New_York"))
        later = elapsed_hours_after(at, 120)
        assert to_local(later, "America/New_York").hour == 7

    def test_takes_pendulum_and_gives_the_standard_library(self) -> None:
        at = pendulum.datetime(2026, 10, 30, 8, tz="America/New_York")
        later = elapsed_hours_after(at, 120)
        assert type(later) is datetime
        assert later == datetime(2026, 11, 4, 12, tzinfo=UTC)


class TestZones:
    @pytest.mark.parametrize(
        "zone", ["", "Mars/Base", "America", "../etc/passwd", "EST5EDT4,x", "a\0b"]
    )
    def test_an_unknown_zone_is_a_clear_error(self, zone: str) -> None:
        with pytest.raises(ValueError, match="is not an IANA time zone"):
            zone_info(zone)

    def test_fold_is_kept(self) -> None:
        second = to_local(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York")
        assert (second.hour, second.fold) == (1, 1)

    def test_dates_differ_by_zone(self) -> None:
        at = datetime(2026, 11, 22, 22, tzinfo=UTC)
        assert local_date(at, "Pacific/Guam") == date(2026, 11, 23)
        assert local_date(at, "America/New_York") == date(2026, 11, 22)


class TestLocalInstant:
    @given(days, st.times().map(lambda t: t.replace(fold=0)), zones)
    def test_is_the_first_instant_showing_that_time_or_later(
        self, day: date, at: time, zone: str
    ) -> None:
        found = local_instant(day, at, zone)
        wall = datetime.combine(day, at)
        assert to_local(found, zone).replace(tzinfo=None, fold=0) >= wall
        assert to_local(found - MICROSECOND, zone).replace(tzinfo=None, fold=0) < wall

    def test_gap_gives_the_change(self) -> None:
        found = local_instant(date(2027, 3, 14), time(2, 30), "America/New_York")
        assert found == datetime(2027, 3, 14, 7, tzinfo=UTC)

    def test_fold_gives_the_first_pass(self) -> None:
        found = local_instant(date(2026, 11, 1), time(1, 30), "America/New_York")
        assert found == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


class TestLocalDay:
    @given(days, zones)
    def test_days_meet_without_gap_or_overlap(self, day: date, zone: str) -> None:
        start, end = start_of_local_day(day, zone), end_of_local_day(day, zone)
        assert end + MICROSECOND == start_of_local_day(day + timedelta(days=1), zone)
        if end > start:  # Apia had no 2011-12-30 at all
            assert local_date(start, zone) == local_date(end, zone) == day
        assert local_date(end + MICROSECOND, zone) > day

    @pytest.mark.parametrize(
        ("day", "hours"), [(date(2026, 11, 1), 25), (date(2027, 3, 14), 23), (date(2026, 7, 1), 24)]
    )
    def test_length(self, day: date, hours: int) -> None:
        start = start_of_local_day(day, "America/New_York")
        end = end_of_local_day(day, "America/New_York")
        assert end - start == timedelta(hours=hours) - MICROSECOND

    def test_midnight_that_does_not_exist(self) -> None:
        # Havana's clocks jump from 24:00 to 01:00.
        found = start_of_local_day(date(2026, 3, 8), "America/Havana")
        assert to_local(found, "America/Havana").hour == 1


class TestClockChange:
    @given(days, zones)
    def test_offsets_differ_beside_it(self, day: date, zone: str) -> None:
        change = clock_change(day, zone)
        start, end = start_of_local_day(day, zone), end_of_local_day(day, zone)
        if change is None:
            after = end + MICROSECOND
            assert to_local(start, zone).utcoffset() == to_local(after, zone).utcoffset()
        else:
            before = change - MICROSECOND
            assert to_local(before, zone).utcoffset() != to_local(change, zone).utcoffset()

    def test_known_ones(self) -> None:
        assert clock_change(date(2027, 3, 14), "America/New_York") == datetime(
            2027, 3, 14, 7, tzinfo=UTC
        )
        assert clock_change(date(2026, 7, 1), "America/New_York") is None
        assert clock_change(date(2027, 3, 14), "America/Phoenix") is None


class TestWindow:
    def test_start_belongs_to_it_and_end_does_not(self) -> None:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        window = Window(start, start + timedelta(hours=1))
        assert start in window
        assert start - MICROSECOND not in window
        assert window.closes_at not in window
        assert window.closes_at - MICROSECOND in window
        assert window.length == timedelta(hours=1)
        assert "noon" not in window

    def test_backwards_is_refused_and_empty_is_not(self) -> None:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        assert start not in Window(start, start)
        with pytest.raises(ValueError, match="can't close before it opens"):
            Window(start, start - MICROSECOND)

    @given(st.lists(st.integers(0, 20), min_size=4, max_size=4), st.integers(-1, 21))
    def test_intersection_holds_what_both_hold(self, hours: list[int], asked: int) -> None:
        base = datetime(2026, 1, 1, tzinfo=UTC)
        a, b, c, d = hours
        one = Window(*(base + timedelta(hours=h) for h in sorted((a, b))))
        two = Window(*(base + timedelta(hours=h) for h in sorted((c, d))))
        shared = one.intersect(two)
        at = base + timedelta(hours=asked)
        assert (at in one and at in two) == (shared is not None and at in shared)


class TestWeeklyHours:
    def test_daily_hours_are_the_same_every_day(self) -> None:
        assert WeeklyHours.daily(8, 21).days == ((480, 1260),) * 7

    def test_bad_hours_are_refused(self) -> None:
        with pytest.raises(ValueError, match="7 days"):
            WeeklyHours(((480, 1260),) * 6)
        for pair in ((600, 600), (-1, 5), (0, 1441)):
            with pytest.raises(ValueError, match="the start first"):
                WeeklyHours((pair,) * 7)

    @given(
        instants("America/New_York"), st.sampled_from([(480, 1260), (0, 1440), (90, 150), (0, 60)])
    )
    def test_windows_are_where_it_is_open(self, at: datetime, hours: tuple[int, int]) -> None:
        # Sunday is closed. No hours here end inside the repeated hour.
        zone = "America/New_York"
        week = WeeklyHours(((hours),) * 6 + (None,))
        local = to_local(at, zone)
        around = local.date()
        windows = list(week.windows(zone, around - timedelta(days=1), around + timedelta(days=1)))
        assert week.is_open(at, zone) == any(at in window for window in windows)

    def test_midnight_ends_a_day_and_a_day_without_hours_is_closed(self) -> None:
        week = WeeklyHours(((0, 1440),) * 6 + (None,))
        (saturday,) = week.windows("America/New_York", date(2026, 11, 14), date(2026, 11, 15))
        assert saturday.opens_at == datetime(2026, 11, 14, 5, tzinfo=UTC)
        assert saturday.closes_at == datetime(2026, 11, 15, 5, tzinfo=UTC)
        assert not week.is_open(saturday.closes_at, "America/New_York")

    def test_an_hour_that_is_skipped_gives_no_window(self) -> None:
        week = WeeklyHours(((125, 175),) * 7)
        day = date(2027, 3, 14)
        assert list(week.windows("America/New_York", day, day)) == []

    def test_names_are_sorted(self) -> None:
        assert sorted(intervals.__all__, key=str) == intervals.__all__
