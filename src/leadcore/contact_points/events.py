"""Commands on a contact point, and the events that follow: what was recorded, by whom, and when."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore.consent import Grant, Revocation
from leadcore.contact_points.facts import (
    Dealing,
    DoNotCall,
    LineLookup,
    PointFact,
    ReassignedAnswer,
    RegistryLookup,
    UnsureText,
)
from leadcore.values import instant

__all__ = [
    "DealingRecorded",
    "DoNotCallRecorded",
    "GrantRecorded",
    "LineRecorded",
    "PointCommand",
    "PointEvent",
    "ReassignedRecorded",
    "Record",
    "RegistryRecorded",
    "ResolveText",
    "RevocationRecorded",
    "TextRecorded",
    "TextResolved",
]


@frozen(kw_only=True)
class Record:
    """Record a fact; the same one twice is one.

    Attributes:
        fact: what happened, with the instant it happened at.
        by: who records it.
    """

    fact: PointFact
    by: str | None = None


@frozen(kw_only=True)
class ResolveText:
    """Say what an unsure reply meant."""

    text_id: str
    revokes: bool
    by: str
    note: str | None = None


PointCommand = Record | ResolveText


@frozen(kw_only=True)
class GrantRecorded:
    """Consent or an invitation was recorded."""

    fact: Grant
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RevocationRecorded:
    """A revocation, or an opt-out of e-mail, was recorded."""

    fact: Revocation
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class DoNotCallRecorded:
    """A request not to be called was recorded."""

    fact: DoNotCall
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class RegistryRecorded:
    """A look-up in the national registry was recorded."""

    fact: RegistryLookup
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ReassignedRecorded:
    """An answer of the reassigned numbers database was recorded."""

    fact: ReassignedAnswer
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LineRecorded:
    """What sort of line it is was recorded."""

    fact: LineLookup
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class DealingRecorded:
    """A dealing with a seller was recorded."""

    fact: Dealing
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class TextRecorded:
    """An unsure reply waits for somebody to look at it."""

    fact: UnsureText
    by: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class TextResolved:
    """Somebody looked at an unsure reply."""

    text_id: str
    revokes: bool
    by: str
    note: str | None = None
    at: datetime = field(converter=instant)


PointEvent = (
    GrantRecorded
    | RevocationRecorded
    | DoNotCallRecorded
    | RegistryRecorded
    | ReassignedRecorded
    | LineRecorded
    | DealingRecorded
    | TextRecorded
    | TextResolved
)
