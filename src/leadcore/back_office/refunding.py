"""Ask for a return, verify, approve or decline, reverse, reinstate: from facts to one outcome.

The request moves no money; it leaves a note on the lead, whose version keeps two requests at the
same moment from both being the first. An approval credits the account with one row for that lead
and takes the lead away; a reversal debits again and gives it back, unless the person was sold to
somebody else meanwhile or the money is not there.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import leads, notices, refunds
from leadcore.accounts import prepaid_account, revenue_account
from leadcore.back_office.keeping import sees
from leadcore.balances import Transfer, TransferKind
from leadcore.decider import Change, change
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.errors import Malformed, NotFound, Refused
from leadcore.intervals import local_date
from leadcore.leads import (
    AttemptOutcome,
    Lead,
    LeadDetached,
    LeadReattached,
    LeadStatus,
    NoteAdded,
    Sale,
)
from leadcore.outcomes import Outcome, StandingDelta, claims_of
from leadcore.ports import RefundCaseFacts, RefundNeeds
from leadcore.refunds import (
    ExceptionGranted,
    Refund,
    RefundApproved,
    RefundCommand,
    RefundEvent,
    RefundFacts,
    RefundQuestion,
    RefundReinstated,
    RefundRequested,
    RefundReversed,
)
from leadcore.submissions import Channel
from leadcore.values import LeadId, RefundId, Unlimited, UserId, instant

if TYPE_CHECKING:
    from leadcore.accounts import Seller
    from leadcore.orders import Order

__all__ = ["DecideRefund", "RequestRefund"]


@frozen(kw_only=True)
class RequestRefund:
    """Ask to return a lead.

    Attributes:
        user_id: who asks; must see the lead.
        reason: a code of the seller's list.
        detail: what was found, in words.
        other_lead: for a duplicate, the other lead.
        exception: why a person should let it pass though the window is over; None asks for none.
    """

    refund_id: RefundId
    lead_id: LeadId
    user_id: UserId
    reason: str
    detail: str
    other_lead: LeadId | None = None
    exception: str | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> RefundNeeds:
        """The lead, its sale, earlier requests, and who asks."""
        return RefundNeeds(
            refund_id=self.refund_id,
            lead_id=self.lead_id,
            user_id=self.user_id,
            other_lead=self.other_lead,
        )

    def decide(self, facts: RefundCaseFacts) -> Outcome[Refund]:
        """Say what follows; asking again with the same id gives the first request.

        Raises:
            NotFound: there is no such lead, or the asker may not know that there is.
            Malformed: a duplicate names a lead that is no other lead of the person in this account,
                or the id is another request's.
            Refused: the terms say no; the decision has every rule that did.
        """
        if facts.refund.state is not None:
            return Outcome(answer=self._same(facts.refund.state))
        lead, sale, seller = self._visible(facts)
        self._check_other(facts)
        terms = seller.terms.refunds
        decision = refunds.assess(
            RefundQuestion(reason=self.reason, detail=self.detail, other_lead=self.other_lead),
            _facts(lead, sale, facts, terms.zone, self.at),
            at=self.at,
            rules=terms,
        )
        late = set(decision.rules) == {"RET-LATE"}
        asks = self.exception is not None and bool(self.exception.strip())
        if not (late and asks):
            decision.require()
        event = RefundRequested(
            refund_id=self.refund_id,
            seller_id=lead.seller_id,
            account_id=sale.account_id,
            sale_id=sale.id,
            lead_id=lead.id,
            lead_kind=lead.submission.kind,
            amount=sale.price,
            reason=self.reason,
            detail=self.detail,
            other_lead=self.other_lead,
            requested_by=self.user_id,
            expected=refunds.verification_dates(terms, self.at),
            exception=self.exception if late else None,
            at=self.at,
        )
        changes = change("refund", self.refund_id, facts.refund, (event,), refunds.evolve)
        note = NoteAdded(text=f"A return was asked for: {self.reason}.", at=self.at)
        noted = change("lead", lead.id, facts.lead, (note,), leads.evolve)
        return Outcome(answer=refunds.evolve(None, event), changes=(*changes, *noted))

    def _same(self, known: Refund) -> Refund:
        # Somebody else's request must not be told to whoever guesses its id.
        asked = (known.lead_id, known.requested_by, known.reason, known.detail, known.other_lead)
        again = (self.lead_id, self.user_id, self.reason, self.detail, self.other_lead)
        if asked != again:
            raise Malformed.at("refund_id", "was used for another request")
        return known

    def _visible(self, facts: RefundCaseFacts) -> tuple[Lead, Sale, Seller]:
        lead, viewer = facts.lead.state, facts.viewer
        if lead is None or viewer is None or lead.sale is None or facts.seller is None:
            raise NotFound("lead", self.lead_id)
        if not sees(viewer, lead, facts.tree):
            raise NotFound("lead", self.lead_id)
        return lead, lead.sale, facts.seller

    def _check_other(self, facts: RefundCaseFacts) -> None:
        # Whether it is the same person is for whoever verifies; that it is theirs is for us.
        other, viewer = facts.other, facts.viewer
        if self.other_lead is None:
            return
        theirs = other is not None and viewer is not None and sees(viewer, other, facts.tree)
        if not theirs or self.other_lead == self.lead_id:
            raise Malformed.at("other_lead", "is no other lead that you hold")


def _facts(lead: Lead, sale: Sale, facts: RefundCaseFacts, zone: str, at: datetime) -> RefundFacts:
    return RefundFacts(
        lead_kind=lead.submission.kind,
        area=lead.submission.area,
        sold_at=sale.sold_at,
        recorded=lead.submission.recording is not None,
        earlier=refunds.earlier_request(facts.earlier),
        attempt_days=frozenset(
            local_date(attempt.at, zone)
            for attempt in lead.attempts
            if attempt.channel is Channel.CALL
            and attempt.outcome is not AttemptOutcome.REACHED
            and sale.sold_at <= attempt.at <= at
        ),
    )


@frozen(kw_only=True)
class DecideRefund:
    """Carry a request on: verify, approve, decline, reverse, reinstate, grant an exception.

    Attributes:
        forced: for a reversal, debit even where the money is not there.
    """

    refund_id: RefundId
    command: RefundCommand
    forced: bool = False
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> RefundNeeds:
        """The request, the lead, its order, its account's money, and who asked."""
        return RefundNeeds(refund_id=self.refund_id)

    def decide(self, facts: RefundCaseFacts) -> Outcome[Refund]:
        """Say what follows.

        Raises:
            NotFound: there is no such request.
            WrongState: the command does not fit where the request is. The very same decision (by
                whom, when and why) again changes nothing.
            Malformed: nobody is named who answers for it, or no reason is given.
            Refused: a reversal of a person sold on meanwhile, or without the money for it.
        """
        seen, lead = facts.refund.state, facts.lead.state
        if seen is None or lead is None or lead.sale is None:
            raise NotFound("refund", self.refund_id)
        if self._was_decided(seen):
            return Outcome(answer=seen)
        events = self._events(seen, facts)
        case = _Case(seen, lead, lead.sale, facts, self.at, self.forced)
        after = refunds.evolve(seen, events[0])
        changes = change("refund", seen.id, facts.refund, events, refunds.evolve)
        moved = case.moved(events[0], after)
        return Outcome(
            answer=after,
            changes=(*changes, *moved.changes),
            transfers=moved.transfers,
            standings=moved.standings,
            claims=moved.claims,
            messages=notices.refund_told(lead, lead.sale, after, facts.requester, at=self.at),
        )

    def _events(self, seen: Refund, facts: RefundCaseFacts) -> tuple[RefundEvent, ...]:
        events = refunds.decide(self.command, seen, self.at)
        if isinstance(events[0], ExceptionGranted) and facts.seller is not None:
            # Counted from the request, the answer might be overdue before anybody could begin.
            dates = refunds.verification_dates(facts.seller.terms.refunds, self.at)
            return (replace(events[0], expected=dates),)
        return events

    def _was_decided(self, seen: Refund) -> bool:
        # A retry after a commit whose answer was lost finds its own work.
        return (seen.status, seen.decided_by, seen.decided_at, seen.note) == (
            refunds.leads_to(self.command),
            self.command.by,
            self.at,
            getattr(self.command, "note", None),
        )


