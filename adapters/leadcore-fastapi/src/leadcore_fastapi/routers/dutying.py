"""What is due: first contacts and follow-ups, the longest due first. Advice, not law."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from attrs import evolve

from leadcore import wire
from leadcore.access import Area, Way
from leadcore.back_office import DUTIES, duty_due
from leadcore.errors import Malformed
from leadcore.leads import Lead, LeadStatus
from leadcore.ports import Cursor, LeadQuery, LeadSort
from leadcore.values import micros, of_micros
from leadcore_fastapi.describing import SCHEMAS, page_of
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.lead_lines import LeadLine, line_of
from leadcore_fastapi.routers.shared import CURSOR, LIMIT, limit_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore_fastapi.calls import Call, Reply

__all__ = ["group"]

group = Group("duties")
_LOOKED_AT = 1_000
_PORTIONS = 10
_DIGITS = 18
_LAST = micros(datetime.max.replace(tzinfo=UTC))
_DUTY = {
    "type": "object",
    "required": ["lead", "due_at", "attempts"],
    "properties": {
        "lead": SCHEMAS.of(LeadLine),
        "due_at": {"type": "string", "format": "date-time"},
        "attempts": {"type": "integer"},
    },
    "additionalProperties": False,
}


_Row = tuple[int, str]
"""Where a duty stands in the list: when it is due, in microseconds since 1970, and its lead."""


@group.get(
    "/duties",
    "List leads whose first contact or next follow-up is due",
    may=(Area.LEADS, Way.READ),
    query=(Param(name="user", kind=str, says="Only what this user works."), LIMIT, CURSOR),
    gives=page_of(_DUTY),
)
def list_duties(call: Call) -> Reply:
    """Overdue first contacts whenever sold; follow-ups of the thousand leads sold last.

    The longest due first. What becomes due meanwhile, and was due before where one stands, is on
    the first page.
    """
    limit, behind = limit_of(call.query), _place(call)
    overdue: dict[_Row, Lead] = {}
    looked: _Row | None = None
    for number, leads in enumerate(_overdue(call, behind), start=1):
        overdue |= _due(call, leads, behind)
        if len(overdue) >= limit:
            break
        if number == _PORTIONS and len(leads) == _LOOKED_AT:
            looked = _row(call, leads[-1])
    found = overdue | _due(call, _lately(call), behind)
    rows = sorted(found)[:limit]
    if looked is not None:
        # There is more than was looked at: a page of fewer, and the next one goes on there.
        rows = [row for row in rows if row <= looked]
        lines = (_told(found[row], row[0]) for row in rows)
        return call.page(lines, [*rows, looked], _said, 1)
    return call.page((_told(found[row], row[0]) for row in rows), rows, _said, limit)


def _said(row: _Row) -> str:
    return f"{row[0]}/{row[1]}"


def _row(call: Call, lead: Lead) -> _Row:
    """Give where a lead stands among the overdue ones."""
    at = evolve(_held(call), overdue_at=call.at).cursor(lead)
    return (micros(cast("datetime", at.key)), at.id)


def _due(call: Call, leads: Iterable[Lead], behind: _Row) -> dict[_Row, Lead]:
    """Give those of some leads that are due by now, with their places behind one."""
    user, found = call.query.get("user"), dict[_Row, Lead]()
    for lead in leads:
        # Who was reminded of it is no less due.
        due = duty_due(evolve(lead, notes=()))
        row = None if due is None or due > call.at else (micros(due), str(lead.id))
        if row is not None and row > behind and user in {None, lead.assigned_to}:
            found[row] = lead
    return found


def _place(call: Call) -> _Row:
    """Give behind what the page begins."""
    told = call.after()
    if told is None:
        return (-1, "")
    due, _, key = told.partition("/")
    if not (
        key and due.isascii() and due.isdecimal() and len(due) <= _DIGITS and int(due) <= _LAST
    ):
        raise Malformed.at("?cursor", "is none that a page of this list gave")
    return (int(due), key)


def _held(call: Call) -> LeadQuery:
    return LeadQuery(
        seller_id=call.seller.id,
        scope=call.scope,
        statuses=frozenset({LeadStatus.SOLD}),
        limit=_LOOKED_AT,
    )


def _lately(call: Call) -> Iterable[Lead]:
    return call.store.leads(
        evolve(_held(call), sort=LeadSort.SOLD, since=DUTIES.sold_since(call.at))
    )


def _overdue(call: Call, behind: _Row) -> Iterator[tuple[Lead, ...]]:
    """Give those whose first contact is overdue, the longest overdue first, in portions."""
    due, key = behind
    after = Cursor(of_micros(due), key) if key else None  # which is how that list is sorted
    asked = evolve(_held(call), overdue_at=call.at, after=after)
    for _ in range(_PORTIONS):
        leads = call.store.leads(asked)
        yield leads
        if len(leads) < _LOOKED_AT:
            return
        asked = asked.behind(leads[-1])


def _told(lead: Lead, due: int) -> dict[str, Any]:
    return {
        "lead": line_of(lead),
        "due_at": wire.dump(of_micros(due)),
        "attempts": len(lead.attempts),
    }
