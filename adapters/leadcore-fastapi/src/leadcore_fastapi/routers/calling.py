"""Live calls: listed, with where their recordings are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from leadcore.access import Area, Way
from leadcore.errors import NotFound
from leadcore.submissions import LeadKind
from leadcore_fastapi.calls import Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.routers.lead_lines import LeadLine, asked, line_of
from leadcore_fastapi.routers.shared import CURSOR, LIMIT, SINCE, UNTIL
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("calls")
_READ = (Area.CALLS, Way.READ)


@frozen(kw_only=True)
class CallLine:
    """A live call as it is listed."""

    lead: LeadLine
    recording: str | None
    seconds: int | None
    announced: bool | None


@group.get(
    "/calls",
    "List live calls one sees, newest first",
    may=_READ,
    query=(SINCE, UNTIL, LIMIT, CURSOR),
    gives=page_of(CallLine),
)
def list_calls(call: Call) -> Reply:
    """With where each recording is kept, and whether the caller was told of it."""
    query = evolve(asked(call), kind=LeadKind.LIVE_CALL)
    found = call.store.leads(query)
    return call.page(map(_call, found), [each.id for each in found], query.limit)


def _call(lead: Lead) -> dict[str, Any]:
    kept = lead.submission.recording
    return {
        "lead": line_of(lead),
        "recording": kept.reference if kept else None,
        "seconds": kept.seconds if kept else None,
        "announced": kept.announced if kept else None,
    }


@group.get("/calls/{lead_id}", "Show a live call", may=_READ, gives=CallLine)
def show_call(call: Call) -> Reply:
    """By the id of its lead."""
    lead = call.lead(call.path("lead_id"))
    if lead.submission.kind is not LeadKind.LIVE_CALL:
        raise NotFound("call", lead.id)
    return Reply(data=_call(lead))
