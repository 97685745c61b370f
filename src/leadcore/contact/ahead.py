"""When contact will next be permitted, exactly.

Every rule that denies can say when it may fall silent by time alone: hours when the clock next
opens, a cap when the oldest contact leaves the span, everything else at the next instant at which
a recorded fact or the law itself changes. No earlier instant than the latest of these can be
permitted, so the search jumps there and asks again. It never steps through minutes, and what it
finds is the first permitted instant to the microsecond.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from leadcore.consent import Unknown
from leadcore.contact.engine import hits_of, verdict_of
from leadcore.contact.hits import Hit
from leadcore.decisions import Verdict
from leadcore.values import micros

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from leadcore.contact.case import Case
    from leadcore.contact.hits import BoundRule
    from leadcore.rulebooks.book import Rulebook

__all__ = ["next_event", "next_permitted"]

_HORIZON = timedelta(days=400)
"""A year of seasons and holidays and some days: hours that never meet in it never meet."""
_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _law_changes(rules: Rulebook) -> tuple[date, ...]:
    days = {
        day
        for rule in rules.rules
        for day in (rule.effective_from, rule.effective_until)
        if day is not None
    }
    return tuple(sorted(days))


def _dates(case: Case) -> Iterator[date | None]:
    facts = case.facts
    scrubbed = facts.registry.scrubbed_on
    yield scrubbed
    yield None if scrubbed is None else scrubbed - _DAY  # a copy may be a day ahead, see `scrub`
    yield facts.relationship.inquiry_on
    yield facts.relationship.purchase_on
    yield facts.reassigned.queried_on
    yield facts.number.ported_to_wireless_on


def _instants(case: Case) -> Iterator[datetime | Unknown | None]:
    consent = case.facts.consent
    yield consent.at
    yield consent.revoked_at
    yield consent.regranted_at
    yield case.facts.registry.internal_since
    yield case.facts.email.opted_out_at


def next_event(case: Case, rules: Rulebook) -> int | None:
    """Give the first instant (µs) after the case's at which a recorded fact or the law changes.

    Dates begin at the local midnights of the person's zones. None: nothing recorded lies ahead.
    """
    now, first = case.moment.at, case.days[0]
    ahead = [
        value
        for value in _instants(case)
        if value is not None and not isinstance(value, Unknown) and value > now
    ]
    changes = _law_changes(rules)
    days = [day for day in _dates(case) if day is not None and day > first]
    days += changes[(at := bisect_right(changes, first)) : at + 1]
    if days:
        # The zone that is still on the first date has this midnight before it.
        ahead.append(min(at for at in case.midnights(min(days)) if at > now))
    return micros(min(ahead)) if ahead else None


def _opens(case: Case, rules: Rulebook, denials: list[BoundRule]) -> int | None:
    """Give an instant before which the case stays denied; None: it stays so for ever."""
    event = next_event(case, rules)
    bounds: list[int] = []
    for bound in denials:
        own = bound.opening(case, bound) if bound.opening is not None else None
        times = [at for at in (own, event) if at is not None and at > case.moment.micros]
        if not times:
            return None
        bounds.append(min(times))
    # Without a denial nothing permits: only an event can change that.
    return max(bounds) if bounds else event


def next_permitted(
    case: Case, rules: Rulebook, hits: list[tuple[BoundRule, Hit]]
) -> tuple[datetime | None, str | None]:
    """Give the first instant after the case's that is not denied, or why there is none.

    Args:
        case: a case that is denied.
        rules: the rulebook; the rules of each instant are those in force then.
        hits: what the rules answer to the case.
    """
    changes, at_first = _law_changes(rules), _denials(hits)
    last = max([case.moment.at, *(max(case.midnights(day)) for day in changes[-1:])])
    limit = micros(last + _HORIZON)
    while True:
        denials = _denials(hits)
        at = _opens(case, rules, [bound for bound, _ in denials])
        if at is None:
            return None, _why(_lasting(at_first) or _lasting(denials) or denials)
        if at > limit:
            return None, _closed_hours(denials)
        case = case.at_micros(at)
        hits = hits_of(case, rules)
        if verdict_of(hits)[0] is not Verdict.DENIED:
            return case.moment.at, None


_Denials = list[tuple["BoundRule", Hit]]


def _denials(hits: _Denials) -> _Denials:
    return [(bound, hit) for bound, hit in hits if hit >= Hit.CAUTION]


def _lasting(denials: _Denials) -> _Denials:
    """Give those that time alone does not end."""
    return [(bound, hit) for bound, hit in denials if bound.opening is None]


def _why(denials: _Denials) -> str:
    if not denials:
        return "No rule permits this, and time alone won't change that."
    names = ", ".join(dict.fromkeys(bound.rule.id for bound, _ in denials))
    bound, hit = denials[0]
    sentence = bound.finding(hit).sentence
    return f"Time alone won't open it; something must change first. {names}: {sentence}"


def _closed_hours(denials: _Denials) -> str:
    names = ", ".join(dict.fromkeys(bound.rule.id for bound, _ in denials))
    return f"The hours of all the places the person may be in never meet ({names})."
