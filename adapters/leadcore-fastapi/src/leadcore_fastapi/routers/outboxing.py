"""Messages of the outbox, for the seller's staff: listed, tried again, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.errors import Malformed, NotFound
from leadcore.letters import DropLetter, Letter, LetterStatus, RetryLetter
from leadcore.notices import Message, without_link
from leadcore.ports import OutboxQuery
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import SCHEMAS, page_of
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.shared import CURSOR, LIMIT, limit_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore.ports import OutboxEntry
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("outbox")
_READ, _WRITE = (Area.OUTBOX, Way.READ), (Area.OUTBOX, Way.WRITE)
_ENTRY = {
    "type": "object",
    "required": ["message", "letter"],
    "properties": {"message": SCHEMAS.of(Message), "letter": SCHEMAS.of(Letter)},
}


def _told(entry: OutboxEntry) -> dict[str, Any]:
    return {"message": wire.dump(without_link(entry.message)), "letter": wire.dump(entry.letter)}


@group.get(
    "/outbox",
    "List messages and where each of them is, oldest first",
    may=_READ,
    query=(
        Param(name="status", kind=LetterStatus, many=True, says="Only these; `dead` was given up."),
        LIMIT,
        CURSOR,
    ),
    gives=page_of(_ENTRY),
)
def list_letters(call: Call) -> Reply:
    """All of the seller's; a link that lets somebody in is told to nobody but its receiver."""
    said, limit = call.query, limit_of(call.query)
    query = OutboxQuery(
        seller_id=call.seller.id,
        statuses=frozenset(said["status"]) if "status" in said else None,
        limit=limit,
    ).opened(call.after(), path="?cursor")
    found = call.store.letters(query)
    return call.page(map(_told, found), found, query.closed, limit)


@group.get(
    "/outbox/message",
    "Show a message whole, and all that became of it",
    may=_READ,
    query=(Param(name="id", kind=str, says="The message's id, as the list tells it."),),
    gives={"type": "object", "required": ["message", "letter", "happened"]},
    others=(404,),
)
def show_letter(call: Call) -> Reply:
    """An id may hold slashes, so it is a parameter."""
    key = call.query.get("id")
    if key is None:
        raise Malformed.at("?id", "is missing: which message?")
    found = call.store.letter(key)
    if found is None or found.message.seller_id != call.seller.id:
        raise NotFound("message", key)
    happened = [
        {"event": type(each).__name__, "data": wire.dump(each)}
        for each in call.store.journal("letter", key)
    ]
    return Reply(data={**_told(found), "happened": happened})


@frozen(kw_only=True)
class Retrying:
    """Which message is to be tried again."""

    message_id: str


@frozen(kw_only=True)
class Dropping:
    """Which message is to be taken back, and why."""

    message_id: str
    reason: str


def _keep(call: Call, message_id: str, command: RetryLetter | DropLetter) -> Act:
    case = bo.KeepLetter(
        seller_id=call.seller.id, message_id=message_id, command=command, at=call.at
    )
    return Act(case=case, tell=lambda letter: Reply(data=wire.dump(letter)))


@group.post(
    "/outbox/retry",
    "Try a message again, now",
    may=_WRITE,
    body=Retrying,
    gives=Letter,
    example={"message_id": "lead-1/courtesy"},
)
def retry_letter(call: Call) -> Act:
    """A held one, a dead one, a refused one."""
    return _keep(call, call.load(Retrying).message_id, RetryLetter(by=call.user.id))


@group.post(
    "/outbox/drop",
    "Take a message back that was not delivered",
    may=_WRITE,
    body=Dropping,
    gives=Letter,
    example={"message_id": "lead-1/courtesy", "reason": "sent by hand"},
)
def drop_letter(call: Call) -> Act:
    """It is not delivered any more."""
    asked = call.load(Dropping)
    return _keep(call, asked.message_id, DropLetter(by=call.user.id, reason=asked.reason))
