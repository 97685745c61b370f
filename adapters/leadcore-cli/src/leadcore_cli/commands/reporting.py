"""Reports: one at a time, over any days, and all of them on one screen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from attrs import evolve, frozen

from leadcore.accounts import prepaid_account
from leadcore.dashboard import (
    Days,
    RateBy,
    ReportQuery,
    StatementSummary,
    two_months,
    with_appointments,
)
from leadcore.errors import Malformed, NotFound
from leadcore.intervals import local_date, to_local
from leadcore.leads import first_contact_due
from leadcore.ports import AppointmentQuery, LeadQuery, LeadSort
from leadcore.submissions import LeadKind
from leadcore.values import AccountId, Money, UserId
from leadcore_cli import show
from leadcore_cli.charts import columns, span
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.parsing import Day, Instant
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leadcore.appointments import Appointment
    from leadcore.dashboard import DayCount, RefundRate, Spend
    from leadcore.leads import Lead
    from leadcore.ports import Agenda
    from leadcore.ports.reports import Reports

__all__ = ["register"]

_SHOWN = 5
_PAGE = 500
_ONE_DAY = timedelta(days=1)
Viewer = Annotated[
    str | None, typer.Option("--as", help="What this user may see; else the seller's staff.")
]
OfAccount = Annotated[str | None, typer.Option(help="For the staff: only this account's.")]
Zone = Annotated[str | None, typer.Option(help="Whose days; else the seller's.")]


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


@frozen(kw_only=True)
class _Asked:
    """Who asks, of which leads, and of which days."""

    here: Desk
    query: ReportQuery
    days: Days
    at: datetime

    @property
    def reports(self) -> Reports:
        """The store, which also reports."""
        return cast("Reports", self.here.store)

    @property
    def account_id(self) -> AccountId | None:
        """The one account it is about, if it is about one."""
        scope = self.query.scope
        return self.query.account_id if scope is None else scope.account_id


def _query(
    here: Desk, as_user: str | None, account: str | None, kind: LeadKind | None = None
) -> ReportQuery:
    if as_user is None:
        only = None if account is None else here.account(account).id
        return ReportQuery(seller_id=here.seller.id, account_id=only, kind=kind)
    if account is not None:
        raise Malformed.at("--account", "is said by --as already")
    viewer = here.user(as_user)
    return ReportQuery(
        seller_id=here.seller.id, scope=here.store.scope(UserId(viewer.id)), kind=kind
    )


def report(
    name: Annotated[Report, typer.Argument(help="Which.")],
    since: Day = None,
    until: Day = None,
    zone: Zone = None,
    account: OfAccount = None,
    kind: Annotated[LeadKind | None, typer.Option(help="Only these leads.")] = None,
    as_user: Viewer = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show one report of the days from --since to before --until; else of two months."""
    here = desk(db, seller)
    at = now()
    days = _days(at, zone or here.seller.terms.zone, since, until)
    query = evolve(_query(here, as_user, account, kind), since=days.opens_at, until=days.closes_at)
    asked = _Asked(here=here, query=query, days=days, at=at)
    rows = _ROWS[name](asked)
    if as_json:
        for row in rows:
            show.print_json({key: _data(value) for key, value in row.items()})
        return
    heads = list(rows[0]) if rows else ["nothing"]
    show.table(
        f"{name.value.replace('-', ' ').capitalize()}, {days.first} to {days.last}, {days.zone}",
        [head.replace("_", " ") for head in heads],
        ([row[head] for head in heads] for row in rows),
    )


def _days(at: datetime, zone: str, since: datetime | None, until: datetime | None) -> Days:
    shown = two_months(at, zone)
    first = since.date() if since else shown.first
    last = until.date() - _ONE_DAY if until else max(shown.last, first)
    if last < first:
        raise Malformed.at("--until", "lies before --since, or on it: that is no day at all")
    return Days(zone=zone, first=first, last=last)


_Row = dict[str, object]


def _data(value: object) -> object:
    return show.as_data(value) if isinstance(value, Money) else _plain(value)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _counted(asked: _Asked) -> tuple[DayCount, ...]:
    counted = asked.reports.leads_by_day(asked.query, asked.days)
    begins = (each.slot.begins_at for each in _appointments(asked))
    return with_appointments(counted, begins, asked.days)


def _appointments(asked: _Asked) -> Iterator[Appointment]:
    """Give the appointments of the days that whoever asks may see, by beginning."""
    store = cast("Agenda", asked.here.store)
    query = AppointmentQuery(
        seller_id=asked.query.seller_id,
        scope=asked.query.scope,
        account_id=asked.query.account_id,
        since=asked.days.opens_at,
        until=asked.days.closes_at,
        limit=_PAGE,
    )
    while True:
        page = store.appointments(query)
        yield from page
        if len(page) < _PAGE:
            return
        query = query.behind(page[-1])


