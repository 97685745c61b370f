"""Verify a return, approve or decline, reverse, reinstate: from facts to one outcome.

An approval credits the account with one row for that lead and takes the lead away; a reversal
debits again and gives it back, unless the person was sold to somebody else meanwhile or the money
is not there.

A reversal gives the place in the order back that the refund freed. If that place was sold again
meanwhile, the order holds one lead more than its quantity: the account had both, and pays both.
Nothing remains of it then, and no lead is sold under it until returns bring it below its quantity.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import leads, notices, refunds
from leadcore.accounts import prepaid_account, revenue_account, words_of
from leadcore.back_office.leaving import came_back, left
from leadcore.back_office.placing import place_moved
from leadcore.back_office.selling import SOLD_AGAIN
from leadcore.balances import Transfer, TransferKind
from leadcore.decider import Change, change
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.distribution import SCALE
from leadcore.errors import NotFound, Refused
from leadcore.leads import (
    Lead,
    LeadDetached,
    LeadEvent,
    LeadReattached,
    Sale,
)
from leadcore.orders import OrderStatus
from leadcore.outcomes import Outcome, StandingDelta, claims_of
from leadcore.ports import RefundCaseFacts, RefundNeeds
from leadcore.refunds import (
    ExceptionGranted,
    Refund,
    RefundApproved,
    RefundCommand,
    RefundEvent,
    RefundReinstated,
    RefundReversed,
    Remedy,
)
from leadcore.values import RefundId, Unlimited, instant

if TYPE_CHECKING:
    from leadcore.notices import Message
    from leadcore.orders import Order

__all__ = ["DecideRefund", "RefundMoves"]


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
            Refused: a reversal of a person sold on meanwhile, or without the money for it; or
                whoever decides has no authority to, by the terms.
        """
        seen, lead = facts.refund.state, facts.lead.state
        if seen is None or lead is None or lead.sale is None:
            raise NotFound("refund", self.refund_id)
        if self._was_decided(seen):
            return Outcome(answer=seen)
        events = self._events(seen, facts)
        case = RefundMoves(seen, lead, lead.sale, facts, self.at, forced=self.forced)
        after = refunds.evolve(seen, events[0])
        changes = change("refund", seen.id, facts.refund, events, refunds.evolve)
        moved = case.moved(events[0], after)
        return Outcome(
            answer=after,
            changes=(*changes, *moved.changes),
            transfers=moved.transfers,
            standings=moved.standings,
            claims=moved.claims,
            messages=(*case.told(after), *moved.messages),
            rooms=moved.rooms,
        )

    def _events(self, seen: Refund, facts: RefundCaseFacts) -> tuple[RefundEvent, ...]:
        events = refunds.decide(self.command, seen, self.at)
        if facts.seller is None:
            return events
        terms, deed = facts.seller.terms.refunds, refunds.deed_of(self.command)
        if deed is not None:
            asked = refunds.authorize(
                terms, deed, by=self.command.by, amount=seen.amount, at=self.at
            )
            asked.require()
        if isinstance(events[0], ExceptionGranted):
            # Counted from the request, the answer might be overdue before anybody could begin.
            return (replace(events[0], expected=refunds.verification_dates(terms, self.at)),)
        if isinstance(events[0], RefundApproved):
            return (replace(events[0], remedy=remedy_of(seen, facts)),)
        return events

    def _was_decided(self, seen: Refund) -> bool:
        # A retry after a commit whose answer was lost finds its own work.
        return (seen.status, seen.decided_by, seen.decided_at, seen.note) == (
            refunds.leads_to(self.command),
            self.command.by,
            self.at,
            getattr(self.command, "note", None),
        )


def remedy_of(refund: Refund, facts: RefundCaseFacts) -> Remedy:
    """Give what an approval gives: what was promised, or a credit where no lead can be owed."""
    order: Order | None = facts.order.state
    closed = order is None or order.status is OrderStatus.CLOSED
    return Remedy.CREDIT if closed else refund.promised


