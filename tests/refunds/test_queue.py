"""What waits for an answer: when it is due, what is at hand, what is missing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore.leads import AttemptOutcome, ContactAttempt, LeadReceived, evolve
from leadcore.refunds import (
    RefundReason,
    RefundRequested,
    RefundStatus,
    RefundTerms,
    Remedy,
    verification_dates,
)
from leadcore.refunds import evolve as evolve_refund
from leadcore.refunds.queue import PENDING, status_month, waiting
from leadcore.submissions import Channel, LeadKind, Recording
from leadcore.testing.scenes import person
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TERMS = RefundTerms()
ASKED = evolve_refund(
    None,
    RefundRequested(
        refund_id="r",
        seller_id="s",
        account_id="a",
        sale_id="sale",
        lead_id="l",
        lead_kind=LeadKind.WEB,
        amount=Money(2_500, "USD"),
        reason="wrong_number",
        detail="asked",
        other_lead=None,
        requested_by="u",
        expected=verification_dates(TERMS, AT),
        exception=None,
        remedy=Remedy.CREDIT,
        at=AT,
    ),
)
LEAD = evolve(
    None,
    LeadReceived(lead_id="l", seller_id="s", source_key="k", submission=person(1), at=AT),
)
RECORDED = replace(LEAD, submission=replace(LEAD.submission, recording=Recording(reference="c1")))


def test_a_request_is_due_on_its_last_day_and_overdue_after_it():
    ends = datetime(2026, 11, 24, 5, tzinfo=UTC)  # the 23rd is over in New York
    for at, late in ((AT, False), (ends - timedelta(microseconds=1), False), (ends, True)):
        found = waiting(ASKED, LEAD, TERMS, at)
        assert (found.due, found.overdue) == (date(2026, 11, 23), late)
    done = replace(ASKED, status=RefundStatus.DECLINED)
    assert not waiting(done, LEAD, TERMS, ends).overdue
    assert {each.value for each in PENDING} == {
        "exception_asked",
        "requested",
        "under_verification",
    }


def attempt(hours, outcome=AttemptOutcome.VOICEMAIL_FULL):
    at = AT + timedelta(hours=hours)
    return ContactAttempt(channel=Channel.CALL, at=at, by="u", outcome=outcome)


def test_everything_at_hand_is_told():
    tried = replace(RECORDED, attempts=(attempt(-24), attempt(0), attempt(1)))
    asked = replace(ASKED, other_lead="l9", documents=("scan.pdf",), exception="a storm")
    found = waiting(asked, tried, TERMS, AT)
    assert found.evidence == (
        "recording c1",
        "other lead l9",
        "document scan.pdf",
        "call on 2026-11-15: voicemail full",
        "call on 2026-11-16: voicemail full",
        "why late: a storm",
    )
    assert (found.verify_by, found.missing) == ("person", ())
    assert waiting(ASKED, LEAD, TERMS, AT).evidence == ()


@pytest.mark.parametrize(
    ("asked", "lead", "missing"),
    [
        ({"lead_kind": LeadKind.LIVE_CALL}, LEAD, ("recording",)),
        ({"lead_kind": LeadKind.LIVE_CALL}, RECORDED, ()),
        ({"reason": "shown"}, LEAD, ("recording", "attempts on 2 days", "2 documents")),
        ({"reason": "shown", "documents": ("a", "b")}, RECORDED, ("attempts on 2 days",)),
        ({"reason": "gone"}, LEAD, ("the reason is not on the seller's list any more",)),
    ],
)
def test_what_is_asked_for_and_not_there_is_told(asked, lead, missing):
    shown = RefundReason(code="shown", label="S", attempt_days=2, documents=2, recording=True)
    terms = replace(TERMS, reasons=(*TERMS.reasons, shown))
    reached = replace(lead, attempts=(attempt(0), attempt(-24, AttemptOutcome.REACHED)))
    found = waiting(replace(ASKED, **asked), reached, terms, AT)
    assert found.missing == missing
    twice = replace(lead, attempts=(attempt(0), attempt(-24), attempt(-23)))
    left = tuple(each for each in missing if "attempts" not in each)
    assert waiting(replace(ASKED, **asked), twice, terms, AT).missing == left
    live = asked.get("lead_kind") is LeadKind.LIVE_CALL
    assert found.verify_by == ("recording" if live else "person")


def test_the_status_list_covers_the_month():
    assert status_month(AT, "America/New_York") == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert status_month(AT.replace(day=1, hour=3), "America/New_York").month == 10
