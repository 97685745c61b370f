"""The port of reports: what a dashboard asks of a store, sync and async.

Every answer is that of the fold of the same name in `leadcore.dashboard` over what the store keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.dashboard import (
        DayCount,
        Days,
        FirstContact,
        LeadCount,
        RateBy,
        RefundRate,
        ReportQuery,
        Spend,
        StatementSummary,
        WhyNot,
    )

__all__ = ["AsyncReports", "Reports"]


class Reports(Protocol):
    """Reports of a store, sync. See `leadcore.testing.report_contract`."""

    def leads_by_day(self, query: ReportQuery, days: Days) -> tuple[DayCount, ...]:
        """Count leads by the local day; `since` and `until` of the query leave further ones out."""
        ...

    def lead_counts(self, query: ReportQuery) -> tuple[LeadCount, ...]:
        """Count leads by status and kind."""
        ...

    def overdue_count(self, query: ReportQuery, at: datetime) -> int:
        """Count first contacts that were due before an instant, and that nobody tried."""
        ...

    def first_contact(self, query: ReportQuery) -> FirstContact:
        """Give how soon the people of leads that stand sold were first tried.

        By the instant of the sale, whoever asks.
        """
        ...

    def undelivered(self, query: ReportQuery) -> tuple[WhyNot, ...]:
        """Count why leads were delivered to nobody; for the seller's staff.

        Raises:
            NotFound: it is asked from an account.
        """
        ...

    def refund_rates(self, query: ReportQuery, by: RateBy) -> tuple[RefundRate, ...]:
        """Give the rates of returns of a cohort of sales.

        Raises:
            NotFound: the viewer does not see all of the account.
        """
        ...

    def spend(self, query: ReportQuery) -> tuple[Spend, ...]:
        """Give what was spent on a cohort of sales, by account and currency.

        Raises:
            NotFound: the viewer does not see all of the account.
        """
        ...

    def statement_summary(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> StatementSummary:
        """Give an account's statement in short: lines recorded from `since` to before `until`."""
        ...


class AsyncReports(Protocol):
    """Reports of a store, async: the same names as `Reports`, to be awaited."""

    async def leads_by_day(self, query: ReportQuery, days: Days) -> tuple[DayCount, ...]:
        """As `Reports.leads_by_day`."""
        ...

    async def lead_counts(self, query: ReportQuery) -> tuple[LeadCount, ...]:
        """As `Reports.lead_counts`."""
        ...

    async def overdue_count(self, query: ReportQuery, at: datetime) -> int:
        """As `Reports.overdue_count`."""
        ...

    async def first_contact(self, query: ReportQuery) -> FirstContact:
        """As `Reports.first_contact`."""
        ...

    async def undelivered(self, query: ReportQuery) -> tuple[WhyNot, ...]:
        """As `Reports.undelivered`."""
        ...

    async def refund_rates(self, query: ReportQuery, by: RateBy) -> tuple[RefundRate, ...]:
        """As `Reports.refund_rates`."""
        ...

    async def spend(self, query: ReportQuery) -> tuple[Spend, ...]:
        """As `Reports.spend`."""
        ...

    async def statement_summary(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> StatementSummary:
        """As `Reports.statement_summary`."""
        ...
