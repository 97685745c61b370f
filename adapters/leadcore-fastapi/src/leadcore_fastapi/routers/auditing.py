"""Who did what, and do the records add up?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import wire
from leadcore.access import Area, Way
from leadcore.logins import Deed
from leadcore.ports import DeedQuery
from leadcore.statement_lines import told_deed
from leadcore_fastapi.calls import Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.shared import CURSOR, LIMIT, SINCE, UNTIL, limit_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("deeds")
_MAY = (Area.AUDIT, Way.READ)


@group.get(
    "/deeds",
    "List who did what, newest first",
    may=(Area.DEEDS, Way.READ),
    query=(
        Param(name="account", kind=str, says="For the staff: of one account."),
        Param(name="by", kind=str, says="Of one user."),
        Param(name="kind", kind=str, says="On things of this kind, such as `order`."),
        Param(name="id", kind=str, says="On the thing that is told by this id."),
        SINCE,
        UNTIL,
        LIMIT,
        CURSOR,
    ),
    gives=page_of(Deed),
    others=(404,),
)
def list_deeds(call: Call) -> Reply:
    """An account's admins read what concerns their account; the seller's staff read all."""
    limit, asked = limit_of(call.query), call.query.get("account")
    query = DeedQuery(
        seller_id=call.seller.id,
        account_id=call.account(asked).id if asked else call.home,
        actor_id=call.query.get("by"),
        stream_kind=call.query.get("kind"),
        stream_id=call.query.get("id"),
        since=call.day("since"),
        until=call.day("until"),
        limit=limit,
    ).opened(call.after(), path="?cursor")
    found = call.store.deeds(query)
    told = (wire.dump(told_deed(each)) for each in found)
    return call.page(told, found, query.closed, limit)


_AUDIT = {
    "type": "object",
    "required": ["adds_up", "differences", "sentences"],
    "properties": {
        "adds_up": {"type": "boolean"},
        "differences": {"type": "integer"},
        "sentences": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}


@group.get(
    "/audit",
    "Fold everything again, and say where it differs",
    may=_MAY,
    gives=_AUDIT,
    others=(409,),
)
def run_audit(call: Call) -> Reply:
    """Reads all there is, so 409 where several sellers share the store: who keeps it audits it."""
    if len(call.store.sellers()) > 1:
        raise Halt(409, "several sellers share this store, and an audit reads all of it")
    found = call.store.audit()
    data = {"adds_up": not found, "differences": len(found), "sentences": list(found)}
    return Reply(data=data)
