"""Spans of time: elapsed hours against the clock on the wall.

Two things are easily taken for one another, and law and money hang on the difference:

* *elapsed* time is true duration. Add it in UTC; no clock change can bend it.
* *local* time is what the clock on the wall shows in a zone. A local day has 23, 24 or 25 hours,
  some local times do not exist (gap) and some come twice (fold).

All instants go in aware and come out in UTC. Every window is half-open: its start belongs to it,
its end does not. Zones are IANA names, read through `zoneinfo` with the `tzdata` package.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, frozen

from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "HOUR",
    "MICROSECOND",
    "WeeklyHours",
    "Window",
    "clock_change",
    "elapsed_hours_after",
    "end_of_local_day",
    "local_date",
    "local_instant",
    "start_of_local_day",
    "to_local",
    "zone_info",
]

HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
MINUTES_A_DAY = 1440


@lru_cache(maxsize=1024)
def zone_info(zone: str) -> ZoneInfo:
    """Give the rules of an IANA zone.

    Raises:
        ValueError: there is no such zone.
    """
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError) as error:
        message = f"{zone!r} is not an IANA time zone"
        raise ValueError(message) from error


def to_local(at: datetime, zone: str) -> datetime:
    """Give an instant on the wall clock of a zone; `fold` is set in the repeated hour."""
    return instant(at).astimezone(zone_info(zone))


def local_date(at: datetime, zone: str) -> date:
    """Give the date an instant falls on in a zone.

    >>> from datetime import UTC
    >>> local_date(datetime(2026, 12, 19, 4, 30, tzinfo=UTC), "America/New_York")
    datetime.date(2026, 12, 18)
    """
    return to_local(at, zone).date()


def elapsed_hours_after(at: datetime, hours: int) -> datetime:
    """Give the instant so many true hours later, in UTC; clock changes do not matter.

    Args:
        at: an aware instant.
        hours: whole hours; below zero means earlier.

    >>> from datetime import UTC
    >>> elapsed_hours_after(datetime(2026, 10, 30, 12, tzinfo=UTC), 120).isoformat()
    '2026-11-04T12:00:00+00:00'
    """
    return instant(at) + timedelta(hours=hours)


@lru_cache(maxsize=8192)
def local_instant(day: date, at: time, zone: str) -> datetime:
    """Give the first instant, in UTC, at which a zone's clock shows this time or a later one.

    In a fold that is the earlier of the two passes. In a gap it is the moment of the change, when
    the clock jumps past the time asked for.

    >>> local_instant(date(2027, 3, 14), time(2, 30), "America/New_York").isoformat()
    '2027-03-14T07:00:00+00:00'
    """
    info = zone_info(zone)
    wall = datetime.combine(day, at)
    early = wall.replace(tzinfo=info, fold=0)
    found = instant(early)
    if found.astimezone(info).replace(tzinfo=None) == wall:
        return found
    # A gap. With fold=1 the offset after the change is used, which lands before the change.
    low, high = instant(wall.replace(tzinfo=info, fold=1)), found
    return _change(info, low, high)


def _change(info: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Find the instant the offset changes between two instants, to the microsecond."""
    before = low.astimezone(info).utcoffset()
    while high - low > MICROSECOND:
        middle = low + (high - low) // 2
        if middle.astimezone(info).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=8192)
def start_of_local_day(day: date, zone: str) -> datetime:
    """Give the first instant of a local day, in UTC; where midnight is skipped, the change.

    >>> start_of_local_day(date(2026, 11, 1), "America/New_York").isoformat()
    '2026-11-01T04:00:00+00:00'
    """
    return local_instant(day, time(), zone)


def end_of_local_day(day: date, zone: str) -> datetime:
    """Give the last microsecond of a local day, in UTC.

    >>> end_of_local_day(date(2026, 11, 1), "America/New_York").isoformat()
    '2026-11-02T04:59:59.999999+00:00'
    """
    return start_of_local_day(day + _DAY, zone) - MICROSECOND


