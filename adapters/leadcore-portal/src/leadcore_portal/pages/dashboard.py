"""The first page: what came, what is to be done, what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from leadcore.access import Area, Permission, Way
from leadcore.dashboard import (
    DayCount,
    Days,
    RateBy,
    ReportQuery,
    Spend,
    two_months,
    with_appointments,
)
from leadcore.downline import Reach
from leadcore.intervals import local_date
from leadcore.ports import AppointmentQuery, LeadQuery, LeadSort
from leadcore.values import Money
from leadcore_portal.charts import Chart, days_chart
from leadcore_portal.naming import account_names, user_names
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from starlette.responses import Response

    from leadcore.appointments import Appointment
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES"]

_SHOWN = 6
_MOST_APPOINTMENTS = 2_000


@frozen(kw_only=True)
class _Month:
    """A month: its chart, and the same as a table."""

    name: str
    chart: Chart
    days: tuple[DayCount, ...]
    now: bool


def show(visit: Visit) -> Response:
    """Show it; all of it is of one moment."""
    days = two_months(visit.at, visit.zone)
    query = ReportQuery(
        seller_id=visit.seller.id,
        scope=visit.caller.scope,
        since=days.opens_at,
        until=days.closes_at,
    )
    with visit.reading() as reader:
        values = _facts(visit, reader, query, days)
    return visit.page("pages/dashboard.html", **values)


def _facts(visit: Visit, reader: SqlReader, query: ReportQuery, days: Days) -> dict[str, Any]:
    booked = _appointments(visit, reader, days)
    counted = reader.leads_by_day(query, days)
    begins = (each.slot.begins_at for each in booked)
    upcoming = [each for each in booked if each.slot.ends_at > visit.at][:_SHOWN]
    recent = reader.leads(_leads(visit))
    overdue = reader.leads(_leads(visit, overdue=True))
    people = (*(each.assigned_to for each in upcoming), *(each.assigned_to for each in recent))
    return {
        "months": _months(with_appointments(counted, begins, days), visit),
        "upcoming": upcoming,
        "recent": recent,
        "overdue": overdue,
        "overdue_count": reader.overdue_count(evolve(query, since=None, until=None), visit.at),
        "first": reader.first_contact(query),
        "names": dict(user_names(reader, people)) | dict(account_names(reader, visit)),
        **_money(visit, reader, query),
    }


def _money(visit: Visit, reader: SqlReader, query: ReportQuery) -> Mapping[str, object]:
    """Give what was spent and returned; nothing where whoever looks does not see all of it."""
    scope = query.scope
    if scope is not None and scope.reach is not Reach.ACCOUNT:
        return {"rates": None, "spent": None, "undelivered": None}
    by = RateBy.ACCOUNT if visit.staff else RateBy.REASON
    return {
        "rates": reader.refund_rates(query, by),
        "spent": tuple(_spent(each) for each in reader.spend(query)),
        "undelivered": reader.undelivered(query) if visit.staff else None,
    }


@frozen(kw_only=True)
class _Spent:
    """What an account spent, as amounts."""

    account_id: str
    sold: int
    kept: int
    charged: Money
    refunded: Money
    spent: Money
    per_kept: Money | None


def _spent(found: Spend) -> _Spent:
    cost = found.cost_per_kept
    currency = found.currency
    # Half a cent counts as a whole one.
    per_kept = (
        None
        if cost is None
        else Money((2 * cost.numerator + cost.denominator) // (2 * cost.denominator), currency)
    )
    return _Spent(
        account_id=found.account_id,
        sold=found.sold,
        kept=found.kept,
        charged=Money(found.charged, currency),
        refunded=Money(found.refunded, currency),
        spent=found.spent,
        per_kept=per_kept,
    )


def _months(counted: tuple[DayCount, ...], visit: Visit) -> tuple[_Month, ...]:
    today = local_date(visit.at, visit.zone)
    firsts = sorted({each.day.replace(day=1) for each in counted}, reverse=True)
    return tuple(_month(first, counted, today) for first in firsts)


def _month(first: date, counted: tuple[DayCount, ...], today: date) -> _Month:
    days = tuple(each for each in counted if each.day.replace(day=1) == first)
    now = first == today.replace(day=1)
    return _Month(name=f"{first:%B %Y}", chart=days_chart(days, today), days=days, now=now)


def _appointments(visit: Visit, reader: SqlReader, days: Days) -> tuple[Appointment, ...]:
    query = AppointmentQuery(
        seller_id=visit.seller.id,
        scope=visit.caller.scope,
        since=days.opens_at,
        limit=_MOST_APPOINTMENTS,
    )
    return reader.appointments(query)


def _leads(visit: Visit, *, overdue: bool = False) -> LeadQuery:
    return LeadQuery(
        seller_id=visit.seller.id,
        scope=visit.caller.scope,
        sort=LeadSort.RECEIVED if visit.staff else LeadSort.SOLD,
        overdue_at=visit.at if overdue else None,
        limit=_SHOWN,
    )


PAGES = (Page(path="/", make=show, needs=Permission(Area.REPORTS, Way.READ)),)
