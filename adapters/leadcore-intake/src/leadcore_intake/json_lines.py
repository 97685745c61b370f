"""JSON Lines: one JSON object a line, streamed, one outcome a line."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from leadcore.errors import Malformed, Problem
from leadcore_intake.build import Place, malformed, refuse_many
from leadcore_intake.json_lead import any_record
from leadcore_intake.limits import check_size
from leadcore_intake.options import DEFAULT, Options
from leadcore_intake.results import Intake, Record
from leadcore_intake.safe_json import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["read", "stream"]

_BOM = b"\xef\xbb\xbf"


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read JSON Lines that are in memory.

    Raises:
        Malformed: too large, or too many lines; stream such a file instead.
    """
    check_size(data, options.limits)
    records: list[Record] = []
    for record in stream(io.BytesIO(data), options):
        records.append(record)
        refuse_many(len(records), options.limits)
    return Intake(format="jsonl", records=tuple(records))


def stream(file: BinaryIO, options: Options = DEFAULT) -> Iterator[Record]:
    """Read JSON Lines one by one, in the memory of one line.

    Yields:
        One record for each line that is not empty.
    """
    limit = options.limits.max_record
    number = index = 0
    while line := file.readline(limit + 1):
        number += 1
        long = len(line.rstrip(b"\r\n")) > limit
        if long:
            _pass_over(file, line, limit)
        content = line.strip().removeprefix(_BOM) if number == 1 else line.strip()
        if content:
            place = Place(index=index, path=f"line {number}", line=number)
            yield _record(content, place, options, long=long)
            index += 1


def _pass_over(file: BinaryIO, line: bytes, limit: int) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(limit)


def _record(content: bytes, place: Place, options: Options, *, long: bool) -> Record:
    shown = content[: options.limits.max_field].decode("utf-8", "backslashreplace")
    if long:
        message = f"is longer than the {options.limits.max_record:,} bytes a line may have"
        return malformed(place, shown, (Problem(place.path, message),), canonical=content)
    try:
        value = parse(content, options.limits)
    except Malformed as error:
        problems = (Problem(f"{place.path}, {each.path}", each.message) for each in error.problems)
        return malformed(place, shown, problems, canonical=content)
    return any_record(value, place, options)
