"""Offer a lead to the orders that might take it, and all that follows from a sale.

Several buyers of one lead get a lead each, with a stream and a sale of its own, made of the same
submission in the same outcome; `share_of` names the first. So nothing one of them does or writes
touches another, and every law about leads holds for each.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import frozen

from leadcore import leads, notices
from leadcore.accounts import prepaid_account, revenue_account, words_of
from leadcore.back_office.calling import auctioned
from leadcore.back_office.holding import hold, reserved
from leadcore.back_office.placing import place_taken
from leadcore.balances import Transfer, TransferKind
from leadcore.decider import Change, change, fold
from leadcore.distribution import SCALE, CandidateDecision, Choice, Reason, award, choose
from leadcore.distribution.bidding import at_price
from leadcore.duplicates import former_accounts, owning_accounts
from leadcore.errors import NotFound
from leadcore.leads import (
    Lead,
    LeadEvent,
    LeadReceived,
    LeadSold,
    LeadStatus,
    LeadUnsold,
    NoteAdded,
    Sale,
)
from leadcore.outcomes import Claim, Outcome, StandingDelta, claims_of
from leadcore.ports import OfferFacts
from leadcore.values import LeadId, OrderId, SaleId

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leadcore.accounts import Seller
    from leadcore.distribution import Candidate, Way
    from leadcore.orders import Order
    from leadcore.values import SellerId

__all__ = [
    "SOLD_AGAIN",
    "Received",
    "Reception",
    "Stream",
    "finish",
    "known_again",
    "known_lead",
    "messages_of",
    "offer",
    "seller_of",
    "sold_again",
]

SOLD_AGAIN = "The person was sold again."
"""What a returned lead says from the instant on at which the person was sold to somebody else."""


class Received(Enum):
    """What became of a submission."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    KNOWN = "known"


@frozen
class Reception:
    """The answer to a reception or an offer.

    Attributes:
        outcome: `KNOWN` where this very submission was recorded before; nothing was done then.
        lead: the lead as it stands now, with its sale or with every candidate's reason.
        shares: the leads of the other buyers that share it.
    """

    outcome: Received
    lead: Lead
    shares: tuple[Lead, ...] = ()


@frozen
class Stream:
    """A lead's stream under way: its state, the version it was seen at, what began it just now."""

    lead: Lead
    version: int
    begun: tuple[LeadEvent, ...] = ()
    claims: tuple[Claim, ...] = ()


def seller_of(facts: OfferFacts, seller_id: SellerId) -> Seller:
    """Give the seller of the facts.

    Raises:
        NotFound: there is none.
    """
    if facts.seller is None:
        raise NotFound("seller", seller_id)
    return facts.seller


def known_lead(lead: Lead | None, seller_id: SellerId, lead_id: LeadId) -> Lead:
    """Give a lead that was found, where it is the seller's.

    Raises:
        NotFound: there is none, or it is another seller's.
    """
    if lead is None or lead.seller_id != seller_id:
        raise NotFound("lead", lead_id)
    return lead


def known_again(lead: Lead, facts: OfferFacts) -> Outcome[Reception]:
    """Answer that a lead was recorded before, with the leads it was shared as; nothing follows."""
    shares = (seen.state for seen in facts.history if seen.state.share_of == lead.id)
    return Outcome(answer=Reception(Received.KNOWN, lead, tuple(shares)))


