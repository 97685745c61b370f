"""The small question kinds: deadlines, replies, zones and recordings."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from leadcore import business_days, places, recordings
from leadcore.door.contact import E164, E164_WORDS, ZIP, ZIP_WORDS
from leadcore.inbound_texts import classify
from leadcore.intervals import zone_info
from leadcore.rulebooks import US

if TYPE_CHECKING:
    from leadcore.decisions import Decision
    from leadcore.door.reader import Reader

__all__ = [
    "answer_deadline",
    "answer_keyword",
    "answer_recording",
    "answer_share_recording",
    "answer_zones",
]

_CALENDARS = {business_days.FEDERAL.id: business_days.FEDERAL}
_MOST_DAYS = 10_000


def _facts(line: Reader) -> Reader:
    line.required("facts")
    return line.child("facts")


def answer_deadline(line: Reader) -> dict[str, Any]:
    """Answer with the last day to comply, as an ISO date.

    Raises:
        Malformed: the question could not be read.
    """
    facts = _facts(line)
    receipt, zone = facts.moment("receipt_utc"), facts.text("zone")
    days, calendar = facts.whole("business_days"), facts.text("calendar")
    for key in ("receipt_utc", "zone", "business_days", "calendar"):
        facts.required(key)
    if zone:
        _check_zone(facts, zone)
    if days is not None and not 1 <= days <= _MOST_DAYS:
        facts.complain("business_days", f"must be from 1 to {_MOST_DAYS}, not {days}")
    if calendar is not None and calendar not in _CALENDARS:
        known = ", ".join(_CALENDARS)
        facts.complain("calendar", f"must be one of {known}, not {calendar!r}")
    line.check()
    last = business_days.deadline(
        receipt, zone=zone or "", days=days or 0, calendar=_CALENDARS[calendar or ""]
    )
    return {"answer": last.isoformat(), "rules": []}


def _check_zone(facts: Reader, zone: str) -> None:
    try:
        zone_info(zone)
    except ValueError as error:
        facts.complain("zone", str(error))


def answer_keyword(line: Reader) -> dict[str, Any]:
    """Answer what a reply means: revoke, review, resubscribe or none.

    Raises:
        Malformed: the question could not be read.
    """
    facts = _facts(line)
    text = facts.raw("text")
    facts.required("text")
    if text is not None and not isinstance(text, str):
        facts.text("text")
    line.check()
    reply = classify(str(text))
    return {
        "answer": reply.meaning.value,
        "rules": ["F-REV-10"],
        "help": reply.help,
        "sentence": reply.sentence,
    }


def answer_zones(line: Reader) -> dict[str, Any]:
    """Answer with the zones a person may be in, by number and ZIP code.

    Raises:
        Malformed: the question could not be read.
    """
    facts = _facts(line)
    number, code = facts.pattern("e164", E164, E164_WORDS), facts.pattern("zip", ZIP, ZIP_WORDS)
    line.check()
    place = places.resolve(number, code)
    return {
        "answer": sorted(place.zones),
        "rules": ["Z-UNION" if place.zones else "Z-UNKNOWN"],
        "states": sorted(place.states),
        "evidence": list(place.evidence),
    }


def answer_recording(line: Reader) -> dict[str, Any]:
    """Answer whether a call may be recorded.

    Raises:
        Malformed: the question could not be read.
    """
    facts = _facts(line)
    question = recordings.RecordingQuestion(
        caller_state=facts.text("caller_state"),
        called_state=facts.text("called_state"),
        announced=facts.flag("announced"),
    )
    at = _at(line)
    line.check()
    return _short(recordings.assess_recording(question, at=at, rules=US))


def answer_share_recording(line: Reader) -> dict[str, Any]:
    """Answer whether a recording may be shared.

    Raises:
        Malformed: the question could not be read.
    """
    facts = _facts(line)
    question = recordings.ShareQuestion(
        contains_sad=facts.flag("contains_sad"),
        contains_pan=facts.flag("contains_pan"),
        redacted=facts.flag("redacted"),
        reviewed=facts.flag("reviewed"),
    )
    at = _at(line)
    line.check()
    return _short(recordings.assess_sharing(question, at=at, rules=US))


def _at(line: Reader) -> datetime:
    """Give the instant asked about; without one, the day whose law the rulebook describes."""
    at: datetime | None = line.moment("instant_utc")
    return at or datetime.combine(US.as_of, time(), tzinfo=UTC)


def _short(decision: Decision) -> dict[str, Any]:
    return {
        "answer": decision.verdict.value,
        "rules": list(decision.rules),
        "findings": [
            {
                "rule": finding.rule,
                "effect": finding.effect.value,
                "severity": finding.severity.value,
                "sentence": finding.sentence,
                "citation": finding.citation,
            }
            for finding in decision.findings
        ],
        "rulebook": decision.rulebook,
    }
