"""Deliver first, sell then: confirm a delivery, or give up and go to the next candidate.

A lead whose way says so is *reserved* when it is offered: the buyer's money is held, the place in
the order is taken, and the rotation has moved. A delivery that is confirmed in time sells it, in
that instant. One that fails, or is not confirmed in time, gives all of that back, and the lead
goes to the next of those to whom it was not delivered in vain. Said again, nothing changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import leads
from leadcore.back_office.holding import charge_id, resolution
from leadcore.back_office.placing import place_moved
from leadcore.back_office.selling import (
    Reception,
    Stream,
    finish,
    known_again,
    known_lead,
    messages_of,
    offer,
    sold_again,
)
from leadcore.balances import TransferKind
from leadcore.distribution import SCALE, Candidate
from leadcore.distribution.kernel import undone
from leadcore.errors import Malformed, WrongState
from leadcore.leads import (
    DeliveryFailed,
    FailedDelivery,
    Lead,
    LeadDelivered,
    Reservation,
    standing_deltas,
)
from leadcore.outcomes import Outcome, StandingDelta, claims_of
from leadcore.ports import OfferFacts, OfferNeeds
from leadcore.values import LeadId, Money, OrderId, SaleId, SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.orders import Order

__all__ = ["ConfirmDelivery", "ExpireDelivery", "FailDelivery", "delivered"]


@frozen(kw_only=True)
class ConfirmDelivery:
    """The lead has arrived at the buyer it is reserved for: it is sold now.

    Attributes:
        sale_id: of the reservation.
        at: when it arrived; before the reservation expires.
    """

    seller_id: SellerId
    lead_id: LeadId
    sale_id: SaleId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The lead, and the users to be told."""
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id, at=self.at)

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows; confirmed again, nothing.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is not reserved for this sale (any more), or it is too late.
        """
        lead = known_lead(facts.lead.state, self.seller_id, self.lead_id)
        if lead.sale is not None and lead.sale.id == self.sale_id:
            return known_again(lead, facts)
        held = _held(lead, self.sale_id, self)
        if self.at >= held.expires_at:
            raise WrongState("ConfirmDelivery", f"it was reserved until {held.expires_at}")
        return delivered(lead, held, facts, self.at)


@frozen(kw_only=True)
class FailDelivery:
    """The lead could not be delivered: on to the next candidate.

    Attributes:
        sale_id: of the reservation that ends.
        next_sale_id: the id the sale to the next candidate will have.
        why: what went wrong, in words.
    """

    seller_id: SellerId
    lead_id: LeadId
    sale_id: SaleId
    next_sale_id: SaleId
    why: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The lead, the person's other leads, and the candidates."""
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id, at=self.at)

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows; said again, nothing.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is not reserved for this sale.
            Malformed: the next sale has the id of this one, or of one that failed before.
        """
        lead = known_lead(facts.lead.state, self.seller_id, self.lead_id)
        if any(each.sale_id == self.sale_id for each in lead.failed):
            return known_again(lead, facts)
        held = _held(lead, self.sale_id, self)
        over = _Over(lead, held, TransferKind.VOID, self.why, self.at)
        return over.to_the_next(self.next_sale_id, facts)


@frozen(kw_only=True)
class ExpireDelivery:
    """Nobody confirmed the delivery in time: on to the next candidate.

    Attributes:
        sale_id: of the reservation that ends.
        next_sale_id: the id the sale to the next candidate will have.
        at: no sooner than the reservation expires.
    """

    seller_id: SellerId
    lead_id: LeadId
    sale_id: SaleId
    next_sale_id: SaleId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The lead, the person's other leads, and the candidates."""
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id, at=self.at)

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows; said again, nothing.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is not reserved for this sale, or still is.
            Malformed: the next sale has the id of this one, or of one that failed before.
        """
        lead = known_lead(facts.lead.state, self.seller_id, self.lead_id)
        if any(each.sale_id == self.sale_id for each in lead.failed):
            return known_again(lead, facts)
        held = _held(lead, self.sale_id, self)
        if self.at < held.expires_at:
            raise WrongState("ExpireDelivery", f"it is reserved until {held.expires_at}")
        over = _Over(lead, held, TransferKind.EXPIRE, "not confirmed in time", self.at)
        return over.to_the_next(self.next_sale_id, facts)


def delivered(
    lead: Lead, held: Reservation, facts: OfferFacts, at: datetime, *, post_key: str | None = None
) -> Outcome[Reception]:
    """Give the sale of a lead that has arrived at the buyer it is reserved for."""
    event = LeadDelivered(
        sale_id=held.sale_id, transfer_id=charge_id(held), at=at, post_key=post_key
    )
    sold = leads.evolve(lead, event)
    return finish(
        Stream(lead, facts.lead.version),
        (event,),
        changes=sold_again(facts, at),
        transfers=resolution(lead, held, TransferKind.CAPTURE, at),
        messages=() if sold.sale is None else messages_of(sold, sold.sale, facts),
    )


_Command = ConfirmDelivery | FailDelivery | ExpireDelivery


def _held(lead: Lead, sale_id: SaleId, command: _Command) -> Reservation:
    name, held = type(command).__name__, lead.reservation
    if any(each.sale_id == sale_id for each in lead.failed):
        raise WrongState(name, "that delivery has failed already")
    if held is None:
        raise WrongState(name, f"the lead is {lead.status.value}")
    if held.sale_id != sale_id:
        raise WrongState(name, "the lead is reserved for another sale")
    if command.at < held.reserved_at:
        raise WrongState(name, f"it was reserved only at {held.reserved_at}")
    if not isinstance(command, ConfirmDelivery) and command.next_sale_id in {
        sale_id,
        *(each.sale_id for each in lead.failed),
    }:
        raise Malformed.at("next_sale_id", "is another one than of any sale that failed")
    return held


@frozen
class _Over:
    """A reservation that ends without a sale."""

    lead: Lead
    held: Reservation
    ends: TransferKind
    why: str
    at: datetime

    def to_the_next(self, sale_id: SaleId, facts: OfferFacts) -> Outcome[Reception]:
        """Give everything back, and offer the lead to those who are left."""
        held = self.held
        failed = FailedDelivery(
            sale_id=held.sale_id,
            order_id=held.order_id,
            account_id=held.account_id,
            why=self.why,
            at=self.at,
        )
        order = next((c.order for c in facts.candidates if c.order.id == held.order_id), None)
        # Also where its cycle is over: no lead was given for the place, so the present one has it.
        event = DeliveryFailed(failed=failed, offers=self.lead.offers, frees=held.price, at=self.at)
        lead = leads.evolve(self.lead, event)
        claims = claims_of(lead.seller_id, lead.id, facts.key_counts)
        stream = Stream(lead, facts.lead.version, begun=(event,), claims=claims)
        freed = replace(facts, candidates=tuple(map(self._freed, facts.candidates)))
        outcome = offer(stream, sale_id, freed, self.at)
        back = (
            replace(self._back(key, order, sold, facts), sold=sold, credit=credit)
            for key, sold, credit in standing_deltas(event)
        )
        return replace(
            outcome,
            transfers=(
                *resolution(self.lead, held, self.ends, self.at),
                *outcome.transfers,
            ),
            standings=_joined((*back, *outcome.standings)),
        )

    def _back(
        self, order_id: OrderId, order: Order | None, sold: int, facts: OfferFacts
    ) -> StandingDelta:
        """Give what becomes free in the order it was reserved for; a closed one has no caps."""
        held = self.held
        if order_id != held.order_id:
            return StandingDelta(order_id=order_id)
        if order is None:
            return StandingDelta(order_id=order_id, spent=sold * held.price.minor)
        back = place_moved(
            order, held.price, held.reserved_at, leads=-1, place=sold != 0, caps=True
        )
        return replace(back, expected_version=facts.order_versions[order_id])

    def _freed(self, candidate: Candidate) -> Candidate:
        """Give a candidate as it stands once the reservation is no more."""
        order, held, standing = candidate.order, self.held, candidate.standing
        won = order.id == held.order_id
        share = next((each.share for each in self.lead.offers if each.order_id == order.id), 0)
        funds = candidate.available
        if isinstance(funds, Money) and order.account_id == held.account_id:
            funds += held.price
        return replace(
            candidate,
            standing=replace(
                standing,
                sold=standing.sold - won,
                spent=standing.spent - won * held.price.minor,
                credit=undone(standing.credit, share, won, SCALE),
            ),
            available=funds,
        )


def _joined(deltas: Iterable[StandingDelta]) -> tuple[StandingDelta, ...]:
    """Give one delta an order; the guards are those of the later one, if it takes a place."""
    found: dict[OrderId, StandingDelta] = {}
    for each in deltas:
        before = found.get(each.order_id, StandingDelta(order_id=each.order_id))
        found[each.order_id] = replace(
            each,
            sold=before.sold + each.sold,
            spent=before.spent + each.spent,
            credit=before.credit + each.credit,
            expected_version=each.expected_version or before.expected_version,
            usage=(*before.usage, *each.usage),
        )
    return tuple(each for each in found.values() if each.sold or each.credit or each.usage)
