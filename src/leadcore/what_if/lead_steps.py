"""What was done with a lead: its stream cut into turns, and the use case each turn came of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from leadcore import back_office as bo
from leadcore import leads
from leadcore.auction import BiddingDeclined, BidPlaced, BidRefused
from leadcore.decider import fold
from leadcore.leads import (
    AssignLead,
    AuctionClosed,
    ContactAttempted,
    DeliveryFailed,
    Lead,
    LeadAssigned,
    LeadAuctioned,
    LeadDelivered,
    LeadDetached,
    LeadReattached,
    LeadReceived,
    LeadRefused,
    LeadReserved,
    LeadSold,
    LeadUnsold,
    LogAttempt,
    NoteAdded,
)
from leadcore.values import OrderId, SaleId
from leadcore.what_if.again import Delivery, Worked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["Turn", "lead_case", "turns"]

_SELLING = (LeadSold, LeadUnsold, LeadReserved, LeadAuctioned)
_BEGINNING = (LeadReceived, DeliveryFailed, AuctionClosed)
_ASKED = "A return was asked for: "


@frozen(kw_only=True)
class Turn:
    """Events of a lead that came of one use case.

    Attributes:
        number: of the first of them in the stream.
        before, state: the lead before and after them.
    """

    number: int
    events: tuple[Any, ...]
    before: Lead | None
    state: Lead

    @property
    def at(self) -> datetime:
        """When."""
        first = self.events[0]
        if isinstance(first, ContactAttempted):
            first = first.attempt
        at: datetime = first.at
        return at

    @property
    def decides(self) -> bool:
        """Did somebody get the lead, or nobody, or is it known why not?"""
        return isinstance(self.events[0], (*_BEGINNING, *_SELLING, LeadDelivered))

    @property
    def sale_id(self) -> SaleId:
        """The id of the sale it led to; where it led to none, one that no sale has."""
        last = self.events[-1]
        if isinstance(last, LeadSold):
            return last.sale.id
        if isinstance(last, LeadReserved):
            return last.reservation.sale_id
        if isinstance(last, LeadAuctioned):
            return SaleId(last.opened.auction_id)
        return SaleId(f"{self.state.id}/again/{self.number}")

    @property
    def causes(self) -> tuple[tuple[object, ...], ...]:
        """What it may have followed from, where it came of another stream's use case."""
        lead_id = self.state.id
        match self.events[0]:
            case LeadReceived(share_of=str(first)):
                return (("share", first, self.at),)
            case LeadDetached(refund_id=refund_id):
                return (("left", refund_id, self.at),)
            case LeadReattached(refund_id=refund_id):
                return (("back", refund_id, self.at),)
            case NoteAdded(lead_id=str(other)):
                return (("received", other),)
            case NoteAdded(text=text) if text.startswith(_ASKED):
                return (("asked", lead_id, text.removeprefix(_ASKED).rstrip("."), self.at),)
            case _:
                return ()


def turns(events: tuple[Any, ...]) -> Iterator[Turn]:
    """Cut a lead's stream into what came of one use case each."""
    state: Lead | None = None
    index = 0
    while index < len(events):
        first, further = events[index], events[index + 1 : index + 2]
        both = (
            isinstance(first, _BEGINNING)
            and any(isinstance(each, (*_SELLING, LeadRefused)) for each in further)
            and further[0].at == first.at
        )
        group = (first, *further) if both else (first,)
        before, state = state, cast("Lead", fold(leads.evolve, state, group))
        yield Turn(number=index + 1, events=group, before=before, state=state)
        index += len(group)


