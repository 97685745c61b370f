"""Leads as files: one or a whole list, for spreadsheets, address books, other systems and paper."""

from __future__ import annotations

import tempfile
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from starlette.responses import Response, StreamingResponse

from leadcore.access import Area, Permission, Way
from leadcore.errors import Malformed, NotFound
from leadcore.files import content_disposition
from leadcore.intervals import local_date
from leadcore.lead_sheet import every_lead, seen_by
from leadcore_portal.forms import Form
from leadcore_portal.pages.leads import FILTERS, query_of
from leadcore_portal.routing import Page
from leadcore_portal.sight import seen_lead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leadcore.leads import Lead
    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]

_EVERY = 1_000_000
_PRINTED = 500
_IN_MEMORY = 4 * 2**20
_PIECE = 65_536
_FORMATS: dict[str, tuple[str, str, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8", "write_csv"),
    "xlsx": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "write_xlsx",
    ),
    "json": ("json", "application/json", "write_json"),
    "vcard": ("vcf", "text/vcard; charset=utf-8", "write_vcards"),
    "adf": ("xml", "application/xml", "write_adf"),
}
"""By name: how files end, their media type, and what of leadcore-exports writes them."""


def _printed(visit: Visit, leads: list[Lead]) -> bytes:
    from leadcore_pdf import lead_sheet  # noqa: PLC0415 - slow, and seldom wanted

    return lead_sheet(leads, at=visit.at)


def _writer(name: str) -> Callable[[Iterator[Lead], BinaryIO], int]:
    import leadcore_exports  # noqa: PLC0415 - slow, and seldom wanted

    write: Callable[[Iterator[Lead], BinaryIO], int] = getattr(leadcore_exports, name)
    return write


def one(visit: Visit) -> Response:
    """Give one lead as a file of the wanted format."""
    with visit.reading() as reader:
        lead = seen_by(seen_lead(visit, reader, visit.path["lead_id"]), visit.of_account)
    return _file(visit, iter((lead,)), _wanted(visit), f"lead-{lead.id}")


def paper(visit: Visit) -> Response:
    """Give one lead as a PDF to be printed; browsers show it."""
    with visit.reading() as reader:
        lead = seen_by(seen_lead(visit, reader, visit.path["lead_id"]), visit.of_account)
    disposition = content_disposition(f"lead-{lead.id}.pdf").replace("attachment", "inline", 1)
    headers = {"Content-Disposition": disposition}
    return Response(_printed(visit, [lead]), media_type="application/pdf", headers=headers)


def several(visit: Visit) -> Response:
    """Give all leads of a list as a file, of one moment."""
    form = Form.of({name: visit.asked(name) for name in FILTERS})
    query = query_of(visit, form, limit=_EVERY)
    name = f"leads-{local_date(visit.at, visit.zone)}"
    with visit.reading() as reader:
        return _file(visit, every_lead(reader.leads, query), _wanted(visit), name)


def _wanted(visit: Visit) -> str:
    told = visit.asked("format") or "csv"
    if told not in _FORMATS and told != "pdf":
        raise NotFound("format", told)
    return told


def _file(visit: Visit, leads: Iterator[Lead], wanted: str, name: str) -> Response:
    if wanted == "pdf":
        found = list(islice(leads, _PRINTED + 1))
        if len(found) > _PRINTED:
            told = f"a PDF is for at most {_PRINTED} leads; narrow the list down"
            raise Malformed.at("format", told)
        headers = {"Content-Disposition": content_disposition(f"{name}.pdf")}
        return Response(_printed(visit, found), media_type="application/pdf", headers=headers)
    end, media_type, name_of_writer = _FORMATS[wanted]
    # Written whole before it is sent: what goes wrong half-way is told, and the reading is over.
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed once sent
    _writer(name_of_writer)(leads, out)  # type: ignore[arg-type]  # it has all a binary file has
    out.seek(0)
    headers = {"Content-Disposition": content_disposition(f"{name}.{end}")}
    return StreamingResponse(_sent(out), media_type=media_type, headers=headers)


def _sent(out: tempfile.SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with out:
        while piece := out.read(_PIECE):
            yield piece


_READ = Permission(Area.LEADS, Way.READ)
PAGES = (
    Page(path="/leads/export", make=several, needs=_READ),
    Page(path="/leads/{lead_id}/export", make=one, needs=_READ),
    Page(path="/leads/{lead_id}/print", make=paper, needs=_READ),
)
