"""Legal holidays of single states, by rule: for states whose laws close on "legal holidays".

Both the day itself and the day it would be kept on are closed: when in doubt, nobody is contacted.
A governor's proclamations can't be known here; add them with `Rulebook.close`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from leadcore.business_days import nth_weekday, observed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["easter", "state_holidays"]

MONDAY = 0


def easter(year: int) -> date:
    """Give Easter Sunday of the Gregorian calendar (the Meeus-Jones-Butcher computus).

    >>> easter(2027)
    datetime.date(2027, 3, 28)
    """
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, left = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - moon + 15) % 30
    fours, years = divmod(rest, 4)
    weekday = (32 + 2 * left + 2 * fours - epact - years) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _election(year: int) -> date | None:
    # The Tuesday after the first Monday of November, in even years.
    return nth_weekday(year, 11, MONDAY, 1) + timedelta(days=1) if year % 2 == 0 else None


_RULES: dict[str, tuple[tuple[str, Callable[[int], date | None]], ...]] = {
    "AL": (
        ("Confederate Memorial Day", lambda year: nth_weekday(year, 4, MONDAY, 4)),
        ("Jefferson Davis's Birthday", lambda year: nth_weekday(year, 6, MONDAY, 1)),
    ),
    "LA": (
        ("Mardi Gras", lambda year: easter(year) - timedelta(days=47)),
        ("Good Friday", lambda year: easter(year) - timedelta(days=2)),
    ),
    "RI": (
        ("Victory Day", lambda year: nth_weekday(year, 8, MONDAY, 2)),
        ("Election Day", _election),
    ),
    "UT": (("Pioneer Day", lambda year: date(year, 7, 24)),),
}


@lru_cache(maxsize=512)
def state_holidays(state: str, year: int) -> dict[date, str]:
    """Give a state's own legal holidays of a year, beside the federal ones, with their names.

    Callers must not change the dictionary: it is shared.

    >>> state_holidays("RI", 2026)[date(2026, 8, 10)]
    'Victory Day'
    """
    found: dict[date, str] = {}
    for name, rule in _RULES.get(state, ()):
        day = rule(year)
        if day is not None:
            found[day] = name
            found.setdefault(observed(day), f"{name} (observed)")
    return found
