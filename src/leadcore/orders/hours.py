"""Weekly hours of an order: when, by the clock on the wall of a zone, it takes leads.

A span belongs to the weekday it opens on and is half-open: its first minute belongs to it, the one
it closes at does not. One that closes at or before the minute it opens at runs over midnight into
the next day (`Span(5, 22 * 60, 2 * 60)` is Friday 22:00 to Saturday 02:00).

What counts is what the clock shows. Times that are skipped when the clocks go forward never come,
so a span within them is not open that day; times that come twice are open both times.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.errors import Problem
from leadcore.intervals import clock_change, to_local, zone_info
from leadcore.orders import kernel
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Hours", "Span", "hours_problems", "is_open", "steady_until"]

_DAY = 1_440


@frozen
class Span:
    """One span of a week.

    Attributes:
        day: the weekday it opens on: 1 is Monday, 7 Sunday.
        opens, closes: minutes after midnight, `[opens, closes)`; 0 to 1439 and 1 to 1440. Closing
            at or before the opening is on the next day; a whole day is `Span(day, 0, 1440)`.
    """

    day: int
    opens: int
    closes: int


@frozen
class Hours:
    """When an order takes leads; without any span, never.

    Attributes:
        zone: the IANA zone whose clock counts.
        spans: in any order; they may touch and overlap.
    """

    zone: str
    spans: tuple[Span, ...] = ()


def is_open(hours: Hours, at: datetime) -> bool:
    """Tell whether the clock on the wall shows a time within the hours."""
    local = to_local(at, hours.zone)
    minute = local.weekday() * _DAY + local.hour * 60 + local.minute
    return any(kernel.in_week(minute, *_of_week(span)) for span in hours.spans)


def _of_week(span: Span) -> tuple[int, int]:
    opens = (span.day - 1) * _DAY + span.opens
    return opens, kernel.span_minutes(span.opens, span.closes)


def steady_until(hours: Hours, at: datetime) -> datetime:
    """Give an instant, in UTC, up to which (it is not among them) `is_open` says what it says now.

    It may be asked again then: the hours need not change there.
    """
    when = instant(at)
    local = to_local(when, hours.zone)
    minute = local.hour * 60 + local.minute
    edges = {_DAY}
    for span in hours.spans:
        edges.update((span.opens, span.closes))
    ahead = min(edge for edge in edges if edge > minute) - minute
    into = timedelta(seconds=local.second, microseconds=local.microsecond)
    until = when + timedelta(minutes=ahead) - into
    change = clock_change(local.date(), hours.zone)
    return change if change is not None and when < change < until else until


def hours_problems(hours: Hours) -> Iterator[Problem]:
    """Say what makes no sense about hours, by the path from them."""
    try:
        zone_info(hours.zone)
    except ValueError as error:
        yield Problem("zone", str(error))
    for number, span in enumerate(hours.spans):
        path = f"spans[{number}]"
        if not _whole(span.day, 1, 7):
            yield Problem(f"{path}.day", "a weekday from 1, Monday, to 7, Sunday")
        if not _whole(span.opens, 0, _DAY - 1):
            yield Problem(f"{path}.opens", f"minutes after midnight, 0 to {_DAY - 1}")
        if not _whole(span.closes, 1, _DAY):
            yield Problem(f"{path}.closes", f"minutes after midnight, 1 to {_DAY}")
        if span.opens == span.closes:
            yield Problem(f"{path}.closes", "is not when it opens; a whole day is 0 to 1440")


def _whole(number: object, least: int, most: int) -> bool:
    # type(), not isinstance(): a bool is an int to isinstance.
    return type(number) is int and least <= number <= most
