"""Who sees a lead: whoever its account's tree says, and the seller's own staff, every one of it.

Staff are no special callers: who works at the seller's desk follows from the seller's terms and the
user, both of which a use case is given as facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from leadcore.access import role_of
from leadcore.downline import scope
from leadcore.errors import NotFound, WrongState
from leadcore.leads import Lead, LeadStatus, Sale

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from leadcore.accounts import Seller
    from leadcore.decider import Versioned
    from leadcore.downline import Links, Scope
    from leadcore.people import User
    from leadcore.refunds import Refund
    from leadcore.values import UserId

    Covered = Callable[[Scope, Iterable[UserId]], Collection[UserId]]

__all__ = ["at_desk", "held", "seen_lead", "seen_leads", "seen_refunds", "sees"]


class _Facts(Protocol):
    """What facts about a lead and a viewer have in common."""

    @property
    def lead(self) -> Versioned[Lead | None]: ...
    @property
    def viewer(self) -> User | None: ...
    @property
    def tree(self) -> Links: ...
    @property
    def seller(self) -> Seller | None: ...


def at_desk(viewer: User, seller: Seller | None) -> bool:
    """Say whether a viewer is of the seller's own staff; a disabled user is nobody's."""
    role = None if seller is None else role_of(viewer, seller)
    return role is not None and role.is_staff


def sees(viewer: User, lead: Lead, tree: Links, seller: Seller | None = None) -> bool:
    """Say whether the viewer sees the lead: held by the account, and within the viewer's scope.

    Args:
        viewer: who looks.
        lead: what at.
        tree: who stands below whom in the account that holds the lead.
        seller: whose staff sees every lead of the seller's, whoever holds it; None: nobody does.
    """
    if seller is not None and seller.id == lead.seller_id and at_desk(viewer, seller):
        return True
    if lead.sale is None or lead.assigned_to is None or lead.status is not LeadStatus.SOLD:
        return False
    return scope(viewer, tree).covers(lead.sale.account_id, lead.assigned_to, tree)


def seen_leads(
    viewing: Scope | None, leads: Iterable[Lead | None], covered: Covered
) -> tuple[Lead, ...]:
    """Give those of some leads that a viewer sees, in their order: `sees` for several at once.

    Args:
        viewing: what the viewer may see; None for the seller's staff, who see all.
        leads: of one seller; of None nothing is seen.
        covered: `Store.covered`, which is asked once.
    """
    listed = tuple(each for each in leads if each is not None)
    if viewing is None:
        return listed
    mine = [
        (each, each.assigned_to)
        for each in listed
        if each.status is LeadStatus.SOLD and each.held_by == viewing.account_id
    ]
    owners = covered(viewing, {owner for _, owner in mine if owner is not None})
    return tuple(each for each, owner in mine if owner in owners)


def seen_refunds(
    viewing: Scope | None, found: Iterable[Refund], covered: Covered
) -> tuple[Refund, ...]:
    """Give those of some requests for returns that a viewer sees, in their order.

    They are one's own and those of whoever one sees the leads of, also when the lead is gone.

    Args:
        viewing: what the viewer may see; None for the seller's staff, who see all.
        found: requests, of one seller.
        covered: `Store.covered`, which is asked once.
    """
    listed = tuple(found)
    if viewing is None:
        return listed
    mine = tuple(each for each in listed if each.account_id == viewing.account_id)
    whose = covered(viewing, {each.requested_by for each in mine})
    return tuple(each for each in mine if each.requested_by in whose)


def seen_lead(facts: _Facts, kind: str, key: str) -> tuple[Lead, User]:
    """Give the lead of some facts and its viewer, where the one sees the other.

    Args:
        facts: with both.
        kind: what was asked for, which is not there otherwise.
        key: its id.

    Raises:
        NotFound: there is no such lead, or the viewer may not know that there is.
    """
    lead, viewer = facts.lead.state, facts.viewer
    if lead is None or viewer is None or not sees(viewer, lead, facts.tree, facts.seller):
        raise NotFound(kind, key)
    return lead, viewer


def held(lead: Lead, doing: str) -> Sale:
    """Give the sale under which an account holds a lead.

    Raises:
        WrongState: nobody holds it: whoever works for the seller may see it all the same.
    """
    if lead.sale is None or lead.status is not LeadStatus.SOLD:
        raise WrongState(doing, f"the lead is {lead.status.value}")
    return lead.sale
