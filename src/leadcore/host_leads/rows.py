"""A lead as a host's row and what is kept beside it tell of it, and what the rules say of that.

Whether a person asked to be contacted is never guessed: a lead is an inquiry only where the host
says when it was made (`asked_at`). An address that somebody bought or typed in is none.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import refunds
from leadcore.back_office.contacting import assess_facts, contact_facts
from leadcore.back_office.refund_requests import days_tried
from leadcore.consent import Reach, Revocation
from leadcore.contact_points import known
from leadcore.errors import WrongState
from leadcore.host_leads.facts import NOBODY, HostContact, HostPerson
from leadcore.leads import ContactAttempt, Lead, LeadStatus, Sale
from leadcore.refunds import Refund, RefundFacts, RefundRequested, RefundStatus
from leadcore.submissions import Submission, Tcpa
from leadcore.values import (
    AccountId,
    Address,
    LeadId,
    Money,
    OrderId,
    RefundId,
    SaleId,
    SellerId,
    UserId,
    instant,
    optional_instant,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.back_office.contacting import LeadContact
    from leadcore.contact import Facts
    from leadcore.contact_points import ContactPoint
    from leadcore.decisions import Decision
    from leadcore.refunds import RefundCommand, RefundQuestion, RefundReason, RefundTerms

__all__ = [
    "HostLead",
    "decide_return",
    "lead_of",
    "may_contact",
    "may_return",
    "reasons_of",
    "request_return",
]


@frozen(kw_only=True)
class HostLead:
    """What a host's row and what is kept beside it say of a lead.

    Attributes:
        id: by which leadcore knows it, such as `crm.lead:17`.
        lead_id: of the lead in leadcore's own records, where it was sold through leadcore; None
            for the same one.
        submission: what the host's row says of the person.
        received_at: when the host got it. asked_at: when the person asked to be contacted; None
            where nobody says that they did.
        tcpa, area: what was set beside the row; where that says nothing, the row's count.
        sold_at: the exact instant of the sale; None for a lead nobody bought.
        price, account_id, user_id: what it cost, and who bought it and works it.
        attempts: to reach the person.
        refunds: the requests to return it, the newest first.
        contacts: attempts as the host logs them.
        person: what the host keeps of the person itself.
    """

    id: LeadId
    seller_id: SellerId
    submission: Submission
    received_at: datetime = field(converter=instant)
    asked_at: datetime | None = field(default=None, converter=optional_instant)
    tcpa: Tcpa = Tcpa.UNKNOWN
    area: str | None = None
    sold_at: datetime | None = field(default=None, converter=optional_instant)
    price: Money = Money(0, "USD")  # noqa: RUF009 - a frozen value
    account_id: AccountId
    user_id: UserId
    attempts: tuple[ContactAttempt, ...] = ()
    refunds: tuple[Refund, ...] = ()
    lead_id: LeadId | None = None
    contacts: tuple[HostContact, ...] = ()
    person: HostPerson = NOBODY


def lead_of(host: HostLead) -> Lead:
    """Give a host's lead as leadcore's own value: sold, returned, or only received."""
    given = host.submission
    gone = any(each.status is RefundStatus.APPROVED for each in host.refunds)
    held = LeadStatus.REFUNDED if gone else LeadStatus.SOLD
    sale = _sale(host)
    return Lead(
        id=host.id,
        seller_id=host.seller_id,
        source_key=host.id,
        submission=replace(
            given,
            area=host.area or given.area,
            tcpa=given.tcpa if host.tcpa is Tcpa.UNKNOWN else host.tcpa,
            submitted_at=host.asked_at,
            address=_address(host),
        ),
        status=LeadStatus.RECEIVED if sale is None else held,
        received_at=host.received_at,
        sale=sale,
        attempts=(*host.attempts, *(each.attempt for each in host.contacts)),
    )


def _address(host: HostLead) -> Address:
    own, told = host.submission.address, host.person.zip
    return own if own.zip or told is None else replace(own, zip=told)


def _sale(host: HostLead) -> Sale | None:
    if host.sold_at is None:
        return None
    return Sale(
        id=SaleId(host.id),
        lead_id=host.id,
        order_id=OrderId(host.id),
        account_id=host.account_id,
        user_id=host.user_id,
        price=host.price,
        sold_at=host.sold_at,
    )


def _lead(told: Lead | HostLead) -> Lead:
    return lead_of(told) if isinstance(told, HostLead) else told


def may_contact(
    told: Lead | HostLead,
    asked: LeadContact,
    *,
    at: datetime,
    points: Iterable[ContactPoint] = (),
    others: Iterable[Lead] = (),
    ours: bool = False,
    person: HostPerson = NOBODY,
) -> Decision:
    """Answer whether the person of a lead may be contacted, for whoever holds it.

    Args:
        told: what the host tells of the lead, or one of leadcore's own.
        asked: how, and what is known beside the records.
        at: the instant asked about.
        points: what is recorded about the lead's numbers and e-mail addresses.
        others: the seller's other leads of the person.
        ours: is it one of leadcore's own? Those are what the person handed in.
        person: what the host keeps of the person itself, where `told` does not say it.
    """
    lead = _lead(told)
    person = told.person if isinstance(told, HostLead) else person
    recorded = (*points, *person.points(lead.seller_id, lead.submission.phone))
    facts = contact_facts(lead, asked, at=at, points=recorded, others=others)
    if not ours and lead.submission.submitted_at is None:
        # Nobody asked to be contacted; what was consented to on record counts, and every refusal.
        stood = known(
            recorded,
            seller=lead.sale.account_id if lead.sale else lead.seller_id,
            number=lead.submission.phone,
            acts=_refusals(lead),
            at=at,
        )
        facts = replace(facts, consent=stood.consent)
    return assess_facts(lead, asked, _besides(facts, person, instant(at)), at=at)


def _besides(facts: Facts, person: HostPerson, moment: datetime) -> Facts:
    """Add what a host keeps itself to the facts that the records hold."""
    if person.contacts is not None:
        made = (each.touch for each in person.contacts if each.at <= moment)
        facts = replace(facts, history=tuple(sorted(made, key=lambda touch: touch.at)))
    return replace(facts, states=(*facts.states, *person.states))


def _refusals(lead: Lead) -> tuple[Revocation, ...]:
    """Give what the lead's own boxes took back: that counts, whoever filled in the form."""
    return tuple(
        Revocation(at=lead.received_at, method=f"form: {box.key}", reach=Reach.EVERYTHING)
        for box in lead.submission.consents
        if box.opts_out
    )


