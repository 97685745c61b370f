"""Writing iCalendar (RFC 5545): lines, texts, times, and the rules of a zone.

Only what invitations and feeds need, and that exactly: lines end with CRLF and are folded at 75
octets without cutting a character (3.1); a text escapes backslash, comma, semicolon and line end
(3.3.11); a parameter is quoted, with what quotes can't hold written by RFC 6868.

A time with a zone (`TZID`) has the zone's rules beside it in a VTIMEZONE. It lists the clock
changes around the times one by one: each is an observance that begins at its instant, which every
reader understands and no rule can get wrong. A wall-clock time that comes twice is read as its
first pass (3.3.5), so the second pass is written in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from leadcore.intervals import to_local, zone_info
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from leadcore.intervals import Window

__all__ = ["component", "line", "stamp", "text_value", "timed", "timezone"]

_FOLD_AT = 75
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_CARETS = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})
_WORD = re.compile("[A-Za-z0-9-]+")
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_UTC = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Etc/Universal", "Zulu", "UCT"})


def line(name: str, value: str, **parameters: str) -> str:
    r"""Give a content line, folded, with its end.

    Args:
        name: of the property.
        value: as it is to stand there: a text goes through `text_value` first.
        parameters: by name; quoted where they are more than a word.

    >>> line("ATTENDEE", "mailto:ann@x.example", CN='Ann "A" Lee')
    'ATTENDEE;CN="Ann ^\'A^\' Lee":mailto:ann@x.example\r\n'
    """
    given = "".join(f";{key}={_parameter(each)}" for key, each in parameters.items())
    return "".join(f"{part}\r\n" for part in _folded(f"{name}{given}:{value}"))


def component(name: str, lines: Iterable[str]) -> str:
    """Put lines between the beginning and the end of a component."""
    return "".join((line("BEGIN", name), *lines, line("END", name)))


def text_value(text: str) -> str:
    r"""Escape a text; control characters other than tab and line end are left out.

    >>> print(text_value("Call; then, mail\nC:\\x"))
    Call\; then\, mail\nC:\\x
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NO_TEXT.sub("", lines).translate(_ESCAPES)


def stamp(at: datetime) -> str:
    """Give an instant in UTC form: `20261124T140000Z`."""
    return f"{_basic(instant(at))}Z"


def timed(name: str, at: datetime, zone: str) -> str:
    """Give the line of a time in a zone; in UTC where the zone's clock can't say which pass."""
    if zone in _UTC:
        return line(name, stamp(at))
    local = to_local(at, zone)
    if local.fold:
        return line(name, stamp(at))
    # Unquoted, as everybody writes it: the name of a zone has no character that needs quotes.
    return "".join(f"{part}\r\n" for part in _folded(f"{name};TZID={zone}:{_basic(local)}"))


def timezone(zone: str, within: Window) -> str:
    """Give the VTIMEZONE of a zone for times within a window; nothing for UTC.

    Args:
        zone: an IANA name.
        within: all times that refer to it. The year before and the year after are written too: a
            calendar that copies an event to the next year still has its rules.
    """
    if zone in _UTC:
        return ""
    first = min(max(within.opens_at.year - 1, _FIRST), _LAST)
    return _rules_of(zone, first, max(first, min(within.closes_at.year + 1, _LAST)))


_FIRST, _LAST = 1903, 9990


@lru_cache(maxsize=512)
def _rules_of(zone: str, first: int, last: int) -> str:
    """Write the rules of a zone from the beginning of a year to the end of another."""
    info = zone_info(zone)
    opens, closes = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    parts = [_observance(opens, opens, info)]
    parts += [_observance(at - _SECOND, at, info) for at in _changes(info, opens, closes)]
    return component("VTIMEZONE", (line("TZID", zone), *parts))


def _observance(before: datetime, at: datetime, info: ZoneInfo) -> str:
    old, new = before.astimezone(info), at.astimezone(info)
    from_, to = old.utcoffset() or timedelta(0), new.utcoffset() or timedelta(0)
    return component(
        "DAYLIGHT" if new.dst() else "STANDARD",
        (
            # The onset is said by the clock as it was until then.
            line("DTSTART", _basic(at + from_)),
            line("TZOFFSETFROM", _offset(from_)),
            line("TZOFFSETTO", _offset(to)),
            line("TZNAME", text_value(new.tzname() or _offset(to))),
        ),
    )


def _changes(info: ZoneInfo, opens: datetime, closes: datetime) -> Iterator[datetime]:
    at = opens
    while at < closes:
        later = at + _DAY
        if _rules(info, at) != _rules(info, later):
            yield _change(info, at, later)
        at = later


def _rules(info: ZoneInfo, at: datetime) -> tuple[timedelta | None, str | None]:
    local = at.astimezone(info)
    return local.utcoffset(), local.tzname()


def _change(info: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Find the first second of the new rules."""
    before = _rules(info, low)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _rules(info, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _basic(at: datetime) -> str:
    return at.replace(tzinfo=None, microsecond=0).isoformat().replace("-", "").replace(":", "")


def _offset(offset: timedelta) -> str:
    seconds = round(offset.total_seconds())
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{sign}{hours:02d}{minutes:02d}" + (f"{left:02d}" if left else "")


def _parameter(value: str) -> str:
    if _WORD.fullmatch(value):
        return value
    written = _NO_TEXT.sub("", value.replace("\r\n", "\n")).translate(_CARETS)
    return f'"{written}"'


def _folded(whole: str) -> Iterator[str]:
    start, room = 0, _FOLD_AT
    used = 0
    for place, char in enumerate(whole):
        width = len(char.encode("utf-8"))
        if used + width > room:
            yield whole[start:place] if start == 0 else f" {whole[start:place]}"
            # A line that goes on begins with a space, which counts.
            start, used, room = place, 0, _FOLD_AT - 1
        used += width
    yield whole[start:] if start == 0 else f" {whole[start:]}"
