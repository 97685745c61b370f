"""Give an auctioned lead to the highest bid that can be paid, and say why to everybody else.

Everything that keeps an order from a lead is asked again, at the bid's price and at the instant of
the close: its hours, its caps, its bank, the account's money. A bid that is above any of them
loses to the next one. Where no bid is left the lead goes on to whoever was not in the auction.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.distribution.bidding import Bidding, answer_of, at_price
from leadcore.distribution.choosing import asked, candidate_refusal, choose
from leadcore.distribution.decisions import Candidate, CandidateDecision, Choice, Reason
from leadcore.distribution.ranking import method_of, rank_of
from leadcore.distribution.terms import Method, Way
from leadcore.distribution.turns import SCALE
from leadcore.submissions import Submission
from leadcore.values import OrderId, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.auction import Bid

__all__ = ["award"]

_PASSING = frozenset(
    {Reason.INVITED, Reason.LOWER_TIER, Reason.OUTBID, Reason.OUTRANKED, Reason.WON}
)
"""What an earlier auction of the same lead said that says nothing about this one."""


def award(
    lead: Submission,
    candidates: Iterable[Candidate],
    bidding: Bidding,
    *,
    at: datetime,
    way: Way,
    before: tuple[CandidateDecision, ...] = (),
) -> Choice:
    """Choose the order that gets an auctioned lead; its price is the bid.

    Args:
        lead: the submission.
        candidates: any order; the answer does not depend on it.
        bidding: the auction, closed. Its ranking is kept to: ties were drawn at the close.
        at: the instant of the sale.
        way: how leads of this sort are distributed by now.
        before: what the candidates were told before; those who were in an earlier auction of this
            lead, in a higher tier, keep their reasons.
    """
    hall = _Hall(lead, bidding, instant(at), way, {each.order_id: each.reason for each in before})
    ranked = sorted(candidates, key=lambda candidate: candidate.order.id)
    reasons = [hall.reason(each) for each in ranked]
    free = {each.order.id for each, reason in zip(ranked, reasons, strict=True) if reason is None}
    winner = next((OrderId(b.bidder) for b in bidding.auction.ranking if b.bidder in free), None)
    if winner is None:
        left = (
            each if reason is None else replace(each, passed=reason)
            for each, reason in zip(ranked, reasons, strict=True)
        )
        # Those who have their reason keep it; the others were never asked.
        return hall.marked(choose(lead, left, at=hall.at, way=way))
    decisions = tuple(
        hall.decision(each, reason or hall.lost(each, winner))
        for each, reason in zip(ranked, reasons, strict=True)
    )
    price = next(bid.amount for bid in bidding.auction.ranking if bid.bidder == winner)
    return Choice(decisions=decisions, winners=(winner,), at=hall.at, price=price)


@frozen
class _Hall:
    """An auction that is closed, and the moment it is decided."""

    lead: Submission
    bidding: Bidding
    at: datetime
    way: Way
    before: dict[OrderId, Reason] = field(factory=dict[OrderId, Reason])

    def reason(self, candidate: Candidate) -> Reason | None:
        """Give why a candidate can't have the lead, or None for whoever might still."""
        order = candidate.order
        if order.id in self.bidding.auction.bidders:
            return self._bidder(candidate)
        tier = rank_of(order.terms, self.way)[0]
        if tier > self.bidding.tier or method_of(tier, self.way) is not Method.AUCTION:
            return None
        early = self.before.get(order.id, Reason.NOT_INVITED)
        if early not in _PASSING and early is not Reason.NOT_INVITED:
            return early
        return self._now(candidate) or Reason.NOT_INVITED

    def _now(self, candidate: Candidate) -> Reason | None:
        return candidate_refusal(self.lead, asked(candidate, self.way), self.at)

    def _bidder(self, candidate: Candidate) -> Reason | None:
        if candidate.undelivered:
            return Reason.DELIVERY_FAILED
        answer = answer_of(self.bidding, candidate.order.id)
        if isinstance(answer, Reason):
            return candidate.passed or answer
        price = candidate.order.terms.price
        if price.currency == answer.amount.currency and answer.amount > price:
            return Reason.ABOVE_CEILING
        return candidate_refusal(self.lead, at_price(candidate, answer.amount), self.at)

    def lost(self, candidate: Candidate, winner: OrderId) -> Reason:
        """Give why one that might have had the lead has it not."""
        if candidate.order.id == winner:
            return Reason.WON
        if candidate.order.id in self.bidding.auction.bidders:
            return Reason.OUTBID
        tier = rank_of(candidate.order.terms, self.way)[0]
        over = Reason.LOWER_TIER if tier > self.bidding.tier else Reason.NOT_INVITED
        return self._now(candidate) or over

    def decision(self, candidate: Candidate, reason: Reason) -> CandidateDecision:
        """Give a decision, with the bid and its rank for whoever bid."""
        order = candidate.order
        bid, rank = self._bid(order.id)
        return CandidateDecision(
            order_id=order.id,
            account_id=order.account_id,
            reason=reason,
            # It alone was asked, so it is due a whole lead and pays one: no turn is moved.
            share=SCALE if reason is Reason.WON else 0,
            rank=rank,
            bid=None if bid is None else bid.amount,
        )

    def _bid(self, order_id: OrderId) -> tuple[Bid | None, int | None]:
        for rank, bid in enumerate(self.bidding.auction.ranking, start=1):
            if bid.bidder == order_id:
                return bid, rank
        return None, None

    def marked(self, choice: Choice) -> Choice:
        """Give a choice among the others, with the bids of those who were in the auction."""
        return replace(
            choice,
            decisions=tuple(
                replace(each, bid=bid.amount, rank=rank) if bid is not None else each
                for each in choice.decisions
                for bid, rank in (self._bid(each.order_id),)
            ),
        )