def lead_case(turn: Turn) -> object | None:
    """Give the use case a turn came of; None where it came of another stream's."""
    first, state, at = turn.events[0], turn.state, turn.at
    account = state.sale.account_id if state.sale else ""
    match first:
        case LeadReceived(share_of=None):
            return _received(first, turn)
        case LeadSold() | LeadReserved() | LeadUnsold() | LeadAuctioned():
            return bo.OfferLead(
                seller_id=state.seller_id, lead_id=state.id, sale_id=turn.sale_id, at=at
            )
        case LeadAssigned(user_id=user_id, by=by):
            command = AssignLead(user_id=user_id, by=by)
            work = bo.WorkLead(lead_id=state.id, viewer_id=by or user_id, command=command, at=at)
            return Worked(work, account)
        case ContactAttempted(attempt=attempt):
            log = LogAttempt(attempt=attempt)
            work = bo.WorkLead(lead_id=state.id, viewer_id=attempt.by, command=log, at=at)
            return Worked(work, account)
        case LeadDelivered():
            return Delivery(_delivered(first, turn))
        case DeliveryFailed():
            return Delivery(_failed(first, turn))
        case BidPlaced() | BidRefused() | BiddingDeclined() | AuctionClosed():
            return _bidden(first, turn)
        case _:
            return None


def _bidden(
    event: BidPlaced | BidRefused | BiddingDeclined | AuctionClosed, turn: Turn
) -> bo.PlaceBid | bo.DeclineBid | bo.CloseAuction:
    bidding = turn.state.bidding if turn.before is None else turn.before.bidding
    common: dict[str, Any] = {
        "seller_id": turn.state.seller_id,
        "lead_id": turn.state.id,
        "auction_id": bidding.auction.id if bidding is not None else "",
        "at": turn.at,
    }
    match event:
        case BidPlaced(bid=bid):
            # When it was asked is not kept, but it was in time.
            return bo.PlaceBid(
                **common, order_id=OrderId(bid.bidder), amount=bid.amount, asked_at=bid.at
            )
        case BidRefused(bidder=bidder, amount=amount):
            return bo.PlaceBid(**common, order_id=OrderId(bidder), amount=amount)
        case BiddingDeclined(bidder=bidder, reason=why):
            return bo.DeclineBid(**common, order_id=OrderId(bidder), why=why)
        case _:
            return bo.CloseAuction(**common, sale_id=turn.sale_id)


def _delivered(event: LeadDelivered, turn: Turn) -> bo.ConfirmDelivery | bo.PostLead:
    state, sale = turn.state, turn.state.sale
    if event.post_key is None or sale is None:
        return bo.ConfirmDelivery(
            seller_id=state.seller_id, lead_id=state.id, sale_id=event.sale_id, at=event.at
        )
    return bo.PostLead(
        seller_id=state.seller_id,
        lead_id=state.id,
        token=event.sale_id,
        price=sale.price,
        key=event.post_key,
        at=event.at,
    )


def _received(event: LeadReceived, turn: Turn) -> bo.ReceiveLead | bo.ResellLead:
    if event.origin is None:
        return bo.ReceiveLead(
            seller_id=event.seller_id,
            lead_id=event.lead_id,
            sale_id=turn.sale_id,
            source_key=event.source_key,
            submission=event.submission,
            at=event.at,
        )
    return bo.ResellLead(
        seller_id=event.seller_id,
        lead_id=event.origin,
        new_lead_id=event.lead_id,
        sale_id=turn.sale_id,
        at=event.at,
    )


def _failed(event: DeliveryFailed, turn: Turn) -> bo.FailDelivery | bo.ExpireDelivery:
    before = turn.before
    held = before.reservation if before is not None else None
    if held is not None and event.at >= held.expires_at:
        return bo.ExpireDelivery(
            seller_id=turn.state.seller_id,
            lead_id=turn.state.id,
            sale_id=event.failed.sale_id,
            next_sale_id=turn.sale_id,
            at=event.at,
        )
    return bo.FailDelivery(
        seller_id=turn.state.seller_id,
        lead_id=turn.state.id,
        sale_id=event.failed.sale_id,
        next_sale_id=turn.sale_id,
        why=event.failed.why,
        at=event.at,
    )
