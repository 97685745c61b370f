"""Reports on leads: by the day, by status and kind, first contacts, and why nobody got them.

Each is a fold over leads that belong to the report (`asking.belongs`). A store may answer by one
statement instead; the answers are equal.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import frozen

from leadcore.leads import FIRST_CONTACT_HOURS, LeadStatus, untried_until
from leadcore.submissions import LeadKind
from leadcore.values import instant, micros

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.dashboard.spans import Days
    from leadcore.leads import Lead
    from leadcore.submissions import Submission

__all__ = [
    "IN_TIME",
    "NO_ORDER",
    "DayCount",
    "FirstContact",
    "LeadCount",
    "WhyNot",
    "first_contacts",
    "fold_counts",
    "fold_days",
    "fold_first_contact",
    "fold_overdue",
    "fold_undelivered",
    "rank",
    "source_label",
    "tried_after",
    "why_not",
    "with_appointments",
]

NO_ORDER = "no_order"
"""Why a lead was not delivered where there was no order at all to ask."""

IN_TIME = FIRST_CONTACT_HOURS * 3_600_000_000
"""First contact is in time up to so many microseconds after the sale, inclusive."""

_MEDIAN, _NINETIETH = 50, 90
_LONGEST = 200


@frozen(kw_only=True)
class DayCount:
    """How many leads came on a day.

    Attributes:
        day: of the zone asked for.
        leads: how many.
        appointments: how many were made for that day; None where none are kept.
    """

    day: date
    leads: int
    appointments: int | None = None


@frozen(kw_only=True)
class LeadCount:
    """How many leads are in a state, by kind."""

    status: LeadStatus
    kind: LeadKind
    leads: int


@frozen(kw_only=True)
class FirstContact:
    """How soon the people of leads that stand sold were first tried, after the sale.

    A lead that nobody tried yet counts as longer than any that somebody did: leaving those out
    would make whoever tries the fewest look the quickest. A percentile that falls on one of them is
    not known yet and is None. Percentiles are the nearest rank: one of the times there were.

    Attributes:
        tried, untried: leads that somebody tried at least once, and that nobody did.
        in_time: of those tried, within 24 elapsed hours of the sale, inclusive.
        median, ninetieth: in microseconds.
    """

    tried: int
    untried: int
    in_time: int
    median: int | None
    ninetieth: int | None


@frozen(kw_only=True)
class WhyNot:
    """One reason why leads were sold to nobody.

    Attributes:
        reason: the word of `distribution.Reason` or `leads.RefusalReason`, or `NO_ORDER`.
        leads: leads that had this reason; one lead may have several.
        orders: how often orders had it; for a refused lead, once.
    """

    reason: str
    leads: int
    orders: int


def fold_days(instants: Iterable[datetime], days: Days) -> tuple[DayCount, ...]:
    """Count instants by the local day they fall on; every day is there, and no other."""
    starts = days.starts
    counted = Counter(bisect_right(starts, instant(at)) - 1 for at in instants)
    return tuple(DayCount(day=day, leads=counted[number]) for number, day in enumerate(days.days))


def with_appointments(
    counted: Iterable[DayCount], begins: Iterable[datetime], days: Days
) -> tuple[DayCount, ...]:
    """Give the days with how many appointments begin on each.

    Args:
        counted: the leads of just these days.
        begins: when appointments begin that whoever asks may see, none of them cancelled; those on
            other days don't count.
        days: the days.
    """
    made = fold_days(begins, days)
    return tuple(
        replace(leads, appointments=begun.leads) for leads, begun in zip(counted, made, strict=True)
    )


def fold_counts(leads: Iterable[Lead]) -> tuple[LeadCount, ...]:
    """Count leads by status and kind, in the order of those; what there is none of is missing."""
    counted = Counter((lead.status, lead.submission.kind) for lead in leads)
    return tuple(
        LeadCount(status=status, kind=kind, leads=counted[status, kind])
        for status in LeadStatus
        for kind in LeadKind
        if counted[status, kind]
    )


def fold_overdue(leads: Iterable[Lead], at: datetime) -> int:
    """Count leads whose first contact was due before an instant and that nobody tried since."""
    due = (untried_until(lead) for lead in leads)
    return sum(each is not None and each < at for each in due)


def tried_after(lead: Lead) -> int | None:
    """Give the microseconds from a lead's sale to the first attempt; None where there is none."""
    if lead.sale is None or not lead.attempts:
        return None
    return micros(min(tried.at for tried in lead.attempts)) - micros(lead.sale.sold_at)


def rank(percent: int, number: int) -> int:
    """Give the nearest rank of a percentile among so many: the first is 1; 0 of none.

    >>> rank(50, 4), rank(50, 5), rank(90, 10), rank(90, 11)
    (2, 3, 9, 10)
    """
    return -(-percent * number // 100)


def fold_first_contact(leads: Iterable[Lead]) -> FirstContact:
    """Fold the first contacts of leads that stand sold; others are left out."""
    times = [tried_after(lead) for lead in leads if lead.status is LeadStatus.SOLD]
    return first_contacts(sorted(each for each in times if each is not None), len(times))


def first_contacts(tried: list[int], total: int) -> FirstContact:
    """Give the report of the times of those that were tried, in order, and of how many in all."""

    def at(percent: int) -> int | None:
        place = rank(percent, total)
        return tried[place - 1] if 0 < place <= len(tried) else None

    return FirstContact(
        tried=len(tried),
        untried=total - len(tried),
        in_time=bisect_right(tried, IN_TIME),
        median=at(_MEDIAN),
        ninetieth=at(_NINETIETH),
    )


def why_not(lead: Lead) -> tuple[tuple[str, int], ...]:
    """Give why nobody got a lead: each reason, and how often; nothing where nothing says so.

    For a lead that was refused, the reasons of that; for one that was offered and is unsold, those
    of every order that was asked.
    """
    if lead.status is LeadStatus.REFUSED:
        return tuple(sorted((each.value, 1) for each in lead.refusals))
    if lead.status is not LeadStatus.UNSOLD:
        return ()
    counted = Counter(offer.reason.value for offer in lead.offers)
    return tuple(sorted(counted.items())) or ((NO_ORDER, 1),)


def fold_undelivered(leads: Iterable[Lead]) -> tuple[WhyNot, ...]:
    """Count why leads were delivered to nobody: the most frequent first, then by reason."""
    told = [why_not(lead) for lead in leads]
    several = Counter(reason for each in told for reason, _ in each)
    orders: Counter[str] = Counter()
    for each in told:
        orders.update(dict(each))
    found = [
        WhyNot(reason=reason, leads=number, orders=orders[reason])
        for reason, number in several.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.leads, each.reason)))


def source_label(submission: Submission) -> str:
    """Give what reports call the source of a lead: its name, else its format; on one short line."""
    given = submission.source
    return _line(given.name or "") or _line(given.format) or "unknown"


def _line(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.split())[:_LONGEST]
