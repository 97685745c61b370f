"""What a contact question asks, and the facts it is answered with.

Every fact may be unknown, and what is unknown never permits anything. `None` means "known not to
be so" where an attribute says that, `UNKNOWN` that nobody knows; defaults are always unknown.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import Factory, field, frozen

from leadcore.consent import UNKNOWN, Consent, Unknown, instant_or_unknown
from leadcore.rulebooks.rule import Initiation, Profile, Purpose
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.contact.digests import Digest
    from leadcore.contact.plans import Plan

__all__ = [
    "Confirmation",
    "EmailFacts",
    "Facts",
    "Number",
    "Question",
    "Reassigned",
    "ReassignedStatus",
    "Registry",
    "Relationship",
    "Touch",
    "TouchKind",
]


def _shape(question: Question) -> tuple[str, str, str, str]:
    # Plain strings hash ten times faster than enums; compiled rules are looked up by them.
    return (
        question.channel.value,
        question.initiation.value,
        question.purpose.value,
        question.profile.value,
    )


class _Planned:
    """Room beside a question for what was made of it last; no part of the value."""

    __slots__ = ("plan",)

    if TYPE_CHECKING:  # no annotation at run time: `wire` resolves those of all bases
        plan: Plan


class _Digested:
    """Room beside facts for what was made of them last; no part of the value."""

    __slots__ = ("digest",)

    if TYPE_CHECKING:  # the same
        digest: Digest


@frozen(kw_only=True)
class Question(_Planned):
    """May this person be contacted, and how?

    Attributes:
        channel: call, text or e-mail.
        initiation: by hand or how automated; means nothing for e-mail.
        purpose: what for.
        seller: on whose behalf; None: not known, so no consent counts.
        subject: what about; None: not known, so every earlier contact counts.
        profile: strict adds the house's caution, literal reads the rules by their words.
        shape: channel, initiation, purpose and profile as texts; computed.
    """

    channel: Channel
    initiation: Initiation = Initiation.MANUAL
    purpose: Purpose = Purpose.TELEMARKETING
    seller: str | None = None
    subject: str | None = None
    profile: Profile = Profile.STRICT
    shape: tuple[str, str, str, str] = field(
        init=False, repr=False, eq=False, default=Factory(_shape, takes_self=True)
    )


def _unique(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value))


@frozen(kw_only=True)
class Number:
    """The number that would be called or texted.

    Attributes:
        e164: the number in E.164 form.
        kind: what sort of line; unknown counts as wireless.
        zones: every IANA zone the person may be in; empty: no evidence.
        ported_to_wireless_on: when it was ported from a wire line; None: not so, or not known.
    """

    e164: str | None = None
    kind: PhoneKind = PhoneKind.UNKNOWN
    zones: tuple[str, ...] = field(default=(), converter=_unique)
    ported_to_wireless_on: date | None = None


@frozen(kw_only=True)
class Registry:
    """What the do-not-call lists say.

    Attributes:
        national: is the number on the national registry? None: not known.
        scrubbed_on: the date of the registry copy that was looked at; None: never looked.
        internal_since: when the person asked this seller not to be called; None: never.
    """

    national: bool | None = None
    scrubbed_on: date | None = None
    internal_since: datetime | Unknown | None = field(default=UNKNOWN, converter=instant_or_unknown)


@frozen(kw_only=True)
class Relationship:
    """An established business relationship. One with the vendor does not pass to the associate.

    Attributes:
        with_seller: whose customer the person is.
        inquiry_on: date of the last inquiry or application.
        purchase_on: date of the last purchase or transaction.
    """

    with_seller: str | None = None
    inquiry_on: date | None = None
    purchase_on: date | None = None


class ReassignedStatus(Enum):
    """What the reassigned numbers database said; `UNKNOWN`: not even known if it was asked."""

    NOT_CHECKED = "not_checked"
    NO = "no"
    YES = "yes"
    NO_DATA = "no_data"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class Reassigned:
    """The answer of the reassigned numbers database, and when it was asked."""

    status: ReassignedStatus = ReassignedStatus.UNKNOWN
    queried_on: date | None = None


class TouchKind(Enum):
    """How a person was reached before; `PRERECORDED` is any call with a recorded voice."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    PRERECORDED = "prerecorded"


@frozen(kw_only=True)
class Touch:
    """One earlier contact with the person; `subject` None counts as the same subject."""

    kind: TouchKind
    at: datetime = field(converter=instant)
    subject: str | None = None


@frozen(kw_only=True)
class EmailFacts:
    """What matters for e-mail; None: not known.

    Attributes:
        opted_out_at: when the person opted out of e-mail; None: never.
        physical_address: does the message carry a postal address?
        optout_mechanism: does it offer a working opt-out?
        gateway_domain: is the address on a wireless carrier's domain?
        wireless_authorization: did the person expressly authorise mail to that domain?
    """

    opted_out_at: datetime | Unknown | None = field(default=UNKNOWN, converter=instant_or_unknown)
    physical_address: bool | None = None
    optout_mechanism: bool | None = None
    gateway_domain: bool | None = None
    wireless_authorization: bool | None = None


@frozen(kw_only=True)
class Confirmation:
    """The one text that may confirm an opt-out; None: not known."""

    contains_marketing: bool | None = None
    already_sent: bool | None = None


def _touches(value: Iterable[Touch] | Unknown) -> tuple[Touch, ...] | Unknown:
    return value if isinstance(value, Unknown) else tuple(value)


def _states(value: Iterable[str] | Unknown) -> frozenset[str] | Unknown:
    return value if isinstance(value, Unknown) else frozenset(value)


@frozen(kw_only=True)
class Facts(_Digested):
    """All that is known about contacting one person for one seller.

    Attributes:
        tcpa: the lead's flag; unknown counts as no.
        zip: the lead's ZIP code, for the record; zones and states are resolved beforehand.
        number: the number.
        states: every state whose rules may apply: the address's and the area code's. Empty: the
            state is unknown and the strictest rules of any state apply.
        consent: what stands of the person's consent.
        registry: the do-not-call lists.
        relationship: an established business relationship.
        reassigned: the reassigned numbers database.
        personal_relationship: is the person family, a friend or an acquaintance?
        history: every earlier contact with the person.
        email: for e-mail.
        confirmation: for the confirmation of an opt-out.
        declared_emergencies: states under a declared emergency.
    """

    tcpa: Tcpa = Tcpa.UNKNOWN
    zip: str | None = None
    number: Number = Number()
    states: tuple[str, ...] = field(default=(), converter=_unique)
    consent: Consent = field(factory=Consent)
    registry: Registry = Registry()
    relationship: Relationship = Relationship()
    reassigned: Reassigned = Reassigned()
    personal_relationship: bool | None = None
    history: tuple[Touch, ...] | Unknown = field(default=UNKNOWN, converter=_touches)
    email: EmailFacts = EmailFacts()
    confirmation: Confirmation = Confirmation()
    declared_emergencies: frozenset[str] | Unknown = field(default=UNKNOWN, converter=_states)
