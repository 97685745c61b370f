"""The seller's terms: read and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.accounts import Seller, SellerTerms
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("terms")


@group.get("/terms", "Show the seller's terms", may=(Area.TERMS, Way.READ), gives=SellerTerms)
def show_terms(call: Call) -> Reply:
    """With the ETag that an edit says."""
    found = call.store.seller(call.seller.id) or call.seller
    return Reply(data=wire.dump(found.terms), version=call.version("seller", found.id))


def _told(seller: Seller) -> Reply:
    return Reply(data=wire.dump(seller.terms))


@group.put(
    "/terms",
    "Edit the seller's terms",
    may=(Area.TERMS, Way.WRITE),
    body=SellerTerms,
    gives=SellerTerms,
    example={"name": "North Leads", "currency": "USD", "desk": "desk"},
)
def edit_terms(call: Call) -> Act:
    """All of them but the desk, which stays; what is not said is as it ships."""
    case = bo.EditSellerTerms(seller_id=call.seller.id, terms=call.load(SellerTerms), at=call.at)
    return Act(case=case, tell=_told, edits=("seller", call.seller.id))
