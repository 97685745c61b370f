"""What a report is asked with, and which leads belong to it.

The seller's staff counts leads by the instant they were received. Whoever looks from an account
(a viewer's scope, or the staff at one account) sees what that account holds, and counts it by the
instant it was sold to it. Test leads are never counted.

What an account paid is shown to those only who see all of the account.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.downline import Reach, Scope, Tree
from leadcore.errors import NotFound
from leadcore.leads import LeadStatus
from leadcore.submissions import LeadKind
from leadcore.values import AccountId, SellerId, optional_instant

if TYPE_CHECKING:
    from leadcore.leads import Lead

__all__ = ["ReportQuery", "belongs", "counted_at", "held", "money_account", "staff_only"]


@frozen(kw_only=True)
class ReportQuery:
    """Of which leads or sales a report speaks.

    Attributes:
        seller_id: whose.
        scope: what the viewer may see; None for the seller's staff.
        account_id: for the staff, only this account's; with a scope, nothing but the scope counts.
        kind: only these leads; None for all. Reports on money don't ask for it.
        since, until: counted (see the module) from the first to before the second; reports on sales
            go by the instant of the sale.
    """

    seller_id: SellerId
    scope: Scope | None = None
    account_id: AccountId | None = None
    kind: LeadKind | None = None
    since: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)

    @property
    def of_holder(self) -> bool:
        """Does it look from an account, which sees only what it holds?"""
        return self.scope is not None or self.account_id is not None


def counted_at(lead: Lead, query: ReportQuery, *, by_sale: bool = False) -> datetime | None:
    """Give the instant a lead of a report is counted at; None for one that was never sold.

    Args:
        lead: any lead.
        query: who asks.
        by_sale: does the report go by the instant of the sale, whoever asks?
    """
    if by_sale or query.of_holder:
        return None if lead.sale is None else lead.sale.sold_at
    return lead.received_at


def held(lead: Lead, query: ReportQuery, tree: Tree) -> bool:
    """Say whether a lead may be seen by whoever asks; the seller's staff sees all of the seller's.

    Args:
        lead: any lead.
        query: who asks.
        tree: the parent links of the scope's account; not looked at without a scope.
    """
    if lead.seller_id != query.seller_id:
        return False
    if not query.of_holder:
        return True
    if lead.sale is None or lead.assigned_to is None or lead.status is not LeadStatus.SOLD:
        return False
    if query.scope is None:
        return lead.sale.account_id == query.account_id
    return query.scope.covers(lead.sale.account_id, lead.assigned_to, tree)


def belongs(lead: Lead, query: ReportQuery, tree: Tree, *, by_sale: bool = False) -> bool:
    """Say whether a lead belongs to a report; as `held`, within its dates and kind, and no test."""
    at = counted_at(lead, query, by_sale=by_sale)
    return (
        at is not None
        and held(lead, query, tree)
        and not lead.submission.test
        and (query.kind is None or lead.submission.kind is query.kind)
        and (query.since is None or at >= query.since)
        and (query.until is None or at < query.until)
    )


def money_account(query: ReportQuery) -> AccountId | None:
    """Give the account whose money a report speaks of; None for all of the seller's.

    Raises:
        NotFound: the viewer does not see all of the account, and so nothing of its money.
    """
    if query.scope is None:
        return query.account_id
    if query.scope.reach is not Reach.ACCOUNT:
        raise NotFound("report", "money")
    return query.scope.account_id


def staff_only(query: ReportQuery) -> None:
    """Refuse a report that is the seller's own business.

    Raises:
        NotFound: it looks from an account.
    """
    if query.of_holder:
        raise NotFound("report", "undelivered")
