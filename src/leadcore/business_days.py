"""Business days: Monday to Friday without the legal holidays of the United States.

The federal calendar follows 5 USC 6103 by rule, for any year from 1870 on, so no table runs out.
A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after, also
across the end of a year. A state's or a firm's own closed dates are added to a calendar by its
user. Inauguration day is no holiday here: it binds the Washington area only (5 USC 6103(c)).

Sources: 5 USC 6103; 16 Stat. 168 (1870); 20 Stat. 277 (1879); 28 Stat. 96 (1894);
52 Stat. 351 (1938); 55 Stat. 862 (1941); P.L. 90-363 (1971); P.L. 94-97 (1978);
P.L. 98-144 (1986); P.L. 117-17 (2021); P.L. 89-554 and E.O. 11582 for the day observed.
The rules speak of "business days" without defining them; 47 CFR 64.1200(n)(1) does, so we use it.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.intervals import local_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

__all__ = [
    "FEDERAL",
    "Calendar",
    "Holiday",
    "add_business_days",
    "closed_days",
    "deadline",
    "federal_holidays",
    "is_business_day",
    "nth_weekday",
    "observed",
]

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
_DAY = timedelta(days=1)


@frozen(kw_only=True)
class Holiday:
    """One legal holiday of one year.

    Attributes:
        name: as the statute names it.
        day: the day itself.
        kept_on: the day it is observed: another one where the day falls on a weekend.
    """

    name: str
    day: date
    kept_on: date


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Give the nth weekday (0 is Monday) of a month; -1 is the last one.

    >>> nth_weekday(2026, 11, 3, 4)
    datetime.date(2026, 11, 26)
    """
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    after = date(year + month // 12, month % 12 + 1, 1)
    last = after - _DAY
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def observed(day: date) -> date:
    """Give the day a holiday is kept on: Friday for a Saturday, Monday for a Sunday.

    >>> observed(date(2022, 1, 1))
    datetime.date(2021, 12, 31)
    """
    if day.weekday() == SATURDAY and day >= _SATURDAYS_SINCE:
        return day - _DAY
    return day + _DAY if day.weekday() == SUNDAY and day >= _SUNDAYS_SINCE else day


# Sundays first in 32 Comp. Gen. 378, Saturdays first in P.L. 89-554.
_SUNDAYS_SINCE = date(1953, 2, 27)
_SATURDAYS_SINCE = date(1966, 9, 6)

# Until the resolution of 1941 the President appointed the day; from 1942 the statute does.
_THANKSGIVINGS = {
    1939: date(1939, 11, 23),
    1940: date(1940, 11, 21),
    1941: date(1941, 11, 20),
}


def _thanksgiving(year: int) -> date:
    if year in _THANKSGIVINGS:
        return _THANKSGIVINGS[year]
    return nth_weekday(year, 11, THURSDAY, 4 if year > 1941 else -1)  # noqa: PLR2004 - 55 Stat. 862


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _monday(month: int, nth: int) -> Callable[[int], date]:
    return lambda year: nth_weekday(year, month, MONDAY, nth)


_ALWAYS = 9999
# name, first year, last year, the day. The order is that of 5 USC 6103(a).
_HOLIDAYS: tuple[tuple[str, int, int, Callable[[int], date]], ...] = (
    ("New Year's Day", 1871, _ALWAYS, _fixed(1, 1)),
    ("Birthday of Martin Luther King, Jr.", 1986, _ALWAYS, _monday(1, 3)),
    ("Washington's Birthday", 1879, 1970, _fixed(2, 22)),
    ("Washington's Birthday", 1971, _ALWAYS, _monday(2, 3)),
    ("Memorial Day", 1888, 1970, _fixed(5, 30)),
    ("Memorial Day", 1971, _ALWAYS, _monday(5, -1)),
    ("Juneteenth National Independence Day", 2021, _ALWAYS, _fixed(6, 19)),
    ("Independence Day", 1870, _ALWAYS, _fixed(7, 4)),
    ("Labor Day", 1894, _ALWAYS, _monday(9, 1)),
    ("Columbus Day", 1971, _ALWAYS, _monday(10, 2)),
    ("Veterans Day", 1938, 1970, _fixed(11, 11)),
    ("Veterans Day", 1971, 1977, _monday(10, 4)),
    ("Veterans Day", 1978, _ALWAYS, _fixed(11, 11)),
    ("Thanksgiving Day", 1871, _ALWAYS, _thanksgiving),
    ("Christmas Day", 1870, _ALWAYS, _fixed(12, 25)),
)


@lru_cache(maxsize=512)
def federal_holidays(year: int) -> tuple[Holiday, ...]:
    """Give the legal public holidays of a year (5 USC 6103(a)), in the order of the statute.

    A holiday belongs to the year of its own day: New Year's Day of 2022 is found under 2022 though
    it was kept on 2021-12-31.
    """
    days = ((name, rule(year)) for name, first, last, rule in _HOLIDAYS if first <= year <= last)
    return tuple(Holiday(name=name, day=day, kept_on=observed(day)) for name, day in days)


@lru_cache(maxsize=512)
def closed_days(year: int) -> dict[date, str]:
    """Give the days of a year that are federal holidays or kept as one, with their names.

    Both the day itself and the day it is kept on are here, whatever year the holiday belongs to.
    Callers must not change the dictionary: it is shared.
    """
    found: dict[date, str] = {}
    for holiday in (*federal_holidays(year), *federal_holidays(year + 1)):
        found.setdefault(holiday.day, holiday.name)
        found.setdefault(holiday.kept_on, f"{holiday.name} (observed)")
    return {day: name for day, name in found.items() if day.year == year}


def _days(value: Iterable[date]) -> frozenset[date]:
    return frozenset(value)


@frozen(kw_only=True)
class Calendar:
    """Which days are no business days, beside Saturday and Sunday.

    Attributes:
        id: its name, for logs and questions.
        extra: dates closed on top of the federal holidays: a state's, a governor's, a firm's.
    """

    id: str
    extra: frozenset[date] = field(default=frozenset(), converter=_days)

    def closed(self, day: date) -> str | None:
        """Give the name of the holiday kept on this day, or None; weekends have no name."""
        if day in self.extra:
            return "closed by the calendar"
        return closed_days(day.year).get(day)


FEDERAL = Calendar(id="us-federal-observed")
"""The federal calendar: 5 USC 6103, with the days holidays are observed on."""


def is_business_day(day: date, calendar: Calendar = FEDERAL) -> bool:
    """Tell whether a day is Monday to Friday and not closed (47 CFR 64.1200(n)(1)).

    >>> is_business_day(date(2026, 7, 3))
    False
    """
    return day.weekday() < SATURDAY and calendar.closed(day) is None


def add_business_days(day: date, days: int, calendar: Calendar = FEDERAL) -> date:
    """Give the nth business day after a day; the day itself is not counted.

    Args:
        day: any day, business day or not.
        days: at least 1.
        calendar: which days are closed.

    Raises:
        ValueError: `days` is below 1.

    >>> add_business_days(date(2026, 11, 24), 5)
    datetime.date(2026, 12, 2)
    """
    if days < 1:
        message = f"business days are counted from 1 on, not {days}"
        raise ValueError(message)
    left = days
    while left:
        day += _DAY
        left -= is_business_day(day, calendar)
    return day


def deadline(receipt: datetime, *, zone: str, days: int, calendar: Calendar = FEDERAL) -> date:
    """Give the last day to comply: the nth business day after the local date of receipt.

    Args:
        receipt: the instant something was received (aware).
        zone: the IANA zone whose date counts.
        days: how many business days are given, at least 1.
        calendar: which days are closed.

    Raises:
        ValueError: an unknown zone, a naive instant, or `days` below 1.

    >>> from datetime import UTC, datetime
    >>> stop = datetime(2026, 12, 19, 4, 30, tzinfo=UTC)
    >>> deadline(stop, zone="America/New_York", days=10)
    datetime.date(2027, 1, 5)
    """
    return add_business_days(local_date(receipt, zone), days, calendar)
