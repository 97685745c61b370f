"""The list of leads: found by words, dates and kind, sorted by any column, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from attrs import frozen

from leadcore.access import Area, Permission, Way
from leadcore.intervals import start_of_local_day
from leadcore.leads import LeadStatus
from leadcore.ports import LeadQuery, LeadSort
from leadcore.submissions import LeadKind
from leadcore_portal.forms import Form
from leadcore_portal.naming import names_of
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from leadcore_portal.visits import Visit

__all__ = ["FILTERS", "PAGES", "query_of"]

E = TypeVar("E", bound=Enum)

READ = Permission(Area.LEADS, Way.READ)
_PAGE = 25
_DAY = timedelta(days=1)
FILTERS = ("text", "kind", "status", "since", "until", "overdue", "sort", "reverse")
"""What the address of a list may say."""
_COLUMNS = (
    (LeadSort.NAME, "Name"),
    (LeadSort.AREA, "Area"),
    (LeadSort.STATE, "State"),
    (LeadSort.KIND, "Kind"),
    (LeadSort.STATUS, "Status"),
    (LeadSort.SOLD, "Sold"),
    (LeadSort.RECEIVED, "Received"),
)
_STAFF_ONLY = frozenset({LeadSort.STATUS, LeadSort.RECEIVED})
"""What an account sees is sold, and came when it was sold or before."""


@frozen(kw_only=True)
class _Column:
    """The head of a column: how it is sorted now, and the address that sorts by it."""

    name: str
    key: str
    address: str
    order: str | None


def show(visit: Visit) -> Response:
    """Show a page of leads."""
    form = Form.of({name: visit.asked(name) for name in FILTERS})
    query = query_of(visit, form)
    with visit.reading() as reader:
        found = reader.leads(query)
        page = found[:_PAGE]
        names = names_of(reader, visit, page)
    more = f"/leads?{_query(form, after=query.closed(page[-1]))}" if len(found) > _PAGE else None
    return visit.page(
        "pages/leads.html",
        form=form,
        leads=page,
        names=names,
        columns=tuple(_columns(form, query, staff=visit.staff)),
        next=more,
        first=f"/leads?{_query(form)}" if visit.asked("after") else None,
        filtered=any(form.raw(name) for name in FILTERS[:6]),
        export=f"/leads/export?{_query(form)}",
        kinds=tuple((each.value, _KINDS[each]) for each in LeadKind),
        statuses=tuple((each.value, each.value.capitalize()) for each in LeadStatus),
    )


_KINDS = {LeadKind.WEB: "Web lead", LeadKind.LIVE_CALL: "Live call"}


def query_of(visit: Visit, form: Form, *, limit: int = _PAGE + 1) -> LeadQuery:
    """Give the question a form of filters asks; what can't be read is noted and leaves no mark."""
    sort = _member(LeadSort, form.raw("sort")) or _by_default(visit)
    since, until = form.day("since"), form.day("until")
    status = _member(LeadStatus, form.raw("status"))
    return LeadQuery(
        seller_id=visit.seller.id,
        scope=visit.caller.scope,
        statuses=None if status is None else frozenset({status}),
        kind=_member(LeadKind, form.raw("kind")),
        since=None if since is None else start_of_local_day(since, visit.zone),
        until=None if until is None else start_of_local_day(until + _DAY, visit.zone),
        text=form.text("text", required=False, most=100) or None,
        overdue_at=visit.at if form.ticked("overdue") else None,
        sort=sort,
        reverse=form.ticked("reverse"),
        limit=limit,
    ).opened(visit.asked("after"))


def _by_default(visit: Visit) -> LeadSort:
    # An account knows a lead since it was sold to it, the seller since it came.
    return LeadSort.RECEIVED if visit.staff else LeadSort.SOLD


def _member(of: type[E], told: str) -> E | None:
    return next((each for each in of if each.value == told), None)


def _query(form: Form, **more: str) -> str:
    kept = {name: form.raw(name) for name in FILTERS if form.raw(name)}
    return urlencode({**kept, **more})


def _columns(form: Form, query: LeadQuery, *, staff: bool) -> Iterator[_Column]:
    for sort, name in _COLUMNS:
        if sort in _STAFF_ONLY and not staff:
            continue
        here = query.sort is sort and query.overdue_at is None
        turned = here and not query.reverse
        kept = {key: form.raw(key) for key in FILTERS[:5] if form.raw(key)}
        address = urlencode({**kept, "sort": sort.value, **({"reverse": "on"} if turned else {})})
        down = sort.newest_first != query.reverse
        order = ("descending" if down else "ascending") if here else None
        yield _Column(name=name, key=sort.value, address=f"/leads?{address}", order=order)


PAGES = (Page(path="/leads", make=show, needs=READ),)
