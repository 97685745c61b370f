"""Caps: at most so many leads, or so much money, in an hour, a day, a week, a month, or in all.

Periods are those of the clock on the wall of a stated zone. A day runs from its first instant to
the next day's (23, 24 or 25 hours), a week from midnight of the stated weekday, a month from
midnight of its first day; an hour from one full hour to the next, and anew where the clocks are
changed within it, so that the hour that comes twice is two. Every period is half-open. The total is
over the whole life of the order, whatever its cycles.

What was sold in a period is the sales of the order with their instant in it: those whose lead was
returned too, unless the caps say that a return frees its place (`returns_free`). A reversal takes
the place again, even where that passes the cap: nothing is sold by it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Problem
from leadcore.intervals import HOUR, clock_change, start_of_local_day, to_local, zone_info
from leadcore.orders import kernel
from leadcore.values import MAX_MINOR, UNLIMITED, Money, Unlimited, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "FIRST",
    "FOR_GOOD",
    "Cap",
    "CapWindow",
    "Caps",
    "Period",
    "Usage",
    "cap_windows",
    "caps_problems",
    "counted",
    "full_cap",
    "most_leads",
    "most_money",
    "usage_in",
    "window_at",
]

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


class Period(Enum):
    """What a cap counts in."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


@frozen(kw_only=True)
class Cap:
    """The most in one period; `UNLIMITED` is counted and never in the way, 0 lets nothing pass.

    Attributes:
        leads: how many may be sold.
        money: what they may cost together.
    """

    period: Period
    leads: int | Unlimited = UNLIMITED
    money: Money | Unlimited = UNLIMITED


@frozen(kw_only=True)
class Caps:
    """An order's caps; no cap on a period is no limit there.

    Attributes:
        zone: the IANA zone whose clock says where periods begin.
        limits: at most one for each period.
        week_start: the weekday a week begins on: 1 is Monday, 7 Sunday.
        returns_free: does an approved return give its place in the caps back?
    """

    zone: str
    limits: tuple[Cap, ...]
    week_start: int = 1
    returns_free: bool = False


@frozen(kw_only=True)
class CapWindow:
    """One period of the calendar: `[opens_at, closes_at)`, in UTC."""

    period: Period
    opens_at: datetime = field(converter=instant)
    closes_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Usage:
    """What an order was sold in one period.

    Attributes:
        leads, money: how many, and their prices in minor units.
        kept: is this a store's running count? If not, it was counted just now, and who adds to it
            begins the count with it.
    """

    period: Period
    opens_at: datetime = field(converter=instant)
    leads: int = 0
    money: int = 0
    kept: bool = True


def window_at(caps: Caps, period: Period, at: datetime) -> CapWindow:
    """Give the period an instant lies in.

    >>> caps = Caps(zone="America/New_York", limits=())
    >>> fall_back = datetime(2026, 11, 1, 12, tzinfo=UTC)
    >>> day = window_at(caps, Period.DAY, fall_back)
    >>> str(day.closes_at - day.opens_at)
    '1 day, 1:00:00'
    """
    when = instant(at)
    if period is Period.TOTAL:
        return CapWindow(period=period, opens_at=FIRST, closes_at=FOR_GOOD)
    if period is Period.HOUR:
        return _hour(caps.zone, when)
    first, last = _days(caps, period, to_local(when, caps.zone).date())
    return CapWindow(
        period=period,
        opens_at=start_of_local_day(first, caps.zone),
        closes_at=start_of_local_day(last, caps.zone),
    )


def _hour(zone: str, at: datetime) -> CapWindow:
    local = to_local(at, zone)
    opens = at - timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    closes = opens + HOUR
    change = clock_change(local.date(), zone)
    if change is not None and opens < change <= at:
        opens = change
    elif change is not None and at < change < closes:
        closes = change
    return CapWindow(period=Period.HOUR, opens_at=opens, closes_at=closes)


def _days(caps: Caps, period: Period, day: date) -> tuple[date, date]:
    """Give the first day of a period, and the first after it."""
    if period is Period.DAY:
        return day, day + _DAY
    if period is Period.WEEK:
        first = day - _DAY * ((day.isoweekday() - caps.week_start) % 7)
        return first, first + 7 * _DAY
    first = day.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1)


def cap_windows(caps: Caps | None, at: datetime) -> tuple[CapWindow, ...]:
    """Give the periods that count at an instant, one for each cap."""
    if caps is None:
        return ()
    return tuple(window_at(caps, cap.period, at) for cap in caps.limits)


def usage_in(usage: tuple[Usage, ...], window: CapWindow) -> Usage:
    """Give what was sold in a period; what is not told of was not sold."""
    for each in usage:
        if each.period is window.period and each.opens_at == window.opens_at:
            return each
    return Usage(period=window.period, opens_at=window.opens_at)


def counted(caps: Caps, usage: tuple[Usage, ...], price: int, at: datetime) -> tuple[Usage, ...]:
    """Give the usage with one more lead sold at an instant, for a price in minor units."""
    more = tuple(usage_in(usage, window) for window in cap_windows(caps, at))
    others = tuple(each for each in usage if each not in more)
    return (
        *others,
        *(replace(each, leads=each.leads + 1, money=each.money + price) for each in more),
    )


def most_leads(cap: Cap) -> int:
    """Give a cap's leads for the kernel and the guards."""
    return kernel.NO_LIMIT if isinstance(cap.leads, Unlimited) else cap.leads


def most_money(cap: Cap) -> int:
    """Give a cap's money, in minor units, for the kernel and the guards."""
    return kernel.NO_LIMIT if isinstance(cap.money, Unlimited) else cap.money.minor


def full_cap(
    caps: Caps | None, usage: tuple[Usage, ...], price: Money, at: datetime
) -> tuple[Cap, bool] | None:
    """Give the first cap, in the order of the caps, that one more lead would pass, or None.

    Returns:
        The cap, and whether it is its money (rather than its leads) that is used up.
    """
    if caps is None:
        return None
    for cap in caps.limits:
        used = usage_in(usage, window_at(caps, cap.period, at))
        if not kernel.admits(used.leads, 1, most_leads(cap)):
            return cap, False
        if not kernel.admits(used.money, price.minor, most_money(cap)):
            return cap, True
    return None


def caps_problems(caps: Caps, currency: str) -> Iterator[Problem]:
    """Say what makes no sense about caps, by the path from them."""
    try:
        zone_info(caps.zone)
    except ValueError as error:
        yield Problem("zone", str(error))
    # type(), not isinstance(): a bool is an int to isinstance.
    if type(caps.week_start) is not int or not 1 <= caps.week_start <= 7:  # noqa: PLR2004 - weekdays
        yield Problem("week_start", "a weekday from 1, Monday, to 7, Sunday")
    seen: set[Period] = set()
    for number, cap in enumerate(caps.limits):
        path = f"limits[{number}]"
        if cap.period in seen:
            yield Problem(f"{path}.period", f"there are two caps for one {cap.period.value}")
        seen.add(cap.period)
        yield from _cap_problems(path, cap, currency)


def _cap_problems(path: str, cap: Cap, currency: str) -> Iterator[Problem]:
    leads, money = cap.leads, cap.money
    if not isinstance(leads, Unlimited) and (type(leads) is not int or not 0 <= leads <= MAX_MINOR):
        yield Problem(f"{path}.leads", "a whole number of at least 0, or unlimited")
    if isinstance(money, Unlimited):
        return
    if money.minor < 0:
        yield Problem(f"{path}.money", "is at least zero, or unlimited")
    if money.currency != currency:
        yield Problem(f"{path}.money", f"the price is in {currency}")
