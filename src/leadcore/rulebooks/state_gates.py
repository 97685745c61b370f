"""State rules that hold at any hour: mobile bans, automatic dialling, emergencies, number checks.

Automatic dialling comes in two kinds: hours of their own for devices that dial or talk, and a
demand for written consent. Laws on announcing devices are read as reaching every automated contact
in the strict profile, and voices only in the literal one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from leadcore.intervals import WeeklyHours
from leadcore.rulebooks.rule import (
    AUTOMATED,
    CALL,
    CALL_AND_TEXT,
    TELEMARKETING,
    TEXT,
    Cap,
    Confidence,
    Gate,
    Hours,
    Initiation,
    Lift,
    Rule,
    Scope,
)
from leadcore.rulebooks.state_sources import SOURCES
from leadcore.rulebooks.states import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["state_gate_rules"]

_VOICES = frozenset({Initiation.PRERECORDED, Initiation.ARTIFICIAL})
_SOLICITING = Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING)
_SALES_CALLS = Scope(channels=CALL, purposes=TELEMARKETING)
_SALES_TEXTS = Scope(channels=TEXT, purposes=TELEMARKETING)
_DEVICES = Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING, initiations=AUTOMATED)
_DIALLED_CALLS = Scope(channels=CALL, purposes=TELEMARKETING, initiations=AUTOMATED)
_VOICE_CALLS = Scope(channels=CALL, purposes=TELEMARKETING, initiations=_VOICES)
_BY_HAND = Scope(
    channels=CALL_AND_TEXT,
    purposes=TELEMARKETING,
    initiations=frozenset({Initiation.MANUAL}),
)
_ASKED_FOR = frozenset({Lift.INVITATION, Lift.CONSENT})

# state, first and last hour, weekdays only, the words' own scope, citation, confidence
_DEVICE_HOURS = (
    ("CA", 9, 21, False, _VOICE_CALLS, "Cal. Pub. Util. Code 2872", Confidence.HIGH),
    ("GA", 8, 21, False, _VOICE_CALLS, "O.C.G.A. 46-5-23", Confidence.HIGH),
    ("IL", 9, 21, False, _DIALLED_CALLS, "815 ILCS 305/15", Confidence.MEDIUM),
    ("IN", 9, 20, False, _VOICE_CALLS, "Ind. Code 24-5-14-8", Confidence.MEDIUM),
    ("ME", 9, 17, True, _VOICE_CALLS, "10 M.R.S. 1498(3)", Confidence.HIGH),
    ("NE", 8, 21, False, _VOICE_CALLS, "Neb. Rev. Stat. 86-248", Confidence.HIGH),
    ("SD", 9, 21, True, _DIALLED_CALLS, "SDCL 37-30-28", Confidence.HIGH),
)

# state, first day, the words' own scope, citation
_WRITTEN_CONSENT = (
    ("CT", date(2023, 10, 1), _DEVICES, "Conn. Gen. Stat. 42-288a (P.A. 23-98)"),
    ("FL", None, _DEVICES, "Fla. Stat. 501.059(8)"),
    ("MD", date(2024, 1, 1), _DEVICES, "Md. Code, Com. Law 14-4502"),
    ("OK", None, _DEVICES, "15 O.S. 775C.3"),
)


def _device_hours() -> Iterator[Rule]:
    for state, start, end, weekdays, literal, citation, confidence in _DEVICE_HOURS:
        hours = (start * 60, end * 60)
        weekend = None if weekdays else hours
        days = "on weekdays only" if weekdays else "every day"
        yield Rule(
            id=f"S-{state}-ADAD",
            kernel="device_hours",
            terms=Hours(week=WeeklyHours((*(hours,) * 5, weekend, weekend))),
            state=state,
            sentence=(
                f"In {NAMES[state]} automatic dialling and announcing devices may sell from "
                f"{start}:00 to {end}:00 {days}."
            ),
            caution=(
                f"In {NAMES[state]} announcing devices may sell from {start}:00 to {end}:00 "
                f"{days}; we keep these hours for everything automated."
            ),
            citation=citation,
            source=SOURCES.get(state),
            confidence=confidence,
            scope=_DEVICES,
            literal=literal,
            evidence=("initiation", "at", "number.zones", "states"),
        )


def _written_consent() -> Iterator[Rule]:
    for state, since, literal, citation in _WRITTEN_CONSENT:
        yield Rule(
            id=f"S-{state}-ADAD",
            kernel="state_written_consent",
            state=state,
            sentence=(
                f"In {NAMES[state]} sales calls and texts that are selected or dialled "
                "automatically need prior express written consent."
            ),
            citation=citation,
            source=SOURCES.get(state),
            effective_from=since,
            scope=_DEVICES,
            literal=literal,
            evidence=("initiation", "consent.level", "consent.elements", "states"),
        )


def _bans_on_mobiles() -> Iterator[Rule]:
    rows = (
        ("AZ", "A.R.S. 44-1278(B)(3),(6)", Confidence.HIGH),
        ("NJ", "N.J.S.A. 56:8-130", Confidence.MEDIUM),
    )
    for state, citation, confidence in rows:
        yield Rule(
            id=f"S-{state}-MOBILE",
            kernel="mobile_ban",
            terms=Gate(strict=_ASKED_FOR),
            state=state,
            sentence=f"In {NAMES[state]} nobody may sell on a mobile phone without being asked.",
            citation=citation,
            source=SOURCES.get(state),
            confidence=confidence,
            scope=_SOLICITING,
            literal=_SALES_CALLS,
            evidence=("number.line_type", "consent.invitation", "consent.level", "states"),
        )


def _emergencies() -> Iterator[Rule]:
    rows = (
        ("LA", "La. R.S. 45:844.31; LPSC General Order R-29617", Gate(), _SALES_CALLS),
        ("NY", "N.Y. Gen. Bus. Law 399-z(5-a)", Gate(strict=_ASKED_FOR), _SOLICITING),
    )
    for state, citation, gate, literal in rows:
        yield Rule(
            id=f"S-{state}-EMERGENCY",
            kernel="declared_emergency",
            terms=gate,
            state=state,
            sentence=f"An emergency is declared in {NAMES[state]}, and sales calls must wait.",
            citation=citation,
            source=SOURCES.get(state),
            confidence=Confidence.HIGH if state == "NY" else Confidence.MEDIUM,
            scope=_SOLICITING,
            literal=literal,
            evidence=("declared_emergencies", "states", "consent.invitation"),
        )


def _uninvited() -> Iterator[Rule]:
    yield Rule(
        id="S-CT-WRITTEN",
        kernel="uninvited",
        terms=Gate(strict=_ASKED_FOR),
        state="CT",
        sentence=(
            "In Connecticut sales calls and texts that nobody asked for need prior express "
            "written consent."
        ),
        citation="Conn. Gen. Stat. 42-288a (P.A. 23-98)",
        source=SOURCES.get("CT"),
        effective_from=date(2023, 10, 1),
        scope=_BY_HAND,
        evidence=("consent.invitation", "consent.level", "states"),
    )
    yield Rule(
        id="S-WA-TEXT",
        kernel="uninvited",
        terms=Gate(strict=_ASKED_FOR, literal=_ASKED_FOR),
        state="WA",
        sentence="In Washington commercial texts need the person's consent.",
        citation="RCW 19.190.060",
        source=SOURCES.get("WA"),
        scope=_SALES_TEXTS,
        evidence=("consent.level", "consent.invitation", "states"),
    )


def _maine() -> Iterator[Rule]:
    yield Rule(
        id="S-ME-ADAD",
        kernel="device_cap",
        terms=Cap(limit=1, hours=8, prerecorded_only=True),
        state="ME",
        sentence=(
            "In Maine an automatic device may reach a person once in eight hours, and one has."
        ),
        citation="10 M.R.S. 1498(3)",
        source=SOURCES.get("ME"),
        scope=_DEVICES,
        literal=_VOICE_CALLS,
        evidence=("history", "states"),
    )
    yield Rule(
        id="S-ME-RND",
        kernel="reassigned_query",
        state="ME",
        sentence=(
            "In Maine the database of reassigned numbers must be asked before a sales call, and it "
            "was not."
        ),
        citation="10 M.R.S. 1499-B",
        source=SOURCES.get("ME"),
        scope=_SOLICITING,
        literal=_SALES_CALLS,
        evidence=("rnd.status", "rnd.queried_on", "states"),
    )


def state_gate_rules() -> Iterator[Rule]:
    """Give the rules that hold at any hour, and the hours of automatic devices."""
    yield from _device_hours()
    yield from _written_consent()
    yield from _uninvited()
    yield from _maine()
    yield from _bans_on_mobiles()
    yield from _emergencies()
