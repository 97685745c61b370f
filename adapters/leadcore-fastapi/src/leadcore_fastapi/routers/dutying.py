"""What is due: first contacts and follow-ups, the longest due first. Advice, not law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from leadcore import wire
from leadcore.access import Area, Way
from leadcore.back_office import DUTIES, duty_due
from leadcore.leads import LeadStatus
from leadcore.ports import LeadQuery, LeadSort
from leadcore_fastapi.calls import Reply
from leadcore_fastapi.describing import SCHEMAS, page_of
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.lead_lines import LeadLine, line_of
from leadcore_fastapi.routers.shared import LIMIT, limit_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.leads import Lead
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("duties")
_LOOKED_AT = 1_000
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


@group.get(
    "/duties",
    "List leads whose first contact or next follow-up is due",
    may=(Area.LEADS, Way.READ),
    query=(Param(name="user", kind=str, says="Only what this user works."), LIMIT),
    gives=page_of(_DUTY),
)
def list_duties(call: Call) -> Reply:
    """Overdue first contacts whenever sold; follow-ups of the thousand leads sold last."""
    user, limit = call.query.get("user"), limit_of(call.query)
    found: dict[str, tuple[datetime, Lead]] = {}
    for lead in _candidates(call, _LOOKED_AT if user else limit):
        # Who was reminded of it is no less due.
        due = duty_due(evolve(lead, notes=()))
        if due is not None and due <= call.at and user in {None, lead.assigned_to}:
            found[lead.id] = (due, lead)
    rows = sorted(found.values(), key=lambda pair: (pair[0], pair[1].id))[:limit]
    return Reply(data={"items": [_told(*row) for row in rows], "next": None})


def _candidates(call: Call, limit: int) -> Iterator[Lead]:
    held = LeadQuery(
        seller_id=call.seller.id,
        scope=call.scope,
        statuses=frozenset({LeadStatus.SOLD}),
        limit=_LOOKED_AT,
    )
    yield from call.store.leads(evolve(held, overdue_at=call.at, limit=limit))
    yield from call.store.leads(evolve(held, sort=LeadSort.SOLD, since=DUTIES.sold_since(call.at)))


def _told(due: datetime, lead: Lead) -> dict[str, Any]:
    return {"lead": line_of(lead), "due_at": wire.dump(due), "attempts": len(lead.attempts)}
