"""The words in which a host's forms offer the core's choices, and show its answers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from leadcore.contact import Initiation, Purpose, TouchKind
from leadcore.decisions import Verdict
from leadcore.errors import Refused
from leadcore.host_leads.facts import FactKind
from leadcore.refunds import Basis
from leadcore.submissions import Channel, LeadKind
from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from leadcore.errors import LeadcoreError

__all__ = ["choices", "why", "word"]

_WORDS: Mapping[Enum, str] = MappingProxyType(
    {
        Basis.PERSON_SAID: "What the person said",
        Basis.RECORDING: "The recording",
        Basis.RECORDS: "The records",
        Channel.EMAIL: "E-mail",
        FactKind.DEALING: "Dealt with the seller",
        FactKind.DO_NOT_CALL: "Asked not to be called",
        FactKind.GRANT: "Consent given",
        FactKind.LINE: "Kind of line",
        FactKind.REASSIGNED: "Reassigned since consent?",
        FactKind.REGISTRY: "National do-not-call registry",
        FactKind.REVOCATION: "Consent taken back",
        Initiation.ARTIFICIAL: "Artificial voice",
        Initiation.AUTODIALED: "Autodialled",
        Initiation.MANUAL: "By hand",
        Initiation.PRERECORDED: "Prerecorded voice",
        LeadKind.WEB: "Web lead",
        PhoneKind.TOLL_FREE: "Toll-free",
        Purpose.INFORMATIONAL: "Information",
        Purpose.OPTOUT_CONFIRMATION: "Confirmation of an opt-out",
        Purpose.TELEMARKETING: "Marketing",
        TouchKind.EMAIL: "E-mail",
        TouchKind.PRERECORDED: "Call with a recorded voice",
        Verdict.WARN: "Permitted with a warning",
    }
)
"""What is said in other words than those it is written in."""


def word(choice: Enum) -> str:
    """Give a choice in words."""
    return _WORDS.get(choice) or choice.name.replace("_", " ").capitalize()


def choices(kind: type[Enum]) -> tuple[tuple[str, str], ...]:
    """Give what a form offers of a kind: the name of each in small letters, and its words.

    >>> choices(Channel)
    (('call', 'Call'), ('text', 'Text'), ('email', 'E-mail'))
    """
    return tuple((each.name.lower(), word(each)) for each in kind)


def why(error: LeadcoreError) -> str:
    """Give why something was refused, as people read it.

    What rules said is one finding a line: the rule, its sentence, its citation.
    """
    if not isinstance(error, Refused):
        return str(error)
    found = error.decision.determining
    return "\n".join(f"{each.rule}: {each.sentence} [{each.citation}]" for each in found)
