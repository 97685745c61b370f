"""How long the records about a person are to be kept, and which certificates are in danger.

Telemarketing records are kept five years (16 CFR 310.5), which outlasts the four years in which a
person may sue (28 USC 1658). A third party's certificate of consent is gone after about 90 days
unless it was claimed. Advice from `T-REC` and `EV-CERT`, as of an instant; no legal advice.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.contact.case import months_before
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.consent import Certificate

__all__ = [
    "CLAIM_DAYS",
    "KEEP_YEARS",
    "SOON_DAYS",
    "CertificateAdvice",
    "CertificateStatus",
    "Retention",
    "advise",
    "retention",
]

KEEP_YEARS = 5
"""16 CFR 310.5: after the last contact."""
CLAIM_DAYS = 90
"""A certificate that nobody claims within about so many days is gone."""
SOON_DAYS = 30
"""A certificate that is gone within so many days is about to expire."""


class CertificateStatus(Enum):
    """Whether a certificate can still be shown."""

    KEPT = "kept"
    ABOUT_TO_EXPIRE = "about_to_expire"
    UNCLAIMED = "unclaimed"
    EXPIRED = "expired"


@frozen(kw_only=True)
class CertificateAdvice:
    """What is to be done about one certificate.

    Attributes:
        kind: whose certificate.
        id: its id there.
        status: whether it can still be shown.
        until: claim or renew it before this instant; None: no instant is known.
    """

    kind: str
    id: str
    status: CertificateStatus
    until: datetime | None = None


@frozen(kw_only=True)
class Retention:
    """How long to keep what is recorded, and what is in danger.

    Attributes:
        rules: the ids of the rules it follows.
        last_contact: the last contact, or whatever else was recorded last.
        keep_until: the first day it need not be kept any more.
        certificates: every certificate, those in danger first.
    """

    rules: tuple[str, ...] = ("T-REC", "EV-CERT")
    last_contact: datetime
    keep_until: date
    certificates: tuple[CertificateAdvice, ...] = ()


def retention(
    certificates: Iterable[Certificate], *, last_contact: datetime, at: datetime
) -> Retention:
    """Give how long to keep what is recorded, as of an instant.

    Args:
        certificates: every certificate that was recorded, as it was recorded last.
        last_contact: the last contact with the person, or the last thing recorded.
        at: the instant asked about.
    """
    last = instant(last_contact)
    advice = [advise(each, at=at) for each in certificates]
    order = list(CertificateStatus)[::-1]
    return Retention(
        last_contact=last,
        keep_until=months_before(last.date(), -12 * KEEP_YEARS) + timedelta(days=1),
        certificates=tuple(sorted(advice, key=lambda each: (order.index(each.status), each.id))),
    )


def advise(certificate: Certificate, *, at: datetime) -> CertificateAdvice:
    """Say what is to be done about a certificate, as of an instant."""
    moment = instant(at)
    claimed = certificate.claimed_at is not None and certificate.claimed_at <= moment
    until = certificate.expires_at if claimed else _claim_by(certificate)
    if until is not None and until <= moment:
        status = CertificateStatus.EXPIRED
    elif not claimed:
        status = CertificateStatus.UNCLAIMED
    elif until is not None and until - moment <= timedelta(days=SOON_DAYS):
        status = CertificateStatus.ABOUT_TO_EXPIRE
    else:
        status = CertificateStatus.KEPT
    return CertificateAdvice(kind=certificate.kind, id=certificate.id, status=status, until=until)


def _claim_by(certificate: Certificate) -> datetime | None:
    issued = certificate.issued_at
    ends = [None if issued is None else issued + timedelta(days=CLAIM_DAYS), certificate.expires_at]
    return min((each for each in ends if each is not None), default=None)
