"""May this lead be returned? The terms as data, the window, and every refusing rule.

The default terms are five 24-hour periods: at most 120 elapsed hours from the exact instant of
sale, inclusive at both ends, whatever the clocks on the wall do. A clock that counts days counts
the day of sale as day zero and its last day whole, in the seller's zone. The window is judged at
the instant of the *request*; verification may end later.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.business_days import FEDERAL, Calendar, add_business_days
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.intervals import elapsed_hours_after, end_of_local_day, local_date
from leadcore.refunds.reasons import REASONS, RefundReason, reasons_for
from leadcore.submissions import LeadKind
from leadcore.values import instant, micros

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "RULEBOOK",
    "EarlierRequest",
    "RefundClock",
    "RefundFacts",
    "RefundQuestion",
    "RefundTerms",
    "RefundWindow",
    "assess",
    "outside",
    "window",
]

RULEBOOK = "refund-terms/1"


class RefundClock(Enum):
    """What `max_age` counts."""

    ELAPSED_HOURS = "elapsed_hours"
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"


class EarlierRequest(Enum):
    """What became of an earlier request for the same sale; unknown counts as asked before."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"


@frozen(kw_only=True)
class RefundTerms:
    """A seller's refund terms.

    Attributes:
        clock: what `max_age` counts.
        min_age_hours: elapsed hours before which no return may be asked for.
        max_age: hours, calendar days or business days, by `clock`.
        zone: the seller's IANA zone; only a day clock looks at it.
        reasons: the seller's list.
        resubmit: may a denied request be made again?
        duplicate_names_lead: must a `duplicate` request name the other lead by its id?
        calendar: which days are no business days.
        verification_days: business days verification takes, least and most.
    """

    clock: RefundClock = RefundClock.ELAPSED_HOURS
    min_age_hours: int = 0
    max_age: int = 120
    zone: str = "America/New_York"
    reasons: tuple[RefundReason, ...] = REASONS
    resubmit: bool = False
    duplicate_names_lead: bool = True
    calendar: Calendar = FEDERAL
    verification_days: tuple[int, int] = (2, 5)


@frozen(kw_only=True)
class RefundWindow:
    """When a return may be asked for: from `opens_at` to `closes_at` (UTC), both inclusive."""

    opens_at: datetime = field(converter=instant)
    closes_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RefundQuestion:
    """What is asked: to return a lead, for a reason, in words."""

    reason: str
    detail: str
    other_lead: str | None = None


@frozen(kw_only=True)
class RefundFacts:
    """What is known of the sale.

    Attributes:
        lead_kind: web lead or live call.
        area: the lead's area; None where not known.
        sold_at: the exact instant of sale.
        recorded: is the call's recording at hand? None where not known.
        earlier: what became of an earlier request for this sale; None for no such request.
        exception_granted: did a person grant an exception from the window?
        attempt_days: the local days on which the person was tried.
    """

    lead_kind: LeadKind
    area: str | None = None
    sold_at: datetime = field(converter=instant)
    recorded: bool | None = None
    earlier: EarlierRequest | None = None
    exception_granted: bool = False
    attempt_days: frozenset[date] = frozenset()


def window(terms: RefundTerms, sold_at: datetime) -> RefundWindow:
    """Give the window of a sale, both ends inclusive.

    >>> from datetime import UTC
    >>> window(RefundTerms(), datetime(2026, 10, 29, 16, tzinfo=UTC)).closes_at.isoformat()
    '2026-11-03T16:00:00+00:00'
    """
    sold = instant(sold_at)
    return RefundWindow(
        opens_at=elapsed_hours_after(sold, terms.min_age_hours),
        closes_at=_closes(terms, sold),
    )


def _closes(terms: RefundTerms, sold: datetime) -> datetime:
    if terms.clock is RefundClock.ELAPSED_HOURS:
        return elapsed_hours_after(sold, terms.max_age)
    day = local_date(sold, terms.zone)
    if terms.clock is RefundClock.CALENDAR_DAYS:
        last = day + timedelta(days=terms.max_age)
    else:
        last = add_business_days(day, terms.max_age, terms.calendar) if terms.max_age else day
    return end_of_local_day(last, terms.zone)


def outside(opens: int, closes: int, asked: int) -> tuple[bool, bool]:
    """Say whether an instant is too early, and whether it is too late; both ends are inside.

    All three are microseconds since 1970.

    post: __return__[0] == (asked < opens) and __return__[1] == (asked > closes)
    post: implies(opens <= asked <= closes, not any(__return__))
    """
    return asked < opens, asked > closes


