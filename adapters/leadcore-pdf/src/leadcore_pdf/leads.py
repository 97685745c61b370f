"""A lead as pages to be printed: the parts and fields of `leadcore.lead_sheet`, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.lead_sheet import printed
from leadcore_pdf.page import Document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leadcore.leads import Lead

__all__ = ["lead_sheet"]

_TITLE = "Lead"


def lead_sheet(leads: Iterable[Lead], *, at: datetime) -> bytes:
    """Give a PDF of leads, each beginning on a page of its own; equal leads make equal files.

    Args:
        leads: as whoever prints them may have them (`leadcore.lead_sheet.seen_by`).
        at: when it is printed (UTC); it stands in the file.
    """
    told = [(lead.submission.name.display or lead.id, printed(lead)) for lead in leads]
    document = Document(foot=f"Printed {at:%Y-%m-%d %H:%M} UTC", text=f"{_TITLE}{told}")
    document.set_creation_date(at)
    document.set_title(f"{_TITLE}: {told[0][0]}" if len(told) == 1 else f"{len(told)} leads")
    document.set_producer("leadcore-pdf")
    document.set_lang("en-US")
    for name, parts in told:
        document.add_page()
        document.title_line(name)
        for title, lines in parts:
            document.heading(title)
            document.pairs(lines)
    if not told:
        document.add_page()
        document.paragraph("No leads.")
    return document.finished()
