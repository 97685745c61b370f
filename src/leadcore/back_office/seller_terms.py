"""Edit a seller's terms, as whoever works there may: all but who works there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.accounts import SellerTerms
from leadcore.back_office.keeping import SetSellerTerms
from leadcore.errors import Malformed, NotFound
from leadcore.ports import SellerNeeds
from leadcore.values import SellerId, instant

if TYPE_CHECKING:
    from leadcore.accounts import Seller
    from leadcore.outcomes import Outcome
    from leadcore.ports import SellerFacts

__all__ = ["EditSellerTerms"]


@frozen(kw_only=True)
class EditSellerTerms:
    """Edit the terms of a seller there is; whose account is its desk stays.

    Whoever changed the desk would be the first who does not come in any more, or would let in
    whomever they like. That is for whoever sets the seller up: `SetSellerTerms`.
    """

    seller_id: SellerId
    terms: SellerTerms
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> SellerNeeds:
        """The seller."""
        return SellerNeeds(self.seller_id)

    def decide(self, facts: SellerFacts) -> Outcome[Seller]:
        """Say what follows.

        Raises:
            NotFound: there is no such seller.
            Malformed: another desk is named; and as `SetSellerTerms` says.
        """
        known = facts.seller.state
        if known is None:
            raise NotFound("seller", self.seller_id)
        if self.terms.desk != known.terms.desk:
            raise Malformed.at("terms.desk", f"stays {known.terms.desk!r} here")
        case = SetSellerTerms(seller_id=self.seller_id, terms=self.terms, at=self.at)
        return case.decide(facts)
