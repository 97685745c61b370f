"""What lists are asked with: which leads, which returns; and the lines of a statement."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.balances import Entry, Transfer
from leadcore.downline import Scope
from leadcore.errors import Malformed
from leadcore.leads import Lead, LeadStatus, untried_until
from leadcore.payments import PaymentStatus
from leadcore.ports.cursors import Cursor, Paged
from leadcore.ports.lead_sorts import LeadSort, lead_sort_key
from leadcore.refunds.life import Refund, RefundStatus
from leadcore.submissions import LeadKind
from leadcore.values import AccountId, SaleId, SellerId, optional_instant

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
class LeadQuery(Paged[Lead]):
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
        after: behind which row the page begins.
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

    @property
    def order(self) -> str:
        """Which list it is, and what it is sorted by, in words."""
        if self.overdue_at is not None:
            return "leads by first contact"
        return "leads by duty" if self.duty_by is not None else f"leads by {self.sort.value}"

    @property
    def by_instant(self) -> bool:
        """Is the list sorted by an instant? Else by a text."""
        return self.sort.newest_first or self._by_what_is_due

    @property
    def falling(self) -> tuple[bool, bool]:
        """Say whether the list falls: in its key, and among equal keys in the id."""
        from_end = self.sort.newest_first and not self._by_what_is_due
        falls = from_end is not self.reverse
        return (falls, falls)

    def cursor(self, row: Lead) -> Cursor:
        """Give where a lead stands that the list shows.

        Raises:
            Malformed: the list can't show it.
        """
        key = self.key(row)
        if key is None:
            raise Malformed.at("after", f"lead {row.id} is none of a list of {self.order}")
        return Cursor(key, row.id)

    def key(self, lead: Lead) -> datetime | str | None:
        """Give what a lead is sorted by; None for one that the list leaves out."""
        if self.overdue_at is not None:
            return untried_until(lead)
        if self.duty_by is not None:
            # The use cases, which know what is due, know the ports.
            from leadcore.back_office.reminding import duty_due  # noqa: PLC0415 # see above

            return duty_due(lead)
        return lead_sort_key(lead, self.sort)

    @property
    def _by_what_is_due(self) -> bool:
        return self.overdue_at is not None or self.duty_by is not None


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
