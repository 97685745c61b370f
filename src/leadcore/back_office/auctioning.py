"""Auctions of leads: bids come in, the bidding is closed, the winner's post is taken.

A lead whose way says so is *put up for auction* when it is offered: the eligible orders are asked
to bid. The close reserves it for the best bid that can be paid, at that bid, and the post under the
token of that reservation sells it. A post that fails is a delivery that fails (`FailDelivery`), and
one nobody took in time is ended by `ExpireDelivery`: then the next bid has its turn.

What comes too late, twice or changed is told so and kept with its reason. Said again, nothing
changes: of two workers who close one auction the second hears what came of the first.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import auction, leads
from leadcore.auction import (
    Auction,
    AuctionStatus,
    Bid,
    BiddingDeclined,
    BidPlaced,
    BidRefusal,
    BidRefused,
    Offer,
    PostRefusal,
    PostRefused,
    due_at,
    ranked,
)
from leadcore.back_office.delivering import delivered
from leadcore.back_office.receiving import standing_lead
from leadcore.back_office.selling import (
    Reception,
    Stream,
    known_again,
    known_lead,
    offer,
    seller_of,
)
from leadcore.decider import Change, change
from leadcore.distribution import Bidding, Reason
from leadcore.errors import Malformed, WrongState
from leadcore.leads import AuctionClosed, Lead, LeadStatus
from leadcore.outcomes import Outcome, claims_of
from leadcore.ports import LeadFacts, LeadNeeds, OfferFacts, OfferNeeds
from leadcore.values import LeadId, Money, OrderId, SaleId, SellerId, instant, optional_instant

__all__ = ["BidAnswer", "CloseAuction", "DeclineBid", "PlaceBid", "PostAnswer", "PostLead"]


@frozen
class BidAnswer:
    """The answer to a bidder.

    Attributes:
        lead: as it stands now.
        refused: why the bid does not count; None where it does.
    """

    lead: Lead
    refused: BidRefusal | None = None


@frozen
class PostAnswer:
    """The answer to a post.

    Attributes:
        lead: as it stands now, with its sale if the post was taken.
        refused: why it was not taken.
    """

    lead: Lead
    refused: PostRefusal | None = None


@frozen(kw_only=True)
class PlaceBid:
    """An order bids for a lead.

    Attributes:
        auction_id: of the ping it answers: a bid for an earlier auction is none for this one.
        order_id: who bids.
        asked_at: when this bidder was pinged; None: when the auction was opened.
        at: when the bid came.
    """

    seller_id: SellerId
    lead_id: LeadId
    auction_id: str
    order_id: OrderId
    amount: Money
    asked_at: datetime | None = field(default=None, converter=optional_instant)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LeadNeeds:
        """The lead."""
        return LeadNeeds(self.lead_id)

    def decide(self, facts: LeadFacts) -> Outcome[BidAnswer]:
        """Say what follows; the same bid again, nothing.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is or was not in this auction.
        """
        lead, bidding = _of_auction(facts.lead.state, self)
        command = auction.PlaceBid(bidder=self.order_id, amount=self.amount, asked_at=self.asked_at)
        events = _told(auction.decide(command, bidding.auction, self.at))
        refused = next((each for each in events if isinstance(each, BidRefused)), None)
        if refused is not None and any(_alike(each, refused) for each in bidding.refused):
            return Outcome(answer=BidAnswer(lead, refused.reason))
        changes = change("lead", lead.id, facts.lead, events, leads.evolve)
        answer = BidAnswer(_after(lead, changes), refused.reason if refused else None)
        return Outcome(answer=answer, changes=changes)


@frozen(kw_only=True)
class DeclineBid:
    """An order answers that it does not bid, or with something that is no bid at all.

    Attributes:
        why: what it said.
    """

    seller_id: SellerId
    lead_id: LeadId
    auction_id: str
    order_id: OrderId
    why: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LeadNeeds:
        """The lead."""
        return LeadNeeds(self.lead_id)

    def decide(self, facts: LeadFacts) -> Outcome[BidAnswer]:
        """Say what follows; nothing where it has answered already, or was not asked.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is or was not in this auction.
        """
        lead, bidding = _of_auction(facts.lead.state, self)
        command = auction.DeclineBidding(bidder=self.order_id, reason=self.why)
        events = _told(auction.decide(command, bidding.auction, self.at))
        changes = change("lead", lead.id, facts.lead, events, leads.evolve)
        return Outcome(answer=BidAnswer(_after(lead, changes)), changes=changes)


@frozen(kw_only=True)
class CloseAuction:
    """No more bids are waited for: the best one that can be paid has the lead reserved.

    Attributes:
        sale_id: the id the sale to the winner will have, and the token of the post: another one
            than the auction's, which every bidder was told, and not to be guessed.
        at: no sooner than `leadcore.auction.due_at` says.
    """

    seller_id: SellerId
    lead_id: LeadId
    auction_id: str
    sale_id: SaleId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The lead, the person's other leads, and the candidates."""
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id, at=self.at)

    def decide(self, facts: OfferFacts) -> Outcome[Reception]:
        """Say what follows; closed again, nothing.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead is or was not in this auction, or bids are still waited for.
            Malformed: the sale has the id of the auction.
        """
        if self.sale_id == self.auction_id:
            raise Malformed.at("sale_id", "is another one than the auction's, which bidders know")
        lead = known_lead(facts.lead.state, self.seller_id, self.lead_id)
        if lead.bidding is not None and lead.bidding.auction.id == self.sale_id:
            return known_again(lead, facts)  # this very close put it up in the tier below
        lead, bidding = _of_auction(lead, self)
        if lead.status is not LeadStatus.BIDDING:
            return known_again(lead, facts)
        due = due_at(bidding.auction)
        if due is None or self.at < due:
            raise WrongState("CloseAuction", f"bids are collected until {due}")
        return self._close(lead, bidding, facts)

    def _close(self, lead: Lead, bidding: Bidding, facts: OfferFacts) -> Outcome[Reception]:
        ranking = ranked(bidding.auction.bids, bidding.auction.id)
        event = AuctionClosed(ranking=ranking, at=self.at)
        claims = claims_of(lead.seller_id, lead.id, facts.key_counts)
        after = leads.evolve(lead, event)
        stream = Stream(after, facts.lead.version, begun=(event,), claims=claims)
        if standing_lead(lead, facts, seller_of(facts, self.seller_id), self.at):
            # A return of this person was reversed while bids came in: nobody gets the person twice.
            stopped = (replace(each, passed=Reason.PERSON_SOLD) for each in facts.candidates)
            facts = replace(facts, candidates=tuple(stopped))
        return offer(stream, self.sale_id, facts, self.at)


