"""What happens to leads that are auctioned: bids come or not, the bidding ends, somebody posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.leads import LeadStatus
from leadcore.testing.stage.base import Seen
from leadcore.values import Money, OrderId, SaleId

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore.testing.stage.base import Case, Step

__all__ = ["Auctions"]

_BIDS = (2_499, 2_500, 1_000, 999, 2_500, 1_001, 4_000, 2_000)
"""Bids in cents: at the least one and below it, alike ones, and more than some orders pay."""

_STRANGERS = frozenset({4, 5})
_WRONG_PRICE, _WRONG_TOKEN, _EARLIER_AUCTION, _SAME_KEY = 1, 2, 7, 3


class Auctions(Seen):
    """Bid, say no bid, shut the bidding, post; what fails or lapses then is a delivery."""

    __slots__ = ()

    def _put_up(self, step: Step) -> tuple[Lead, str] | None:
        lead = self.lead_of(step, LeadStatus.BIDDING)
        if lead is None:
            return None
        # Now and then somebody answers a ping that was for another auction, or for none.
        known = lead.bidding is not None and step.other != _EARLIER_AUCTION
        return lead, lead.bidding.auction.id if known and lead.bidding else "another"

    def _bidder(self, lead: Lead, step: Step) -> OrderId:
        # Mostly one that was asked; now and then one that was not.
        asked = sorted(lead.bidding.auction.bidders) if lead.bidding else []
        if not asked or step.other in _STRANGERS:
            return self.order(step.other)
        return OrderId(asked[step.other % len(asked)])

    def do_bid(self, step: Step) -> Case | None:
        """Bid for a lead: in time or late, for the first time or again."""
        found = self._put_up(step)
        if found is None:
            return None
        lead, auction_id = found
        return bo.PlaceBid(
            seller_id=self.seller,
            lead_id=lead.id,
            auction_id=auction_id,
            order_id=self._bidder(lead, step),
            amount=Money(_BIDS[(step.other // 4 + len(self.clock)) % len(_BIDS)], "USD"),
            at=self.now,
        )

    def do_no_bid(self, step: Step) -> Case | None:
        """Answer a ping without a bid."""
        found = self._put_up(step)
        if found is None:
            return None
        lead, auction_id = found
        return bo.DeclineBid(
            seller_id=self.seller,
            lead_id=lead.id,
            auction_id=auction_id,
            order_id=self._bidder(lead, step),
            why="no budget",
            at=self.now,
        )

    def do_shut(self, step: Step) -> Case | None:
        """End the bidding: in time, or too soon."""
        found = self._put_up(step)
        if found is None:
            return None
        lead, auction_id = found
        return bo.CloseAuction(
            seller_id=self.seller,
            lead_id=lead.id,
            auction_id=auction_id,
            sale_id=SaleId(f"{self.seller}/close-{len(self.clock)}"),
            at=self.now,
        )

    def do_post(self, step: Step) -> Case | None:
        """Post the person to the winner: mostly as it was won, else at another price or token."""
        lead = self.lead_of(step, LeadStatus.RESERVED)
        if lead is None:
            return None
        won = lead.reservation or lead.sale
        price = Money(0, "USD") if won is None else won.price
        sold = lead.sale.id if lead.sale else "none"
        token = lead.reservation.sale_id if lead.reservation else sold
        return bo.PostLead(
            seller_id=self.seller,
            lead_id=lead.id,
            token="guessed" if step.other == _WRONG_TOKEN else token,
            price=price + Money(int(step.other == _WRONG_PRICE), "USD"),
            key="first" if step.other == _SAME_KEY else f"post-{len(self.clock)}",
            at=self.now,
        )
