"""CSV (RFC 4180) that no spreadsheet takes for formulas.

A cell that a spreadsheet would calculate (it begins with `=`, `+`, `-`, `@`, a tab or a line end,
as it is or after apostrophes) gets an apostrophe in front; numbers and telephone numbers, which
calculate to themselves, are left alone. `plain` takes the apostrophe off again: nothing is lost.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from leadcore.lead_sheet import FIELDS, row_of
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.lead_sheet import Cell, Field
    from leadcore.leads import Lead

__all__ = ["escaped", "plain", "write_csv"]

_CALCULATED = re.compile(r"'*[\s\x00]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_HARMLESS = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_MARK = "\ufeff"
"""What tells Excel that a file is UTF-8."""


def escaped(text: str) -> str:
    """Give a text as it can stand in a cell without being calculated.

    >>> escaped("=1+1"), escaped("+12125550100"), escaped("O'Hara")
    ("'=1+1", '+12125550100', "O'Hara")
    """
    if _CALCULATED.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def plain(cell: str) -> str:
    """Give what `escaped` was given."""
    if cell.startswith("'") and _CALCULATED.match(cell) and not _HARMLESS.fullmatch(cell[1:]):
        return cell[1:]
    return cell


def write_csv(
    leads: Iterable[Lead],
    out: BinaryIO,
    *,
    fields: Iterable[Field] = FIELDS,
    excel: bool = False,
) -> int:
    """Write leads as CSV in UTF-8, a line of labels first; instants in ISO 8601, amounts in units.

    Args:
        leads: read one by one.
        out: an open binary file; it is left open.
        fields: the columns.
        excel: begin with the mark by which Excel knows UTF-8.

    Returns:
        How many leads were written.
    """
    columns = tuple(fields)
    # Half a surrogate pair is no text in UTF-8: it becomes a question mark.
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="", write_through=True)
    number = 0
    try:
        if excel:
            text.write(_MARK)
        table = csv.writer(text)
        table.writerow([escaped(each.label) for each in columns])
        for number, lead in enumerate(leads, 1):  # noqa: B007 # counted for the caller
            table.writerow([_cell(value) for value in row_of(lead, columns)])
    finally:
        text.detach()
    return number


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Money):
        return str(value)
    return escaped(str(value))
