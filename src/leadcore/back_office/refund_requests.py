"""Ask for a return: from facts to one outcome.

The request moves no money, unless a rule of the terms approves it at once. It leaves a note on the
lead, whose version keeps two requests at the same moment from both being the first. Where the terms
count what an account returns, the request claims the next number of the account's requests, so that
two at the same moment never both take the last one that is allowed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import leads, refunds
from leadcore.back_office.refunding import RefundMoves, remedy_of
from leadcore.back_office.seeing import held, seen_lead, sees
from leadcore.decider import change
from leadcore.errors import Malformed, NotFound
from leadcore.intervals import local_date
from leadcore.leads import AttemptOutcome, Lead, LeadStatus, NoteAdded, Sale
from leadcore.orders.returns import returns_allowed
from leadcore.outcomes import Outcome, claims_of
from leadcore.ports import RefundCaseFacts, RefundNeeds
from leadcore.refunds import (
    Basis,
    KeptRequest,
    KeptSale,
    Refund,
    RefundApproved,
    RefundFacts,
    RefundQuestion,
    RefundRecord,
    RefundRequested,
)
from leadcore.submissions import Channel, person_keys
from leadcore.values import LeadId, Money, RefundId, UserId, instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from leadcore.accounts import Seller
    from leadcore.orders import Order
    from leadcore.outcomes import Claim
    from leadcore.people import User
    from leadcore.refunds import RefundEvent

__all__ = ["RequestRefund", "days_tried", "requester_of"]


@frozen(kw_only=True)
class RequestRefund:
    """Ask to return a lead.

    Attributes:
        user_id: who asks; must see the lead. Where it is one of the seller's staff, the request is
            that of whoever works the lead, and says who asked for it.
        reason: a code of the seller's list.
        detail: what was found, in words.
        other_lead: for a duplicate, the other lead.
        exception: why a person should let it pass though the window is over; None asks for none.
        documents: what shows it: files of the lead, or references to what is kept elsewhere.
    """

    refund_id: RefundId
    lead_id: LeadId
    user_id: UserId
    reason: str
    detail: str
    other_lead: LeadId | None = None
    exception: str | None = None
    documents: tuple[str, ...] = ()
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> RefundNeeds:
        """The lead, its sale, earlier requests, who asks, and what the terms count."""
        return RefundNeeds(
            refund_id=self.refund_id,
            lead_id=self.lead_id,
            user_id=self.user_id,
            other_lead=self.other_lead,
            asked_at=self.at,
        )

    def decide(self, facts: RefundCaseFacts) -> Outcome[Refund]:
        """Say what follows; asking again with the same id gives the first request.

        Raises:
            NotFound: there is no such lead, or the asker may not know that there is.
            WrongState: nobody holds the lead, and the asker works for the seller.
            Malformed: a duplicate names a lead that is no other lead of the person in this account,
                or the id is another request's.
            Refused: the terms say no; the decision has every rule that did.
        """
        if facts.refund.state is not None:
            return Outcome(answer=self._same(facts.refund.state))
        lead, sale, seller, viewer = self._visible(facts)
        self._check_other(facts, viewer, sale)
        terms = seller.terms.refunds
        amount = refunds.refundable(
            terms, sale.price, reason=self.reason, sold_at=sale.sold_at, at=self.at
        )
        known = self._known(lead, sale, facts, terms.zone, amount)
        decision = refunds.assess(self._question, known, at=self.at, rules=terms)
        late = set(decision.rules) == {"RET-LATE"}
        asks = self.exception is not None and bool(self.exception.strip())
        if not (late and asks):
            decision.require()
        requested = self._requested(lead, sale, seller, amount, late=late)
        requested = replace(
            requested,
            requested_by=requester_of(None, lead, viewer) or viewer.id,
            staff_id=None if viewer.account_id == sale.account_id else viewer.id,
        )
        asked = self._asked(requested, lead, facts)
        rule = refunds.approving_rule(terms, self._question, known, amount, self.at)
        if late or rule is None:
            return asked
        return self._approved(rule.id, requested, lead, sale, facts)

    @property
    def _question(self) -> RefundQuestion:
        return RefundQuestion(
            reason=self.reason,
            detail=self.detail,
            other_lead=self.other_lead,
            documents=self.documents,
        )

    def _requested(
        self, lead: Lead, sale: Sale, seller: Seller, amount: Money, *, late: bool
    ) -> RefundRequested:
        terms = seller.terms.refunds
        return RefundRequested(
            refund_id=self.refund_id,
            seller_id=lead.seller_id,
            account_id=sale.account_id,
            sale_id=sale.id,
            lead_id=lead.id,
            lead_kind=lead.submission.kind,
            amount=amount,
            reason=self.reason,
            detail=self.detail,
            other_lead=self.other_lead,
            requested_by=self.user_id,
            expected=refunds.verification_dates(terms, self.at),
            exception=self.exception if late else None,
            documents=self.documents,
            in_time=refunds.window(terms, sale.sold_at).closes_at >= self.at,
            remedy=terms.remedy,
            at=self.at,
        )

    @property
    def _note(self) -> NoteAdded:
        return NoteAdded(text=f"A return was asked for: {self.reason}.", at=self.at)

    def _asked(
        self, requested: RefundRequested, lead: Lead, facts: RefundCaseFacts
    ) -> Outcome[Refund]:
        changes = change("refund", self.refund_id, facts.refund, (requested,), refunds.evolve)
        noted = change("lead", lead.id, facts.lead, (self._note,), leads.evolve)
        return Outcome(
            answer=refunds.evolve(None, requested),
            changes=(*changes, *noted),
            claims=_counted(lead, facts),
        )

    def _approved(
        self,
        rule: str,
        requested: RefundRequested,
        lead: Lead,
        sale: Sale,
        facts: RefundCaseFacts,
    ) -> Outcome[Refund]:
        asked = refunds.evolve(None, requested)
        event = RefundApproved(
            by=f"rule {rule}",
            note=f"Approved at once by the rule {rule!r} of the refund terms.",
            basis=Basis.RECORDS,
            remedy=remedy_of(asked, facts),
            rule=rule,
            at=self.at,
        )
        after = refunds.evolve(asked, event)
        case = RefundMoves(asked, lead, sale, facts, self.at, before=(self._note,))
        moved = case.moved(event, after)
        events: tuple[RefundEvent, ...] = (requested, event)
        changes = change("refund", self.refund_id, facts.refund, events, refunds.evolve)
        return Outcome(
            answer=after,
            changes=(*changes, *moved.changes),
            transfers=moved.transfers,
            standings=moved.standings,
            claims=(*_counted(lead, facts), *moved.claims),
            messages=(*case.told(after), *moved.messages),
            rooms=moved.rooms,
        )

    def _same(self, known: Refund) -> Refund:
        # Somebody else's request must not be told to whoever guesses its id.
        by = known.staff_id or known.requested_by
        asked = (known.lead_id, by, known.reason, known.detail, known.other_lead)
        again = (self.lead_id, self.user_id, self.reason, self.detail, self.other_lead)
        if asked != again:
            raise Malformed.at("refund_id", "was used for another request")
        return known

    def _visible(self, facts: RefundCaseFacts) -> tuple[Lead, Sale, Seller, User]:
        lead, viewer = seen_lead(facts, "lead", self.lead_id)
        if facts.seller is None:
            raise NotFound("lead", self.lead_id)
        return lead, held(lead, "RequestRefund"), facts.seller, viewer

    def _check_other(self, facts: RefundCaseFacts, viewer: User, sale: Sale) -> None:
        # Whether it is the same person is for whoever verifies, unless a rule approves at once
        # (see `_same_person`); that it is the account's is for us.
        if self.other_lead is None:
            return
        other = facts.other
        sold = None if other is None or other.status is not LeadStatus.SOLD else other.sale
        theirs = sold is not None and sold.account_id == sale.account_id
        seen = other is not None and sees(viewer, other, facts.tree, facts.seller)
        if not (theirs and seen) or self.other_lead == self.lead_id:
            raise Malformed.at("other_lead", "is no other lead of the account that you see")

    def _known(
        self, lead: Lead, sale: Sale, facts: RefundCaseFacts, zone: str, amount: Money
    ) -> RefundFacts:
        record = _record(sale, amount, facts)
        return RefundFacts(
            lead_kind=lead.submission.kind,
            area=lead.submission.area,
            sold_at=sale.sold_at,
            recorded=lead.submission.recording is not None,
            earlier=refunds.earlier_request(facts.earlier),
            attempt_days=frozenset(days_tried(lead, sale, zone, self.at)),
            denied=refunds.denied_before(facts.earlier),
            same_person=_same_person(lead, facts.other),
            order_full=_is_full(facts),
            record=record,
        )


def requester_of(refund: Refund | None, lead: Lead | None, viewer: User | None) -> UserId | None:
    """Say whose a request is, for whoever loads facts.

    Args:
        refund: the request; None for a new one.
        lead: the lead.
        viewer: who asks.

    Returns:
        Who asked, or where that one is of another account (the seller's staff) who works the lead;
        None where nobody does or asks.
    """
    if refund is not None:
        return refund.requested_by
    if lead is not None and lead.sale is not None and viewer is not None:
        other = viewer.account_id != lead.sale.account_id
        return lead.assigned_to or lead.sale.user_id if other else viewer.id
    return None if viewer is None else viewer.id


def _same_person(lead: Lead, other: Lead | None) -> bool | None:
    if other is None:
        return None
    return not set(person_keys(lead.submission)).isdisjoint(person_keys(other.submission))


def days_tried(lead: Lead, sale: Sale, zone: str, at: datetime) -> Iterator[date]:
    """Give the local days on which somebody called about a lead in vain, from its sale on."""
    for attempt in lead.attempts:
        called = attempt.channel is Channel.CALL and attempt.outcome is not AttemptOutcome.REACHED
        if called and sale.sold_at <= attempt.at <= at:
            yield local_date(attempt.at, zone)


def _record(sale: Sale, amount: Money, facts: RefundCaseFacts) -> RefundRecord | None:
    if facts.sold is None or facts.asked is None:
        return None
    return RefundRecord(
        sale=_kept(sale),
        amount=amount,
        sales=tuple(map(_kept, facts.sold)),
        requests=tuple(
            KeptRequest(
                sale_id=asked.sale_id,
                amount=asked.amount,
                requested_at=asked.requested_at,
                stands=asked.status not in refunds.FALLEN,
            )
            for asked in facts.asked
        ),
    )


def _is_full(facts: RefundCaseFacts) -> bool:
    order: Order | None = facts.order.state
    return order is not None and not returns_allowed(order.terms, facts.order_returns)


def _kept(sale: Sale) -> KeptSale:
    return KeptSale(id=sale.id, order_id=sale.order_id, price=sale.price, sold_at=sale.sold_at)


def _counted(lead: Lead, facts: RefundCaseFacts) -> tuple[Claim, ...]:
    """Claim the next number of the account's requests, where anything is counted."""
    return claims_of(lead.seller_id, lead.id, facts.request_counts)
