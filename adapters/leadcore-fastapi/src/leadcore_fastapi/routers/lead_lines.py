"""Leads as they are listed, and which of them a call asks for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import wire
from leadcore.leads import LeadStatus, first_contact_due
from leadcore.ports import LeadQuery, LeadSort
from leadcore.submissions import LeadKind, Tcpa
from leadcore.values import AccountId, LeadId, UserId
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.shared import SINCE, UNTIL, limit_of

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore_fastapi.calls import Call

__all__ = ["FILTERS", "OVERDUE", "LeadLine", "asked", "line_of"]


@frozen(kw_only=True)
class LeadLine:
    """A lead as it is listed."""

    id: LeadId
    name: str | None
    kind: LeadKind
    vertical: str | None
    area: str | None
    state: str | None
    tcpa: Tcpa
    status: LeadStatus
    account_id: AccountId | None
    assigned_to: UserId | None
    received_at: datetime
    sold_at: datetime | None
    first_contact_due: datetime | None
    attempts: int
    test: bool = False


def line_of(lead: Lead) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Give a lead as it is listed."""
    given, sale = lead.submission, lead.sale
    return wire.dump(
        LeadLine(
            id=lead.id,
            name=given.name.display or None,
            kind=given.kind,
            vertical=given.vertical,
            area=given.area,
            state=given.address.state or given.address.state_raw,
            tcpa=given.tcpa,
            status=lead.status,
            account_id=lead.held_by,
            assigned_to=lead.assigned_to,
            received_at=lead.received_at,
            sold_at=sale.sold_at if sale else None,
            first_contact_due=first_contact_due(lead),
            attempts=len(lead.attempts),
            test=given.test,
        )
    )


FILTERS = (
    Param(name="kind", kind=LeadKind, says="Web leads or live calls."),
    Param(name="status", kind=LeadStatus, many=True, says="Only these."),
    Param(name="text", kind=str, says="In name, phone or e-mail."),
    SINCE,
    UNTIL,
    Param(name="sort", kind=LeadSort, says="Instants from the newest on, texts from A on."),
    Param(name="reverse", kind=bool, says="The other way round."),
)
OVERDUE = Param(
    name="overdue", kind=bool, says="Only those nobody tried in time, longest overdue first."
)


def asked(call: Call) -> LeadQuery:
    """Give which leads a call asks for."""
    said = call.query
    return LeadQuery(
        seller_id=call.seller.id,
        scope=call.scope,
        statuses=frozenset(said["status"]) if "status" in said else None,
        kind=said.get("kind"),
        since=call.day("since"),
        until=call.day("until"),
        text=said.get("text"),
        overdue_at=call.at if said.get("overdue") else None,
        sort=said.get("sort", LeadSort.RECEIVED),
        reverse=said.get("reverse", False),
        limit=limit_of(said),
    ).opened(call.after(), path="?cursor")
