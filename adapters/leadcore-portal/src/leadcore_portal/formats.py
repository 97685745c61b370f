"""How money, instants, sizes and spans are written for people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from leadcore.intervals import to_local

if TYPE_CHECKING:
    from leadcore.values import Money

__all__ = [
    "brief",
    "day",
    "moment",
    "money",
    "number",
    "percent",
    "short",
    "since",
    "size",
    "span",
    "telephone",
    "words",
    "zoned",
]

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_WHOLE = frozenset({"JPY", "KRW", "CLP", "ISK", "VND"})
_KIBI = 1024
_LINE = 80
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def money(value: Money) -> str:
    """Write an amount, with its sign before everything.

    >>> from leadcore.values import Money
    >>> money(Money(-120500, "USD")), money(Money(5, "CAD"))
    ('-$1,205.00', '0.05 CAD')
    """
    places = 1 if value.currency in _WHOLE else 100
    whole, part = divmod(abs(value.minor), places)
    digits = f"{whole:,}" if places == 1 else f"{whole:,}.{part:02}"
    sign = "-" if value.minor < 0 else ""
    mark = _SIGNS.get(value.currency)
    return f"{sign}{mark}{digits}" if mark else f"{sign}{digits} {value.currency}"


def zoned(at: datetime, zone: str) -> str:
    """Name the zone of an instant as clocks there call it: `EST`, or `UTC+4` without a name."""
    name = f"{to_local(at, zone):%Z}"
    return f"UTC{name[:3]}" if name[:1] in {"+", "-"} else name


def moment(at: datetime, zone: str, *, seconds: bool = False) -> str:
    """Write an instant on the clock of a zone, and the zone.

    >>> moment(datetime(2026, 11, 22, 19, 5, tzinfo=UTC), "America/New_York")
    'Nov 22, 2026, 2:05 pm EST'
    """
    local = to_local(at, zone)
    hour = local.hour % 12 or 12
    tail = f":{local.second:02}" if seconds else ""
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon begins the other half
    clock = f"{hour}:{local.minute:02}{tail} {half}"
    return f"{local:%b} {local.day}, {local.year}, {clock} {zoned(at, zone)}"


def brief(at: datetime, zone: str, now: datetime) -> str:
    """Write an instant for lists: as `moment`, without the year where it is this one.

    >>> at = datetime(2026, 11, 22, 19, 5, tzinfo=UTC)
    >>> brief(at, "America/New_York", at)
    'Nov 22, 2:05 pm EST'
    """
    local = to_local(at, zone)
    told = moment(at, zone)
    return (
        told.replace(f", {local.year}", "", 1) if local.year == to_local(now, zone).year else told
    )


def day(value: date) -> str:
    """Write a date.

    >>> day(date(2026, 11, 2))
    'Nov 2, 2026'
    """
    return f"{value:%b} {value.day}, {value.year}"


def span(value: timedelta | int | None) -> str:
    """Write how long something takes; whole microseconds are welcome, None is a dash.

    >>> span(timedelta(hours=26, minutes=4)), span(90_000_000), span(None)
    ('1 d 2 h', '1 min', '–')
    """
    if value is None:
        return "–"
    whole = value if isinstance(value, timedelta) else timedelta(microseconds=value)
    seconds = int(abs(whole).total_seconds())
    if seconds < _MINUTE:
        return "under 1 min"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"


def since(at: datetime, now: datetime) -> str:
    """Write how long ago, or in how long, as people say it: in one unit.

    >>> now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> since(now - timedelta(hours=26), now), since(now + timedelta(days=5), now)
    ('26 h ago', 'in 5 days')
    """
    seconds = int(abs(at - now).total_seconds())
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        told = f"{seconds // _MINUTE} min"
    else:
        told = f"{seconds // _HOUR} h" if seconds < 2 * _DAY else f"{seconds // _DAY} days"
    return f"in {told}" if at > now else f"{told} ago"


def size(value: int) -> str:
    """Write a size in bytes.

    >>> size(900), size(1_500_000)
    ('900 bytes', '1.4 MB')
    """
    if value < _KIBI:
        return f"{value} bytes"
    for unit, step in (("KB", _KIBI), ("MB", _KIBI**2), ("GB", _KIBI**3)):
        if value < step * _KIBI:
            return f"{value / step:.1f} {unit}"
    return f"{value / _KIBI**4:.1f} TB"


def number(value: int) -> str:
    """Write a count.

    >>> number(12345)
    '12,345'
    """
    return f"{value:,}"


def percent(numerator: int, denominator: int) -> str:
    """Write a rate with one decimal; of nothing it is a dash.

    >>> percent(1, 8), percent(0, 0)
    ('12.5 %', '–')
    """
    return f"{100 * numerator / denominator:.1f} %" if denominator else "–"


def words(code: str) -> str:
    """Write a code of ours as words.

    >>> words("wrong_number")
    'Wrong number'
    """
    return code.replace("_", " ").capitalize()


def short(text: str) -> str:
    """Cut what somebody typed for a list, where a line of it is enough.

    >>> short("Family law"), len(short("x" * 500))
    ('Family law', 80)
    """
    return text if len(text) <= _LINE else f"{text[: _LINE - 1]}…"


def telephone(e164: str) -> str:
    """Write a number as people read it; one of North America with its area in brackets.

    >>> telephone("+12125550100"), telephone("+442071838750")
    ('(212) 555-0100', '+442071838750')
    """
    digits = e164[2:]
    if not e164.startswith("+1") or len(digits) != 10:  # noqa: PLR2004 - area, exchange, line
        return e164
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