@frozen(kw_only=True)
class PostLead:
    """The person is brought to the winner of an auction, who takes the lead: it is sold.

    Attributes:
        token: the sale id of the reservation.
        price: the bid, as it was reserved.
        key: what makes this very post recognisable when it comes again (a digest of its content).
        at: when it was taken; before the reservation expires.
    """

    seller_id: SellerId
    lead_id: LeadId
    token: str
    price: Money
    key: str
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OfferNeeds:
        """The lead, and the users to be told."""
        return OfferNeeds(seller_id=self.seller_id, lead_id=self.lead_id, at=self.at)

    def decide(self, facts: OfferFacts) -> Outcome[PostAnswer]:
        """Say what follows; posted again under the same key, nothing.

        Raises:
            NotFound: there is no such lead.
            WrongState: the lead was never auctioned, or it was reserved only later.
        """
        lead = known_lead(facts.lead.state, self.seller_id, self.lead_id)
        if lead.bidding is None:
            raise WrongState("PostLead", "the lead was never auctioned")
        held = lead.reservation
        if held is not None and self.at < held.reserved_at:
            raise WrongState("PostLead", f"it was reserved only at {held.reserved_at}")
        command = auction.PostLead(token=self.token, price=self.price, key=self.key)
        events = auction.decide(command, _offered(lead, lead.bidding, self.token), self.at)
        if not events:
            return Outcome(answer=PostAnswer(lead))
        refused = events[0]
        if isinstance(refused, PostRefused):
            return self._refused(lead, lead.bidding, refused, facts)
        if held is None:  # pragma: no cover - only what is reserved is offered
            raise WrongState("PostLead", f"the lead is {lead.status.value}")
        sold = delivered(lead, held, facts, self.at, post_key=self.key)
        return sold.answering(PostAnswer(sold.answer.lead))

    def _refused(
        self, lead: Lead, bidding: Bidding, refused: PostRefused, facts: OfferFacts
    ) -> Outcome[PostAnswer]:
        if any(each.sale_id == self.token for each in lead.failed):
            refused = replace(refused, reason=PostRefusal.EXPIRED)
        known = any((p.key, p.reason) == (refused.key, refused.reason) for p in bidding.posts)
        events = () if known else (refused,)
        changes = change("lead", lead.id, facts.lead, events, leads.evolve)
        return Outcome(answer=PostAnswer(_after(lead, changes), refused.reason), changes=changes)


def _of_auction(
    lead: Lead | None, command: PlaceBid | DeclineBid | CloseAuction
) -> tuple[Lead, Bidding]:
    found = known_lead(lead, command.seller_id, command.lead_id)
    if found.bidding is None or found.bidding.auction.id != command.auction_id:
        raise WrongState(type(command).__name__, "the lead is not in this auction")
    return found, found.bidding


def _told(
    events: tuple[auction.AuctionEvent, ...],
) -> tuple[BidPlaced | BidRefused | BiddingDeclined, ...]:
    """Give those events of an auction that are events of its lead: what bidders answer are all."""
    answers = (BidPlaced, BidRefused, BiddingDeclined)
    return tuple(each for each in events if isinstance(each, answers))


def _alike(one: BidRefused, other: BidRefused) -> bool:
    return replace(one, at=other.at) == other


def _after(lead: Lead, changes: tuple[Change, ...]) -> Lead:
    state: Lead = changes[0].state if changes else lead
    return state


def _offered(lead: Lead, bidding: Bidding, token: str) -> Auction:
    """Give an auction as its rules for posts see it: what is offered, and what was posted."""
    held, sale, held_in = lead.reservation, lead.sale, bidding.auction
    if held is not None:
        return replace(
            held_in,
            status=AuctionStatus.OFFERED,
            ranking=(Bid(bidder=held.order_id, amount=held.price, at=held.reserved_at),),
            offer=Offer(price=held.price, token=held.sale_id, expires_at=held.expires_at),
        )
    if sale is not None:
        # Under another token it is another post, whatever its key.
        known = held_in.post_key if token == sale.id else None
        return replace(
            held_in,
            status=AuctionStatus.SOLD,
            post_key=known or sale.id,
            offer=Offer(price=sale.price, token=sale.id, expires_at=sale.sold_at),
        )
    return held_in


_Command = PlaceBid | DeclineBid | CloseAuction | PostLead