@lru_cache(maxsize=8192)
def clock_change(day: date, zone: str) -> datetime | None:
    """Give the instant (UTC) within a local day at which the zone's clocks change, if they do.

    >>> clock_change(date(2026, 11, 1), "America/New_York").isoformat()
    '2026-11-01T06:00:00+00:00'
    """
    info = zone_info(zone)
    low, high = start_of_local_day(day, zone), start_of_local_day(day + _DAY, zone)
    if low.astimezone(info).utcoffset() == high.astimezone(info).utcoffset():
        return None
    return _change(info, low, high)


@frozen
class Window:
    """A span of time. `opens_at` belongs to it, `closes_at` does not (half-open, in UTC).

    Raises:
        ValueError: it would close before it opens. An empty window is allowed.
    """

    opens_at: datetime = field(converter=instant)
    closes_at: datetime = field(converter=instant)

    def __attrs_post_init__(self) -> None:
        """Refuse a window that runs backwards."""
        if self.closes_at < self.opens_at:
            message = "a window can't close before it opens"
            raise ValueError(message)

    def __contains__(self, at: object) -> bool:
        """Tell whether an instant lies in the window."""
        return isinstance(at, datetime) and self.opens_at <= instant(at) < self.closes_at

    @property
    def length(self) -> timedelta:
        """The true duration."""
        return self.closes_at - self.opens_at

    def intersect(self, other: Window) -> Window | None:
        """Give the part both windows share, or None where they share nothing."""
        opens = max(self.opens_at, other.opens_at)
        closes = min(self.closes_at, other.closes_at)
        return Window(opens, closes) if opens < closes else None


def _check_days(
    _instance: object, _attribute: object, value: tuple[tuple[int, int] | None, ...]
) -> None:
    if len(value) != 7:  # noqa: PLR2004 - Monday to Sunday
        message = f"weekly hours are for 7 days, Monday first, not {len(value)}"
        raise ValueError(message)
    for hours in value:
        if hours is not None and not 0 <= hours[0] < hours[1] <= MINUTES_A_DAY:
            message = f"hours run from 0 to {MINUTES_A_DAY} minutes, the start first: {hours!r}"
            raise ValueError(message)


@frozen
class WeeklyHours:
    """Opening hours by weekday, in minutes of the local clock, `[start, end)`.

    Attributes:
        days: seven entries, Monday first: `(start, end)` in minutes after midnight, or None where
            the day is closed. `(0, 1440)` is the whole day.

    As windows, hours that start or end inside a repeated hour are read by its first pass.

    >>> WeeklyHours.daily(8, 21).days[6]
    (480, 1260)
    """

    days: tuple[tuple[int, int] | None, ...] = field(validator=_check_days)

    @classmethod
    def daily(cls, start: int, end: int) -> WeeklyHours:
        """Make the same hours, in whole hours, for every day of the week."""
        return cls(((start * 60, end * 60),) * 7)

    def windows(self, zone: str, first: date, last: date) -> Iterator[Window]:
        """Give the windows, as instants, of each local day from `first` to `last`, in order."""
        day = first
        while day <= last:
            hours = self.days[day.weekday()]
            if hours is not None:
                opens, closes = (_minute(day, minute, zone) for minute in hours)
                if opens < closes:
                    yield Window(opens, closes)
            day += _DAY

    def is_open(self, at: datetime, zone: str) -> bool:
        """Tell whether the clock on the wall in the zone shows a time within the hours."""
        local = to_local(at, zone)
        hours = self.days[local.weekday()]
        minute = local.hour * 60 + local.minute
        return hours is not None and hours[0] <= minute < hours[1]


def _minute(day: date, minute: int, zone: str) -> datetime:
    if minute == MINUTES_A_DAY:
        return start_of_local_day(day + _DAY, zone)
    return local_instant(day, time(minute // 60, minute % 60), zone)