@frozen
class _Case:
    """One decision on one request, with all it touches."""

    refund: Refund
    lead: Lead
    sale: Sale
    facts: RefundCaseFacts
    at: datetime
    forced: bool

    def moved(self, event: RefundEvent, after: Refund) -> Outcome[None]:
        """Give the money and the lead that move with an event."""
        if isinstance(event, RefundApproved | RefundReinstated):
            return self._credited(after)
        if isinstance(event, RefundReversed):
            self._check_reversal()
            return self._debited(event)
        return Outcome(answer=None)

    def _credited(self, after: Refund) -> Outcome[None]:
        frees = self._reopens()
        event = LeadDetached(
            refund_id=self.refund.id, order_id=self.sale.order_id, frees_place=frees, at=self.at
        )
        transfer = self._transfer(
            f"{self.refund.id}/credit/{after.round}",
            TransferKind.REFUND,
            (revenue_account(self.lead.seller_id), prepaid_account(self.sale.account_id)),
            self.sale.transfer_id,
        )
        return Outcome(
            answer=None,
            changes=self._lead_change(event),
            transfers=transfer,
            standings=self._place(-1) if frees else (),
        )

    def _debited(self, event: RefundReversed) -> Outcome[None]:
        takes = self.lead.freed_place  # what was freed then is what is taken again now
        back = LeadReattached(
            refund_id=self.refund.id, order_id=self.sale.order_id, takes_place=takes, at=self.at
        )
        transfer = self._transfer(
            f"{self.refund.id}/reversal/{self.refund.round}",
            TransferKind.REFUND_REVERSAL,
            (prepaid_account(self.sale.account_id), revenue_account(self.lead.seller_id)),
            f"{self.refund.id}/credit/{self.refund.round}",
            actor=event.by,
            reason=event.note,
        )
        return Outcome(
            answer=None,
            changes=self._lead_change(back),
            transfers=transfer,
            standings=self._place(1) if takes else (),
            # Two reversals of one person, or one beside a sale, must not both go through.
            claims=claims_of(self.lead.seller_id, self.lead.id, self.facts.key_counts),
        )

    def _transfer(
        self,
        key: str,
        kind: TransferKind,
        sides: tuple[str, str],
        ref: str | None,
        *,
        actor: str | None = None,
        reason: str | None = None,
    ) -> tuple[Transfer, ...]:
        if self.refund.amount.minor == 0:
            return ()
        forced = self.forced and kind is TransferKind.REFUND_REVERSAL
        return (
            Transfer(
                id=key,
                kind=kind,
                debit=sides[0],
                credit=sides[1],
                amount=self.refund.amount,
                effective_at=self.at,
                ref=ref,
                forced=forced,
                sale_id=self.sale.id,
                lead_id=self.lead.id,
                order_id=self.sale.order_id,
                refund_id=self.refund.id,
                actor=actor,
                reason=reason,
            ),
        )

    def _reopens(self) -> bool:
        order: Order | None = self.facts.order.state
        return order is not None and order.terms.returns_reopen

    def _place(self, change_by: int) -> tuple[StandingDelta, ...]:
        return (StandingDelta(order_id=self.sale.order_id, sold=change_by),)

    def _lead_change(self, event: LeadDetached | LeadReattached) -> tuple[Change, ...]:
        return change("lead", self.lead.id, self.facts.lead, (event,), leads.evolve)

    def _check_reversal(self) -> None:
        findings = (*self._sold_on(), *self._short())
        if findings:
            raise Refused(
                Decision(
                    verdict=Verdict.DENIED,
                    findings=findings,
                    at=self.at,
                    rulebook="refund-reversal/1",
                )
            )

    def _sold_on(self) -> tuple[Finding, ...]:
        since = self.refund.decided_at or self.refund.requested_at
        others = [
            other.id
            for other in self.facts.history
            if other.sale is not None
            and other.status is LeadStatus.SOLD
            and (other.origin == self.lead.id or (other.held_since or since) >= since)
        ]
        if not others:
            return ()
        return (
            _denied(
                "REV-SOLD-ON",
                "The person was sold to somebody else after the refund.",
                *(f"lead={other}" for other in others),
            ),
        )

    def _short(self) -> tuple[Finding, ...]:
        ledger = self.facts.ledger
        if self.forced or self.refund.amount.minor == 0 or ledger is None:
            return ()
        if isinstance(ledger.floor, Unlimited):
            return ()
        lacking = self.refund.amount.minor - (ledger.available - ledger.floor)
        if lacking <= 0:
            return ()
        return (_denied("REV-FUNDS", "The balance does not cover the reversal.", f"{lacking=}"),)


def _denied(rule: str, sentence: str, *evidence: str) -> Finding:
    return Finding(
        rule=rule,
        effect=Effect.DENY,
        severity=Severity.POLICY,
        sentence=sentence,
        citation="the seller's refund terms",
        evidence=evidence,
    )
