"""Auctions of recorded leads: the terms of one, and what is known of one that is or was held.

The eligible orders are the bidders, each under its order's id. Until the close an auction is what
`leadcore.auction` makes of it: who was asked, who bid in time, what was refused. What follows the
close is the lead's own story: it is reserved for the best bid that can be paid, at that bid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.auction import (
    Auction,
    AuctionStatus,
    AuctionTerms,
    BiddingDeclined,
    BidPlaced,
    BidRefusal,
    BidRefused,
    PostRefused,
    evolve,
)
from leadcore.distribution.decisions import Reason
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.auction import AuctionOpened, Bid
    from leadcore.distribution.decisions import Candidate
    from leadcore.values import OrderId

__all__ = [
    "MAX_BIDDING_MS",
    "Bidding",
    "BiddingTerms",
    "answer_of",
    "asked_for",
    "at_price",
    "bidding_tests",
    "closed",
    "opened",
    "told",
]

MAX_BIDDING_MS = 7 * 24 * 60 * 60 * 1_000
"""Nothing in an auction waits longer: a week, in milliseconds."""


@frozen(kw_only=True)
class BiddingTerms:
    """How leads are auctioned.

    Attributes:
        minimum: the least bid, and the currency of all.
        collect_ms: bids are collected for less than so long, in milliseconds.
        bidder_ms: each bidder must answer in less than so long after it was pinged.
        post_ms: so long the lead is reserved for a winner; the post must be taken before.
        tell: keys of the form's answers that bidders are told beside what a ping tells anyway.
            Whoever names one here answers for what people write into it.
    """

    minimum: Money
    collect_ms: int = 750
    bidder_ms: int = 500
    post_ms: int = 30_000
    tell: frozenset[str] = field(default=frozenset())

    @property
    def auction_terms(self) -> AuctionTerms:
        """The same, as `leadcore.auction` reads them: the whole bid is what is paid."""
        return AuctionTerms(
            minimum=self.minimum,
            collect_ms=self.collect_ms,
            bidder_ms=self.bidder_ms,
            post_ms=self.post_ms,
            deliver_ms=self.post_ms,
        )


@frozen(kw_only=True)
class Bidding:
    """What is known of a lead's auction.

    Attributes:
        auction: as far as its collecting goes; bidders are named by their order's id. After the
            close its `ranking` holds the bids that count, best first.
        tier: of the waterfall, in which it is held; 0 where there is none.
        refused: the bids that do not count, each refusal once.
        posts: the posts that were not taken, each refusal once.
        over: nobody is left to whom its bids could give the lead.
    """

    auction: Auction
    tier: int = 0
    refused: tuple[BidRefused, ...] = ()
    posts: tuple[PostRefused, ...] = ()
    over: bool = False


def bidding_tests(terms: BiddingTerms) -> Iterator[tuple[bool, str, str]]:
    """Give whether each of the terms makes sense, its name, and what it has to be."""
    yield terms.minimum.minor >= 0, "minimum", "at least zero"
    for name in ("collect_ms", "bidder_ms", "post_ms"):
        number: object = getattr(terms, name)
        # type(), not isinstance(): a bool is an int to isinstance.
        sound = type(number) is int and 1 <= number <= MAX_BIDDING_MS
        yield sound, name, f"a whole number from 1 to {MAX_BIDDING_MS}"


def at_price(candidate: Candidate, price: Money) -> Candidate:
    """Give a candidate as if its order were at another price."""
    order = candidate.order
    return replace(candidate, order=replace(order, terms=replace(order.terms, price=price)))


def asked_for(candidate: Candidate, terms: BiddingTerms) -> Candidate:
    """Give a candidate as it stands when it is asked to bid: it must be able to pay the least bid.

    An order's price is the most it may be charged, so one below the least bid is not asked.
    """
    price, minimum = candidate.order.terms.price, terms.minimum
    if candidate.passed is not None:
        return candidate
    if price.currency != minimum.currency:
        return replace(candidate, passed=Reason.CURRENCY)
    if price < minimum:
        return replace(candidate, passed=Reason.BELOW_MINIMUM)
    return at_price(candidate, minimum)


_REFUSALS = {
    BidRefusal.NOT_INVITED: Reason.NOT_INVITED,
    BidRefusal.LATE: Reason.BID_LATE,
    BidRefusal.CHANGED: Reason.BID_CHANGED,
    BidRefusal.CURRENCY: Reason.CURRENCY,
    BidRefusal.BELOW_MINIMUM: Reason.BELOW_MINIMUM,
}


def answer_of(bidding: Bidding, order_id: OrderId) -> Bid | Reason:
    """Give the bid of a bidder that counts, or why it has none; its last word if it said more."""
    auction = bidding.auction
    for bid in auction.ranking:
        if bid.bidder == order_id:
            return bid
    if order_id in auction.declined:
        return Reason.BID_DECLINED
    mine = [each for each in bidding.refused if each.bidder == order_id]
    return _REFUSALS[mine[-1].reason] if mine else Reason.NO_BID


def opened(event: AuctionOpened, tier: int) -> Bidding:
    """Give what is known when an auction was just opened."""
    return Bidding(auction=evolve(None, event), tier=tier)


def told(
    bidding: Bidding, event: BidPlaced | BiddingDeclined | BidRefused | PostRefused
) -> Bidding:
    """Give what is known after a bidder or a poster was answered."""
    if isinstance(event, PostRefused):
        return replace(bidding, posts=(*bidding.posts, event))
    auction = evolve(bidding.auction, event)
    refused = (*bidding.refused, event) if isinstance(event, BidRefused) else bidding.refused
    return replace(bidding, auction=auction, refused=refused)


def closed(bidding: Bidding, ranking: tuple[Bid, ...]) -> Bidding:
    """Give what is known after the close."""
    status = AuctionStatus.OFFERED if ranking else AuctionStatus.UNSOLD
    return replace(bidding, auction=replace(bidding.auction, status=status, ranking=ranking))
