"""Leads as files: for spreadsheets, programs, address books and other systems."""

from __future__ import annotations

import io
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING

from attrs import evolve

from leadcore.access import Area, Way
from leadcore.files import content_disposition
from leadcore.lead_sheet import every_lead, seen_by
from leadcore_fastapi.calls import Reply
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.lead_lines import FILTERS, asked
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("exports")
_MANY = 10_000


class Form(Enum):
    """How leads are written."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    VCARD = "vcard"
    ADF = "adf"
    XLSX = "xlsx"


_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.JSON_LINES: "application/x-ndjson",
    Form.VCARD: "text/vcard; charset=utf-8",
    Form.ADF: "application/xml",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@group.get(
    "/lead-files",
    "Give leads as a file",
    may=(Area.LEADS, Way.READ),
    query=(Param(name="format", kind=Form, says="CSV if not said."), *FILTERS),
    gives={},
    answer_media="*/*",
)
def export_leads(call: Call) -> Reply:
    """All that whoever asks sees, as a download; at most 10,000."""
    import leadcore_exports as exports  # noqa: PLC0415 - slow, and seldom wanted

    form: Form = call.query.get("format", Form.CSV)
    query = asked(call)
    out = io.BytesIO()
    writers = {
        Form.CSV: exports.write_csv,
        Form.JSON_LINES: exports.write_json_lines,
        Form.VCARD: exports.write_vcards,
        Form.ADF: exports.write_adf,
        Form.XLSX: exports.write_xlsx,
    }
    writers[form](every_lead(call.store.leads, evolve(query, limit=_MANY)), out)
    ending = "vcf" if form is Form.VCARD else form.value
    headers = {"Content-Disposition": f'attachment; filename="leads.{ending}"'}
    return Reply(raw=out.getvalue(), media=_TYPES[form], headers=headers)


@group.get(
    "/leads/{lead_id}/sheet",
    "Give a lead to be printed, as PDF",
    may=(Area.LEADS, Way.READ),
    gives={},
    answer_media="application/pdf",
    others=(503,),
)
def print_lead(call: Call) -> Reply:
    """With what whoever asks may have of it; needs leadcore-pdf beside this package."""
    lead = call.lead(call.path("lead_id"))
    try:
        pdf = import_module("leadcore_pdf")
    except ModuleNotFoundError:
        raise Halt(503, "nothing is printed here") from None
    made: bytes = pdf.lead_sheet([seen_by(lead, call.home)], at=call.at)
    headers = {"Content-Disposition": content_disposition(f"lead {lead.id}.pdf")}
    return Reply(raw=made, media="application/pdf", headers=headers)
