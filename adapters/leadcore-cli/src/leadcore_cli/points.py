"""What is recorded about the numbers and e-mail addresses of a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.contact_points import addresses

if TYPE_CHECKING:
    from leadcore.contact_points import ContactPoint
    from leadcore.leads import Lead
    from leadcore.ports import Store

__all__ = ["points_of"]


def points_of(store: Store, lead: Lead) -> tuple[ContactPoint, ...]:
    """Give the contact points of a lead's numbers and e-mail addresses, as far as there are any."""
    found = (store.contact_point(lead.seller_id, each) for each in addresses(lead.submission))
    return tuple(point for point in found if point is not None)
