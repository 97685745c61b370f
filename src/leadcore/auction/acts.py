"""What may be asked of an auction, and what may happen in it."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore.auction.terms import AuctionTerms, Bid, BidRefusal, Offer, Ping, PostRefusal
from leadcore.values import Money, instant, optional_instant

__all__ = [
    "Advance",
    "AuctionCommand",
    "AuctionEvent",
    "AuctionOpened",
    "BidPlaced",
    "BidRefused",
    "BiddingDeclined",
    "ConfirmDelivery",
    "ConfirmationRefused",
    "DeclineBidding",
    "DeliveryFailed",
    "FailDelivery",
    "LeadDelivered",
    "NothingBid",
    "OfferExpired",
    "OfferMade",
    "OpenAuction",
    "PlaceBid",
    "PostLead",
    "PostRefused",
    "PostTaken",
    "Undeliverable",
]


@frozen(kw_only=True)
class OpenAuction:
    """Ping the bidders; the same ping under the same id again changes nothing."""

    auction_id: str
    ping: Ping
    bidders: frozenset[str]
    terms: AuctionTerms


@frozen(kw_only=True)
class PlaceBid:
    """A bidder offers so much.

    Attributes:
        asked_at: when this bidder was pinged; None: when the auction was opened.
    """

    bidder: str
    amount: Money
    asked_at: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class DeclineBidding:
    """A bidder answers that it does not bid, or with something that is no bid at all."""

    bidder: str
    reason: str


@frozen(kw_only=True)
class Advance:
    """Time has passed: close the bidding, let an offer or a delivery lapse, if it is time.

    Attributes:
        token: the token of the offer, should one be made now; never guessable, made by the caller.
        seed: decides ties.
    """

    token: str
    seed: str = ""


@frozen(kw_only=True)
class PostLead:
    """Whoever pinged brings the person.

    Attributes:
        token, price: as they were offered.
        key: what makes this very post recognisable when it comes again (a digest of its content).
    """

    token: str
    price: Money
    key: str


@frozen(kw_only=True)
class ConfirmDelivery:
    """The bidder took the lead."""

    bidder: str


@frozen(kw_only=True)
class FailDelivery:
    """The bidder did not take the lead, or could not be reached."""

    bidder: str
    reason: str


AuctionCommand = (
    OpenAuction | PlaceBid | DeclineBidding | Advance | PostLead | ConfirmDelivery | FailDelivery
)


@frozen(kw_only=True)
class AuctionOpened:
    """The bidders were pinged."""

    auction_id: str
    ping: Ping
    bidders: frozenset[str]
    terms: AuctionTerms
    at: datetime = field(converter=instant)


@frozen
class BidPlaced:
    """A bid counts."""

    bid: Bid

    @property
    def at(self) -> datetime:
        """When it came."""
        return self.bid.at


@frozen(kw_only=True)
class BidRefused:
    """A bid does not count."""

    bidder: str
    amount: Money
    reason: BidRefusal
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class BiddingDeclined:
    """A bidder answered without a bid."""

    bidder: str
    reason: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class OfferMade:
    """Bidding was closed and the best bid turned into an offer."""

    offer: Offer
    ranking: tuple[Bid, ...]
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class NothingBid:
    """Bidding was closed without a bid that counts."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class OfferExpired:
    """Nobody posted in time."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class PostTaken:
    """The post was taken; it is delivered to the first in rank."""

    key: str
    to: Bid
    deliver_by: datetime = field(converter=instant)
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class PostRefused:
    """A post was not taken; nothing changed."""

    key: str
    reason: PostRefusal
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class LeadDelivered:
    """The lead is sold to the bidder, at its bid."""

    bidder: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class DeliveryFailed:
    """One bidder did not take it, and the next in rank has its turn."""

    bidder: str
    reason: str
    to: Bid
    deliver_by: datetime = field(converter=instant)
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Undeliverable:
    """The last bidder who could pay the offered price did not take it."""

    bidder: str
    reason: str
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ConfirmationRefused:
    """A bidder took a lead that was not, or no longer, delivered to it."""

    bidder: str
    at: datetime = field(converter=instant)


AuctionEvent = (
    AuctionOpened
    | BidPlaced
    | BidRefused
    | BiddingDeclined
    | OfferMade
    | NothingBid
    | OfferExpired
    | PostTaken
    | PostRefused
    | LeadDelivered
    | DeliveryFailed
    | Undeliverable
    | ConfirmationRefused
)
