"""A lead about which everything was recorded: what an evidence packet is made of.

Told with names in several scripts, a certificate that nobody claimed, a contact against the rules,
a return that was declined: what a renderer of packets must be able to show.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from leadcore import wire
from leadcore.back_office import LeadContact, assess_facts, contact_facts, question_of
from leadcore.consent import Certificate, Elements, Evidence, Grant, Level, Reach, Revocation
from leadcore.contact.logged import log
from leadcore.contact_points import (
    GrantRecorded,
    RegistryLookup,
    RegistryRecorded,
    RevocationRecorded,
    TextRecorded,
    UnsureText,
    point_id,
)
from leadcore.decider import fold
from leadcore.decision_trail import DecisionLogged
from leadcore.distribution import CandidateDecision, Reason
from leadcore.evidence import Recorded, recorded
from leadcore.leads import (
    AttemptOutcome,
    ContactAttempt,
    ContactAttempted,
    LeadAssigned,
    LeadReceived,
    LeadSold,
    NoteAdded,
    Sale,
    evolve,
)
from leadcore.notices import Message, MessageKind
from leadcore.refunds.life import (
    RefundDeclined,
    RefundRequested,
    VerificationDates,
    VerificationStarted,
)
from leadcore.rulebooks import US
from leadcore.submissions import Answer, Channel, ConsentGiven, LeadKind, Source, Submission, Tcpa
from leadcore.values import (
    AccountId,
    Address,
    Email,
    LeadId,
    Money,
    OrderId,
    PersonName,
    Phone,
    PhoneKind,
    RefundId,
    SaleId,
    SellerId,
    UserId,
)

if TYPE_CHECKING:
    from leadcore.leads import Lead, LeadEvent

__all__ = ["LEAD", "MADE", "SELLER", "dossier"]

SELLER, LEAD = SellerId("counsel-leads"), LeadId("lead-0007")
_NORTH, _ADA, _BEN = AccountId("north"), UserId("ada"), UserId("ben")
_RECEIVED = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
MADE = _RECEIVED + 20 * _DAY
"""When the packet of the dossier is made."""
_NUMBER = "+18135550141"
_WORDS = (
    "By ticking this box I agree that North Legal Group may call and text me at the number I gave, "
    "also with an autodialer or a recorded voice. My consent is no condition of any purchase."
)


def dossier() -> tuple[Recorded, ...]:
    """Give everything recorded about one lead, stream by stream."""
    lead_events = _lead_events()
    lead: Lead = fold(evolve, None, lead_events)  # type: ignore[assignment]  # the first event makes the lead
    return (
        *recorded("lead", LEAD, lead_events),
        *recorded("contact_point", point_id(SELLER, _NUMBER), _point_events()),
        *recorded("decisions", LEAD, _decisions(lead)),
        *recorded("refund", "refund-1", _refund_events()),
        *recorded("message", "lead-0007/confirmation", (_confirmation(),)),
    )


def _submission() -> Submission:
    return Submission(
        source=Source(format="json", key="form-4711", name="Web form", campaign="autumn"),
        name=PersonName(first="Zoë", middle="अनन्या", last="Ñandú-Łódź"),
        phones=(Phone(raw="(813) 555-0141", normal=_NUMBER, kind=PhoneKind.WIRELESS),),
        emails=(Email(raw="Zoe@Example.com", normal="zoe@example.com"),),
        address=Address(city="Tampa", state="FL", zip="33602", zip_raw="33602"),
        vertical="legal",
        area="family law",
        comments="Please call after lunch. 谢谢 — Ευχαριστώ — شكرا",
        answers=(Answer(key="children", question="How many children?", values=("2",)),),
        consents=(ConsentGiven(key="tcpa", granted=True, text=_WORDS),),
        tcpa=Tcpa.YES,
        submitted_at=_RECEIVED - timedelta(seconds=3),
    )


def _lead_events() -> tuple[LeadEvent, ...]:
    sold = _RECEIVED + timedelta(seconds=1)
    sale = Sale(
        id=SaleId("sale-1"),
        lead_id=LEAD,
        order_id=OrderId("family"),
        account_id=_NORTH,
        user_id=_ADA,
        price=Money(25_00, "USD"),
        sold_at=sold,
    )
    offer = CandidateDecision(
        order_id=OrderId("family"), account_id=_NORTH, reason=Reason.WON, share=0
    )
    return (
        LeadReceived(
            lead_id=LEAD,
            seller_id=SELLER,
            source_key="form-4711",
            submission=_submission(),
            at=_RECEIVED,
        ),
        LeadSold(sale=sale, offers=(offer,), at=sold),
        LeadAssigned(user_id=_BEN, by=_ADA, at=_RECEIVED + _HOUR),
        _attempt(Channel.CALL, 2 * _HOUR, AttemptOutcome.NO_ANSWER),
        _attempt(Channel.TEXT, 26 * _HOUR, AttemptOutcome.SENT),
        _attempt(Channel.CALL, 4 * _DAY + 11 * _HOUR, AttemptOutcome.REACHED),
        NoteAdded(text="Asked not to be texted again.", at=_RECEIVED + 5 * _DAY),
    )


def _attempt(channel: Channel, after: timedelta, outcome: AttemptOutcome) -> ContactAttempted:
    attempt = ContactAttempt(channel=channel, at=_RECEIVED + after, by=_BEN, outcome=outcome)
    return ContactAttempted(attempt=attempt)


def _point_events() -> tuple[
    GrantRecorded | RegistryRecorded | RevocationRecorded | TextRecorded, ...
]:
    certificate = Certificate(kind="TrustedForm", id="tf-83c1", issued_at=_RECEIVED)
    grant = Grant(
        at=_RECEIVED - timedelta(seconds=3),
        level=Level.WRITTEN,
        invitation=True,
        sellers=frozenset({_NORTH}),
        number=_NUMBER,
        elements=Elements.all(),
        evidence=Evidence(
            text=_WORDS,
            url="https://counsel-leads.example/family",
            ip="198.51.100.23",
            agent="Mozilla/5.0 (X11; Linux x86_64)",
            signature="checkbox",
            number_typed="(813) 555-0141",
            sellers_shown=("North Legal Group",),
            form_version="12",
            certificate=certificate,
        ),
    )
    lookup = RegistryLookup(at=_RECEIVED, listed=False, scrubbed_on=date(2026, 11, 15))
    stop = Revocation(
        at=_RECEIVED + 27 * _HOUR, method="sms:STOP", reach=Reach.CALLS_AND_TEXTS, text="Stop!!"
    )
    unsure = UnsureText(at=_RECEIVED + 28 * _HOUR, id="SM-2", text="who is this, no more pls")
    return (
        GrantRecorded(fact=grant, by=None, at=_RECEIVED),
        RegistryRecorded(fact=lookup, by=_BEN, at=_RECEIVED + _HOUR),
        RevocationRecorded(fact=stop, by=None, at=stop.at),
        TextRecorded(fact=unsure, by=None, at=unsure.at),
    )


def _decisions(lead: Lead) -> tuple[DecisionLogged, ...]:
    return tuple(
        _decided(lead, channel, _RECEIVED + after)
        for channel, after in (
            (Channel.CALL, 2 * _HOUR - _HOUR / 60),
            (Channel.TEXT, 26 * _HOUR - _HOUR / 60),
            (Channel.CALL, 4 * _DAY + 11 * _HOUR - _HOUR / 60),
        )
    )


def _decided(lead: Lead, channel: Channel, at: datetime) -> DecisionLogged:
    asked = LeadContact(
        channel=channel,
        listed=False,
        scrubbed_on=date(2026, 11, 15),
        declared_emergencies=frozenset(),
    )
    facts = contact_facts(lead, asked, at=at)
    decision = assess_facts(lead, asked, facts, at=at, rules=US)
    logged = log(question_of(lead, asked), facts, decision, rules=US, about=LEAD)
    return DecisionLogged(text=wire.canonical(logged), at=at)


def _refund_events() -> tuple[RefundRequested | VerificationStarted | RefundDeclined, ...]:
    asked = _RECEIVED + 3 * _DAY
    return (
        RefundRequested(
            refund_id=RefundId("refund-1"),
            seller_id=SELLER,
            account_id=_NORTH,
            sale_id=SaleId("sale-1"),
            lead_id=LEAD,
            lead_kind=LeadKind.WEB,
            amount=Money(25_00, "USD"),
            reason="wrong_number",
            detail="A bakery answers.",
            other_lead=None,
            requested_by=_BEN,
            expected=VerificationDates(
                earliest=date(2026, 11, 23), latest=date(2026, 11, 27), crosses_month_end=False
            ),
            exception=None,
            at=asked,
        ),
        VerificationStarted(by="vera", at=asked + _HOUR),
        RefundDeclined(by="vera", note="She answered at once.", at=asked + _DAY),
    )


def _confirmation() -> Message:
    return Message(
        id="lead-0007/confirmation",
        kind=MessageKind.CONFIRMATION,
        channel=Channel.EMAIL,
        to="zoe@example.com",
        to_person=True,
        subject="Your request was received",
        body="Your request about family law was matched. Ada Reyes will be in touch.",
        seller_id=SELLER,
        account_id=_NORTH,
        lead_id=LEAD,
        at=_RECEIVED + timedelta(seconds=1),
    )