def assess(
    question: RefundQuestion,
    facts: RefundFacts,
    *,
    at: datetime,
    rules: RefundTerms,
) -> Decision:
    """Judge a request to return a lead, made at the instant `at`.

    Returns:
        A decision with every refusing rule: RET-BEFORE-SALE, RET-EARLY, RET-LATE, RET-REASON,
        RET-DETAIL, RET-ATTEMPTS, RET-RECORDING, RET-ONCE. `holds_until` is the window's end.
    """
    asked = instant(at)
    span = window(rules, facts.sold_at)
    refusals = tuple(_refusals(question, facts, asked, rules, span))
    return Decision(
        verdict=Verdict.DENIED if refusals else Verdict.PERMITTED,
        findings=refusals or (_within(span),),
        at=asked,
        rulebook=RULEBOOK,
        holds_until=span.closes_at,
        next_permitted_at=_next(refusals, span, asked),
        why_never=None,
    )


def _within(span: RefundWindow) -> Finding:
    return Finding(
        rule="RET-WINDOW",
        effect=Effect.PERMIT,
        severity=Severity.POLICY,
        sentence=f"Returns are open until {span.closes_at.isoformat()}, inclusive.",
        citation=_TERMS,
        until=span.closes_at,
    )


def _next(refusals: tuple[Finding, ...], span: RefundWindow, asked: datetime) -> datetime | None:
    if not refusals:
        return asked
    only_early = {finding.rule for finding in refusals} <= {"RET-EARLY", "RET-BEFORE-SALE"}
    return span.opens_at if only_early and span.opens_at <= span.closes_at else None


_TERMS = "the seller's refund terms"


def _refusal(rule: str, sentence: str, *evidence: str) -> Finding:
    return Finding(
        rule=rule,
        effect=Effect.DENY,
        severity=Severity.POLICY,
        sentence=sentence,
        citation=_TERMS,
        evidence=evidence,
    )


def _refusals(
    question: RefundQuestion,
    facts: RefundFacts,
    asked: datetime,
    rules: RefundTerms,
    span: RefundWindow,
) -> Iterator[Finding]:
    yield from _timing(facts, asked, span)
    yield from _grounds(question, facts, rules)
    if facts.lead_kind is LeadKind.LIVE_CALL and facts.recorded is not True:
        yield _refusal(
            "RET-RECORDING",
            "A live call is verified by its recording only, and there is none at hand.",
            f"recorded={facts.recorded}",
        )
    if facts.earlier is not None and not (
        rules.resubmit and facts.earlier is EarlierRequest.DENIED
    ):
        yield _refusal(
            "RET-ONCE",
            "A return was asked for before, and a lead is returned once.",
            f"earlier={facts.earlier.value}",
        )


def _timing(facts: RefundFacts, asked: datetime, span: RefundWindow) -> Iterator[Finding]:
    if asked < facts.sold_at:
        yield _refusal("RET-BEFORE-SALE", "The request lies before the sale.")
        return
    early, late = outside(micros(span.opens_at), micros(span.closes_at), micros(asked))
    if early:
        yield _refusal("RET-EARLY", f"Returns open at {_shown(span.opens_at)}.")
    if late and not facts.exception_granted:
        yield _refusal(
            "RET-LATE",
            f"Returns closed after {_shown(span.closes_at)}.",
            f"sold_at={facts.sold_at.isoformat()}",
            f"requested_at={asked.isoformat()}",
        )


def _shown(at: datetime) -> str:
    """Give an instant as people read it; the part of a second only where there is one."""
    return f"{instant(at).replace(tzinfo=None).isoformat(sep=' ')} UTC"


def _grounds(question: RefundQuestion, facts: RefundFacts, rules: RefundTerms) -> Iterator[Finding]:
    listed = reasons_for(facts.lead_kind, facts.area, reasons=rules.reasons)
    reason = next((entry for entry in listed if entry.code == question.reason), None)
    if reason is None:
        yield _refusal(
            "RET-REASON",
            f"{question.reason!r} is no reason for a return of this lead.",
            f"kind={facts.lead_kind.value}",
            f"area={facts.area}",
        )
    if not question.detail.strip():
        yield _refusal("RET-DETAIL", "The request must say in words what was found.")
    elif _unnamed(reason, question, rules):
        yield _refusal("RET-DETAIL", "A duplicate must name the other lead.")
    if reason is not None and len(facts.attempt_days) < reason.attempt_days:
        yield _refusal(
            "RET-ATTEMPTS",
            f"The person must have been tried on {reason.attempt_days} different days; "
            f"{len(facts.attempt_days)} are on record.",
        )


def _unnamed(reason: RefundReason | None, question: RefundQuestion, rules: RefundTerms) -> bool:
    needed = reason is not None and reason.names_lead and rules.duplicate_names_lead
    return needed and not question.other_lead