@frozen
class RefundMoves:
    """What moves with one decision on one request: the money, the lead, its place, its turn.

    Attributes:
        before: events of the lead that come first in the same outcome.
        forced: for a reversal, debit even where the money is not there.
    """

    refund: Refund
    lead: Lead
    sale: Sale
    facts: RefundCaseFacts
    at: datetime
    before: tuple[LeadEvent, ...] = ()
    forced: bool = False

    def moved(self, event: RefundEvent, after: Refund) -> Outcome[None]:
        """Give the money and the lead that move with an event."""
        if isinstance(event, RefundApproved | RefundReinstated):
            return self._credited(after)
        if isinstance(event, RefundReversed):
            self._check_reversal()
            return self._debited(event)
        return Outcome(answer=None)

    def told(self, after: Refund) -> tuple[Message, ...]:
        """Give the news of what became of the request."""
        return notices.refund_told(
            self.lead,
            self.sale,
            after,
            self.facts.requester,
            admins=self.facts.admins,
            at=self.at,
            catalogue=words_of(self.facts.seller),
        )

    def _credited(self, after: Refund) -> Outcome[None]:
        owed = after.remedy is Remedy.REPLACEMENT
        frees = owed or (self._reopens() and self._same_cycle())
        event = LeadDetached(
            refund_id=self.refund.id,
            order_id=self.sale.order_id,
            frees_place=frees,
            gives_turn=owed,
            frees=self.sale.price if frees else None,
            at=self.at,
        )
        transfer = self._transfer(
            f"{self.refund.id}/credit/{after.round}",
            TransferKind.REFUND,
            (revenue_account(self.lead.seller_id), prepaid_account(self.sale.account_id)),
            self.sale.transfer_id,
        )
        words = words_of(self.facts.seller)
        kept = left(self.lead, self.sale, self.facts.kept, at=self.at, words=words)
        return Outcome(
            answer=None,
            changes=(*self._lead_change(event), *kept.changes),
            transfers=transfer,
            standings=self._place(-1, owed=owed, place=frees),
            claims=kept.claims,
            messages=kept.messages,
            rooms=kept.rooms,
        )

    def _debited(self, event: RefundReversed) -> Outcome[None]:
        owed = self.refund.remedy is Remedy.REPLACEMENT
        # What was freed then is taken again now, unless the cycle it was freed in is over.
        takes = self.lead.freed_place and (owed or self._same_cycle())
        back = LeadReattached(
            refund_id=self.refund.id,
            order_id=self.sale.order_id,
            takes_place=takes,
            takes_turn=owed,
            takes=self.sale.price if takes else None,
            at=self.at,
        )
        transfer = self._transfer(
            f"{self.refund.id}/reversal/{self.refund.round}",
            TransferKind.REFUND_REVERSAL,
            (prepaid_account(self.sale.account_id), revenue_account(self.lead.seller_id)),
            f"{self.refund.id}/credit/{self.refund.round}",
            actor=event.by,
            reason=event.note,
        )
        kept = came_back(self.lead, self.sale, self.facts.kept)
        # Two reversals of one person, or one beside a sale, must not both go through.
        once = claims_of(self.lead.seller_id, self.lead.id, self.facts.key_counts)
        return Outcome(
            answer=None,
            changes=self._lead_change(back),
            transfers=transfer,
            standings=self._place(1, owed=owed, place=takes),
            claims=(*once, *kept.claims),
            rooms=kept.rooms,
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

    def _same_cycle(self) -> bool:
        order: Order | None = self.facts.order.state
        return order is None or order.cycle == self.sale.cycle

    def _place(self, change_by: int, *, owed: bool, place: bool) -> tuple[StandingDelta, ...]:
        order: Order | None = self.facts.order.state
        turn = -change_by * SCALE if owed else 0
        if order is None:
            return ()
        caps = order.terms.caps
        moved = place_moved(
            order,
            self.sale.price,
            self.sale.counted_at,
            leads=change_by,
            place=place,
            caps=caps is not None and caps.returns_free,
        )
        moved = replace(moved, credit=turn, expected_version=self.facts.order.version)
        return (moved,) if moved.moves or turn else ()

    def _lead_change(self, event: LeadDetached | LeadReattached) -> tuple[Change, ...]:
        events = (*self.before, event)
        return change("lead", self.lead.id, self.facts.lead, events, leads.evolve)

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
            if other.held_by is not None and self._took_over(other, since)
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

    def _noted(self, other: Lead) -> bool:
        """Tell whether this lead says that it was returned already when the other one was sold.

        By the clock it may have been sold before: whoever sold it was slow to write it down, or had
        another clock.
        """
        sold = None if other.sale is None else other.sale.sold_at
        return any(note.text == SOLD_AGAIN and note.at == sold for note in self.lead.notes)

    def _took_over(self, other: Lead, since: datetime) -> bool:
        """Tell whether whoever holds a lead of the person came to it by this refund."""
        if other.family != self.lead.family:
            later = (other.held_since or since) >= since
            return later or other.origin == self.lead.id or self._noted(other)
        # Whoever shares the lead has it beside the account, unless it was this very share.
        history = {each.id: each for each in self.facts.history}
        origin = other.origin
        while origin is not None and origin != self.lead.id:
            before = history.get(origin)
            origin = before.origin if before else None
        return origin == self.lead.id

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
