"""May this lead be returned? The window, and every refusing rule.

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

from leadcore.business_days import add_business_days
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.intervals import elapsed_hours_after, end_of_local_day, local_date
from leadcore.refunds.kernel import can_follow, outside
from leadcore.refunds.reasons import RefundReason, reasons_for
from leadcore.refunds.record import RefundRecord, limit_passed, rate_passed
from leadcore.refunds.terms import RateOf, RefundClock, RefundTerms
from leadcore.submissions import LeadKind
from leadcore.values import instant, micros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.refunds.record import Tally

__all__ = [
    "RULEBOOK",
    "DeniedBefore",
    "EarlierRequest",
    "RefundClock",
    "RefundFacts",
    "RefundQuestion",
    "RefundTerms",
    "RefundWindow",
    "assess",
    "window",
]

RULEBOOK = "refund-terms/1"


class EarlierRequest(Enum):
    """What became of an earlier request for the same sale; unknown counts as asked before."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"


@frozen(kw_only=True)
class RefundWindow:
    """When a return may be asked for: from `opens_at` to `closes_at` (UTC), both inclusive."""

    opens_at: datetime = field(converter=instant)
    closes_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RefundQuestion:
    """What is asked: to return a lead, for a reason, in words.

    Attributes:
        documents: what shows it: files of the lead, or references to what is kept elsewhere.
    """

    reason: str
    detail: str
    other_lead: str | None = None
    documents: tuple[str, ...] = ()


