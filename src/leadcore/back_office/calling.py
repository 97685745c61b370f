"""Put a lead up for auction: the ping, and who is asked to bid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.auction import AuctionOpened, ping_of
from leadcore.leads import LeadAuctioned

if TYPE_CHECKING:
    from leadcore.distribution import BiddingTerms, Choice
    from leadcore.leads import Lead
    from leadcore.values import SaleId

__all__ = ["auctioned"]


def auctioned(lead: Lead, terms: BiddingTerms, choice: Choice, auction_id: SaleId) -> LeadAuctioned:
    """Give the event of a lead that is put up for auction among those who were chosen to bid.

    Args:
        lead: whose ping is told.
        terms: of the auction.
        choice: the bidders, and why the others are none.
        auction_id: of the sale it was offered for: fixed before anybody bids, so it may draw ties.
    """
    opened = AuctionOpened(
        auction_id=auction_id,
        ping=ping_of(lead.submission, tell=terms.tell),
        bidders=frozenset(choice.bidders),
        terms=terms.auction_terms,
        at=choice.at,
    )
    return LeadAuctioned(opened=opened, tier=choice.tier, offers=choice.decisions, at=choice.at)
