"""The question kind `return`: may a lead be returned under these terms, and until when?

The terms come with the question. What they do not say is as in `RefundTerms`, but for a duplicate,
which the typed description may name: a caller's lead ids are its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from leadcore.decisions import Verdict
from leadcore.door.contact import finding_json, z
from leadcore.door.reader import MISSING
from leadcore.intervals import zone_info
from leadcore.refunds import (
    EarlierRequest,
    RefundClock,
    RefundFacts,
    RefundQuestion,
    RefundTerms,
    assess,
    window,
)
from leadcore.submissions import LeadKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from leadcore.door.reader import Reader

__all__ = ["answer_return"]

_MOST = {"min_age_hours": 100_000, "max_age": 100_000}


def answer_return(line: Reader) -> dict[str, Any]:
    """Answer whether a return is eligible, with the window and every refusing rule.

    Raises:
        Malformed: the question could not be read; every problem has its path.
    """
    line.required("facts")
    facts = line.child("facts")
    terms = _terms(facts.child("terms"))
    sold, asked = facts.moment("sold_at"), facts.moment("requested_at")
    kind = facts.choice("lead_kind", LeadKind, None)
    for key in ("terms", "lead_kind", "sold_at", "requested_at"):
        facts.required(key)
    question = RefundQuestion(
        reason=_text(facts, "reason"),
        detail=_text(facts, "detail"),
        other_lead=facts.text("other_lead"),
    )
    recording, exception = facts.text("recording"), facts.text("exception")
    earlier, area = _earlier(facts), facts.text("area")
    days = frozenset(_days(facts, sold))
    line.check()
    known = RefundFacts(
        lead_kind=kind or LeadKind.WEB,
        area=area,
        sold_at=sold,
        recorded=recording == "present",
        earlier=earlier,
        exception_granted=exception == "granted",
        attempt_days=days,
    )
    decision = assess(question, known, at=asked, rules=terms)
    span = window(terms, sold)
    return {
        "answer": "refused" if decision.verdict is Verdict.DENIED else "eligible",
        "rules": list(decision.rules),
        "opens_at": z(span.opens_at),
        "closes_at": z(span.closes_at),
        "findings": [finding_json(finding) for finding in decision.findings],
        "rulebook": decision.rulebook,
        "at": z(decision.at),
    }


def _terms(terms: Reader) -> RefundTerms:
    clock = terms.choice("clock", RefundClock, None)
    least, most, zone = terms.whole("min_age_hours"), terms.whole("max_age"), terms.text("zone")
    for key in ("clock", "max_age", *(() if clock is RefundClock.ELAPSED_HOURS else ("zone",))):
        terms.required(key)
    for key, number in (("min_age_hours", least), ("max_age", most)):
        if number is not None and not 0 <= number <= _MOST[key]:
            terms.complain(key, f"must be from 0 to {_MOST[key]}, not {number}")
    if zone:
        try:
            zone_info(zone)
        except ValueError as error:
            terms.complain("zone", str(error))
    return RefundTerms(
        clock=clock or RefundClock.ELAPSED_HOURS,
        min_age_hours=least or 0,
        max_age=most or 0,
        zone=zone or "UTC",
        resubmit=terms.flag("resubmit") is True,
        duplicate_names_lead=False,
    )


def _text(facts: Reader, key: str) -> str:
    # Empty or missing words are no fault of the line: they are what a rule refuses.
    return "" if facts.raw(key) in ("", None, MISSING) else str(facts.text(key) or "")


def _earlier(facts: Reader) -> EarlierRequest | None:
    # Null says there was none; a field left out says that nobody looked.
    if facts.raw("earlier_request") is MISSING:
        return EarlierRequest.UNKNOWN
    return facts.choice("earlier_request", EarlierRequest, None)


def _days(facts: Reader, sold: datetime | None) -> Iterator[date]:
    """Give the days of attempts: dates, or whole numbers that tell the days apart."""
    for index, item in enumerate(facts.items("attempt_days") or ()):
        if type(item) is int and sold is not None:
            yield sold.date() + timedelta(days=item % 3650)
        else:
            day = type(facts)({"day": item}, facts.at(f"attempt_days[{index}]"), facts.problems)
            found = day.day("day")
            if found is not None:
                yield found
