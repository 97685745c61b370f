"""The life of an auction: pure functions from a command to events and from events to the state."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace

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
from leadcore.auction.kernel import PERMILLE, in_time, offered
from leadcore.auction.terms import (
    Auction,
    AuctionStatus,
    AuctionTerms,
    Bid,
    BidRefusal,
    Offer,
    PostRefusal,
)
from leadcore.errors import Malformed, Problem, WrongState
from leadcore.values import Money, instant, micros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

__all__ = ["decide", "due_at", "evolve", "ranked"]

_MICROS = 1_000  # of a millisecond


def ranked(bids: tuple[Bid, ...], seed: str) -> tuple[Bid, ...]:
    """Put bids in order, the best first; among equal ones a draw decides.

    The draw is by SHA-256 of the seed and the bidder's id, so anybody can repeat it.
    """

    def key(bid: Bid) -> tuple[int, bytes]:
        ticket = f"{seed}\0{bid.bidder}".encode("utf-8", "surrogatepass")
        return -bid.amount.minor, hashlib.sha256(ticket).digest()

    return tuple(sorted(bids, key=key))


def due_at(state: Auction) -> datetime | None:
    """Give when to come back with `Advance`; None where nothing waits for time to pass."""
    terms = state.terms
    match state.status:
        case AuctionStatus.COLLECTING:
            all_answered = not _awaited(state)
            return _after(state.opened_at, 0 if all_answered else terms.collect_ms)
        case AuctionStatus.OFFERED if state.offer is not None:
            return state.offer.expires_at
        case AuctionStatus.DELIVERING:
            return state.deliver_by
        case _:
            return None


def decide(
    command: AuctionCommand, state: Auction | None, at: datetime
) -> tuple[AuctionEvent, ...]:
    """Decide a command; what was said before and is said again changes nothing.

    Args:
        command: what is asked.
        state: the auction, None before it is opened.
        at: now, by one clock for the whole auction.

    Raises:
        Malformed: the terms make no sense; every problem is named.
        WrongState: there is no such auction, or the id was used for another ping, or a bidder
            fails a delivery it was not given.
    """
    now = instant(at)
    if isinstance(command, OpenAuction):
        return _open(command, state, now)
    if state is None:
        raise WrongState(type(command).__name__, "there is no such auction")
    return _DECIDERS[type(command)](command, state, now)


def _open(command: OpenAuction, state: Auction | None, at: datetime) -> tuple[AuctionEvent, ...]:
    if state is not None:
        same = (state.ping, state.bidders, state.terms) == (
            command.ping,
            command.bidders,
            command.terms,
        )
        if same:
            return ()
        raise WrongState("OpenAuction", "the id was used for another ping")
    if problems := tuple(_problems(command.terms)):
        raise Malformed(problems)
    return (
        AuctionOpened(
            auction_id=command.auction_id,
            ping=command.ping,
            bidders=command.bidders,
            terms=command.terms,
            at=at,
        ),
    )


def _problems(terms: AuctionTerms) -> Iterator[Problem]:
    if terms.minimum.minor < 0:
        yield Problem("terms.minimum", "is at least zero")
    for name in ("collect_ms", "bidder_ms", "post_ms", "deliver_ms"):
        value: object = getattr(terms, name)
        if type(value) is not int or value <= 0:
            yield Problem(f"terms.{name}", "is a whole number of milliseconds above zero")
    keep: object = terms.keep_permille
    if type(keep) is not int or not 0 <= keep <= PERMILLE:
        yield Problem("terms.keep_permille", "is a whole number from 0 to 1000")


def _bid(command: PlaceBid, state: Auction, at: datetime) -> tuple[AuctionEvent, ...]:
    known = next((bid for bid in state.bids if bid.bidder == command.bidder), None)
    if known is not None and known.amount == command.amount:
        return ()
    reason = _bid_refusal(command, state, at, again=known is not None)
    if reason is None:
        return (BidPlaced(Bid(bidder=command.bidder, amount=command.amount, at=at)),)
    return (BidRefused(bidder=command.bidder, amount=command.amount, reason=reason, at=at),)


def _bid_refusal(
    command: PlaceBid, state: Auction, at: datetime, *, again: bool
) -> BidRefusal | None:
    if command.bidder not in state.bidders:
        return BidRefusal.NOT_INVITED
    if again or command.bidder in state.declined:
        return BidRefusal.CHANGED
    if state.status is not AuctionStatus.COLLECTING or not _heard(command, state, at):
        return BidRefusal.LATE
    if command.amount.currency != state.terms.minimum.currency:
        return BidRefusal.CURRENCY
    return BidRefusal.BELOW_MINIMUM if command.amount < state.terms.minimum else None


def _heard(command: PlaceBid, state: Auction, at: datetime) -> bool:
    now, opened = micros(at), micros(state.opened_at)
    asked = opened if command.asked_at is None else micros(command.asked_at)
    collecting = in_time(now, opened, state.terms.collect_ms * _MICROS)
    own = in_time(now, asked, state.terms.bidder_ms * _MICROS)
    return collecting and own and opened <= asked


def _decline(command: DeclineBidding, state: Auction, at: datetime) -> tuple[AuctionEvent, ...]:
    waiting = state.status is AuctionStatus.COLLECTING and command.bidder in _awaited(state)
    if not waiting:
        return ()
    return (BiddingDeclined(bidder=command.bidder, reason=command.reason, at=at),)


def _awaited(state: Auction) -> frozenset[str]:
    return state.bidders - state.declined - {bid.bidder for bid in state.bids}


def _advance(command: Advance, state: Auction, at: datetime) -> tuple[AuctionEvent, ...]:
    due = due_at(state)
    if due is None or at < due:
        return ()
    match state.status:
        case AuctionStatus.COLLECTING:
            return _close(command, state, at)
        case AuctionStatus.OFFERED:
            return (OfferExpired(at=at),)
        case _:
            return _next(state, "it was not confirmed in time", at)


def _close(command: Advance, state: Auction, at: datetime) -> tuple[AuctionEvent, ...]:
    ranking = ranked(state.bids, command.seed)
    if not ranking:
        return (NothingBid(at=at),)
    price = Money(
        offered(ranking[0].amount.minor, state.terms.keep_permille), ranking[0].amount.currency
    )
    offer = Offer(price=price, token=command.token, expires_at=_after(at, state.terms.post_ms))
    return (OfferMade(offer=offer, ranking=ranking, at=at),)


def _post(command: PostLead, state: Auction, at: datetime) -> tuple[AuctionEvent, ...]:
    if state.post_key == command.key:
        return ()
    reason = _post_refusal(command, state, at)
    if reason is not None:
        return (PostRefused(key=command.key, reason=reason, at=at),)
    return (
        PostTaken(
            key=command.key,
            to=state.ranking[0],
            deliver_by=_after(at, state.terms.deliver_ms),
            at=at,
        ),
    )


def _post_refusal(command: PostLead, state: Auction, at: datetime) -> PostRefusal | None:
    offer = state.offer
    if offer is None:
        return PostRefusal.NO_OFFER
    if command.token != offer.token:
        return PostRefusal.UNKNOWN_TOKEN
    if state.post_key is not None:
        return PostRefusal.DUPLICATE
    if state.status is not AuctionStatus.OFFERED or at >= offer.expires_at:
        return PostRefusal.EXPIRED
    return PostRefusal.PRICE_CHANGED if command.price != offer.price else None


def _confirm(command: ConfirmDelivery, state: Auction, at: datetime) -> tuple[AuctionEvent, ...]:
    mine = state.deliver_to is not None and state.deliver_to.bidder == command.bidder
    if mine and state.status is AuctionStatus.SOLD:
        return ()
    late = state.deliver_by is None or at >= state.deliver_by
    if mine and state.status is AuctionStatus.DELIVERING and not late:
        return (LeadDelivered(bidder=command.bidder, at=at),)
    return (ConfirmationRefused(bidder=command.bidder, at=at),)


def _fail(command: FailDelivery, state: Auction, at: datetime) -> tuple[AuctionEvent, ...]:
    if command.bidder in state.failed:
        return ()
    current = state.deliver_to
    delivering = state.status is AuctionStatus.DELIVERING
    if not delivering or current is None or current.bidder != command.bidder:
        raise WrongState("FailDelivery", f"nothing is being delivered to {command.bidder}")
    return _next(state, command.reason, at)


def _next(state: Auction, reason: str, at: datetime) -> tuple[AuctionEvent, ...]:
    current, offer = state.deliver_to, state.offer
    if current is None or offer is None:  # pragma: no cover - evolve sets both before this
        raise WrongState("FailDelivery", "nothing is being delivered")
    tried = state.failed | {current.bidder}
    for bid in state.ranking:
        net = offered(bid.amount.minor, state.terms.keep_permille)
        if bid.bidder not in tried and net >= offer.price.minor:
            by = _after(at, state.terms.deliver_ms)
            return (
                DeliveryFailed(bidder=current.bidder, reason=reason, to=bid, deliver_by=by, at=at),
            )
    return (Undeliverable(bidder=current.bidder, reason=reason, at=at),)


def _after(at: datetime, millis: int) -> datetime:
    return at + timedelta(milliseconds=millis)


_DECIDERS: dict[type, Callable[[Any, Auction, datetime], tuple[AuctionEvent, ...]]] = {
    PlaceBid: _bid,
    DeclineBidding: _decline,
    Advance: _advance,
    PostLead: _post,
    ConfirmDelivery: _confirm,
    FailDelivery: _fail,
}


_FROM: dict[type, frozenset[AuctionStatus]] = {
    BidPlaced: frozenset({AuctionStatus.COLLECTING}),
    BiddingDeclined: frozenset({AuctionStatus.COLLECTING}),
    OfferMade: frozenset({AuctionStatus.COLLECTING}),
    NothingBid: frozenset({AuctionStatus.COLLECTING}),
    OfferExpired: frozenset({AuctionStatus.OFFERED}),
    PostTaken: frozenset({AuctionStatus.OFFERED}),
    LeadDelivered: frozenset({AuctionStatus.DELIVERING}),
    DeliveryFailed: frozenset({AuctionStatus.DELIVERING}),
    Undeliverable: frozenset({AuctionStatus.DELIVERING}),
    BidRefused: frozenset(AuctionStatus),
    PostRefused: frozenset(AuctionStatus),
    ConfirmationRefused: frozenset(AuctionStatus),
}
"""The transition table: the states in which each event may happen."""


def evolve(state: Auction | None, event: AuctionEvent) -> Auction:
    """Give the state after an event.

    Raises:
        WrongState: the event can't follow on the state (see the transition table).
    """
    if isinstance(event, AuctionOpened):
        return Auction(
            id=event.auction_id,
            ping=event.ping,
            terms=event.terms,
            bidders=event.bidders,
            opened_at=event.at,
        )
    if state is None or state.status not in _FROM[type(event)]:
        met = "never opened" if state is None else state.status.value
        raise WrongState(type(event).__name__, f"the auction is {met}")
    return replace(state, **_CHANGES[type(event)](state, event))


def _bid_placed(state: Auction, event: BidPlaced) -> dict[str, Any]:
    return {"bids": (*state.bids, event.bid)}


def _declined(state: Auction, event: BiddingDeclined) -> dict[str, Any]:
    return {"declined": state.declined | {event.bidder}}


def _offer_made(_state: Auction, event: OfferMade) -> dict[str, Any]:
    return {"status": AuctionStatus.OFFERED, "offer": event.offer, "ranking": event.ranking}


def _nothing_bid(_state: Auction, _event: NothingBid) -> dict[str, Any]:
    return {"status": AuctionStatus.UNSOLD, "reason": "nobody bid"}


def _expired(_state: Auction, _event: OfferExpired) -> dict[str, Any]:
    return {"status": AuctionStatus.EXPIRED, "reason": "nothing was posted in time"}


def _post_taken(_state: Auction, event: PostTaken) -> dict[str, Any]:
    return {
        "status": AuctionStatus.DELIVERING,
        "post_key": event.key,
        "deliver_to": event.to,
        "deliver_by": event.deliver_by,
    }


def _delivered(_state: Auction, _event: LeadDelivered) -> dict[str, Any]:
    return {"status": AuctionStatus.SOLD, "deliver_by": None}


def _delivery_failed(state: Auction, event: DeliveryFailed) -> dict[str, Any]:
    return {
        "failed": state.failed | {event.bidder},
        "deliver_to": event.to,
        "deliver_by": event.deliver_by,
    }


def _undeliverable(state: Auction, event: Undeliverable) -> dict[str, Any]:
    return {
        "status": AuctionStatus.UNSOLD,
        "failed": state.failed | {event.bidder},
        "deliver_to": None,
        "deliver_by": None,
        "reason": f"nobody took it; last: {event.reason}",
    }


def _nothing(
    _state: Auction, _event: BidRefused | PostRefused | ConfirmationRefused
) -> dict[str, Any]:
    return {}


_CHANGES: dict[type, Callable[[Any, Any], dict[str, Any]]] = {
    BidPlaced: _bid_placed,
    BiddingDeclined: _declined,
    OfferMade: _offer_made,
    NothingBid: _nothing_bid,
    OfferExpired: _expired,
    PostTaken: _post_taken,
    LeadDelivered: _delivered,
    DeliveryFailed: _delivery_failed,
    Undeliverable: _undeliverable,
    BidRefused: _nothing,
    PostRefused: _nothing,
    ConfirmationRefused: _nothing,
}
