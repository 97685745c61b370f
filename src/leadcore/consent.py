"""Consent: what a person agreed to, what they took back, and what stands at an instant.

Consent is a history of recorded acts with their evidence. Nothing is ever overwritten: a
revocation ends what was granted before it, a later grant restores. `stands` folds the history into
the one `Consent` value that contact questions are asked with.

Unknown is a value of its own here (`UNKNOWN`), beside `None` for "known not to be so", because what
is not known is not allowed.

Sources: 47 CFR 64.1200(a)(10)-(12), (f)(9); 15 USC 7704(a)(3)-(4) for e-mail, which is separate.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from leadcore.values import instant, micros, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "UNKNOWN",
    "Certificate",
    "Consent",
    "Elements",
    "Evidence",
    "Grant",
    "Level",
    "Reach",
    "Revocation",
    "Unknown",
    "email_opted_out_at",
    "revocation_stands",
    "stands",
]


class Unknown(Enum):
    """The type of `UNKNOWN`: nobody has said, so the worst is assumed."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
"""Not known; told apart from None, which says that it is known not to be so."""


def instant_or_unknown(value: datetime | Unknown | None) -> datetime | Unknown | None:
    """Give the instant in UTC; None and `UNKNOWN` stay what they are."""
    return value if value is None or isinstance(value, Unknown) else instant(value)


def revocation_stands(at: int, revoked: int, regranted: int | None) -> bool:
    """Tell whether a revocation stands: from its own instant on, until a later grant.

    All in microseconds since 1970 (UTC).

    post: implies(at < revoked, not __return__)
    post: implies(at == revoked, __return__)
    post: implies(at >= revoked and regranted is None, __return__)
    """
    if at < revoked:
        return False
    return regranted is None or not revoked < regranted <= at


class Level(IntEnum):
    """How far consent goes. A bare "yes" is express consent, never written consent."""

    NONE = 0
    EXPRESS = 1
    WRITTEN = 2


@frozen(kw_only=True)
class Elements:
    """What makes consent "prior express written consent": all five, 47 CFR 64.1200(f)(9).

    Each is True, False, or None where nobody knows; unknown counts as missing.

    Attributes:
        signature: signed, electronically suffices (E-SIGN).
        number_in_agreement: the agreement names the number.
        authorizes_seller: it clearly authorises the seller.
        disclosure_autodialer: it says that calls or texts may be automated or prerecorded.
        disclosure_not_condition: it says that agreeing is no condition of any purchase.
    """

    signature: bool | None = None
    number_in_agreement: bool | None = None
    authorizes_seller: bool | None = None
    disclosure_autodialer: bool | None = None
    disclosure_not_condition: bool | None = None

    @property
    def signed_permission(self) -> bool:
        """Is it a signed agreement naming seller and number (64.1200(c)(2)(ii))?"""
        return (
            self.signature is True
            and self.number_in_agreement is True
            and self.authorizes_seller is True
        )

    @property
    def count(self) -> int:
        """How many of the five are there?"""
        told = (
            self.signature,
            self.number_in_agreement,
            self.authorizes_seller,
            self.disclosure_autodialer,
            self.disclosure_not_condition,
        )
        return sum(each is True for each in told)

    @property
    def complete(self) -> bool:
        """Are all five there?"""
        return (
            self.signed_permission
            and self.disclosure_autodialer is True
            and self.disclosure_not_condition is True
        )

    @classmethod
    def all(cls) -> Elements:
        """Make the elements of consent in due form."""
        return cls(
            signature=True,
            number_in_agreement=True,
            authorizes_seller=True,
            disclosure_autodialer=True,
            disclosure_not_condition=True,
        )


def _sellers(value: Iterable[str]) -> frozenset[str]:
    return frozenset(value)


@frozen(kw_only=True)
class Consent:
    """What is known of a person's consent, as a contact question needs it.

    Attributes:
        level: none, express or written.
        invitation: did the person ask to be contacted? None: not known.
        sellers: the sellers it names; it counts for no other.
        number: the number it was given for; None: the one asked about.
        at: when it was given; None: given, at a time nobody recorded.
        elements: what the agreement holds; written consent needs all five.
        revoked_at: when the person last took it back; None: never.
        revoked_by: how (`sms:STOP`, `email` …), as recorded.
        regranted_at: when it was given again; restores it if later than `revoked_at`.
    """

    level: Level = Level.NONE
    invitation: bool | None = None
    sellers: frozenset[str] = field(default=frozenset(), converter=_sellers)
    number: str | Unknown | None = UNKNOWN
    at: datetime | Unknown | None = field(default=UNKNOWN, converter=instant_or_unknown)
    elements: Elements = Elements()
    revoked_at: datetime | Unknown | None = field(default=UNKNOWN, converter=instant_or_unknown)
    revoked_by: str | None = None
    regranted_at: datetime | None = field(default=None, converter=optional_instant)

    def is_revoked(self, at: datetime) -> bool:
        """Tell whether a revocation stands at an instant; the instant of receipt counts.

        A grant restores only what was revoked before it: at the same instant the revocation wins.
        """
        revoked = self.revoked_at
        if revoked is None:
            return False
        if isinstance(revoked, Unknown):
            return True
        again = None if self.regranted_at is None else micros(self.regranted_at)
        return revocation_stands(micros(at), micros(revoked), again)


