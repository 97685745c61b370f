"""Days of a zone as spans of instants: what a chart by the day has for columns."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from attrs import Factory, field, frozen

from leadcore.errors import Malformed
from leadcore.intervals import local_date, start_of_local_day
from leadcore.values import instant

__all__ = ["MOST_DAYS", "Days", "two_months"]

MOST_DAYS = 366
"""So many days a chart may have."""

_DAY = timedelta(days=1)


def _starts(shown: Days) -> tuple[datetime, ...]:
    number = (shown.last - shown.first).days + 1
    if not 1 <= number <= MOST_DAYS:
        raise Malformed.at("days", f"a chart has from 1 to {MOST_DAYS} days, not {number}")
    try:
        return tuple(
            start_of_local_day(shown.first + _DAY * each, shown.zone) for each in range(number + 1)
        )
    except ValueError as error:
        raise Malformed.at("zone", str(error)) from error


@frozen(kw_only=True)
class Days:
    """Local days of a zone, the first and the last included; each has its own length.

    Raises:
        Malformed: the last is before the first, there are more than `MOST_DAYS`, or there is no
            such zone.
    """

    zone: str
    first: date
    last: date
    starts: tuple[datetime, ...] = field(
        init=False, eq=False, repr=False, default=Factory(_starts, takes_self=True)
    )

    @property
    def days(self) -> tuple[date, ...]:
        """Every day, in order."""
        return tuple(self.first + _DAY * each for each in range(len(self.starts) - 1))

    @property
    def opens_at(self) -> datetime:
        """The first instant of the first day (UTC)."""
        return self.starts[0]

    @property
    def closes_at(self) -> datetime:
        """The first instant after the last day (UTC)."""
        return self.starts[-1]


def two_months(at: datetime, zone: str) -> Days:
    """Give every day of the month an instant falls in, and of the month before it.

    Raises:
        Malformed: there is no such zone.

    >>> from datetime import UTC
    >>> shown = two_months(datetime(2026, 3, 1, 3, tzinfo=UTC), "America/New_York")
    >>> shown.first.isoformat(), shown.last.isoformat(), len(shown.days)
    ('2026-01-01', '2026-02-28', 59)
    """
    try:
        month = local_date(instant(at), zone).replace(day=1)
    except ValueError as error:
        raise Malformed.at("zone", str(error)) from error
    after = (month + 31 * _DAY).replace(day=1)
    return Days(zone=zone, first=(month - _DAY).replace(day=1), last=after - _DAY)
