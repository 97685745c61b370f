"""The question kind `return`: may a lead be returned under these terms, and until when?

The terms come with the question. What they do not say is as in `RefundTerms`, but for a duplicate,
which the typed description may name: a caller's lead ids are its own. Beside the clock they may say
everything else that `RefundTerms` can, in its written form (`leadcore refund terms` shows it):
reasons, rates, limits, resubmission, remedy, shares, automatic approval. The answer then also says
what an approval gives back, and which rule would approve at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve as replace

from leadcore.decisions import Verdict
from leadcore.door.contact import finding_json, z
from leadcore.door.reader import MISSING
from leadcore.errors import Malformed, Problem
from leadcore.intervals import zone_info
from leadcore.refunds import (
    DeniedBefore,
    EarlierRequest,
    RefundClock,
    RefundFacts,
    RefundQuestion,
    RefundRecord,
    RefundTerms,
    approving_rule,
    assess,
    refundable,
    terms_problems,
    window,
)
from leadcore.submissions import LeadKind
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from leadcore.decisions import Decision
    from leadcore.door.reader import Reader

__all__ = ["answer_return"]

T = TypeVar("T")

_MOST = {"min_age_hours": 100_000, "max_age": 100_000}
_FURTHER = (
    "reasons",
    "resubmit_times",
    "resubmit_hours",
    "rates",
    "limits",
    "remedy",
    "shares",
    "auto_approvals",
)


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
        documents=tuple(text for _, text in facts.texts("documents")),
    )
    price = _part(facts, "price", Money)
    known = _known(facts, kind or LeadKind.WEB, sold)
    line.check()
    decision = assess(question, known, at=asked, rules=terms)
    span = window(terms, sold)
    return {
        "answer": "refused" if decision.verdict is Verdict.DENIED else "eligible",
        "rules": list(decision.rules),
        "opens_at": z(span.opens_at),
        "closes_at": z(span.closes_at),
        **_worth(question, known, terms, price, decision),
        "findings": [finding_json(finding) for finding in decision.findings],
        "rulebook": decision.rulebook,
        "at": z(decision.at),
    }


def _known(facts: Reader, kind: LeadKind, sold: datetime | None) -> RefundFacts:
    recording, exception = facts.text("recording"), facts.text("exception")
    return RefundFacts(
        lead_kind=kind,
        area=facts.text("area"),
        sold_at=sold or _NEVER,
        recorded=recording == "present",
        earlier=_earlier(facts),
        exception_granted=exception == "granted",
        attempt_days=frozenset(_days(facts, sold)),
        denied=_part(facts, "denied", DeniedBefore),
        same_person=facts.flag("same_person"),
        record=_part(facts, "record", RefundRecord),
    )


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for an instant of sale that is missing; the line is refused then."""


def _worth(
    question: RefundQuestion,
    known: RefundFacts,
    terms: RefundTerms,
    price: Money | None,
    decision: Decision,
) -> dict[str, Any]:
    """Give what an approval gives back, where the price is told."""
    if price is None:
        return {}
    from leadcore import wire  # noqa: PLC0415 - slow, and few questions say so much

    at, permitted = decision.at, decision.verdict is not Verdict.DENIED
    amount = refundable(terms, price, reason=question.reason, sold_at=known.sold_at, at=at)
    rule = approving_rule(terms, question, known, amount, at) if permitted else None
    return {
        "amount": wire.dump(amount),
        "remedy": terms.remedy.value,
        "approved_by_rule": None if rule is None else rule.id,
    }


def _part(facts: Reader, key: str, kind: type[T]) -> T | None:
    """Read a fact in its written form, or None where it is not told."""
    given = facts.raw(key)
    if given is MISSING or given is None:
        return None
    from leadcore import wire  # noqa: PLC0415 - slow, and few questions say so much

    try:
        return wire.load(kind, given)
    except Malformed as error:
        _complain(facts, key, error.problems)
        return None


def _complain(reader: Reader, key: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        reader.complain(f"{key}{problem.path.removeprefix('$')}", problem.message)


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
    plain = RefundTerms(
        clock=clock or RefundClock.ELAPSED_HOURS,
        min_age_hours=least or 0,
        max_age=most or 0,
        zone=zone or "UTC",
        resubmit=terms.flag("resubmit") is True,
        duplicate_names_lead=False,
    )
    return _further(terms, plain)


def _further(terms: Reader, plain: RefundTerms) -> RefundTerms:
    """Read what else the terms say, in its written form."""
    said = {name: terms.raw(name) for name in _FURTHER if terms.raw(name) not in (MISSING, None)}
    if not said:
        return plain
    from leadcore import wire  # noqa: PLC0415 - slow, and few questions say so much

    try:
        read = wire.load(RefundTerms, said)
    except Malformed as error:
        _complain(terms, "", (replace(p, path=p.path.removeprefix("$.")) for p in error.problems))
        return plain
    whole = replace(plain, **{name: getattr(read, name) for name in said})
    currency = next((part.at_most.currency for part in whole.auto_approvals if part.at_most), "USD")
    _complain(terms, "", terms_problems(whole, currency))
    return whole


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
