"""The reports of the stores: what a store and a reader of one moment have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from leadcore_sqlalchemy import reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

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

A = TypeVar("A")
P = ParamSpec("P")


class Reports(ABC):
    """The reports of `leadcore.ports.Reports`; a subclass says on which connection."""

    @abstractmethod
    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    def leads_by_day(self, query: ReportQuery, days: Days) -> tuple[DayCount, ...]:
        """Count leads by the local day."""
        return self._read(reports.leads_by_day, query, days)

    def lead_counts(self, query: ReportQuery) -> tuple[LeadCount, ...]:
        """Count leads by status and kind."""
        return self._read(reports.lead_counts, query)

    def overdue_count(self, query: ReportQuery, at: datetime) -> int:
        """Count first contacts that were due before an instant, and that nobody tried."""
        return self._read(reports.overdue_count, query, at)

    def first_contact(self, query: ReportQuery) -> FirstContact:
        """Give how soon the people of leads that stand sold were first tried."""
        return self._read(reports.first_contact, query)

    def undelivered(self, query: ReportQuery) -> tuple[WhyNot, ...]:
        """Count why leads were delivered to nobody; for the seller's staff."""
        return self._read(reports.undelivered, query)

    def refund_rates(self, query: ReportQuery, by: RateBy) -> tuple[RefundRate, ...]:
        """Give the rates of returns of a cohort of sales."""
        return self._read(reports.refund_rates, query, by)

    def spend(self, query: ReportQuery) -> tuple[Spend, ...]:
        """Give what was spent on a cohort of sales, by account and currency."""
        return self._read(reports.spend, query)

    def statement_summary(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> StatementSummary:
        """Give an account's statement in short."""
        return self._read(reports.statement_summary, ledger_id, since, until)


class AsyncReports(ABC):
    """The reports of `leadcore.ports.AsyncReports`; a subclass says on which connection."""

    @abstractmethod
    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    async def leads_by_day(self, query: ReportQuery, days: Days) -> tuple[DayCount, ...]:
        """Count leads by the local day."""
        return await self._read(reports.leads_by_day, query, days)

    async def lead_counts(self, query: ReportQuery) -> tuple[LeadCount, ...]:
        """Count leads by status and kind."""
        return await self._read(reports.lead_counts, query)

    async def overdue_count(self, query: ReportQuery, at: datetime) -> int:
        """Count first contacts that were due before an instant, and that nobody tried."""
        return await self._read(reports.overdue_count, query, at)

    async def first_contact(self, query: ReportQuery) -> FirstContact:
        """Give how soon the people of leads that stand sold were first tried."""
        return await self._read(reports.first_contact, query)

    async def undelivered(self, query: ReportQuery) -> tuple[WhyNot, ...]:
        """Count why leads were delivered to nobody; for the seller's staff."""
        return await self._read(reports.undelivered, query)

    async def refund_rates(self, query: ReportQuery, by: RateBy) -> tuple[RefundRate, ...]:
        """Give the rates of returns of a cohort of sales."""
        return await self._read(reports.refund_rates, query, by)

    async def spend(self, query: ReportQuery) -> tuple[Spend, ...]:
        """Give what was spent on a cohort of sales, by account and currency."""
        return await self._read(reports.spend, query)

    async def statement_summary(
        self, ledger_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> StatementSummary:
        """Give an account's statement in short."""
        return await self._read(reports.statement_summary, ledger_id, since, until)
