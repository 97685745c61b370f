"""What can be recorded about a contact point: acts, requests, look-ups, each with its instant."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from attrs import field, frozen

from leadcore.consent import Grant, Revocation
from leadcore.contact.facts import ReassignedStatus
from leadcore.values import AccountId, PhoneKind, instant

__all__ = [
    "Dealing",
    "DealingKind",
    "DoNotCall",
    "LineLookup",
    "PointFact",
    "ReassignedAnswer",
    "RegistryLookup",
    "UnsureText",
]


@frozen(kw_only=True)
class DoNotCall:
    """The person asked not to be called: an internal do-not-call request. It never expires.

    Attributes:
        at: when it was asked.
        account_id: whom; None: the seller itself, which binds every account.
        text: the person's words.
    """

    at: datetime = field(converter=instant)
    account_id: AccountId | None = None
    text: str | None = None


@frozen(kw_only=True)
class RegistryLookup:
    """The number was looked up in a copy of the national do-not-call registry.

    Attributes:
        at: when it was looked up.
        listed: was it there?
        scrubbed_on: the date of that copy.
    """

    at: datetime = field(converter=instant)
    listed: bool
    scrubbed_on: date


@frozen(kw_only=True)
class ReassignedAnswer:
    """The reassigned numbers database was asked whether the number changed hands.

    Attributes:
        at: when the answer came.
        status: no, yes or no data.
        queried_on: the day it was asked.
        consent_on: the day of the consent it was asked about: has the number been given up since?
    """

    at: datetime = field(converter=instant)
    status: ReassignedStatus
    queried_on: date
    consent_on: date


@frozen(kw_only=True)
class LineLookup:
    """Somebody who knows said what sort of line the number is.

    Attributes:
        at: when it was looked up.
        kind: what sort.
        ported_to_wireless_on: when it was ported from a wire line; None: it was not.
    """

    at: datetime = field(converter=instant)
    kind: PhoneKind
    ported_to_wireless_on: date | None = None


class DealingKind(Enum):
    """What makes a business relationship, and what ends it."""

    INQUIRY = "inquiry"
    PURCHASE = "purchase"
    END = "end"


@frozen(kw_only=True)
class Dealing:
    """The person dealt with a seller: inquired, bought, or ended the relationship.

    Attributes:
        at: when.
        kind: which of these.
        with_seller: whom; one with the vendor does not pass to an account.
    """

    at: datetime = field(converter=instant)
    kind: DealingKind
    with_seller: str


@frozen(kw_only=True)
class UnsureText:
    """A reply that may be a revocation and counts as one until a person has looked.

    Attributes:
        at: when it was received.
        id: the carrier's id of the text; the same text always comes with the same one.
        text: the person's words.
        account_id: to whose number it came; None: to the seller's own.
    """

    at: datetime = field(converter=instant)
    id: str
    text: str
    account_id: AccountId | None = None


PointFact = (
    Grant
    | Revocation
    | DoNotCall
    | RegistryLookup
    | ReassignedAnswer
    | LineLookup
    | Dealing
    | UnsureText
)
"""What can be recorded about a contact point."""
