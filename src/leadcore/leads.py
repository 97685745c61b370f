"""Leads: the life of a person's request, from reception to sale, refund and back.

    (none) --received--> RECEIVED --sold--> SOLD --detached--> REFUNDED --reattached--> SOLD
                          |  |  ^            ^                     |
                          |  |  +-- offered again -- UNSOLD        +-- a new lead, to another
                          |  |               |         ^
                          |  +--reserved--> RESERVED --+ delivery failed
                          +--refused--> REFUSED
    RECEIVED or UNSOLD --auctioned--> BIDDING --closed--> as if it were UNSOLD

A **sale** is immutable: price, buyer and instant. A refund detaches the lead from the account; a
reversal re-attaches it under the same sale. A refunded lead that is offered again becomes a *new*
lead of the same person (`origin` names the old one); the old one keeps its history. A lead that
must be delivered first is RESERVED for one buyer until it has arrived, and sold in that instant.
A lead that is auctioned is BIDDING until the close; what follows is one outcome with it: mostly it
is RESERVED for the best bid. A lead that several buyers share is as many leads, one each;
`share_of` names the first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.auction import BiddingDeclined, BidPlaced, BidRefused, PostRefused
from leadcore.distribution import SCALE, Bidding, CandidateDecision
from leadcore.distribution.bidding import closed, opened, told
from leadcore.errors import Malformed, WrongState
from leadcore.lead_events import (
    AttemptOutcome,
    AuctionClosed,
    ContactAttempt,
    ContactAttempted,
    DeliveryFailed,
    FailedDelivery,
    LeadAssigned,
    LeadAuctioned,
    LeadDelivered,
    LeadDetached,
    LeadEvent,
    LeadReattached,
    LeadReceived,
    LeadRefused,
    LeadReserved,
    LeadSold,
    LeadUnsold,
    NoteAdded,
    RefusalReason,
    Reservation,
    Sale,
)
from leadcore.submissions import Submission
from leadcore.values import (
    AccountId,
    LeadId,
    Money,
    OrderId,
    RefundId,
    SellerId,
    UserId,
    instant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FIRST_CONTACT_HOURS",
    "AssignLead",
    "AttemptOutcome",
    "AuctionClosed",
    "ContactAttempt",
    "ContactAttempted",
    "DeliveryFailed",
    "FailedDelivery",
    "Lead",
    "LeadAssigned",
    "LeadAuctioned",
    "LeadCommand",
    "LeadDelivered",
    "LeadDetached",
    "LeadEvent",
    "LeadReattached",
    "LeadReceived",
    "LeadRefused",
    "LeadReserved",
    "LeadSold",
    "LeadStatus",
    "LeadUnsold",
    "LogAttempt",
    "NoteAdded",
    "RefusalReason",
    "Reservation",
    "Sale",
    "decide",
    "evolve",
    "first_contact_due",
    "spending_deltas",
    "standing_deltas",
    "untried_until",
]

FIRST_CONTACT_HOURS = 24
"""First contact is due within so many elapsed hours of the sale."""
_FIRST_CONTACT = timedelta(hours=FIRST_CONTACT_HOURS)


class LeadStatus(Enum):
    """Where a lead is in its life."""

    RECEIVED = "received"
    REFUSED = "refused"
    UNSOLD = "unsold"
    BIDDING = "bidding"
    RESERVED = "reserved"
    SOLD = "sold"
    REFUNDED = "refunded"


@frozen(kw_only=True)
class Lead:
    """The present state of a lead's stream.

    Attributes:
        source_key: what makes one submission recognisable when it comes again (an import
            restarted, a webhook repeated): unique within the seller.
        origin: the refunded lead this one offers again, if any.
        share_of: the first of the leads that several buyers share; None for that one, and for a
            lead nobody shares.
        duplicate_of: the earlier lead a refused one repeats.
        offers: what became of every candidate when it was last offered.
        bidding: its auction, the last one if it was auctioned more than once.
        reservation: what is held while it is being delivered.
        failed: the deliveries that failed; it is not delivered to the same order again.
        assigned_to: the user of the account who works it.
        freed_place: did the refund that took it away free its place in the order?
        held_since: since when the account holds it: the sale, or its return after a reversal;
            None while nobody does.
    """

    id: LeadId
    seller_id: SellerId
    source_key: str
    submission: Submission
    status: LeadStatus
    received_at: datetime = field(converter=instant)
    origin: LeadId | None = None
    share_of: LeadId | None = None
    refusals: tuple[RefusalReason, ...] = ()
    duplicate_of: LeadId | None = None
    offers: tuple[CandidateDecision, ...] = ()
    bidding: Bidding | None = None
    reservation: Reservation | None = None
    failed: tuple[FailedDelivery, ...] = ()
    sale: Sale | None = None
    assigned_to: UserId | None = None
    refund_id: RefundId | None = None
    freed_place: bool = False
    held_since: datetime | None = None
    attempts: tuple[ContactAttempt, ...] = ()
    notes: tuple[NoteAdded, ...] = ()

    @property
    def family(self) -> LeadId:
        """The first of the leads that are shared with it; itself where nobody shares it."""
        return self.share_of or self.id

    @property
    def held_by(self) -> AccountId | None:
        """The account that holds it, or that it is being delivered to; None for nobody."""
        if self.status is LeadStatus.SOLD and self.sale is not None:
            return self.sale.account_id
        return None if self.reservation is None else self.reservation.account_id


@frozen(kw_only=True)
class AssignLead:
    """Give the lead to a user of the account that bought it."""

    user_id: UserId
    by: UserId | None = None


@frozen(kw_only=True)
class LogAttempt:
    """Record an attempt to reach the person."""

    attempt: ContactAttempt


LeadCommand = AssignLead | LogAttempt


def decide(command: LeadCommand, state: Lead, at: datetime) -> tuple[LeadEvent, ...]:
    """Decide what the account's own people may do with a lead they hold.

    Raises:
        WrongState: the account does not hold the lead (never sold, or refunded).
        Malformed: the attempt lies in the future, or before the sale.
    """
    if state.status is not LeadStatus.SOLD:
        raise WrongState(type(command).__name__, f"the lead is {state.status.value}")
    if isinstance(command, AssignLead):
        if command.user_id == state.assigned_to:
            return ()
        return (LeadAssigned(user_id=command.user_id, by=command.by, at=at),)
    # A retry after a commit whose answer was lost must not count twice.
    if command.attempt in state.attempts:
        return ()
    _check_attempt(command.attempt, state, at)
    return (ContactAttempted(attempt=command.attempt),)


def _check_attempt(attempt: ContactAttempt, state: Lead, at: datetime) -> None:
    if attempt.at > at:
        raise Malformed.at("attempt.at", "lies in the future")
    if state.sale is not None and attempt.at < state.sale.sold_at:
        raise Malformed.at("attempt.at", "lies before the sale")


_FROM: dict[type, frozenset[LeadStatus]] = {
    LeadRefused: frozenset({LeadStatus.RECEIVED}),
    LeadSold: frozenset({LeadStatus.RECEIVED, LeadStatus.UNSOLD}),
    LeadAuctioned: frozenset({LeadStatus.RECEIVED, LeadStatus.UNSOLD}),
    BidPlaced: frozenset({LeadStatus.BIDDING}),
    BiddingDeclined: frozenset({LeadStatus.BIDDING}),
    BidRefused: frozenset(LeadStatus),
    AuctionClosed: frozenset({LeadStatus.BIDDING}),
    PostRefused: frozenset(LeadStatus),
    LeadReserved: frozenset({LeadStatus.RECEIVED, LeadStatus.UNSOLD}),
    LeadDelivered: frozenset({LeadStatus.RESERVED}),
    DeliveryFailed: frozenset({LeadStatus.RESERVED}),
    LeadUnsold: frozenset({LeadStatus.RECEIVED, LeadStatus.UNSOLD}),
    LeadAssigned: frozenset({LeadStatus.SOLD}),
    LeadDetached: frozenset({LeadStatus.SOLD}),
    LeadReattached: frozenset({LeadStatus.REFUNDED}),
    ContactAttempted: frozenset({LeadStatus.SOLD}),
    NoteAdded: frozenset(LeadStatus),
}
"""The transition table: the states in which each event may happen."""


def evolve(state: Lead | None, event: LeadEvent) -> Lead:
    """Give the state after an event.

    Raises:
        WrongState: the event can't follow on the state (see the transition table).
    """
    if isinstance(event, LeadReceived):
        return Lead(
            id=event.lead_id,
            seller_id=event.seller_id,
            source_key=event.source_key,
            submission=event.submission,
            status=LeadStatus.RECEIVED,
            received_at=event.at,
            origin=event.origin,
            share_of=event.share_of,
        )
    if state is None or state.status not in _FROM[type(event)]:
        met = "never received" if state is None else state.status.value
        raise WrongState(type(event).__name__, f"the lead is {met}")
    return _AFTER[type(event)](state, event)


def _refused(state: Lead, event: LeadRefused) -> Lead:
    return replace(
        state,
        status=LeadStatus.REFUSED,
        refusals=event.reasons,
        duplicate_of=event.duplicate_of,
    )


def _unsold(state: Lead, event: LeadUnsold) -> Lead:
    over = None if state.bidding is None else replace(state.bidding, over=True)
    return replace(state, status=LeadStatus.UNSOLD, offers=event.offers, bidding=over)


def _auctioned(state: Lead, event: LeadAuctioned) -> Lead:
    bidding = opened(event.opened, event.tier)
    return replace(state, status=LeadStatus.BIDDING, offers=event.offers, bidding=bidding)


def _told(state: Lead, event: BidPlaced | BiddingDeclined | BidRefused | PostRefused) -> Lead:
    return replace(state, bidding=told(_bidding(state, event), event))


def _closed(state: Lead, event: AuctionClosed) -> Lead:
    bidding = closed(_bidding(state, event), event.ranking)
    return replace(state, status=LeadStatus.UNSOLD, bidding=bidding)


def _bidding(state: Lead, event: LeadEvent) -> Bidding:
    if state.bidding is None:
        raise WrongState(type(event).__name__, "the lead was never auctioned")
    return state.bidding


def _sold(state: Lead, event: LeadSold) -> Lead:
    return replace(
        state,
        status=LeadStatus.SOLD,
        offers=event.offers,
        sale=event.sale,
        assigned_to=event.sale.user_id,
        held_since=event.sale.sold_at,
    )


def _reserved(state: Lead, event: LeadReserved) -> Lead:
    return replace(
        state,
        status=LeadStatus.RESERVED,
        offers=event.offers,
        reservation=event.reservation,
    )


def _delivered(state: Lead, event: LeadDelivered) -> Lead:
    held = state.reservation
    if held is None or held.sale_id != event.sale_id:
        raise WrongState("LeadDelivered", "it is reserved for another sale")
    sale = Sale(
        id=held.sale_id,
        lead_id=state.id,
        order_id=held.order_id,
        account_id=held.account_id,
        user_id=held.user_id,
        price=held.price,
        sold_at=event.at,
        transfer_id=event.transfer_id,
        cycle=held.cycle,
        placed_at=held.reserved_at,
    )
    bidding = state.bidding
    if bidding is not None and event.post_key is not None:
        bidding = replace(bidding, auction=replace(bidding.auction, post_key=event.post_key))
    return replace(
        state,
        status=LeadStatus.SOLD,
        bidding=bidding,
        reservation=None,
        sale=sale,
        assigned_to=sale.user_id,
        held_since=sale.sold_at,
    )


def _undelivered(state: Lead, event: DeliveryFailed) -> Lead:
    return replace(
        state,
        status=LeadStatus.UNSOLD,
        reservation=None,
        failed=(*state.failed, event.failed),
    )


def _assigned(state: Lead, event: LeadAssigned) -> Lead:
    return replace(state, assigned_to=event.user_id)


def _detached(state: Lead, event: LeadDetached) -> Lead:
    return replace(
        state,
        status=LeadStatus.REFUNDED,
        refund_id=event.refund_id,
        freed_place=event.frees_place,
        held_since=None,
    )


def _reattached(state: Lead, event: LeadReattached) -> Lead:
    return replace(
        state,
        status=LeadStatus.SOLD,
        refund_id=None,
        freed_place=False,
        held_since=event.at,
    )


def _attempted(state: Lead, event: ContactAttempted) -> Lead:
    return replace(state, attempts=(*state.attempts, event.attempt))


def _noted(state: Lead, event: NoteAdded) -> Lead:
    return replace(state, notes=(*state.notes, event))


_AFTER: dict[type, Callable[[Lead, Any], Lead]] = {
    LeadRefused: _refused,
    LeadUnsold: _unsold,
    LeadSold: _sold,
    LeadAuctioned: _auctioned,
    BidPlaced: _told,
    BiddingDeclined: _told,
    BidRefused: _told,
    AuctionClosed: _closed,
    PostRefused: _told,
    LeadReserved: _reserved,
    LeadDelivered: _delivered,
    DeliveryFailed: _undelivered,
    LeadAssigned: _assigned,
    LeadDetached: _detached,
    LeadReattached: _reattached,
    ContactAttempted: _attempted,
    NoteAdded: _noted,
}


def first_contact_due(lead: Lead) -> datetime | None:
    """Give when the first contact is due: 24 elapsed hours after the sale; None if not held.

    After a reversed refund it is due anew: the account could not call while it held nothing.
    """
    if lead.sale is None or lead.status is not LeadStatus.SOLD:
        return None
    return instant(lead.held_since or lead.sale.sold_at) + _FIRST_CONTACT  # elapsed: it is UTC


def untried_until(lead: Lead) -> datetime | None:
    """Give when the first contact is due, as long as nobody has tried since the account holds it.

    None for a lead that is not held, or that somebody tried to reach: such is never overdue.
    """
    if any(lead.held_since is None or tried.at >= lead.held_since for tried in lead.attempts):
        return None
    return first_contact_due(lead)


def standing_deltas(event: LeadEvent) -> tuple[tuple[OrderId, int, int], ...]:
    """Give what an event adds to orders' hot numbers: order id, `sold`, `credit`.

    The sum over a journal is what the stored standings must be.
    """
    match event:
        case LeadSold(sale=sale, offers=offers):
            return _counted(offers, sale.order_id, 1)
        case LeadReserved(reservation=held, offers=offers):
            return _counted(offers, held.order_id, 1)
        case DeliveryFailed(failed=failed, offers=offers, frees=frees):
            back = _counted(offers, failed.order_id, -1)
            return back if frees is not None else tuple((key, 0, turn) for key, _, turn in back)
        case LeadDetached(order_id=order_id, frees_place=place, gives_turn=turn) if place or turn:
            return ((order_id, -int(place), SCALE * turn),)
        case LeadReattached(order_id=order_id, takes_place=place, takes_turn=turn) if place or turn:
            return ((order_id, int(place), -SCALE * turn),)
        case _:
            return ()


def spending_deltas(event: LeadEvent) -> tuple[tuple[OrderId, int], ...]:
    """Give what an event adds to what orders have spent: order id, minor units."""
    match event:
        case LeadSold(sale=placed) | LeadReserved(reservation=placed):
            spent, order_id = placed.price.minor, placed.order_id
        case DeliveryFailed(failed=failed, frees=frees):
            spent, order_id = -_minor(frees), failed.order_id
        case LeadDetached(order_id=order_id, frees=frees):
            spent = -_minor(frees)
        case LeadReattached(order_id=order_id, takes=takes):
            spent = _minor(takes)
        case _:
            return ()
    return ((order_id, spent),) if spent else ()


def _minor(money: Money | None) -> int:
    return 0 if money is None else money.minor


def _counted(
    offers: tuple[CandidateDecision, ...], winner: OrderId, times: int
) -> tuple[tuple[OrderId, int, int], ...]:
    return tuple(
        (offer.order_id, times * won, times * (offer.share - SCALE * won))
        for offer in offers
        for won in (offer.order_id == winner,)
        if offer.share or won
    )
