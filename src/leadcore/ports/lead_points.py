"""What is asked of a store where somebody who looks at a lead records a fact about its person."""

from __future__ import annotations

from attrs import frozen

from leadcore.accounts import Seller
from leadcore.decider import Versioned
from leadcore.downline import Tree
from leadcore.leads import Lead
from leadcore.people import User
from leadcore.ports.needs import PointFacts
from leadcore.values import AccountId, LeadId, UserId

__all__ = ["LeadPointFacts", "LeadPointNeeds"]


@frozen(kw_only=True)
class LeadPointNeeds:
    """A lead, who looks at it, and one contact point of it.

    Attributes:
        address: which of the lead's own (`contact_points.own_address`); None for the first.
        account_ids: accounts that are named, beside the one that holds the lead.
    """

    lead_id: LeadId
    viewer_id: UserId
    address: str | None = None
    account_ids: tuple[AccountId, ...] = ()


@frozen(kw_only=True)
class LeadPointFacts:
    """A lead, who looks at it, and one contact point of it.

    Attributes:
        viewer, tree, seller: as in `LeadFacts`, at least as far as the viewer and the lead's owner
            go.
        point: the contact point with the accounts that are named; None where the address is none of
            the lead's.
    """

    lead: Versioned[Lead | None]
    viewer: User | None
    tree: Tree
    seller: Seller | None
    point: PointFacts | None
