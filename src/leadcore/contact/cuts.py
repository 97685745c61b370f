"""Where, in the values of each fact, an answer may change: for forms that handle columns.

For a question and a rulebook at an instant, two values of a dated fact with no cut between them
are answered alike, all else being equal. So a column becomes a handful of numbers, a million people
a few thousand sorts of people, and of each sort one is asked about (`Bound.assess`). Whoever uses
the cuts knows no rule.

A cut is the first value that may be answered differently from those before it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.contact.case import (
    INQUIRY_DAYS,
    INQUIRY_MONTHS,
    PURCHASE_DAYS,
    PURCHASE_MONTHS,
    Moment,
    months_before,
)
from leadcore.contact.consent_guards import CONFIRM, PORT_DAYS, SCRUB_DAYS, ten_business_days_after
from leadcore.contact.counts import Count
from leadcore.contact.plans import plan_of
from leadcore.intervals import MICROSECOND, clock_change, local_instant, zone_info
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.contact.facts import Question
    from leadcore.rulebooks.book import Rulebook

__all__ = ["Cuts", "cuts"]

_DAY = timedelta(days=1)


@frozen(kw_only=True)
class Cuts:
    """The cuts of every dated fact, sorted; facts are named by their path.

    Attributes:
        instants: of `consent.at`, `consent.revoked_at`, `consent.regranted_at`,
            `registry.internal_since` and `email.opted_out_at`. Whether `consent.revoked_at` lies
            before `consent.regranted_at` matters besides.
        days: of `registry.scrubbed_on`, `reassigned.queried_on`, `relationship.inquiry_on`,
            `relationship.purchase_on` and `number.ported_to_wireless_on`.
        counts: the numbers of earlier touches that matter, each only as reached or not.
        touched: does it matter whether there was a touch before the instant, or a second one?
        anything: may the answer depend on anything, because of tests of the user's own?
    """

    instants: dict[str, tuple[datetime, ...]]
    days: dict[str, tuple[date, ...]]
    counts: tuple[Count, ...]
    touched: bool
    anything: bool


def cuts(
    question: Question, rules: Rulebook, at: datetime, zones: Iterable[tuple[str, ...]]
) -> Cuts:
    """Give the cuts for people in any of these places.

    Args:
        question: what is asked.
        rules: the rulebook.
        at: the instant asked about (aware).
        zones: each different set of zones a person may be in.

    Raises:
        ValueError: an unknown zone.
    """
    moment = Moment(instant(at))
    places = set(zones)
    spans = {(days[0], days[-1]) for days in (moment.days(each) for each in places)}
    latest = {last for _, last in spans}
    names = {zone for each in places for zone in each} | {"Etc/UTC"}
    after = {moment.at + MICROSECOND}  # what is received at the very instant counts
    overdue = after | {each for day in latest for zone in names for each in _overdue(day, zone)}
    plan = plan_of(question, rules)
    return Cuts(
        instants={
            "consent.at": tuple(after),
            "consent.revoked_at": tuple(sorted({moment.at - CONFIRM, *overdue})),
            "consent.regranted_at": tuple(after),
            "registry.internal_since": tuple(sorted(overdue)),
            "email.opted_out_at": tuple(sorted(overdue)),
        },
        days={
            "registry.scrubbed_on": _sorted(_scrubbed(day) for day in latest),
            "reassigned.queried_on": _sorted((day + _DAY,) for day in latest),
            "relationship.inquiry_on": _sorted(_inquired(day) for day in latest),
            "relationship.purchase_on": _sorted(_bought(day) for day in latest),
            "number.ported_to_wireless_on": _sorted(
                (last - PORT_DAYS * _DAY, first + _DAY) for first, last in spans
            ),
        },
        counts=plan.counts,
        touched=plan.texts,
        anything=plan.own,
    )


def _sorted(parts: Iterable[tuple[date, ...]]) -> tuple[date, ...]:
    return tuple(sorted({day for part in parts for day in part}))


def _scrubbed(today: date) -> tuple[date, ...]:
    return today - SCRUB_DAYS * _DAY, today + 2 * _DAY


def _inquired(today: date) -> tuple[date, ...]:
    months = months_before(today, INQUIRY_MONTHS)
    return max(months, today - INQUIRY_DAYS * _DAY), today + _DAY


def _bought(today: date) -> tuple[date, ...]:
    since = [months_before(today, months) for months in PURCHASE_MONTHS]
    return (*(max(each, today - PURCHASE_DAYS * _DAY) for each in since), today + _DAY)


@lru_cache(maxsize=1024)
def _overdue(today: date, zone: str) -> frozenset[datetime]:
    """Give the instants at which a day begins on which what is received is not yet overdue.

    Around a change of the clocks a date may begin twice; each beginning is a cut.
    """
    day = today
    while ten_business_days_after(day) >= today:
        day -= _DAY
    first = day + _DAY
    twice = datetime.combine(first, time(), zone_info(zone)).replace(fold=1)
    found = {local_instant(first, time(), zone), instant(twice)}
    changes = (clock_change(each, zone) for each in (day, first))
    return frozenset(found | {each for each in changes if each is not None})
