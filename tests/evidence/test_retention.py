"""How long to keep what is recorded, and which certificates are in danger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from leadcore.consent import Certificate
from leadcore.evidence.retention import CertificateStatus, Retention, advise, retention

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
KEPT, SOON, UNCLAIMED, EXPIRED = CertificateStatus


def certificate(**known: datetime) -> Certificate:
    return Certificate(kind="TrustedForm", id="tf-1", **known)


@pytest.mark.parametrize(
    ("known", "status", "until"),
    [
        ({"claimed_at": AT}, KEPT, None),
        ({"claimed_at": AT, "expires_at": AT + 30 * DAY + TICK}, KEPT, AT + 30 * DAY + TICK),
        ({"claimed_at": AT, "expires_at": AT + 30 * DAY}, SOON, AT + 30 * DAY),
        ({"claimed_at": AT, "expires_at": AT + TICK}, SOON, AT + TICK),
        ({"claimed_at": AT, "expires_at": AT}, EXPIRED, AT),
        ({"claimed_at": AT + TICK}, UNCLAIMED, None),
        ({}, UNCLAIMED, None),
        ({"issued_at": AT - 90 * DAY + TICK}, UNCLAIMED, AT + TICK),
        ({"issued_at": AT - 90 * DAY}, EXPIRED, AT),
        ({"issued_at": AT, "expires_at": AT + DAY}, UNCLAIMED, AT + DAY),
    ],
)
def test_what_is_to_be_done_about_a_certificate(known, status, until) -> None:
    advice = advise(certificate(**known), at=AT)
    assert (advice.status, advice.until) == (status, until)
    assert (advice.kind, advice.id) == ("TrustedForm", "tf-1")


@pytest.mark.parametrize(
    ("last", "keep"),
    [
        (datetime(2026, 11, 21, 2, 30, tzinfo=UTC), date(2031, 11, 22)),
        (datetime(2028, 2, 29, tzinfo=UTC), date(2033, 3, 1)),
    ],
)
def test_records_are_kept_five_years_after_the_last_contact(last, keep) -> None:
    found = retention([], last_contact=last, at=AT)
    assert found == Retention(last_contact=last, keep_until=keep)
    assert found.rules == ("T-REC", "EV-CERT")


def test_what_is_in_danger_comes_first() -> None:
    given = [
        certificate(claimed_at=AT),
        Certificate(kind="Jornaya", id="b"),
        Certificate(kind="Jornaya", id="a"),
        certificate(issued_at=AT - 100 * DAY),
    ]
    found = retention(given, last_contact=AT, at=AT).certificates
    assert [(each.status, each.id) for each in found] == [
        (EXPIRED, "tf-1"),
        (UNCLAIMED, "a"),
        (UNCLAIMED, "b"),
        (KEPT, "tf-1"),
    ]
