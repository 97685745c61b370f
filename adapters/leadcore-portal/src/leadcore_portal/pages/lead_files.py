"""The files of a lead: kept, fetched as downloads, removed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound
from leadcore.files import (
    HEAD,
    FileId,
    FileLimits,
    byte_range,
    download_headers,
    measure,
)
from leadcore_files import media_type_of
from leadcore_portal.forms import Form
from leadcore_portal.routing import Page
from leadcore_portal.sight import lead_page, look, seen_lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.datastructures import UploadFile

    from leadcore.files import LeadFile
    from leadcore.ports import FileKeeper
    from leadcore_portal.visits import Visit

__all__ = ["PAGES", "keeper_of", "serve_file"]

_PIECE = 65_536


def keeper_of(visit: Visit) -> FileKeeper:
    """Give what keeps contents.

    Raises:
        NotFound: this portal keeps none.
    """
    keeper = visit.settings.files
    if keeper is None:
        raise NotFound("place", "files")
    return keeper


def show(visit: Visit) -> Response:
    """Show the files of a lead."""
    return _page(visit, Form())


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
    limits = visit.seller.terms.files or FileLimits()
    return lead_page(
        visit,
        sight,
        "pages/lead_files.html",
        "files",
        status=status,
        form=form,
        limits=limits,
        opens=visit.settings.files is not None,
        keeps=visit.settings.files is not None and sight.held,
    )


def add(visit: Visit) -> Response:
    """Keep a file: its type is told by its bytes, its name is made safe."""
    form, keeper = visit.form, keeper_of(visit)
    with form.telling({"size": "file", "media_type": "file", "name": "file"}):
        sent = form.files.get("file")
        if sent is None:
            form.wrong("file", "Choose a file.")
        form.check()
        if sent is not None:
            kept = _keep(visit, keeper, sent)
            return visit.go(f"/leads/{kept.lead_id}/files", f"{kept.name} is kept.")
    return _page(visit, form, status=422)


def _keep(visit: Visit, keeper: FileKeeper, sent: UploadFile) -> LeadFile:
    with visit.reading() as reader:
        lead = seen_lead(visit, reader, visit.path["lead_id"])
    told = measure(_pieces(sent))
    case = bo.KeepFile(
        file_id=FileId(visit.fresh_id()),
        lead_id=lead.id,
        viewer_id=visit.user.id,
        name=sent.filename or "file",
        size=told.size,
        media_type=media_type_of(told.head[:HEAD]),
        declared_type=sent.content_type,
        sha256=told.sha256,
        at=visit.at,
    )
    # What is refused need not be kept first.
    visit.store.run(bo.MayKeepFile(case))
    keeper.put(_pieces(sent), key=told.sha256, size=told.size)
    return visit.run(case)


def _pieces(sent: UploadFile) -> Iterator[bytes]:
    sent.file.seek(0)
    return iter(partial(sent.file.read, _PIECE), b"")


def fetch(visit: Visit) -> Response:
    """Give a file as a download, whole or in part."""
    keeper = keeper_of(visit)
    case = bo.OpenFile(file_id=FileId(visit.path["file_id"]), viewer_id=visit.user.id)
    found = visit.store.run(case)
    if found.lead_id != visit.path["lead_id"]:
        raise NotFound("file", found.id)
    return serve_file(visit, keeper, found)


def serve_file(visit: Visit, keeper: FileKeeper, found: LeadFile) -> Response:
    """Serve contents with the headers that make them a download nobody runs."""
    try:
        part = byte_range(visit.request.headers.get("range"), found.size)
    except ValueError:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{found.size}"})
    start, end = (0, None) if part is None else (part.start, part.end)
    contents = keeper.read(found.sha256, start=start, end=end)
    headers = dict(download_headers(found, part))
    return StreamingResponse(contents, status_code=200 if part is None else 206, headers=headers)


def ask_removal(visit: Visit) -> Response:
    """Ask before a file is removed."""
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
    found = next((each for each in sight.files if each.id == visit.path["file_id"]), None)
    if found is None:
        raise NotFound("file", visit.path["file_id"])
    return lead_page(visit, sight, "pages/lead_file_remove.html", "files", file=found)


def remove(visit: Visit) -> Response:
    """Remove a file."""
    case = bo.RemoveLeadFile(
        file_id=FileId(visit.path["file_id"]), viewer_id=visit.user.id, at=visit.at
    )
    gone = visit.run(case)
    return visit.go(f"/leads/{gone.lead_id}/files", f"{gone.name} is removed.")


_READ, _WRITE = Permission(Area.FILES, Way.READ), Permission(Area.FILES, Way.WRITE)
_ONE = "/leads/{lead_id}/files/{file_id}"
PAGES = (
    Page(path="/leads/{lead_id}/files", make=show, needs=_READ),
    Page(path="/leads/{lead_id}/files", make=add, method="POST", needs=_WRITE, upload=True),
    Page(path=_ONE, make=fetch, needs=_READ),
    Page(path=f"{_ONE}/remove", make=ask_removal, needs=_WRITE),
    Page(path=f"{_ONE}/remove", make=remove, method="POST", needs=_WRITE),
)