def _of_days(asked: _Asked) -> list[_Row]:
    counted = _counted(asked)
    return [
        {"day": each.day, "leads": each.leads, "appointments": each.appointments}
        for each in counted
    ]


def _of_counts(asked: _Asked) -> list[_Row]:
    return [
        {"status": each.status.value, "kind": each.kind.value, "leads": each.leads}
        for each in asked.reports.lead_counts(asked.query)
    ]


def _of_first_contact(asked: _Asked) -> list[_Row]:
    found = asked.reports.first_contact(asked.query)
    return [
        {
            "tried": found.tried,
            "untried": found.untried,
            "in_time": found.in_time,
            "median": None if found.median is None else span(found.median),
            "ninetieth": None if found.ninetieth is None else span(found.ninetieth),
            "median_microseconds": found.median,
            "ninetieth_microseconds": found.ninetieth,
        }
    ]


def _of_undelivered(asked: _Asked) -> list[_Row]:
    return [
        {"reason": each.reason, "leads": each.leads, "orders": each.orders}
        for each in asked.reports.undelivered(asked.query)
    ]


def _of_returns(by: RateBy) -> Callable[[_Asked], list[_Row]]:
    def rows(asked: _Asked) -> list[_Row]:
        return [
            {
                by.value: each.key,
                "sold": each.sold,
                "asked": each.asked,
                "pending": each.pending,
                "returned": each.returned,
                "rate": _percent(each),
            }
            for each in asked.reports.refund_rates(asked.query, by)
        ]

    return rows


def _percent(found: RefundRate) -> str:
    return f"{found.rate.per_mille / 10:.1f} %"


def _of_spend(asked: _Asked) -> list[_Row]:
    return [
        {
            "account": each.account_id,
            "sold": each.sold,
            "kept": each.kept,
            "charged": Money(each.charged, each.currency),
            "refunded": Money(each.refunded, each.currency),
            "spent": each.spent,
            "per_kept_lead": _per_kept(each),
        }
        for each in asked.reports.spend(asked.query)
    ]


