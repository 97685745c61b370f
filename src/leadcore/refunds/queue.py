"""The verification queue: what waits for an answer, when it is due, and the evidence at hand.

A web lead is verified by calling the person, a live call by its recording only; what is on record
beside that is listed here, so that whoever verifies need not look for it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.intervals import local_date, start_of_local_day
from leadcore.leads import AttemptOutcome
from leadcore.refunds.life import Refund, RefundStatus
from leadcore.submissions import LeadKind
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.leads import ContactAttempt, Lead
    from leadcore.refunds.terms import RefundTerms

__all__ = ["PENDING", "Waiting", "status_month", "waiting"]

PENDING = frozenset(
    {RefundStatus.EXCEPTION_ASKED, RefundStatus.REQUESTED, RefundStatus.UNDER_VERIFICATION}
)
"""The states in which a request waits for somebody of the seller's staff."""


@frozen(kw_only=True)
class Waiting:
    """A request that waits for an answer.

    Attributes:
        due: the last day an answer is expected on, in the seller's zone.
        overdue: is that day over?
        verify_by: what settles it: `person` for a web lead, `recording` for a live call.
        evidence: what is on record, in words, one a line.
        missing: what the reason asks for and is not on record any more.
    """

    refund: Refund
    due: date
    overdue: bool
    verify_by: str
    evidence: tuple[str, ...]
    missing: tuple[str, ...]


def waiting(refund: Refund, lead: Lead, terms: RefundTerms, at: datetime) -> Waiting:
    """Say of a pending request when it is due and what is at hand to decide it.

    Args:
        refund: the request; one that waits for nobody is never overdue.
        lead: the lead it is about.
        terms: the seller's.
        at: the instant of looking.
    """
    live = refund.lead_kind is LeadKind.LIVE_CALL
    due = refund.expected.latest
    late = local_date(instant(at), terms.zone) > due
    return Waiting(
        refund=refund,
        due=due,
        overdue=late and refund.status in PENDING,
        verify_by="recording" if live else "person",
        evidence=tuple(_evidence(refund, lead, terms.zone)),
        missing=tuple(_missing(refund, lead, terms)),
    )


def _evidence(refund: Refund, lead: Lead, zone: str) -> Iterator[str]:
    recording = lead.submission.recording
    if recording is not None:
        yield f"recording {recording.reference}"
    if refund.other_lead is not None:
        yield f"other lead {refund.other_lead}"
    for document in refund.documents:
        yield f"document {document}"
    for attempt in _tried(refund, lead):
        outcome = attempt.outcome.value.replace("_", " ")
        yield f"{attempt.channel.value} on {local_date(attempt.at, zone)}: {outcome}"
    if refund.exception is not None:
        yield f"why late: {refund.exception}"


def _tried(refund: Refund, lead: Lead) -> tuple[ContactAttempt, ...]:
    return tuple(tried for tried in lead.attempts if tried.at <= refund.requested_at)


def _missing(refund: Refund, lead: Lead, terms: RefundTerms) -> Iterator[str]:
    reason = next((entry for entry in terms.reasons if entry.code == refund.reason), None)
    live = refund.lead_kind is LeadKind.LIVE_CALL
    if reason is None:
        yield "the reason is not on the seller's list any more"
    wanted = live or (reason is not None and reason.recording)
    if wanted and lead.submission.recording is None:
        yield "recording"
    if reason is None:
        return
    days = {
        local_date(tried.at, terms.zone)
        for tried in _tried(refund, lead)
        if tried.outcome is not AttemptOutcome.REACHED
    }
    if len(days) < reason.attempt_days:
        yield f"attempts on {reason.attempt_days} days"
    if len(refund.documents) < reason.documents:
        yield f"{reason.documents} documents"


def status_month(at: datetime, zone: str) -> datetime:
    """Give the instant from which the status list shows requests unless told: the month's first.

    >>> from datetime import UTC, datetime
    >>> status_month(datetime(2026, 11, 22, tzinfo=UTC), "America/New_York").isoformat()
    '2026-11-01T04:00:00+00:00'
    """
    return start_of_local_day(local_date(instant(at), zone).replace(day=1), zone)
