"""XLSX, written in one pass: typed cells, and no formula ever made of what a form held."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from leadcore.lead_sheet import FIELDS, row_of
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.lead_sheet import Cell, Field
    from leadcore.leads import Lead

__all__ = ["MOST_CHARACTERS", "MOST_ROWS", "write_xlsx"]

MOST_ROWS: Final = 1_048_576
"""So many rows a sheet has; more leads go on to another sheet."""
MOST_CHARACTERS: Final = 32_767
"""So many characters a cell has; what is longer is cut and ends with an ellipsis."""

# What the file format can't hold stands by its number (ECMA-376, 22.9.2.19), and so does what would
# be read as such a number.
_NUMBERED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_WHEN = "yyyy-mm-dd hh:mm:ss"


def write_xlsx(
    leads: Iterable[Lead],
    out: BinaryIO,
    *,
    fields: Iterable[Field] = FIELDS,
    most_rows: int = MOST_ROWS,
) -> int:
    """Write leads as a workbook, a line of labels first; gives how many.

    Instants are dates of the sheet, in UTC; amounts are numbers in the currency's units with its
    code; all text is text, whatever it begins with.

    Args:
        leads: read one by one.
        out: an open binary file; it is left open.
        fields: the columns.
        most_rows: rows of a sheet, the labels included.
    """
    columns = tuple(fields)
    book = Workbook(write_only=True)
    sheet: Any = None
    number = 0
    for number, lead in enumerate(leads, 1):
        if sheet is None or (number - 1) % (most_rows - 1) == 0:
            sheet = _sheet(book, columns)
        sheet.append([_cell(sheet, value) for value in row_of(lead, columns)])
    if sheet is None:
        _sheet(book, columns)
    book.save(out)
    return number


def _sheet(book: Any, columns: tuple[Field, ...]) -> Any:  # noqa: ANN401 # the library's types
    several = len(book.worksheets) + 1
    sheet = book.create_sheet("Leads" if several == 1 else f"Leads {several}")
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, each.label) for each in columns])
    return sheet


def _cell(sheet: Any, value: Cell) -> Any:  # noqa: ANN401 # the library's types
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        # The format knows no zones.
        cell = WriteOnlyCell(sheet, value.replace(tzinfo=None))
        cell.number_format = _WHEN
        return cell
    if isinstance(value, Money):
        return _amount(sheet, value)
    return value if isinstance(value, int) else _text(sheet, value)


def _amount(sheet: Any, money: Money) -> Any:  # noqa: ANN401 # the library's types
    places = money.decimals
    # The nearest number a sheet can hold; every digit is there up to fifteen of them.
    cell = WriteOnlyCell(sheet, money.minor / 10**places)
    digits = f"0.{'0' * places}" if places else "0"
    cell.number_format = f'#,##{digits} "{money.currency}"'
    return cell


def _text(sheet: Any, text: str) -> Any:  # noqa: ANN401 # the library's types
    whole = text.encode("utf-8", "replace").decode()
    shown = whole if len(whole) <= MOST_CHARACTERS else f"{whole[: MOST_CHARACTERS - 1]}…"
    cell = WriteOnlyCell(sheet, _NUMBERED.sub(_number, shown))
    # The library would make a formula of what begins with an equals sign.
    cell.data_type = "s"
    return cell


def _number(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"
