"""What an order asks for: the part people edit, and what makes no sense in it.

An order is by **quantity** (so many leads, or `UNLIMITED`) or by **dollar bank** (leads as long as
the bank covers one more lead's price). None, 0 and `UNLIMITED` are different things: a bank of None
is an order that is not by bank, a bank of nothing takes no lead.

When what is left of a bank is below one lead's price the order is filled: it renews where its terms
say so, and otherwise takes no more. The rest was never taken from anybody: a bank is a limit, the
money is on the account's balance. With `carries_rest` it also raises the next cycle's bank.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.errors import Malformed, Problem
from leadcore.intervals import zone_info
from leadcore.orders.caps import Caps, Period, caps_problems
from leadcore.orders.hours import Hours, hours_problems
from leadcore.payments.methods import PaymentMethod
from leadcore.submissions import LeadKind
from leadcore.values import MAX_MINOR, Money, Unlimited, UserId, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MAX_PRIORITY",
    "MAX_RATE",
    "MAX_TIER",
    "MAX_WEIGHT",
    "Filters",
    "OrderTerms",
    "Renewal",
    "RenewalWhen",
    "check_terms",
    "total_price",
]


MAX_WEIGHT = 1_000_000
"""The largest weight: with it the smallest still gets a part of every lead beside a thousand."""

MAX_PRIORITY = 1_000_000
"""The highest priority."""

MAX_TIER = 1_000
"""The last tier of a waterfall."""

MAX_RATE = 10_000
"""Hundredths of a per cent in a whole."""

_ZIP_DIGITS = 5
_CALENDAR = frozenset({Period.DAY, Period.WEEK, Period.MONTH})


class RenewalWhen(Enum):
    """When a new cycle follows on the one before."""

    ON_FILL = "on_fill"
    AT_END = "at_end"


@frozen(kw_only=True)
class Renewal:
    """How an order renews; an order without it never does.

    Attributes:
        when: once it is filled, or once it has ended.
        every: at its end only: how long a cycle is, in days, weeks or months of the zone. The end
            moves on by whole ones from the end that people said, at the same time on the clock; a
            day that a month has not got is its last.
        zone: at its end only: the IANA zone of that clock.
        charge: the payment method that is charged the order's whole price (`total_price`) onto the
            account's balance with every renewal; None charges nobody.
    """

    when: RenewalWhen
    every: Period = Period.MONTH
    zone: str | None = None
    charge: PaymentMethod | None = None


@frozen(kw_only=True)
class Filters:
    """Which leads an order takes; None means all, an empty set means none.

    Attributes:
        verticals, areas: names compared without regard to case.
        states: two-letter postal codes.
        zips: five-digit codes or prefixes of them.
        kinds: web leads, live calls.
    """

    verticals: frozenset[str] | None = None
    areas: frozenset[str] | None = None
    states: frozenset[str] | None = None
    zips: frozenset[str] | None = None
    kinds: frozenset[LeadKind] | None = None


@frozen(kw_only=True)
class OrderTerms:
    """What an order asks for; the part people edit.

    Attributes:
        user_id: the associate who gets the leads.
        price: for one lead; at least zero. Where leads are auctioned, the most one may cost.
        quantity: how many leads in a cycle, or `UNLIMITED`. Zero means none.
        filters: which leads.
        weight: this order's share of the rotation against others'; 1 to `MAX_WEIGHT`.
        priority: where leads go by priority, the higher comes first; 0 to `MAX_PRIORITY`.
        tier: where leads run down a waterfall, tier 1 is asked first; 1 to `MAX_TIER`.
        starts_at, ends_at: the first instant it takes leads and the first it no longer does.
        returns_reopen: does an approved return give its place in the quantity, or its price in the
            bank, back? Only in the cycle it was sold in.
        bank: leads for so much in a cycle; None for an order by quantity.
        carries_rest: is what was left of the bank added to the next cycle's?
        renewal: how it renews; None for never.
        hours: when it takes leads; None for always.
        caps: the most in an hour, a day, a week, a month, in all; None for no caps.
        max_returns: of the leads sold under it, at most so many may be returned, in hundredths of a
            per cent (1500 is 15 %); None for no maximum, 0 for none at all.
    """

    user_id: UserId
    price: Money
    quantity: int | Unlimited
    filters: Filters = Filters()
    weight: int = 1
    priority: int = 0
    tier: int = 1
    starts_at: datetime | None = field(default=None, converter=optional_instant)
    ends_at: datetime | None = field(default=None, converter=optional_instant)
    returns_reopen: bool = False
    bank: Money | None = None
    carries_rest: bool = False
    renewal: Renewal | None = None
    hours: Hours | None = None
    caps: Caps | None = None
    max_returns: int | None = None


def total_price(terms: OrderTerms) -> Money | Unlimited:
    """Give what all leads of a cycle cost: the bank, or the price times the quantity."""
    if terms.bank is not None:
        return terms.bank
    if isinstance(terms.quantity, Unlimited):
        return terms.quantity
    return terms.price * terms.quantity


def check_terms(terms: OrderTerms) -> None:
    """Check that terms make sense.

    Raises:
        Malformed: every problem, by its path from `terms`.
    """
    tests = (*_tests(terms), *_bank_tests(terms), *_renewal_tests(terms))
    problems = [Problem(f"terms.{path}", message) for holds, path, message in tests if not holds]
    if terms.hours is not None:
        problems += _inside("hours", hours_problems(terms.hours))
    if terms.caps is not None:
        problems += _inside("caps", caps_problems(terms.caps, terms.price.currency))
    if problems:
        raise Malformed(problems)


def _tests(terms: OrderTerms) -> Iterator[tuple[bool, str, str]]:
    quantity, weight = terms.quantity, terms.weight
    ranks = (("priority", 0, MAX_PRIORITY), ("tier", 1, MAX_TIER))
    yield terms.price.minor >= 0, "price", "a price is at least zero"
    counted = isinstance(quantity, Unlimited) or _within(quantity, 0, MAX_MINOR)
    yield counted, "quantity", "a whole number of at least 0 that fits 64 bits, or unlimited"
    yield _within(weight, 1, MAX_WEIGHT), "weight", f"a whole number from 1 to {MAX_WEIGHT}"
    for name, least, most in ranks:
        holds = _within(getattr(terms, name), least, most)
        yield holds, name, f"a whole number from {least} to {most}"
    spans = not (terms.starts_at and terms.ends_at) or terms.starts_at < terms.ends_at
    yield spans, "ends_at", "lies after the start"
    if terms.max_returns is not None:
        rated = _within(terms.max_returns, 0, MAX_RATE)
        yield rated, "max_returns", f"hundredths of a per cent, 0 to {MAX_RATE}"
    for code in sorted(terms.filters.states or ()):
        known = code.isascii() and code.isalpha() and len(code) == len("FL")
        yield known, "filters.states", f"{code!r} is not the two letters of a state"
    for code in sorted(terms.filters.zips or ()):
        known = code.isascii() and code.isdecimal() and len(code) <= _ZIP_DIGITS
        yield known, "filters.zips", f"{code!r} is not 1 to 5 digits"


def _bank_tests(terms: OrderTerms) -> Iterator[tuple[bool, str, str]]:
    bank = terms.bank
    yield bank is not None or not terms.carries_rest, "carries_rest", "only a bank has a rest"
    if bank is None:
        return
    yield bank.minor >= 0, "bank", "a bank is at least zero"
    yield bank.currency == terms.price.currency, "bank", f"the price is in {terms.price.currency}"
    yield terms.price.minor > 0, "price", "free leads never use a bank up"
    unlimited = isinstance(terms.quantity, Unlimited)
    yield unlimited, "quantity", "an order is by quantity or by bank: with a bank it is unlimited"


def _renewal_tests(terms: OrderTerms) -> Iterator[tuple[bool, str, str]]:
    renewal = terms.renewal
    if renewal is None:
        return
    if renewal.when is RenewalWhen.AT_END:
        yield terms.ends_at is not None, "renewal.when", "an order that renews at its end has one"
        yield renewal.every in _CALENDAR, "renewal.every", "a day, a week or a month"
        yield _is_zone(renewal.zone), "renewal.zone", f"{renewal.zone!r} is not an IANA time zone"
    else:
        yield _fills(terms), "renewal.when", "an order that renews on fill is of one lead or more"
    if renewal.charge is not None:
        yield _chargeable(terms), "renewal.charge", "an order that is charged for has a whole price"


def _is_zone(zone: str | None) -> bool:
    try:
        return zone is not None and bool(zone_info(zone))
    except ValueError:
        return False


def _fills(terms: OrderTerms) -> bool:
    # One that is filled before its first lead would renew, and charge, without end.
    if terms.bank is not None:
        return terms.bank.minor >= terms.price.minor
    return _within(terms.quantity, 1, MAX_MINOR)


def _chargeable(terms: OrderTerms) -> bool:
    if terms.bank is not None:
        return terms.bank.minor > 0
    quantity = terms.quantity
    if type(quantity) is not int:
        return False
    return 0 < terms.price.minor * quantity <= MAX_MINOR


def _inside(path: str, problems: Iterator[Problem]) -> list[Problem]:
    return [Problem(f"terms.{path}.{each.path}", each.message) for each in problems]


def _within(number: object, least: int, most: int) -> bool:
    # type(), not isinstance(): a bool is an int to isinstance.
    return type(number) is int and least <= number <= most
