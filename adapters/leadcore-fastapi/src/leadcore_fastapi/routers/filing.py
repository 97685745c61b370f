"""Files of leads: uploaded as they are, listed, downloaded as attachments, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.errors import Malformed
from leadcore.files import HEAD, FileId, LeadFile, download_headers, measure
from leadcore.ports import FileQuery
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.shared import CURSOR, LIMIT, limit_of
from leadcore_fastapi.routing import Group
from leadcore_files import media_type_of

if TYPE_CHECKING:
    from leadcore.ports import FileKeeper
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("files")
_READ, _WRITE = (Area.FILES, Way.READ), (Area.FILES, Way.WRITE)
_NAME = Param(name="name", kind=str, says="What it is called; made safe.")


def _keeper(call: Call) -> FileKeeper:
    if call.settings.keeper is None:
        raise Halt(503, "no files are kept here")
    return call.settings.keeper


@group.post(
    "/leads/{lead_id}/files",
    "Keep a file with a lead",
    may=_WRITE,
    query=(_NAME,),
    body={"type": "string", "format": "binary"},
    media=("*/*",),
    gives=LeadFile,
    status=201,
    others=(503,),
    early=True,
    large=True,
)
def keep_file(call: Call) -> Act:
    """The body is the file; its type is told by its bytes, whatever it is said to be."""
    keeper, body = _keeper(call), call.incoming.body
    name = call.query.get("name")
    if name is None:
        raise Malformed.at("?name", "is missing: what is it called?")
    told = measure([body])
    declared = call.incoming.headers.get("content-type")
    case = bo.KeepFile(
        file_id=FileId(call.steady("file")),
        lead_id=call.lead(call.path("lead_id")).id,
        viewer_id=call.user.id,
        name=name,
        size=told.size,
        media_type=media_type_of(told.head[:HEAD]),
        declared_type=declared,
        sha256=told.sha256,
        at=call.at,
    )
    # What is refused need not be kept first.
    call.store.run(bo.MayKeepFile(case))
    keeper.put([body], key=told.sha256, size=told.size)
    return Act(case=case, tell=lambda done: Reply(data=wire.dump(done)))


@group.get(
    "/leads/{lead_id}/files",
    "List files of a lead, the oldest first",
    may=_READ,
    query=(LIMIT, CURSOR),
    gives=page_of(LeadFile),
)
def list_files(call: Call) -> Reply:
    """Those of the account that holds it."""
    limit = limit_of(call.query)
    query = FileQuery(
        seller_id=call.seller.id,
        scope=call.scope,
        lead_id=call.lead(call.path("lead_id")).id,
        limit=limit,
    ).opened(call.after(), path="?cursor")
    found = call.store.files(query)
    return call.page(map(wire.dump, found), found, query.closed, limit)


def _open(call: Call) -> LeadFile:
    key = FileId(call.path("file_id"))
    return call.store.run(bo.OpenFile(file_id=key, viewer_id=call.user.id))


@group.get("/files/{file_id}", "Show a file", may=_READ, gives=LeadFile)
def show_file(call: Call) -> Reply:
    """Its name, size, type, checksum, by whom and when."""
    return Reply(data=wire.dump(_open(call)))


@group.get(
    "/files/{file_id}/contents",
    "Download a file",
    may=_READ,
    gives={},
    answer_media="*/*",
    others=(503,),
)
def download_file(call: Call) -> Reply:
    """As an attachment that nothing shows or runs."""
    found = _open(call)
    body = b"".join(_keeper(call).read(found.sha256))
    said = {name: each for name, each in download_headers(found) if name != "Content-Length"}
    media = said.pop("Content-Type")
    return Reply(raw=body, media=media, headers=said)


@group.delete("/files/{file_id}", "Remove a file", may=_WRITE, gives=LeadFile)
def remove_file(call: Call) -> Act:
    """Its contents are cleaned away later, if no other file has the same."""
    found = _open(call)
    case = bo.RemoveLeadFile(file_id=found.id, viewer_id=call.user.id, at=call.at)
    return Act(case=case, tell=lambda done: Reply(data=wire.dump(done)))