def may_return(
    told: Lead | HostLead,
    question: RefundQuestion,
    *,
    at: datetime,
    terms: RefundTerms,
    before: tuple[Refund, ...] = (),
) -> Decision:
    """Judge a request to return a lead; see `refunds.assess`.

    Args:
        told: what the host tells of the lead, or one of leadcore's own.
        question: why it is to be returned.
        at: the instant of the request.
        terms: of the seller.
        before: the requests for it so far, where `told` does not say them.

    Raises:
        WrongState: the lead was never sold.
    """
    lead = _lead(told)
    sale = _sold(lead)
    before = told.refunds if isinstance(told, HostLead) else before
    facts = RefundFacts(
        lead_kind=lead.submission.kind,
        area=lead.submission.area,
        sold_at=sale.sold_at,
        recorded=lead.submission.recording is not None,
        earlier=refunds.earlier_request(before),
        denied=refunds.denied_before(before),
        attempt_days=frozenset(days_tried(lead, sale, terms.zone, instant(at))),
    )
    return refunds.assess(question, facts, at=at, rules=terms)


def _sold(lead: Lead) -> Sale:
    if lead.sale is None:
        raise WrongState("RequestReturn", "the lead was never sold")
    return lead.sale


def reasons_of(told: Lead | HostLead, terms: RefundTerms) -> tuple[RefundReason, ...]:
    """Give the reasons for which a lead of its kind and area may be returned, in their order."""
    given = _lead(told).submission
    return refunds.reasons_for(given.kind, given.area, reasons=terms.reasons)


def request_return(
    told: Lead | HostLead,
    question: RefundQuestion,
    *,
    by: str,
    at: datetime,
    terms: RefundTerms,
    before: tuple[Refund, ...] = (),
) -> Refund:
    """Ask for the return of a lead; give the request, to be kept beside the host's row.

    Args:
        told: what the host tells of the lead, or one of leadcore's own.
        question: why it is to be returned.
        by: who asks.
        at: the instant of the request.
        terms: of the seller.
        before: the requests for it so far, where `told` does not say them.

    Raises:
        Refused: the terms say no; the decision says why, and until when it was open.
        WrongState: the lead was never sold.
    """
    decision = may_return(told, question, at=at, terms=terms, before=before).require()
    lead = _lead(told)
    sale = _sold(lead)
    asked = RefundRequested(
        refund_id=RefundId(f"{lead.id}/{decision.at.isoformat()}"),
        seller_id=lead.seller_id,
        account_id=sale.account_id,
        sale_id=sale.id,
        lead_id=lead.id,
        lead_kind=lead.submission.kind,
        amount=refunds.refundable(
            terms, sale.price, reason=question.reason, sold_at=sale.sold_at, at=at
        ),
        reason=question.reason,
        detail=question.detail,
        other_lead=LeadId(question.other_lead) if question.other_lead else None,
        requested_by=UserId(by),
        expected=refunds.verification_dates(terms, at),
        exception=None,
        documents=question.documents,
        at=at,
    )
    return refunds.evolve(None, asked)


def decide_return(command: RefundCommand, state: Refund | None, *, at: datetime) -> Refund:
    """Verify, approve, decline or reverse a request that is kept beside a row.

    Raises:
        WrongState: there is none, or it is not there yet; see `refunds.decide`.
        Malformed: the note is empty.
    """
    if state is None:
        raise WrongState(type(command).__name__, "nobody asked to return the lead")
    for event in refunds.decide(command, state, at):
        state = refunds.evolve(state, event)
    return state