def offer(stream: Stream, sale_id: SaleId, facts: OfferFacts, at: datetime) -> Outcome[Reception]:
    """Offer a lead to everybody: sell, reserve or auction it, or say why nobody can have it."""
    lead = stream.lead
    way = _way(lead, facts)
    choice = _chosen(lead, facts, way, at)
    if choice.bidders and way.bidding is not None:
        return finish(stream, (auctioned(lead, way.bidding, choice, sale_id),))
    if choice.winner is None:
        return finish(stream, (LeadUnsold(offers=choice.decisions, at=at),))
    seen = {each.order.id: each for each in facts.candidates}
    if choice.price is not None:
        seen[choice.winner] = at_price(seen[choice.winner], choice.price)
    first = seen[choice.winner].order
    standings = _standings(choice, seen, facts, at)
    lasting = _lasting(lead, way, choice)
    if lasting is not None:
        held = reserved(first, sale_id, at, lasting=lasting, offers=choice.decisions)
        return finish(
            stream,
            (held,),
            transfers=hold(lead, held.reservation),
            standings=standings,
        )
    sale = _sale(lead, first, sale_id, at)
    outcome = finish(
        stream,
        (LeadSold(sale=sale, offers=choice.decisions, at=at),),
        changes=sold_again(facts, at),
        transfers=_charge(lead, sale),
        standings=standings,
        messages=messages_of(lead, sale, facts),
    )
    if len(choice.winners) == 1:
        return outcome
    further = [seen[key].order for key in choice.winners[1:]]
    return _Sharing(outcome, sale_id, facts, choice).among(further)


def _chosen(lead: Lead, facts: OfferFacts, way: Way, at: datetime) -> Choice:
    candidates = _candidates(lead, facts, way, at)
    bidding = lead.bidding
    if bidding is None or bidding.over:
        return choose(lead.submission, candidates, at=at, way=way)
    return award(lead.submission, candidates, bidding, at=at, way=way, before=lead.offers)


def _lasting(lead: Lead, way: Way, choice: Choice) -> timedelta | None:
    if choice.price is not None and lead.bidding is not None:
        return timedelta(milliseconds=lead.bidding.auction.terms.post_ms)
    return None if way.hold_minutes is None else timedelta(minutes=way.hold_minutes)


def _way(lead: Lead, facts: OfferFacts) -> Way:
    way = seller_of(facts, lead.seller_id).terms.way(lead.submission)
    shared = way.buyers > 1 and (
        lead.share_of is not None or any(seen.state.share_of == lead.id for seen in facts.history)
    )
    # One of several takes the place of one that was returned: it has one buyer.
    return replace(way, buyers=1) if shared else way


def _candidates(lead: Lead, facts: OfferFacts, way: Way, at: datetime) -> Iterable[Candidate]:
    history = tuple(seen.state for seen in facts.history)
    if not (history or lead.failed):  # nobody has met the person before
        return facts.candidates
    returned = former_accounts(history)
    owned = owning_accounts(history, at=at, look_back_days=way.buyer_days)
    # However short `buyer_days` is: whoever holds a share of the lead gets no other one.
    owned |= owning_accounts(each for each in history if each.family == lead.family)
    failed = {each.order_id for each in lead.failed}
    return (
        replace(
            candidate,
            returned_person=candidate.order.account_id in returned,
            has_person=candidate.order.account_id in owned,
            undelivered=candidate.order.id in failed,
        )
        for candidate in facts.candidates
    )


@frozen
class _Sharing:
    """The sale of a lead to its first buyer, to which those to the further ones are added."""

    sold: Outcome[Reception]
    sale_id: SaleId
    facts: OfferFacts
    choice: Choice

    def among(self, buyers: Iterable[Order]) -> Outcome[Reception]:
        """Give each further buyer a lead of its own."""
        parts = [self._share(order, number) for number, order in enumerate(buyers, start=2)]
        sold = self.sold
        return replace(
            sold,
            answer=replace(sold.answer, shares=tuple(part.answer.lead for part in parts)),
            changes=(*sold.changes, *(each for part in parts for each in part.changes)),
            transfers=(*sold.transfers, *(each for part in parts for each in part.transfers)),
            claims=(*sold.claims, *(each for part in parts for each in part.claims)),
            messages=(*sold.messages, *(each for part in parts for each in part.messages)),
        )

    def _share(self, order: Order, number: int) -> Outcome[Reception]:
        first, at = self.sold.answer.lead, self.choice.at
        received = LeadReceived(
            lead_id=LeadId(f"{first.id}~{number}"),
            seller_id=first.seller_id,
            source_key=f"share/{first.id}/{number}",
            submission=first.submission,
            origin=first.origin,
            share_of=first.id,
            at=at,
        )
        lead = leads.evolve(None, received)
        sale = _sale(lead, order, SaleId(f"{self.sale_id}~{number}"), at)
        # The first one's offers tell of everybody, and count every share of the rotation.
        won = CandidateDecision(order_id=order.id, account_id=order.account_id, reason=Reason.WON)
        counts = {key: count + number - 1 for key, count in self.facts.key_counts.items()}
        return finish(
            Stream(lead, 0, begun=(received,), claims=claims_of(lead.seller_id, lead.id, counts)),
            (LeadSold(sale=sale, offers=(won,), at=at),),
            transfers=_charge(lead, sale),
            messages=messages_of(lead, sale, self.facts),
        )