def _per_kept(found: Spend) -> Money | None:
    """Give the cost of a kept lead, rounded half up to a whole minor unit."""
    cost = found.cost_per_kept
    if cost is None:
        return None
    double = 2 * cost.denominator
    return Money((2 * cost.numerator + cost.denominator) // double, found.currency)


def _of_statement(asked: _Asked) -> list[_Row]:
    if asked.account_id is None:
        raise Malformed.at("--account", "whose statement?")
    # Who may not see what was spent, may not see this either.
    asked.reports.spend(evolve(asked.query, until=asked.query.since))
    account = asked.here.account(asked.account_id)
    found = asked.reports.statement_summary(
        prepaid_account(account.id), asked.query.since, asked.query.until
    )
    return [_statement_row(found, account.currency)]


def _statement_row(found: StatementSummary, currency: str) -> _Row:
    names = ("opening", "payments", "bonuses", "charges", "refunds", "others", "closing")
    return {name: Money(getattr(found, name), currency) for name in names}


_ROWS: dict[Report, Callable[[_Asked], list[_Row]]] = {
    Report.DAYS: _of_days,
    Report.COUNTS: _of_counts,
    Report.FIRST_CONTACT: _of_first_contact,
    Report.UNDELIVERED: _of_undelivered,
    Report.RETURNS_BY_ACCOUNT: _of_returns(RateBy.ACCOUNT),
    Report.RETURNS_BY_REASON: _of_returns(RateBy.REASON),
    Report.RETURNS_BY_SOURCE: _of_returns(RateBy.SOURCE),
    Report.SPEND: _of_spend,
    Report.STATEMENT: _of_statement,
}

# ------------------------------------------------------------------------------------- dashboard


def dashboard(
    account: OfAccount = None,
    zone: Zone = None,
    at: Instant = None,
    as_user: Viewer = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show this month and the last one: leads by the day, first contacts, returns, money."""
    here = desk(db, seller)
    moment = at or now()
    days = two_months(moment, zone or here.seller.terms.zone)
    query = evolve(_query(here, as_user, account), since=days.opens_at, until=days.closes_at)
    asked = _Asked(here=here, query=query, days=days, at=moment)
    found = _everything(asked)
    if as_json:
        show.print_json(found)
        return
    _draw(asked, found)


_PARTS: dict[str, Callable[[_Asked], list[_Row]]] = {
    "counts": _of_counts,
    "first_contact": _of_first_contact,
    "returns": _of_returns(RateBy.REASON),
    "spend": _of_spend,
    "statement": _of_statement,
    "undelivered": _of_undelivered,
}


def _everything(asked: _Asked) -> dict[str, Any]:
    """Give all parts as data; None for what whoever asks may not see, or what is about nobody."""
    found: dict[str, Any] = {
        "from": asked.days.first.isoformat(),
        "to": asked.days.last.isoformat(),
        "zone": asked.days.zone,
        "days": [{key: _plain(value) for key, value in row.items()} for row in _of_days(asked)],
        "overdue": asked.reports.overdue_count(evolve(asked.query, since=None), asked.at),
        "overdue_leads": [_brief(lead) for lead in _leads(asked, overdue=True)],
        "recent_leads": [_brief(lead) for lead in _leads(asked)],
        "upcoming": [_coming(each, asked.days.zone) for each in islice(_upcoming(asked), _SHOWN)],
    }
    for name, rows in _PARTS.items():
        if name == "statement" and asked.account_id is None:
            found[name] = None
            continue
        try:
            found[name] = [{key: _data(value) for key, value in row.items()} for row in rows(asked)]
        except NotFound:
            found[name] = None
    return found


def _leads(asked: _Asked, *, overdue: bool = False) -> tuple[Lead, ...]:
    query = asked.query
    wanted = LeadQuery(
        seller_id=query.seller_id,
        scope=query.scope,
        overdue_at=asked.at if overdue else None,
        sort=LeadSort.SOLD if query.of_holder else LeadSort.RECEIVED,
        limit=_SHOWN,
    )
    if query.scope is None and query.account_id is not None:
        found = asked.here.store.leads(evolve(wanted, limit=100 * _SHOWN))
        held = (lead for lead in found if lead.held_by == query.account_id)
        return tuple(held)[:_SHOWN]
    return asked.here.store.leads(wanted)


def _brief(lead: Lead) -> dict[str, Any]:
    due = first_contact_due(lead)
    return {
        "lead": lead.id,
        "name": lead.submission.name.display or None,
        "area": lead.submission.area or lead.submission.vertical,
        "status": lead.status.value,
        "owner": lead.assigned_to,
        "received": show.as_data(lead.received_at),
        "first_contact_due": None if due is None else show.as_data(due),
    }


def _upcoming(asked: _Asked) -> Iterator[Appointment]:
    return (each for each in _appointments(asked) if each.slot.ends_at > asked.at)


def _coming(each: Appointment, zone: str) -> dict[str, Any]:
    begins = to_local(each.slot.begins_at, zone)
    return {
        "appointment": each.id,
        "begins": f"{begins:%Y-%m-%d %H:%M}",
        "title": each.title,
        "with": each.assigned_to,
        "for_lead": each.lead_id,
    }


def _draw(asked: _Asked, found: dict[str, Any]) -> None:
    today = local_date(asked.at, asked.days.zone)
    counted = _counted(asked)
    show.line(
        f"[bold]{show.clean(asked.here.seller.terms.name)}[/], {today:%A} {today}, "
        f"{show.clean(asked.days.zone)}"
    )
    this = today.replace(day=1)
    for month in (this, asked.days.first):
        _month([each for each in counted if each.day.replace(day=1) == month], today)
    _contacts(found)
    for title, key, heads in _TABLES:
        if found[key]:
            rows = found[key]
            show.table(title, heads, ([_cell(row[_KEYS.get(h, h)]) for h in heads] for row in rows))


def _month(days: Sequence[DayCount], today: date) -> None:
    total = sum(each.leads for each in days)
    so_far = " so far" if days[-1].day > today else ""
    show.line(f"[bold]{days[0].day:%B %Y}[/]: {total:,} leads{so_far}")
    for line in columns(days):
        show.line(show.clean(line), first="  ")


def _contacts(found: dict[str, Any]) -> None:
    (first,) = found["first_contact"]
    sold = first["tried"] + first["untried"]
    show.line(
        f"[bold]First contact[/]: {first['tried']} of {sold} tried, {first['in_time']} within 24 "
        f"hours; half within {first['median'] or '–'}, nine of ten within "
        f"{first['ninetieth'] or '–'}; [bold]{found['overdue']} overdue[/]"
    )


_TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Leads", "counts", ("status", "kind", "leads")),
    ("Most recent", "recent_leads", ("lead", "name", "area", "status", "owner")),
    ("Overdue first contacts", "overdue_leads", ("lead", "name", "owner", "due")),
    ("Upcoming appointments", "upcoming", ("begins", "title", "with", "for lead")),
    ("Spent", "spend", ("account", "sold", "kept", "spent", "per kept lead")),
    ("Returns, of all sold", "returns", ("reason", "sold", "asked", "pending", "returned", "rate")),
    (
        "Statement",
        "statement",
        ("opening", "payments", "bonuses", "charges", "refunds", "others", "closing"),
    ),
    ("Why leads were sold to nobody", "undelivered", ("reason", "leads", "orders")),
)
_KEYS = {"due": "first_contact_due", "for lead": "for_lead", "per kept lead": "per_kept_lead"}


def _cell(value: Any) -> object:  # noqa: ANN401 - whatever stands in a column
    return Money(**cast("dict[str, Any]", value)) if isinstance(value, dict) else value


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (dashboard, report):
        add(app, command)
