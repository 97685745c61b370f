"""The question kind `contact`: a JSON object to facts, and a decision to a JSON object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leadcore.consent import UNKNOWN, Consent, Elements, Level, Unknown
from leadcore.contact import (
    Confirmation,
    EmailFacts,
    Facts,
    Initiation,
    Number,
    Profile,
    Purpose,
    Question,
    Reassigned,
    ReassignedStatus,
    Registry,
    Relationship,
    Touch,
    TouchKind,
    assess,
)
from leadcore.door.reader import MISSING, Reader
from leadcore.exposure import of
from leadcore.intervals import zone_info
from leadcore.rulebooks import US
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.decisions import Decision, Finding
    from leadcore.exposure import Exposure

__all__ = [
    "answer_contact",
    "decision_json",
    "exposure_json",
    "finding_json",
    "read_facts",
    "read_question",
    "z",
]

E164 = re.compile(r"\+[1-9]\d{6,14}")
E164_WORDS = "a number in E.164 form (+ and 7 to 15 digits)"
ZIP = re.compile(r"\d{5}(-?\d{4})?")
ZIP_WORDS = "a ZIP code of 5 or 9 digits"
_STATE = re.compile(r"[A-Z]{2}")
_LEVELS = {"none": Level.NONE, "express": Level.EXPRESS, "written": Level.WRITTEN}


def read_question(facts: Reader, profile: Profile) -> Question | None:
    """Read what is asked; channel, initiation and purpose must be said."""
    channel = facts.choice("channel", Channel, None)
    purpose = facts.choice("purpose", Purpose, None)
    initiation = facts.choice("initiation", Initiation, None)
    facts.required("channel")
    facts.required("purpose")
    if channel is not Channel.EMAIL:
        facts.required("initiation")
    seller, subject = facts.text("seller"), facts.text("subject")
    if channel is None or purpose is None:
        return None
    return Question(
        channel=channel,
        initiation=initiation or Initiation.MANUAL,
        purpose=purpose,
        seller=seller,
        subject=subject,
        profile=profile,
    )


def read_facts(facts: Reader) -> Facts:
    """Read everything that is known; what is left out is unknown."""
    lead = facts.child("lead")
    return Facts(
        tcpa=lead.choice("tcpa", Tcpa, Tcpa.UNKNOWN),
        zip=lead.pattern("zip", ZIP, ZIP_WORDS),
        number=_number(facts.child("number")),
        states=tuple(_states(facts, "states")),
        consent=_consent(facts.child("consent")),
        registry=_registry(facts.child("dnc")),
        relationship=_relationship(facts.child("ebr")),
        reassigned=_reassigned(facts.child("rnd")),
        personal_relationship=facts.flag("personal_relationship"),
        history=_history(facts),
        email=_email(facts.child("email")),
        confirmation=_confirmation(facts.child("confirmation")),
        declared_emergencies=_emergencies(facts),
    )


def _states(facts: Reader, key: str) -> Iterator[str]:
    for path, state in facts.texts(key):
        if _STATE.fullmatch(state):
            yield state
        else:
            facts.complain(path, f"must be a state's two capital letters, not {state!r}")


def _emergencies(facts: Reader) -> frozenset[str] | Unknown:
    if facts.items("declared_emergencies") is None:
        return UNKNOWN
    return frozenset(_states(facts, "declared_emergencies"))


def _number(number: Reader) -> Number:
    zones: list[str] = []
    for path, zone in number.texts("zones"):
        try:
            zone_info(zone)
        except ValueError as error:
            number.complain(path, str(error))
        else:
            zones.append(zone)
    return Number(
        e164=number.pattern("e164", E164, E164_WORDS),
        kind=number.choice("line_type", PhoneKind, PhoneKind.UNKNOWN),
        zones=zones,
        ported_to_wireless_on=number.day("ported_to_wireless_on"),
    )


def _level(consent: Reader) -> Level:
    found = consent.text("level")
    if found is not None and found not in _LEVELS:
        consent.complain("level", f"must be one of {', '.join(_LEVELS)}, not {found!r}")
    return _LEVELS.get(found or "none", Level.NONE)


def _consent(consent: Reader) -> Consent:
    elements = consent.child("elements")
    given_for = consent.raw("number")
    number = consent.pattern("number", E164, E164_WORDS)
    return Consent(
        level=_level(consent),
        invitation=consent.flag("invitation"),
        sellers=[seller for _, seller in consent.texts("sellers")],
        number=UNKNOWN if given_for is MISSING else number,
        at=consent.moment("at", UNKNOWN),
        elements=Elements(
            signature=elements.flag("signature"),
            number_in_agreement=elements.flag("number_in_agreement"),
            authorizes_seller=elements.flag("authorizes_seller"),
            disclosure_autodialer=elements.flag("disclosure_autodialer"),
            disclosure_not_condition=elements.flag("disclosure_not_condition"),
        ),
        revoked_at=consent.moment("revoked_at", UNKNOWN),
        revoked_by=consent.text("revoked_by"),
        regranted_at=consent.moment("regranted_at"),
    )


def _registry(dnc: Reader) -> Registry:
    return Registry(
        national=dnc.flag("national"),
        scrubbed_on=dnc.day("scrubbed_on"),
        internal_since=dnc.moment("internal_since", UNKNOWN),
    )


def _relationship(ebr: Reader) -> Relationship:
    return Relationship(
        with_seller=ebr.text("with"),
        inquiry_on=ebr.day("inquiry_on"),
        purchase_on=ebr.day("purchase_on"),
    )


def _reassigned(rnd: Reader) -> Reassigned:
    return Reassigned(
        status=rnd.choice("status", ReassignedStatus, ReassignedStatus.UNKNOWN),
        queried_on=rnd.day("queried_on"),
    )


def _history(facts: Reader) -> tuple[Touch, ...] | Unknown:
    items = facts.items("history")
    if items is None:
        return UNKNOWN
    found: list[Touch] = []
    for index, item in enumerate(items):
        touch = Reader(item, facts.at(f"history[{index}]"), facts.problems)
        kind, at = touch.choice("kind", TouchKind, None), touch.moment("at")
        touch.required("kind")
        touch.required("at")
        subject = touch.text("subject")
        if kind is not None and at is not None:
            found.append(Touch(kind=kind, at=at, subject=subject))
    return tuple(found)


def _email(email: Reader) -> EmailFacts:
    return EmailFacts(
        opted_out_at=email.moment("opted_out_at", UNKNOWN),
        physical_address=email.flag("physical_address"),
        optout_mechanism=email.flag("optout_mechanism"),
        gateway_domain=email.flag("gateway_domain"),
        wireless_authorization=email.flag("wireless_authorization"),
    )


def _confirmation(confirmation: Reader) -> Confirmation:
    return Confirmation(
        contains_marketing=confirmation.flag("contains_marketing"),
        already_sent=confirmation.flag("already_sent"),
    )


def answer_contact(line: Reader) -> dict[str, Any]:
    """Answer a contact question.

    Raises:
        Malformed: it could not be read; every problem has its path.
    """
    at = line.moment("instant_utc")
    line.required("instant_utc")
    profile = line.choice("profile", Profile, Profile.STRICT)
    line.required("facts")
    inner = line.child("facts")
    question, facts = read_question(inner, profile), read_facts(inner)
    line.check()
    if question is None:  # pragma: no cover - check() has raised
        raise AssertionError
    decision = assess(question, facts, at=at, rules=US)
    return {**decision_json(decision), "exposure": exposure_json(of(decision, question, facts))}


def decision_json(decision: Decision) -> dict[str, Any]:
    """Give a decision as plain JSON values; instants in UTC, with a Z."""
    return {
        "answer": decision.verdict.value,
        "rules": list(decision.rules),
        "findings": [finding_json(finding) for finding in decision.findings],
        "rulebook": decision.rulebook,
        "at": z(decision.at),
        "next_permitted_at": z(decision.next_permitted_at),
        "why_never": decision.why_never,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Give a finding as plain JSON values."""
    return {
        "rule": finding.rule,
        "effect": finding.effect.value,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "citation": finding.citation,
        "evidence": list(finding.evidence),
    }


def exposure_json(exposure: Exposure) -> dict[str, Any]:
    """Give what a contact could cost as plain JSON values; amounts in minor units."""
    return {
        "currency": exposure.low.currency,
        "low": exposure.low.minor,
        "high": exposure.high.minor,
        "liabilities": [
            {
                "remedy": each.remedy,
                "citation": each.citation,
                "rules": list(each.rules),
                "low": each.low.minor,
                "high": each.high.minor,
                "needs_second": each.needs_second,
            }
            for each in exposure.liabilities
        ],
    }


def z(at: datetime | None) -> str | None:
    """Give an instant in UTC with a Z."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")
