"""Rulebooks: the law and the house's own caution as dated data.

`US` is the rulebook that ships. It describes the law as of 2026-11-21 for engineers; it is no
legal advice. When in doubt its rules err on one side: the person is not contacted.
"""

from __future__ import annotations

from datetime import date

from leadcore.rulebooks.book import Rulebook
from leadcore.rulebooks.email import EMAIL_BASES, EMAIL_GUARDS
from leadcore.rulebooks.federal import FEDERAL_BASES, FEDERAL_GUARDS, FEDERAL_NOTES
from leadcore.rulebooks.house import HOUSE_BASES, HOUSE_GUARDS, HOUSE_NOTES
from leadcore.rulebooks.recording import RECORDING_RULES
from leadcore.rulebooks.rule import (
    Cap,
    ClosedDays,
    Confidence,
    Gate,
    Hours,
    Initiation,
    Lift,
    Profile,
    Purpose,
    Role,
    Rule,
    Scope,
    Status,
)
from leadcore.rulebooks.state_gates import state_gate_rules
from leadcore.rulebooks.states import NAMES, UNKNOWN_STATE, state_hours_rules

__all__ = [
    "NAMES",
    "UNKNOWN_STATE",
    "US",
    "Cap",
    "ClosedDays",
    "Confidence",
    "Gate",
    "Hours",
    "Initiation",
    "Lift",
    "Profile",
    "Purpose",
    "Role",
    "Rule",
    "Rulebook",
    "Scope",
    "Status",
]

US = Rulebook(
    id="us-2026-11-21",
    as_of=date(2026, 11, 21),
    rules=(
        *HOUSE_BASES,
        *FEDERAL_BASES,
        *EMAIL_BASES,
        *HOUSE_GUARDS,
        *FEDERAL_GUARDS,
        *state_hours_rules(),
        *state_gate_rules(),
        *EMAIL_GUARDS,
        *RECORDING_RULES,
        *FEDERAL_NOTES,
        *HOUSE_NOTES,
    ),
)
"""The rules of the United States as of 2026-11-21, as this library reads them; no legal advice."""
