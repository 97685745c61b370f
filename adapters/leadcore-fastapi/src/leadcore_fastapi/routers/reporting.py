"""The dashboard and its reports, of the leads that whoever asks sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import evolve

from leadcore import wire
from leadcore.access import Area, Way
from leadcore.accounts import prepaid_account
from leadcore.dashboard import Days, RateBy, ReportQuery, two_months
from leadcore.errors import Malformed, NotFound
from leadcore.intervals import zone_info
from leadcore.ports import AppointmentQuery, LeadQuery, LeadSort
from leadcore_fastapi.calls import Reply
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.lead_lines import line_of
from leadcore_fastapi.routers.shared import SINCE, UNTIL
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("reports")
_READ = (Area.REPORTS, Way.READ)
_SHOWN = 5
_LONGEST = timedelta(days=750)
_ACCOUNT = Param(name="account", kind=str, says="For the staff: only this account's.")
_ZONE = Param(name="zone", kind=str, says="Whose days; else the seller's.")


class Report(Enum):
    """The reports there are."""

    DAYS = "days"
    COUNTS = "counts"
    FIRST_CONTACT = "first-contact"
    UNDELIVERED = "undelivered"
    RETURNS_BY_ACCOUNT = "returns-by-account"
    RETURNS_BY_REASON = "returns-by-reason"
    RETURNS_BY_SOURCE = "returns-by-source"
    SPEND = "spend"
    STATEMENT = "statement"


def _days(call: Call) -> Days:
    zone = call.query.get("zone", call.seller.terms.zone)
    try:
        zone_info(zone)
    except ValueError as error:
        raise Malformed.at("?zone", str(error)) from None
    shown = two_months(call.at, zone)
    first, last = call.query.get("since"), call.query.get("until")
    found = Days(
        zone=zone,
        first=first or shown.first,
        last=last - timedelta(days=1) if last else max(shown.last, first or shown.first),
    )
    if not timedelta() <= found.last - found.first <= _LONGEST:
        raise Malformed.at("?until", f"is later than since, by {_LONGEST.days} days at most")
    return found


def _query(call: Call, days: Days) -> ReportQuery:
    asked = call.query.get("account")
    try:
        since, until = days.opens_at, days.closes_at
    except (ValueError, OverflowError):
        raise Malformed.at("?since", "is no day that has a beginning here") from None
    only = call.account(asked).id if asked else None
    scope = call.scope
    return ReportQuery(
        seller_id=call.seller.id,
        scope=scope,
        account_id=None if scope is not None else only,
        since=since,
        until=until,
    )


def _statement(call: Call, query: ReportQuery) -> Any:  # noqa: ANN401 - whatever JSON holds
    account_id = query.scope.account_id if query.scope else query.account_id
    if account_id is None:
        raise Malformed.at("?account", "whose statement?")
    # Who may not see what was spent, may not see this either.
    call.store.spend(evolve(query, until=query.since))
    ledger = prepaid_account(call.account(account_id).id)
    return wire.dump(call.store.statement_summary(ledger, query.since, query.until))


_Rows = Callable[["Call", ReportQuery, Days], Any]
_ROWS: dict[Report, _Rows] = {
    Report.DAYS: lambda call, query, days: call.store.leads_by_day(query, days),
    Report.COUNTS: lambda call, query, _: call.store.lead_counts(query),
    Report.FIRST_CONTACT: lambda call, query, _: (call.store.first_contact(query),),
    Report.UNDELIVERED: lambda call, query, _: call.store.undelivered(query),
    Report.RETURNS_BY_ACCOUNT: lambda call, query, _: call.store.refund_rates(
        query, RateBy.ACCOUNT
    ),
    Report.RETURNS_BY_REASON: lambda call, query, _: call.store.refund_rates(query, RateBy.REASON),
    Report.RETURNS_BY_SOURCE: lambda call, query, _: call.store.refund_rates(query, RateBy.SOURCE),
    Report.SPEND: lambda call, query, _: call.store.spend(query),
    Report.STATEMENT: lambda call, query, _: (_statement(call, query),),
}
_TOLD = {
    "type": "object",
    "required": ["from", "to", "zone", "rows"],
    "properties": {
        "from": {"type": "string", "format": "date"},
        "to": {"type": "string", "format": "date"},
        "zone": {"type": "string"},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}


@group.get(
    "/reports/{report}",
    "Show one report of some days",
    may=_READ,
    query=(SINCE, UNTIL, _ZONE, _ACCOUNT),
    gives=_TOLD,
)
def show_report(call: Call) -> Reply:
    """From `since` to before `until`; else of this month and the last one."""
    found = {each.value: each for each in Report}.get(call.path("report"))
    if found is None:
        raise NotFound("report", call.path("report"))
    days = _days(call)
    rows = _ROWS[found](call, _query(call, days), days)
    return Reply(data={**_span(days), "rows": [wire.dump(each) for each in rows]})


def _span(days: Days) -> dict[str, Any]:
    said = {"from": wire.dump(days.first), "to": wire.dump(days.last)}
    return {**said, "zone": days.zone}


_PARTS = (
    Report.COUNTS,
    Report.FIRST_CONTACT,
    Report.RETURNS_BY_REASON,
    Report.SPEND,
    Report.UNDELIVERED,
)


@group.get(
    "/dashboard",
    "Show this month and the last one",
    may=_READ,
    query=(_ZONE, _ACCOUNT),
    gives={"type": "object", "required": ["from", "to", "zone", "days", "overdue"]},
    others=(404,),
)
def show_dashboard(call: Call) -> Reply:
    """Leads by the day, the most recent, what is overdue, what is coming; null where not open."""
    days = _days(call)
    query = _query(call, days)
    data: dict[str, Any] = {
        **_span(days),
        "days": [wire.dump(each) for each in call.store.leads_by_day(query, days)],
        "overdue": call.store.overdue_count(evolve(query, since=None), call.at),
        "overdue_leads": _leads(call, call.at),
        "recent_leads": _leads(call, None),
        "upcoming": _upcoming(call),
    }
    for part in _PARTS:
        try:
            rows = _ROWS[part](call, query, days)
            data[part.value] = [wire.dump(each) for each in rows]
        except NotFound:
            data[part.value] = None
    return Reply(data=data)


def _leads(call: Call, overdue_at: datetime | None) -> list[Any]:
    sort = LeadSort.RECEIVED if call.scope is None else LeadSort.SOLD
    wanted = LeadQuery(
        seller_id=call.seller.id,
        scope=call.scope,
        overdue_at=overdue_at,
        sort=sort,
        limit=_SHOWN,
    )
    return [line_of(lead) for lead in call.store.leads(wanted)]


def _upcoming(call: Call) -> list[Any]:
    wanted = AppointmentQuery(
        seller_id=call.seller.id, scope=call.scope, since=call.at, limit=_SHOWN
    )
    return [wire.dump(each) for each in call.store.appointments(wanted)]
