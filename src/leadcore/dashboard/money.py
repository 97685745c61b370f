"""Reports on sales and money: rates of returns, spend, what a kept lead costs, the statement.

A rate is a whole number of something, and of how many: `Rate`. It is never rounded here. All but
the statement go by the **cohort** of a sale: the sales from one instant to before another, with
whatever became of them until now, so that a return is counted where its sale is and a rate never
passes one. Amounts are minor units; those of two currencies are never added.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.balances import TransferKind
from leadcore.refunds.life import RefundStatus
from leadcore.values import AccountId, Money, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leadcore.balances.lots import Line

__all__ = [
    "STATEMENT_PARTS",
    "CohortSale",
    "Rate",
    "RateBy",
    "RefundRate",
    "Spend",
    "StatementSummary",
    "fold_refund_rates",
    "fold_spend",
    "fold_statement",
    "summary_of_sums",
]

_PENDING = frozenset(
    {RefundStatus.EXCEPTION_ASKED, RefundStatus.REQUESTED, RefundStatus.UNDER_VERIFICATION}
)


@frozen
class Rate:
    """So much of so many; `denominator` is never 0 (what has no denominator has no rate).

    >>> Rate(1, 3).per_mille
    333
    """

    numerator: int
    denominator: int

    @property
    def per_mille(self) -> int:
        """Thousandths, rounded half up, for showing."""
        return (2000 * self.numerator + self.denominator) // (2 * self.denominator)


class RateBy(Enum):
    """What rates of returns are told by."""

    ACCOUNT = "account"
    REASON = "reason"
    SOURCE = "source"


@frozen(kw_only=True)
class CohortSale:
    """One sale of a cohort, and what became of it.

    Attributes:
        source: of its lead (`counting.source_label`).
        requests: the status and reason of every request to return it.
        moved: the kind and amount of every transfer of the ledger for it.
    """

    account_id: AccountId
    currency: str
    source: str
    requests: tuple[tuple[RefundStatus, str], ...] = ()
    moved: tuple[tuple[TransferKind, int], ...] = ()

    @property
    def returned(self) -> bool:
        """Does a return of it stand?"""
        return any(status is RefundStatus.APPROVED for status, _ in self.requests)


@frozen(kw_only=True)
class RefundRate:
    """How many sales of a cohort were returned, by account, reason or source.

    Attributes:
        key: the account, the reason's code or the source.
        sold: the denominator: sales of the account or the source; for a reason, all of the cohort.
        asked: of these, sales with a request (for a reason: one that gives it).
        pending: of these, sales with a request that waits.
        returned: of these, sales with a return that stands.
    """

    key: str
    sold: int
    asked: int
    pending: int
    returned: int

    @property
    def rate(self) -> Rate:
        """Returned of sold."""
        return Rate(self.returned, self.sold)


def fold_refund_rates(cohort: Iterable[CohortSale], by: RateBy) -> tuple[RefundRate, ...]:
    """Fold the rates of a cohort, in the order of their keys."""
    sales = tuple(cohort)
    counts: dict[str, Counter[str]] = {}
    for sale in sales:
        for key, statuses in _keyed(sale, by).items():
            found = counts.setdefault(key, Counter())
            found["sold"] += 1
            found["asked"] += bool(statuses)
            found["pending"] += bool(statuses & _PENDING)
            found["returned"] += RefundStatus.APPROVED in statuses
    return tuple(
        RefundRate(
            key=key,
            sold=len(sales) if by is RateBy.REASON else found["sold"],
            asked=found["asked"],
            pending=found["pending"],
            returned=found["returned"],
        )
        for key, found in sorted(counts.items())
    )


def _keyed(sale: CohortSale, by: RateBy) -> Mapping[str, frozenset[RefundStatus]]:
    if by is RateBy.REASON:
        reasons = {reason for _, reason in sale.requests}
        return {
            each: frozenset(status for status, reason in sale.requests if reason == each)
            for each in reasons
        }
    key = sale.account_id if by is RateBy.ACCOUNT else sale.source
    return {key: frozenset(status for status, _ in sale.requests)}


@frozen(kw_only=True)
class Spend:
    """What an account spent on a cohort, in one currency.

    Attributes:
        sold, kept: sales, and those of them whose return does not stand.
        charged: for its sales, in minor units; a sale without a charge is free.
        refunded: given back for them, less what reversals took again.
    """

    account_id: AccountId
    currency: str
    sold: int
    kept: int
    charged: int
    refunded: int

    @property
    def spent(self) -> Money:
        """What was charged less what was given back."""
        return Money(self.charged - self.refunded, self.currency)

    @property
    def cost_per_kept(self) -> Rate | None:
        """Minor units spent of leads kept; None where none was kept."""
        return Rate(self.spent.minor, self.kept) if self.kept else None


def fold_spend(cohort: Iterable[CohortSale]) -> tuple[Spend, ...]:
    """Fold what accounts spent, by account and currency."""
    found: dict[tuple[AccountId, str], list[CohortSale]] = {}
    for sale in cohort:
        found.setdefault((sale.account_id, sale.currency), []).append(sale)
    return tuple(_spend(key, sales) for key, sales in sorted(found.items()))


def _spend(key: tuple[AccountId, str], sales: list[CohortSale]) -> Spend:
    sums = dict.fromkeys(TransferKind, 0)
    for sale in sales:
        for kind, amount in sale.moved:
            sums[kind] += amount
    return Spend(
        account_id=key[0],
        currency=key[1],
        sold=len(sales),
        kept=sum(not sale.returned for sale in sales),
        charged=sums[TransferKind.CHARGE] + sums[TransferKind.CAPTURE],
        refunded=sums[TransferKind.REFUND] - sums[TransferKind.REFUND_REVERSAL],
    )


STATEMENT_PARTS: dict[TransferKind, str] = {
    TransferKind.CHARGE: "charges",
    TransferKind.CAPTURE: "charges",
    TransferKind.REFUND: "refunds",
    TransferKind.REFUND_REVERSAL: "refunds",
    TransferKind.PROMO_GRANT: "bonuses",
    TransferKind.PROMO_EXPIRY: "bonuses",
    TransferKind.TOPUP: "payments",
    TransferKind.CHARGEBACK: "payments",
    TransferKind.ACCOUNT_REFUND: "payments",
}
"""Which part of a summary a transfer belongs to; any other kind belongs to `others`."""


@frozen(kw_only=True)
class StatementSummary:
    """An account's statement in short: what it held, what came and went, what it holds.

    All amounts are minor units of the account's currency, below zero for what left it. They add up:
    `closing` is `opening` and everything between.

    Attributes:
        since, until: from the first to before the second; None for no bound.
        opening: held before `since`.
        charges: for leads.
        refunds: for returned leads, less reversals.
        bonuses: granted, less expired.
        payments: what came in, less what was paid back or disputed.
        others: corrections, write-offs, transfers between accounts.
    """

    since: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)
    opening: int = 0
    charges: int = 0
    refunds: int = 0
    bonuses: int = 0
    payments: int = 0
    others: int = 0

    @property
    def closing(self) -> int:
        """Held before `until`."""
        parts = (self.charges, self.refunds, self.bonuses, self.payments, self.others)
        return self.opening + sum(parts)


def fold_statement(
    lines: Iterable[Line], *, since: datetime | None = None, until: datetime | None = None
) -> StatementSummary:
    """Sum all lines of an account up; those before `since` are the opening balance."""
    first, last = optional_instant(since), optional_instant(until)

    def sums() -> Iterator[tuple[TransferKind | None, int]]:
        for line in lines:
            at = line.entry.recorded_at
            if last is not None and at >= last:
                continue
            before = first is not None and at < first
            yield None if before else line.transfer.kind, line.entry.amount

    return summary_of_sums(sums(), since=first, until=last)


def summary_of_sums(
    sums: Iterable[tuple[TransferKind | None, int]],
    *,
    since: datetime | None,
    until: datetime | None,
) -> StatementSummary:
    """Give the summary of sums by kind; kind None is what came before."""
    parts: Counter[str] = Counter()
    for kind, amount in sums:
        parts["opening" if kind is None else STATEMENT_PARTS.get(kind, "others")] += amount
    return StatementSummary(
        since=since,
        until=until,
        opening=parts["opening"],
        charges=parts["charges"],
        refunds=parts["refunds"],
        bonuses=parts["bonuses"],
        payments=parts["payments"],
        others=parts["others"],
    )