@frozen(kw_only=True)
class DeniedBefore:
    """The denied requests for a sale.

    Attributes:
        times: how many there are.
        at: when the last one was denied.
        in_time: was the last one made within the window?
    """

    times: int
    at: datetime = field(converter=instant)
    in_time: bool


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
        denied: the denied requests, where the earlier one was denied; None where not known.
        same_person: has the other lead that the question names a key of this lead's person? None
            where not known, or where none is named. Only rules that approve at once look at it.
        order_full: does the order's own maximum of returns leave no room for this one?
        record: what the account bought and asked to return; None where not known. Only terms with
            rates or limits look at it.
    """

    lead_kind: LeadKind
    area: str | None = None
    sold_at: datetime = field(converter=instant)
    recorded: bool | None = None
    earlier: EarlierRequest | None = None
    exception_granted: bool = False
    attempt_days: frozenset[date] = frozenset()
    denied: DeniedBefore | None = None
    same_person: bool | None = None
    order_full: bool = False
    record: RefundRecord | None = None


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
        RET-DETAIL, RET-ATTEMPTS, RET-DOCUMENT, RET-RECORDING, RET-ONCE, RET-RESUBMIT,
        RET-ORDER-RATE, RET-RATE, RET-LIMIT. `holds_until` is the window's end.
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
    yield from _timing(facts, asked, rules, span)
    listed = reasons_for(facts.lead_kind, facts.area, reasons=rules.reasons)
    reason = next((entry for entry in listed if entry.code == question.reason), None)
    yield from _grounds(question, facts, reason, rules)
    yield from _recording(facts, reason)
    yield from _again(facts, asked, rules)
    yield from _counted(facts, asked, rules)


def _recording(facts: RefundFacts, reason: RefundReason | None) -> Iterator[Finding]:
    live = facts.lead_kind is LeadKind.LIVE_CALL
    if facts.recorded is True or not (live or (reason is not None and reason.recording)):
        return
    yield _refusal(
        "RET-RECORDING",
        "A live call is verified by its recording only, and there is none at hand."
        if live
        else "This reason is shown by a recording, and there is none at hand.",
        f"recorded={facts.recorded}",
    )


def _again(facts: RefundFacts, asked: datetime, rules: RefundTerms) -> Iterator[Finding]:
    if facts.earlier is None:
        return
    if not (rules.resubmit and facts.earlier is EarlierRequest.DENIED):
        yield _refusal(
            "RET-ONCE",
            "A return was asked for before, and a lead is returned once.",
            f"earlier={facts.earlier.value}",
        )
        return
    if rules.resubmit_times is None and rules.resubmit_hours is None:
        return
    if facts.denied is None:
        yield _refusal("RET-RESUBMIT", "When and how often it was denied before is not known.")
        return
    yield from _resubmitted(facts.denied, asked, rules)


def _resubmitted(denied: DeniedBefore, asked: datetime, rules: RefundTerms) -> Iterator[Finding]:
    times, hours = rules.resubmit_times, rules.resubmit_hours
    if times is not None and denied.times > times:
        yield _refusal(
            "RET-RESUBMIT",
            f"A denied request may be made again {times} times.",
            f"denied={denied.times}",
        )
    if hours is not None and not can_follow(micros(denied.at), hours, micros(asked)):
        yield _refusal(
            "RET-RESUBMIT",
            f"A denied request may be made again within {hours} hours of the denial.",
            f"denied_at={denied.at.isoformat()}",
        )


def _counted(facts: RefundFacts, asked: datetime, rules: RefundTerms) -> Iterator[Finding]:
    if facts.order_full:
        yield _refusal(
            "RET-ORDER-RATE", "The order's own maximum of returns leaves no room for another."
        )
    if facts.record is None:
        if rules.rates:
            yield _refusal("RET-RATE", "What the account bought and returned is not known.")
        if rules.limits:
            yield _refusal("RET-LIMIT", "How many requests the account made is not known.")
        return
    yield from _rates(facts.record, asked, rules)
    yield from _limits(facts.record, asked, rules)


def _rates(record: RefundRecord, asked: datetime, rules: RefundTerms) -> Iterator[Finding]:
    for rate in rules.rates:
        tally = rate_passed(rate, record, zone=rules.zone, at=asked)
        if tally.passed:
            unit = "leads" if rate.of is RateOf.LEADS else "minor units"
            yield _refusal(
                "RET-RATE",
                f"At most {_percent(rate.rate)} of what was bought may be returned: "
                f"{tally.allowed} {unit}.",
                *_evidence(tally, f"over={rate.over.value}"),
            )


def _limits(record: RefundRecord, asked: datetime, rules: RefundTerms) -> Iterator[Finding]:
    for limit in rules.limits:
        tally = limit_passed(limit, record, zone=rules.zone, at=asked)
        if tally.passed:
            yield _refusal(
                "RET-LIMIT",
                f"An account may ask for at most {limit.most} returns a {limit.per.value}.",
                f"asked={tally.returned}",
            )


def _evidence(tally: Tally, over: str) -> tuple[str, ...]:
    return (
        f"returned={tally.returned}",
        f"allowed={tally.allowed}",
        f"bought={tally.bought}",
        over,
    )


def _percent(rate: int) -> str:
    """Give hundredths of a per cent as people read them.

    >>> _percent(1500), _percent(1250), _percent(5)
    ('15 %', '12.5 %', '0.05 %')
    """
    whole, part = divmod(rate, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + " %" if part else f"{whole} %"


def _timing(
    facts: RefundFacts, asked: datetime, rules: RefundTerms, span: RefundWindow
) -> Iterator[Finding]:
    if asked < facts.sold_at:
        yield _refusal("RET-BEFORE-SALE", "The request lies before the sale.")
        return
    early, late = outside(micros(span.opens_at), micros(span.closes_at), micros(asked))
    if early:
        yield _refusal("RET-EARLY", f"Returns open at {_shown(span.opens_at)}.")
    if late and not facts.exception_granted and not _renewed(facts, rules):
        yield _refusal(
            "RET-LATE",
            f"Returns closed after {_shown(span.closes_at)}.",
            f"sold_at={facts.sold_at.isoformat()}",
            f"requested_at={asked.isoformat()}",
        )


def _shown(at: datetime) -> str:
    """Give an instant as people read it; the part of a second only where there is one."""
    return f"{instant(at).replace(tzinfo=None).isoformat(sep=' ')} UTC"


def _renewed(facts: RefundFacts, rules: RefundTerms) -> bool:
    """Say whether the hours after a denial count instead of the window."""
    if not rules.resubmit or rules.resubmit_hours is None:
        return False
    denied = facts.denied
    return facts.earlier is EarlierRequest.DENIED and denied is not None and denied.in_time


def _grounds(
    question: RefundQuestion,
    facts: RefundFacts,
    reason: RefundReason | None,
    rules: RefundTerms,
) -> Iterator[Finding]:
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
    named = {name for name in question.documents if name.strip()}
    if reason is not None and len(named) < reason.documents:
        yield _refusal(
            "RET-DOCUMENT",
            f"This reason is shown by {reason.documents} documents; {len(named)} are named.",
        )


def _unnamed(reason: RefundReason | None, question: RefundQuestion, rules: RefundTerms) -> bool:
    needed = reason is not None and reason.names_lead and rules.duplicate_names_lead
    return needed and not question.other_lead
