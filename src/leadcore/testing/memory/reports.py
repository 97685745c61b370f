"""The reports of the reference store: the folds of `leadcore.dashboard` over all it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore.dashboard import (
    CohortSale,
    RateBy,
    belongs,
    counted_at,
    fold_counts,
    fold_days,
    fold_first_contact,
    fold_overdue,
    fold_refund_rates,
    fold_spend,
    fold_statement,
    fold_undelivered,
    money_account,
    source_label,
    staff_only,
)
from leadcore.downline import Tree
from leadcore.testing.memory.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.dashboard import (
        DayCount,
        Days,
        FirstContact,
        LeadCount,
        RefundRate,
        ReportQuery,
        Spend,
        StatementSummary,
        WhyNot,
    )
    from leadcore.leads import Lead

__all__ = ["ReportRows"]


class ReportRows(Rows):
    """What can be counted of the rows; see `leadcore.ports.Reports`."""

    def _reported(self, query: ReportQuery, *, by_sale: bool = False) -> Iterator[Lead]:
        tree = self.tree(query.scope.account_id) if query.scope is not None else Tree({})
        for lead, _ in self.every("lead"):
            if belongs(lead, query, tree, by_sale=by_sale):
                yield lead

    def leads_by_day(self, query: ReportQuery, days: Days) -> tuple[DayCount, ...]:
        """Count leads by the local day."""
        instants = (counted_at(lead, query) for lead in self._reported(query))
        return fold_days((at for at in instants if at is not None), days)

    def lead_counts(self, query: ReportQuery) -> tuple[LeadCount, ...]:
        """Count leads by status and kind."""
        return fold_counts(self._reported(query))

    def overdue_count(self, query: ReportQuery, at: datetime) -> int:
        """Count first contacts that were due before an instant, and that nobody tried."""
        return fold_overdue(self._reported(query), at)

    def first_contact(self, query: ReportQuery) -> FirstContact:
        """Give how soon the people of leads that stand sold were first tried."""
        return fold_first_contact(self._reported(query, by_sale=True))

    def undelivered(self, query: ReportQuery) -> tuple[WhyNot, ...]:
        """Count why leads were delivered to nobody."""
        staff_only(query)
        return fold_undelivered(self._reported(query))

    def refund_rates(self, query: ReportQuery, by: RateBy) -> tuple[RefundRate, ...]:
        """Give the rates of returns of a cohort of sales."""
        return fold_refund_rates(self._cohort(query), by)

    def spend(self, query: ReportQuery) -> tuple[Spend, ...]:
        """Give what was spent on a cohort of sales, by account and currency."""
        return fold_spend(self._cohort(query))

    def _cohort(self, query: ReportQuery) -> tuple[CohortSale, ...]:
        account_id = money_account(query)
        everything = replace(query, scope=None, account_id=None, kind=None)
        found = (_sold(self, lead) for lead in self._reported(everything, by_sale=True))
        return tuple(
            sale for sale in found if sale is not None and account_id in {None, sale.account_id}
        )

    def statement_summary(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> StatementSummary:
        """Give an account's statement in short."""
        return fold_statement(self.statement(ledger_id), since=since, until=until)


def _sold(rows: Rows, lead: Lead) -> CohortSale | None:
    """Give a lead's sale with what became of it; None for a lead that was never sold."""
    sale = lead.sale
    if sale is None:
        return None
    requests = (refund for refund, _ in rows.every("refund") if refund.sale_id == sale.id)
    moved = (each for each in rows.book.transfers.values() if each.sale_id == sale.id)
    return CohortSale(
        account_id=sale.account_id,
        currency=sale.price.currency,
        source=source_label(lead.submission),
        requests=tuple((refund.status, refund.reason) for refund in requests),
        moved=tuple((each.kind, each.amount.minor) for each in moved),
    )
