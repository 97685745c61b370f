"""What an auction is about: the ping, the terms, bids, the offer, and the state of it all."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.submissions import LeadKind, Submission, Tcpa
from leadcore.values import Money, instant

__all__ = [
    "Auction",
    "AuctionStatus",
    "AuctionTerms",
    "Bid",
    "BidRefusal",
    "Offer",
    "Ping",
    "PostRefusal",
    "ping_of",
]


class AuctionStatus(Enum):
    """Where an auction is."""

    COLLECTING = "collecting"
    OFFERED = "offered"
    DELIVERING = "delivering"
    SOLD = "sold"
    UNSOLD = "unsold"
    EXPIRED = "expired"


class BidRefusal(Enum):
    """Why a bid does not count."""

    NOT_INVITED = "not_invited"
    LATE = "late"
    CHANGED = "changed"
    CURRENCY = "currency"
    BELOW_MINIMUM = "below_minimum"


class PostRefusal(Enum):
    """Why a post is not taken."""

    NO_OFFER = "no_offer"
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105 - the name of a reason
    EXPIRED = "expired"
    DUPLICATE = "duplicate"
    PRICE_CHANGED = "price_changed"


@frozen(kw_only=True)
class Ping:
    """What bidders are told of a lead: enough to price it, nothing that names the person.

    Attributes:
        kind: web lead or live call.
        vertical, area: what it is about.
        state, zip: where; None: not known.
        tcpa: may the person be called and texted automatically?
        answers: those answers of the form that the seller chose to tell, as pairs of key and text.
    """

    kind: LeadKind
    vertical: str | None = None
    area: str | None = None
    state: str | None = None
    zip: str | None = None
    tcpa: Tcpa = Tcpa.UNKNOWN
    answers: tuple[tuple[str, str], ...] = ()


def ping_of(submission: Submission, *, tell: frozenset[str] = frozenset()) -> Ping:
    """Give what bidders may be told of a submission.

    Args:
        submission: the lead's.
        tell: keys of the form's answers that are told as well. Whoever names one here answers for
            what people write into it.
    """
    return Ping(
        kind=submission.kind,
        vertical=submission.vertical,
        area=submission.area,
        state=submission.address.state,
        zip=submission.address.zip,
        tcpa=submission.tcpa,
        answers=tuple(
            (answer.key, value)
            for answer in submission.answers
            if answer.key in tell
            for value in answer.values
        ),
    )


@frozen(kw_only=True)
class AuctionTerms:
    """How an auction is held.

    Attributes:
        minimum: the least bid, and the currency of all.
        collect_ms: bids are collected for less than so long, in milliseconds.
        bidder_ms: each bidder must answer in less than so long after the ping.
        post_ms: the offer stands for less than so long.
        deliver_ms: each delivery must be confirmed in less than so long.
        keep_permille: the seller's part of a bid, in thousandths; what is left is offered, rounded
            down to whole minor units.
    """

    minimum: Money
    collect_ms: int = 750
    bidder_ms: int = 500
    post_ms: int = 30_000
    deliver_ms: int = 5_000
    keep_permille: int = 0


@frozen(kw_only=True)
class Bid:
    """What a bidder offered, and when."""

    bidder: str
    amount: Money
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Offer:
    """What whoever pinged is promised: this price, under this token, before this instant."""

    price: Money
    token: str
    expires_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Auction:
    """The present state of an auction's stream.

    Attributes:
        bidders: who was invited.
        bids: those that count, in the order they came.
        declined: who answered with none.
        ranking: after the close, who may get the lead, best first.
        offer: after the close, what was offered; the answer to every repetition of the ping.
        post_key: what was posted, by the key the poster gave it.
        deliver_to: to whom it is being delivered, or was; their bid is what they pay.
        deliver_by: the instant the delivery counts as failed.
        failed: to whom delivery failed.
        reason: why it came to nothing.
    """

    id: str
    ping: Ping
    terms: AuctionTerms
    bidders: frozenset[str]
    opened_at: datetime = field(converter=instant)
    status: AuctionStatus = AuctionStatus.COLLECTING
    bids: tuple[Bid, ...] = ()
    declined: frozenset[str] = frozenset()
    ranking: tuple[Bid, ...] = ()
    offer: Offer | None = None
    post_key: str | None = None
    deliver_to: Bid | None = None
    deliver_by: datetime | None = None
    failed: frozenset[str] = frozenset()
    reason: str | None = None