@frozen(kw_only=True)
class Certificate:
    """A third party's certificate of a web form, such as TrustedForm's or Jornaya's.

    It proves what the page showed; not that the words sufficed, nor whose number it was.

    Attributes:
        kind: whose certificate.
        id: its id there.
        issued_at: when it was made.
        claimed_at: when it was claimed (retained); unclaimed ones expire.
        expires_at: when it is gone, if it is known.
    """

    kind: str
    id: str
    issued_at: datetime | None = field(default=None, converter=optional_instant)
    claimed_at: datetime | None = field(default=None, converter=optional_instant)
    expires_at: datetime | None = field(default=None, converter=optional_instant)

    def available(self, at: datetime) -> bool:
        """Tell whether the certificate can be shown at an instant: claimed and not expired."""
        claimed = self.claimed_at is not None and self.claimed_at <= at
        return claimed and (self.expires_at is None or at < self.expires_at)


@frozen(kw_only=True)
class Evidence:
    """What shows that a person consented.

    Attributes:
        text: the disclosure exactly as shown.
        url: the page.
        ip, agent: where from and with what, as recorded.
        signature: what was signed with (`checkbox`, `typed name` …).
        number_typed: the phone number as the person typed it.
        sellers_shown: the sellers the page listed.
        form_version: which version of the form.
        certificate: a third party's certificate.
    """

    text: str | None = None
    url: str | None = None
    ip: str | None = None
    agent: str | None = None
    signature: str | None = None
    number_typed: str | None = None
    sellers_shown: tuple[str, ...] = ()
    form_version: str | None = None
    certificate: Certificate | None = None

    @property
    def text_sha256(self) -> str | None:
        """The SHA-256 of the text, in hex; None without a text."""
        return None if self.text is None else hashlib.sha256(self.text.encode()).hexdigest()


class Reach(Enum):
    """Which contact a revocation ends."""

    EVERYTHING = "everything"
    CALLS_AND_TEXTS = "calls_and_texts"
    EMAIL = "email"


@frozen(kw_only=True)
class Grant:
    """The person consented, or asked to be contacted.

    Attributes:
        at: when.
        level: express or written; none where the person only asked to be contacted.
        invitation: did the person ask to be contacted?
        sellers: whom it names.
        number: for which number; None: for every number of the person.
        elements: what the agreement holds.
        evidence: what shows it.
    """

    at: datetime = field(converter=instant)
    level: Level = Level.NONE
    invitation: bool = False
    sellers: frozenset[str] = field(default=frozenset(), converter=_sellers)
    number: str | None = None
    elements: Elements = Elements()
    evidence: Evidence = Evidence()


@frozen(kw_only=True)
class Revocation:
    """The person took consent back, by whatever reasonable means.

    Attributes:
        at: when it was received; it holds from that instant on.
        method: how (`sms:STOP`, `voicemail`, `email` …).
        reach: what it ends; a stop to texts ends calls too, e-mail is separate.
        seller: to whom; None: to the vendor or to all, which binds every seller.
        text: the person's words.
        message_id: the carrier's id of the message it came in, where it came in one.
    """

    at: datetime = field(converter=instant)
    method: str
    reach: Reach = Reach.CALLS_AND_TEXTS
    seller: str | None = None
    text: str | None = None
    message_id: str | None = None


def stands(
    history: Iterable[Grant | Revocation], *, seller: str, number: str | None, at: datetime
) -> Consent:
    """Give what is known at an instant of a person's consent to one seller, for one number.

    Acts after the instant are left out. The last revocation counts; of the grants after it (or of
    all, if none was revoked or none came after) the strongest one does, the latest among equals.

    Args:
        history: grants and revocations in any order; a whole history, so that no entry means none.
        seller: on whose behalf contact is meant.
        number: the number in E.164 form.
        at: the instant asked about.
    """
    moment = instant(at)
    acts = [act for act in history if act.at <= moment]
    ends = [
        act
        for act in acts
        if isinstance(act, Revocation)
        and act.reach is not Reach.EMAIL
        and act.seller in {None, seller}
    ]
    grants = [act for act in acts if isinstance(act, Grant) and _concerns(act, seller, number)]
    last = max(ends, key=lambda act: act.at, default=None)
    live = [act for act in grants if last is None or act.at > last.at]
    # Of two alike at one instant the one whose agreement holds less counts.
    best = max(live or grants, key=lambda a: (a.level, a.at, -a.elements.count), default=None)
    asked = any(act.invitation for act in live or grants)
    return Consent(
        level=best.level if best else Level.NONE,
        invitation=asked,
        sellers=(seller,) if best and best.level else (),
        number=None,
        at=best.at if best else None,
        elements=best.elements if best else Elements(),
        revoked_at=last.at if last else None,
        revoked_by=last.method if last else None,
        regranted_at=best.at if best and last and live else None,
    )


def _concerns(grant: Grant, seller: str, number: str | None) -> bool:
    named = not grant.sellers or seller in grant.sellers
    consenting = seller in grant.sellers if grant.level else named
    return consenting and grant.number in {None, number}


def email_opted_out_at(history: Iterable[Grant | Revocation], *, at: datetime) -> datetime | None:
    """Give when the person last opted out of e-mail, or None if they have not by this instant."""
    moment = instant(at)
    ends = (
        act.at
        for act in history
        if isinstance(act, Revocation)
        and act.reach is not Reach.CALLS_AND_TEXTS
        and act.at <= moment
    )
    return max(ends, default=None)
