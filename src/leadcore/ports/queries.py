"""What lists are asked with: which leads, which returns; and the lines of a statement."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.balances import Entry, Transfer
from leadcore.downline import Scope
from leadcore.leads import LeadStatus
from leadcore.payments import PaymentStatus
from leadcore.ports.lead_sorts import LeadSort
from leadcore.refunds.life import Refund, RefundStatus
from leadcore.submissions import LeadKind
from leadcore.values import AccountId, LeadId, SaleId, SellerId, optional_instant

__all__ = [
    "LeadQuery",
    "PaymentQuery",
    "RefundDate",
    "RefundPage",
    "RefundQuery",
    "RefundSort",
    "StatementLine",
]


@frozen(kw_only=True)
class LeadQuery:
    """Which leads to list, as `sort` says; overdue ones longest overdue first.

    With a scope only leads that its viewer sees are listed: sold to the account, not refunded, and
    assigned within the viewer's reach. Without one it is the seller's own staff that asks.

    Attributes:
        seller_id: whose leads.
        scope: what the viewer may see; None for the seller's staff.
        statuses, kind: only these; None for all.
        since, until: received (or sold, where `sort` is by that) from the first to before the
            second.
        text: found in the name, a phone or an e-mail, without regard to case; None for all.
        overdue_at: only those held by an account that nobody tried to reach since, and whose first
            contact was due before this instant; longest overdue first, then by id. `sort` then only
            says which instant `since` and `until` speak of.
        duty_by: only those with a duty nobody was told of, as `back_office.duty_due` says, that is
            due by this instant, included; longest due first, then by id. `sort` as for
            `overdue_at`, which comes first where both are asked for.
        duty_after: of those only what is due after this instant; alone it says nothing.
        sort: what the list is sorted by; see `LeadSort`.
        reverse: the other way round: the oldest first, texts from Z on.
        limit: at most so many.
        after: the id of the last lead of the page before; None for the first page.
    """

    seller_id: SellerId
    scope: Scope | None = None
    statuses: frozenset[LeadStatus] | None = None
    kind: LeadKind | None = None
    since: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)
    text: str | None = None
    overdue_at: datetime | None = field(default=None, converter=optional_instant)
    duty_by: datetime | None = field(default=None, converter=optional_instant)
    duty_after: datetime | None = field(default=None, converter=optional_instant)
    sort: LeadSort = LeadSort.RECEIVED
    reverse: bool = False
    limit: int = 50
    after: LeadId | None = None


class RefundDate(Enum):
    """Which instant of a request `since` and `until` speak of."""

    REQUESTED = "requested"
    DECIDED = "decided"


class RefundSort(Enum):
    """The newest request first; or the one first whose answer is due first, then the oldest."""

    NEWEST = "newest"
    DUE = "due"


@frozen(kw_only=True)
class RefundQuery:
    """Which refund requests to list.

    Attributes:
        account_id: of one account; None for all of the seller.
        sale_id: to return what was sold by one sale; None for all.
        statuses: only these; None for all.
        reasons: only these codes; None for all.
        dated: whether `since` and `until` speak of the request or of the last decision on it; by
            decision, what nobody decided on is not listed where either is given.
        since, until: from the first to before the second.
        limit: at most so many.
    """

    seller_id: SellerId
    account_id: AccountId | None = None
    sale_id: SaleId | None = None
    statuses: frozenset[RefundStatus] | None = None
    reasons: frozenset[str] | None = None
    dated: RefundDate = RefundDate.REQUESTED
    since: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)
    sort: RefundSort = RefundSort.NEWEST
    limit: int = 100


@frozen(kw_only=True)
class RefundPage:
    """Refund requests, and what the list leaves out.

    Attributes:
        outside: how many more there are that only the dates leave out.
        beyond: how many more there are within the dates that only the limit leaves out.
    """

    refunds: tuple[Refund, ...]
    outside: int
    beyond: int


@frozen(kw_only=True)
class StatementLine:
    """One line of an account's statement: the entry and the transfer behind it."""

    entry: Entry
    transfer: Transfer


@frozen(kw_only=True)
class PaymentQuery:
    """Which payments to list, newest first.

    Attributes:
        account_id: of one account; None for all of the seller.
        statuses: only these; None for all.
        limit: at most so many.
    """

    seller_id: SellerId
    account_id: AccountId | None = None
    statuses: frozenset[PaymentStatus] | None = None
    limit: int = 100
