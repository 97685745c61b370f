"""Leads of a CSV file: streamed, one outcome a row, however long the file.

The delimiter and the encoding are detected (byte order marks, UTF-16, UTF-8; a row that is not
UTF-8 is read as Windows-1252 with a warning). Columns are mapped by what the caller says, else by
their names. A quote that is never closed costs its own row a warning, and no other row. Rows are
numbered as a spreadsheet shows them: the header is row 1.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.errors import Malformed, Problem
from leadcore.submissions import Source
from leadcore_intake import meta
from leadcore_intake.build import Entry, Place, build, malformed, refuse_many
from leadcore_intake.columns import guess
from leadcore_intake.form import cp1252
from leadcore_intake.limits import bom_encoding, check_size
from leadcore_intake.lines import Lines, Overlong, Unclosed
from leadcore_intake.options import DEFAULT, Options
from leadcore_intake.results import Intake, Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["Header", "header_of", "read", "stream"]

HEAD = 64 * 1024
"""How many bytes of a file the detection looks at."""

_DELIMITERS = (",", ";", "\t", "|")
_WHO = frozenset(
    ["name", "first_name", "last_name", "phone", "cell", "landline", "email", "street", "recording"]
)
_UNCLOSED = "opens a quote that is never closed; it was read up to its line's end"
_SHOWN = 12


@frozen(kw_only=True)
class Header:
    """What a CSV file's beginning tells.

    Attributes:
        columns: the names of the columns, in order.
        delimiter: what stands between them.
        encoding: the encoding (Python's name).
        export: it is Meta's lead export.
    """

    columns: tuple[str, ...]
    delimiter: str
    encoding: str
    export: bool


def header_of(head: bytes, options: Options = DEFAULT) -> Header:
    """Read the header of a file, of its first bytes.

    Raises:
        Malformed: it is no text, or an unknown encoding was given.
    """
    encoding = options.encoding or _encoding(head)
    try:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(head[:HEAD])
    except (LookupError, ValueError) as error:
        raise Malformed.at("encoding", f"{encoding!r} is no encoding we know") from error
    lines = [line for line in text.splitlines() if line.strip()]
    told = lines[0].strip().casefold() if lines else ""
    if told.startswith("sep=") and len(told) == len("sep=") + 1:
        return _header(lines[1:], told[-1], encoding)
    first = lines[0] if lines else ""
    delimiter = options.delimiter or max(_DELIMITERS, key=lambda mark: len(_cells(first, mark)))
    return _header(lines, delimiter, encoding)


def _header(lines: list[str], delimiter: str, encoding: str) -> Header:
    columns = tuple(cell.strip() for cell in _cells(lines[0] if lines else "", delimiter))
    return Header(
        columns=columns,
        delimiter=delimiter,
        encoding=encoding,
        export=meta.is_export(columns),
    )


def _encoding(head: bytes) -> str:
    marked = bom_encoding(head)
    if marked is not None:
        return marked
    # UTF-16 without its mark: in Latin text every second byte is a NUL.
    sample = head[:200]
    if sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > len(sample) // 4 else "utf-8"


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), list[str]())
    except (csv.Error, TypeError) as error:
        raise Malformed.at("line 1", f"is no header of columns: {error}") from error


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read a CSV file that is in memory.

    Raises:
        Malformed: it is no CSV, too large, or of too many rows; stream such a file instead.
    """
    check_size(data, options.limits)
    records: list[Record] = []
    header = header_of(data[:HEAD], options)
    for record in stream(io.BytesIO(data), options, head=data[:HEAD]):
        records.append(record)
        refuse_many(len(records), options.limits)
    name = "meta_export" if header.export else "csv"
    note = () if records else (Problem("$", "has a header, but no row with anything in it"),)
    return Intake(format=name, records=tuple(records), warnings=note)


def stream(file: BinaryIO, options: Options = DEFAULT, *, head: bytes) -> Iterator[Record]:
    """Read a CSV file row by row, in the memory of one row.

    Args:
        file: the file, open for reading bytes, at its beginning.
        options: what the caller told.
        head: its first bytes, which the caller has already seen.

    Yields:
        One record for each row that is not empty.

    Raises:
        Malformed: no column says who the person is, or far too many quotes are never closed.
    """
    header = header_of(head, options)
    errors = "surrogateescape" if header.encoding.startswith("utf-8") else "backslashreplace"
    text = io.TextIOWrapper(file, encoding=header.encoding, errors=errors, newline="")
    try:
        yield from _rows(text, header, options)
    finally:
        text.detach()  # the file is the caller's, and stays open


def _rows(text: io.TextIOWrapper, header: Header, options: Options) -> Iterator[Record]:
    table = _Table(header, options)
    index = 0
    for number, row in enumerate(_raw_rows(text, header, options), 1):
        if not table.started:
            table.begin(row, number)
            continue
        place = Place(index=index, path=f"row {number}", line=row.line)
        record = table.record(row, place)
        if record is not None:
            index += 1
            yield record


@frozen(kw_only=True)
class _Row:
    """One row as it was read: its cells, its text, its first line, what was wrong."""

    cells: list[str]
    raw: str
    line: int
    problem: str | None


def _raw_rows(text: io.TextIOWrapper, header: Header, options: Options) -> Iterator[_Row]:
    lines = Lines(text, options.limits.max_record)
    reader = csv.reader(lines, delimiter=header.delimiter)
    while True:
        lines.begin()
        cells, problem = _next(reader, lines)
        if not lines.taken:
            return
        if lines.number == 1 and lines.taken[0].casefold().lstrip("\ufeff").startswith("sep="):
            continue
        if lines.cut or problem == _UNCLOSED:
            lines.give_back()
            cells, problem = _unquoted(lines.taken[0], header), _UNCLOSED
        if lines.circling:
            message = "and the lines before it open more quotes than can be sorted out"
            raise Malformed.at(f"line {lines.number}", message)
        first = lines.number - len(lines.taken) + 1
        raw = "".join(lines.taken).rstrip("\r\n")
        yield _Row(cells=cells, raw=raw, line=first, problem=problem)


def _unquoted(line: str, header: Header) -> list[str]:
    """Read a line whose quote is never closed: as plain text if that gives all the columns."""
    plain = line.rstrip("\r\n").split(header.delimiter)
    return plain if len(plain) == len(header.columns) else _cells(line, header.delimiter)


def _next(reader: Iterator[list[str]], lines: Lines) -> tuple[list[str], str | None]:
    try:
        return next(reader, list[str]()), None
    except Unclosed:
        return [], _UNCLOSED
    except Overlong:
        return [], "is longer than a row may be, and was not read"
    except csv.Error as error:
        # Only an open quote takes a further line, so it is the quote that made the value too long.
        return [], _UNCLOSED if len(lines.taken) > 1 else f"is not CSV: {error}"


class _Table:
    """The columns of a file and what each stands for."""

    def __init__(self, header: Header, options: Options) -> None:
        self._header = header
        self._options = options
        self._columns: list[tuple[str, str | None]] = []
        self.started = False

    def begin(self, row: _Row, number: int) -> None:
        """Take the header row; empty rows before it are passed over.

        Raises:
            Malformed: it can't be read, or no column says who the person is.
        """
        most = self._options.limits.max_fields
        if row.problem is not None and row.problem != _UNCLOSED:
            raise Malformed.at(f"row {number}", row.problem)
        if len(row.cells) > most:
            message = f"has {len(row.cells):,} columns; a record may have {most:,} values"
            raise Malformed.at(f"row {number}", message)
        if not any(cell.strip() for cell in row.cells):
            return
        self._name(row, number)

    def _name(self, row: _Row, number: int) -> None:
        given = self._options.mapping
        names = [_undo(cell).strip().removeprefix("\ufeff") for cell in row.cells]
        self._columns = [
            (name or f"column {index}", given.get(name) or guess(name))
            for index, name in enumerate(names, 1)
        ]
        self.started = True
        known = {target for _, target in self._columns}
        if not (known & _WHO or self._header.export):
            shown = ", ".join(name[:40] for name, _ in self._columns[:_SHOWN])
            message = (
                f"has no column for a name, phone, e-mail address or street (found: {shown}); "
                "map one of them, or add a header row"
            )
            raise Malformed.at(f"row {number}", message)

    def record(self, row: _Row, place: Place) -> Record | None:
        """Read one row; None for one without any content."""
        if row.problem is not None and row.problem != _UNCLOSED:
            shown = _undo(row.raw)[: self._options.limits.max_field]
            return malformed(place, shown, (Problem(place.path, row.problem),))
        if not any(cell.strip() for cell in row.cells):
            return None
        cells = [_undo(cell) for cell in row.cells]
        return self._built(cells, place, _undo(row.raw), tuple(self._warnings(row, cells, place)))

    def _warnings(self, row: _Row, cells: list[str], place: Place) -> Iterator[Problem]:
        if cells != row.cells:
            yield Problem(place.path, "is not UTF-8; it was read as Windows-1252")
        if row.problem is not None:
            yield Problem(place.path, row.problem)
        if len(cells) != len(self._columns):
            note = "; it may be cut short" if len(cells) < len(self._columns) else ""
            yield Problem(place.path, f"has {len(cells)} of {len(self._columns)} columns{note}")

    def _built(
        self, cells: list[str], place: Place, raw: str, warnings: tuple[Problem, ...]
    ) -> Record:
        entries = tuple(self._entry(index, cell, place) for index, cell in enumerate(cells))
        test = False
        if self._header.export:
            entries, test = meta.export_entries(entries)
        named = [(self._column(index)[0], cell) for index, cell in enumerate(cells)]
        return build(
            entries,
            source=Source(format="meta" if self._header.export else "csv"),
            place=place,
            raw=raw,
            canonical=json.dumps(named),
            options=self._options,
            warnings=warnings,
            test=test,
            global_ids=self._header.export,
        )

    def _column(self, index: int) -> tuple[str, str | None]:
        if index < len(self._columns):
            return self._columns[index]
        return f"column {index + 1}", None

    def _entry(self, index: int, cell: str, place: Place) -> Entry:
        name, target = self._column(index)
        path = f'{place.path}, column "{name[:80]}"'
        return Entry(key=name, values=(cell,), path=path, target=target)


def _undo(text: str) -> str:
    """Read text whose bytes were no UTF-8 as Windows-1252 instead."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return cp1252(text.encode("utf-8", "surrogateescape"))
    return text
