"""Ping/post: one lead auctioned among buyers who bid before they are told whose it is.

    (none) --AuctionOpened--> COLLECTING --OfferMade--> OFFERED --PostTaken--> DELIVERING --> SOLD
                                  |                        |                    |      |
                                  +--NothingBid--> UNSOLD  +--> EXPIRED         +next  +--> UNSOLD

Theory of operation. A *ping* says what the lead is, never who. Each invited bidder has its own time
to answer, and collecting has an end of its own; both ends are exclusive. At the close the bids are
ranked, and whoever pinged gets an *offer*: a price, a token, an expiry. The *post* brings the
person, under the token, at the offered price, once. It is delivered to the best bidder, and to the
next one where that fails, but never to one whose bid does not carry the offered price: the price
that was offered is the price that is paid.

Nobody is waited for here and no clock is read. Whoever drives an auction asks `due_at` when to come
back and says so with `Advance`. What comes too late, twice or changed is an event as well, with its
reason: that is what a bidder or a publisher is told, and what a dispute is settled by.

Ties go by a draw whose seed is an input: neither the name nor the order of invitation helps anyone.
"""

from __future__ import annotations

from leadcore.auction.acts import (
    Advance,
    AuctionCommand,
    AuctionEvent,
    AuctionOpened,
    BiddingDeclined,
    BidPlaced,
    BidRefused,
    ConfirmationRefused,
    ConfirmDelivery,
    DeclineBidding,
    DeliveryFailed,
    FailDelivery,
    LeadDelivered,
    NothingBid,
    OfferExpired,
    OfferMade,
    OpenAuction,
    PlaceBid,
    PostLead,
    PostRefused,
    PostTaken,
    Undeliverable,
)
from leadcore.auction.kernel import in_time, offered
from leadcore.auction.life import decide, due_at, evolve, ranked
from leadcore.auction.terms import (
    Auction,
    AuctionStatus,
    AuctionTerms,
    Bid,
    BidRefusal,
    Offer,
    Ping,
    PostRefusal,
    ping_of,
)

__all__ = [
    "Advance",
    "Auction",
    "AuctionCommand",
    "AuctionEvent",
    "AuctionOpened",
    "AuctionStatus",
    "AuctionTerms",
    "Bid",
    "BidPlaced",
    "BidRefusal",
    "BidRefused",
    "BiddingDeclined",
    "ConfirmDelivery",
    "ConfirmationRefused",
    "DeclineBidding",
    "DeliveryFailed",
    "FailDelivery",
    "LeadDelivered",
    "NothingBid",
    "Offer",
    "OfferExpired",
    "OfferMade",
    "OpenAuction",
    "Ping",
    "PlaceBid",
    "PostLead",
    "PostRefusal",
    "PostRefused",
    "PostTaken",
    "Undeliverable",
    "decide",
    "due_at",
    "evolve",
    "in_time",
    "offered",
    "ping_of",
    "ranked",
]
