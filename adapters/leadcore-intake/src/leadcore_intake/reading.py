"""Reading a message whole, or a file record by record."""

from __future__ import annotations

import io
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from leadcore.errors import Malformed
from leadcore_intake import (
    adf,
    csv_file,
    form,
    google,
    hubspot,
    json_lead,
    json_lines,
    meta,
    salesforce,
)
from leadcore_intake.detect import FORMATS, detect
from leadcore_intake.limits import check_size
from leadcore_intake.lines import Rewound
from leadcore_intake.options import DEFAULT, Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from leadcore_intake.results import Intake, Record

__all__ = ["read", "read_file"]

_READERS: dict[str, Callable[[bytes, Options], Intake]] = {
    "adf": adf.read,
    "csv": csv_file.read,
    "form": form.read,
    "google": google.read,
    "hubspot": hubspot.read,
    "json": json_lead.read,
    "jsonl": json_lines.read,
    "meta": meta.read,
    "meta_export": csv_file.read,
    "meta_notification": meta.read_notification,
    "salesforce": salesforce.read,
}


def read(
    data: bytes,
    *,
    format: str | None = None,  # noqa: A002 - the word a caller would look for
    options: Options = DEFAULT,
    filename: str | None = None,
    content_type: str | None = None,
) -> Intake:
    """Read one message: every record in it, each a submission or the reasons it is none.

    Args:
        data: the message's bytes.
        format: one of `FORMATS`; None detects it.
        options: what the caller tells beforehand.
        filename: its name, for the detection.
        content_type: its MIME type, for the detection.

    Raises:
        Malformed: the message as a whole can't be read (nothing else is ever raised for its
            content), or the format is none we know.
    """
    check_size(data, options.limits)
    return _reader(format or detect(data, filename=filename, content_type=content_type))(
        data, options
    )


def _reader(name: str) -> Callable[[bytes, Options], Intake]:
    if name not in _READERS:
        known = ", ".join(FORMATS)
        raise Malformed.at("format", f"{name!r} is none we read; those are {known}")
    return _READERS[name]


def read_file(
    source: str | PathLike[str] | BinaryIO,
    *,
    format: str | None = None,  # noqa: A002 - the word a caller would look for
    options: Options = DEFAULT,
    filename: str | None = None,
) -> Iterator[Record]:
    """Read a file record by record; CSV and JSON Lines of any length in constant memory.

    The other formats are one message, read whole within `Limits.max_bytes`. For a progress bar
    give an open file and watch its `tell()`. A Meta notification is refused: its leads must be
    retrieved first.

    Args:
        source: a path, or a file open for reading bytes, which stays open.
        format: one of `FORMATS`; None detects it.
        options: what the caller tells beforehand.
        filename: the name of an open file, for the detection.

    Yields:
        One record for each that the file holds.

    Raises:
        Malformed: the file as a whole can't be read.
        OSError: the file can't be opened.
    """
    if isinstance(source, (str, PathLike)):
        path = Path(source)
        with path.open("rb") as file:
            yield from _records(file, format, options, filename or path.name)
    else:
        yield from _records(source, format, options, filename)


def _records(
    file: BinaryIO, name: str | None, options: Options, filename: str | None
) -> Iterator[Record]:
    head = _head(file)
    found = name or detect(head, filename=filename)
    stream = io.BufferedReader(Rewound(head, file))
    if found in {"csv", "meta_export"}:
        yield from csv_file.stream(stream, options, head=head)
    elif found == "jsonl":
        yield from json_lines.stream(stream, options)
    else:
        data = stream.read(options.limits.max_bytes + 1)
        intake = read(data, format=name, options=options, filename=filename)
        if intake.references:
            reason = "is a notification: retrieve the leads it names first"
            raise Malformed.at("$", reason)
        yield from intake.records


def _head(file: BinaryIO) -> bytes:
    parts: list[bytes] = []
    size = 0
    while size < csv_file.HEAD and (part := file.read(csv_file.HEAD - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