def _sale(lead: Lead, order: Order, sale_id: SaleId, at: datetime) -> Sale:
    terms = order.terms
    return Sale(
        id=sale_id,
        lead_id=lead.id,
        order_id=order.id,
        account_id=order.account_id,
        user_id=terms.user_id,
        price=terms.price,
        cycle=order.cycle,
        sold_at=at,
        transfer_id=f"{sale_id}/charge" if terms.price.minor else None,
    )


def sold_again(facts: OfferFacts, at: datetime) -> tuple[Change, ...]:
    """Give the note of a sale on each lead of the person that was returned before."""
    # Without the new lead's id: the note may one day be read in the account that returned it.
    note = NoteAdded(text=SOLD_AGAIN, at=at)
    return tuple(
        noted
        for seen in facts.history
        if seen.state.status is LeadStatus.REFUNDED
        for noted in change("lead", seen.state.id, seen, (note,), leads.evolve)
    )


def _charge(lead: Lead, sale: Sale) -> tuple[Transfer, ...]:
    if sale.transfer_id is None:
        return ()
    return (
        Transfer(
            id=sale.transfer_id,
            kind=TransferKind.CHARGE,
            debit=prepaid_account(sale.account_id),
            credit=revenue_account(lead.seller_id),
            amount=sale.price,
            effective_at=sale.sold_at,
            sale_id=sale.id,
            lead_id=lead.id,
            order_id=sale.order_id,
        ),
    )


def _standings(
    choice: Choice, seen: dict[OrderId, Candidate], facts: OfferFacts, at: datetime
) -> tuple[StandingDelta, ...]:
    def delta(order_id: OrderId, share: int, *, won: bool) -> StandingDelta:
        if not won:
            return StandingDelta(order_id=order_id, credit=share)
        won_by = seen[order_id]
        return place_taken(
            won_by.order,
            won_by.standing,
            at,
            version=facts.order_versions[order_id],
            credit=share - SCALE,
        )

    return tuple(
        delta(entry.order_id, entry.share, won=won)
        for entry in choice.decisions
        for won in (entry.reason is Reason.WON,)
        if entry.share or won
    )


def messages_of(lead: Lead, sale: Sale, facts: OfferFacts) -> tuple[notices.Message, ...]:
    """Give what the person and the associate are told of a sale."""
    user = facts.users.get(sale.user_id)
    if user is None:
        return ()
    words = words_of(facts.seller)
    return (
        *notices.confirmation(lead, sale, user.profile, catalogue=words),
        *notices.courtesy(lead, sale, user, catalogue=words),
    )


def finish(
    stream: Stream,
    events: tuple[LeadEvent, ...] = (),
    *,
    changes: tuple[Change, ...] = (),
    transfers: tuple[Transfer, ...] = (),
    standings: tuple[StandingDelta, ...] = (),
    messages: tuple[notices.Message, ...] = (),
) -> Outcome[Reception]:
    """Give the outcome of what happened to a lead, and of all that follows from it."""
    lead = fold(leads.evolve, stream.lead, events)
    mine = Change(
        kind="lead",
        id=lead.id,
        expected=stream.version,
        events=(*stream.begun, *events),
        state=lead,
    )
    refused = lead.status is LeadStatus.REFUSED
    return Outcome(
        answer=Reception(Received.REFUSED if refused else Received.ACCEPTED, lead),
        changes=(mine, *changes),
        transfers=transfers,
        claims=stream.claims,
        standings=standings,
        messages=messages,
    )
