"""What happens to a lead, as values: sales, reservations, attempts, notes, and its events."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.auction import AuctionOpened, Bid, BiddingDeclined, BidPlaced, BidRefused, PostRefused
from leadcore.distribution import CandidateDecision
from leadcore.submissions import Channel, Submission
from leadcore.values import (
    AccountId,
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

__all__ = [
    "AttemptOutcome",
    "AuctionClosed",
    "ContactAttempt",
    "ContactAttempted",
    "DeliveryFailed",
    "FailedDelivery",
    "LeadAssigned",
    "LeadAuctioned",
    "LeadDelivered",
    "LeadDetached",
    "LeadEvent",
    "LeadReattached",
    "LeadReceived",
    "LeadRefused",
    "LeadReserved",
    "LeadSold",
    "LeadUnsold",
    "NoteAdded",
    "RefusalReason",
    "Reservation",
    "Sale",
]


class RefusalReason(Enum):
    """Why a valid submission was not taken as a lead to sell."""

    DUPLICATE = "duplicate"
    REPEAT_ENQUIRY = "repeat_enquiry"


class AttemptOutcome(Enum):
    """What came of an attempt to reach the person."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    VOICEMAIL_FULL = "voicemail_full"
    DISCONNECTED = "disconnected"
    SENT = "sent"


@frozen(kw_only=True)
class Sale:
    """The instant, price and buyer at which a lead became an account's; immutable.

    Attributes:
        user_id: the associate the lead was first given to.
        transfer_id: the charge on the ledger; None for a price of zero.
        cycle: of the order, in which it counts.
        placed_at: when its place in the order was taken, where it was reserved before it was sold;
            None: by the sale.
    """

    id: SaleId
    lead_id: LeadId
    order_id: OrderId
    account_id: AccountId
    user_id: UserId
    price: Money
    sold_at: datetime = field(converter=instant)
    transfer_id: str | None = None
    cycle: int = 1
    placed_at: datetime | None = field(default=None, converter=optional_instant)

    @property
    def counted_at(self) -> datetime:
        """The instant it counts at in the caps of its order."""
        return self.placed_at or self.sold_at


@frozen(kw_only=True)
class Reservation:
    """What is held for the buyer a lead is being delivered to: money, a place, and the lead.

    Attributes:
        sale_id: the id its sale will have.
        user_id: the associate the lead is for.
        hold_id: the hold on the account's balance; None for a price of zero.
        reserved_at, expires_at: from when, and the first instant it no longer holds.
        cycle: of the order, in which its place counts.
    """

    sale_id: SaleId
    order_id: OrderId
    account_id: AccountId
    user_id: UserId
    price: Money
    hold_id: str | None = None
    reserved_at: datetime = field(converter=instant)
    expires_at: datetime = field(converter=instant)
    cycle: int = 1


@frozen(kw_only=True)
class FailedDelivery:
    """A delivery that failed, or was not confirmed in time: to which order, when, and why."""

    sale_id: SaleId
    order_id: OrderId
    account_id: AccountId
    why: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ContactAttempt:
    """One attempt to reach the person: how, when, by whom, and what came of it."""

    channel: Channel
    at: datetime = field(converter=instant)
    by: UserId
    outcome: AttemptOutcome


@frozen(kw_only=True)
class LeadReceived:
    """A submission was recorded.

    Attributes:
        origin: the refunded lead it offers again.
        share_of: the first of the leads that several buyers share, of which it is a further one.
    """

    lead_id: LeadId
    seller_id: SellerId
    source_key: str
    submission: Submission
    at: datetime = field(converter=instant)
    origin: LeadId | None = None
    share_of: LeadId | None = None


@frozen(kw_only=True)
class LeadRefused:
    """It was not taken as a lead to sell, for these reasons."""

    reasons: tuple[RefusalReason, ...]
    duplicate_of: LeadId | None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadSold:
    """It was sold; `offers` says what became of every candidate."""

    sale: Sale
    offers: tuple[CandidateDecision, ...]
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadAuctioned:
    """It was put up for auction; `offers` says who was asked to bid, and why the others were not.

    Attributes:
        opened: the auction as it was opened; its id is that of the sale the lead was offered for.
        tier: of the waterfall, in which it is held; 0 where there is none.
    """

    opened: AuctionOpened
    tier: int
    offers: tuple[CandidateDecision, ...]
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class AuctionClosed:
    """Bids are no longer taken; `ranking` are those that count, best first, ties drawn."""

    ranking: tuple[Bid, ...]
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadReserved:
    """It is being delivered to a buyer, whose money and place are held until then."""

    reservation: Reservation
    offers: tuple[CandidateDecision, ...]
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadDelivered:
    """It arrived, and is sold from this instant on, as it was reserved.

    Attributes:
        transfer_id: the charge on the ledger; None for a price of zero.
        post_key: what makes the post that brought it recognisable, where it was auctioned.
    """

    sale_id: SaleId
    transfer_id: str | None
    at: datetime = field(converter=instant)
    post_key: str | None = None


@frozen(kw_only=True)
class DeliveryFailed:
    """It did not arrive, or not in time; what was held is free again.

    Attributes:
        offers: those of the reservation, whose shares count as never given.
        frees: what its place cost, which is free again in the order's present cycle: where that it
            was taken in is over, the present one has a place more. None where nothing is.
    """

    failed: FailedDelivery
    offers: tuple[CandidateDecision, ...]
    frees: Money | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadUnsold:
    """No order could take it; `offers` says why not, one by one."""

    offers: tuple[CandidateDecision, ...]
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadAssigned:
    """It was given to a user within the account."""

    user_id: UserId
    by: UserId | None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadDetached:
    """An approved refund took it from the account: not visible, not to be contacted by it.

    Attributes:
        frees_place: does its place in the order's quantity become free again?
        gives_turn: is the order owed the turn again that the lead cost it in the rotation?
        frees: what its place cost in the order's bank, where that becomes free again.
    """

    refund_id: RefundId
    order_id: OrderId
    frees_place: bool
    at: datetime = field(converter=instant)
    gives_turn: bool = False
    frees: Money | None = None


@frozen(kw_only=True)
class LeadReattached:
    """A reversed refund gave it back to the account, under the same sale.

    Attributes:
        takes_place: does it take its place in the order's quantity again?
        takes_turn: does it cost the order its turn in the rotation again?
        takes: what its place costs in the order's bank, where it takes that again.
    """

    refund_id: RefundId
    order_id: OrderId
    takes_place: bool
    at: datetime = field(converter=instant)
    takes_turn: bool = False
    takes: Money | None = None


@frozen(kw_only=True)
class ContactAttempted:
    """Somebody tried to reach the person."""

    attempt: ContactAttempt


@frozen(kw_only=True)
class NoteAdded:
    """A note for the owner, such as that the person asked again (`lead_id` names that lead)."""

    text: str
    at: datetime = field(converter=instant)
    lead_id: LeadId | None = None


LeadEvent = (
    LeadReceived
    | LeadRefused
    | LeadSold
    | LeadAuctioned
    | BidPlaced
    | BidRefused
    | BiddingDeclined
    | AuctionClosed
    | PostRefused
    | LeadReserved
    | LeadDelivered
    | DeliveryFailed
    | LeadUnsold
    | LeadAssigned
    | LeadDetached
    | LeadReattached
    | ContactAttempted
    | NoteAdded
)
