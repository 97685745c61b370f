"""How much an intake takes, and the checks that hold it to that.

A message is read whole, so its size is limited; a streamed file may be of any length, so there
each record is. Everything over a limit is refused with the size met and the size allowed.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Limits", "check_size", "check_value", "decode"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_MAGIC = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _positive(_instance: object, attribute: object, value: object) -> None:
    if type(value) is not int or value < 1:
        name = getattr(attribute, "name", "a limit")
        message = f"{name} is a whole number of at least 1, not {value!r}"
        raise ValueError(message)


@frozen(kw_only=True)
class Limits:
    """The sizes an intake takes; anything above is refused, never cut silently.

    Attributes:
        max_bytes: bytes of one message (a post, a mail, a whole JSON or XML document).
        max_record: bytes of one record of a streamed file (a CSV row, a JSON line).
        max_field: bytes (UTF-8) of one value or one key.
        max_fields: values in one record.
        max_depth: how deep JSON or XML may nest.
        max_values: values of one whole message; bounds the memory a parser may take.
        max_records: records of one message; a streamed file has no such limit.
    """

    max_bytes: int = field(default=5 * 1024 * 1024, validator=_positive)
    max_record: int = field(default=1024 * 1024, validator=_positive)
    max_field: int = field(default=64 * 1024, validator=_positive)
    max_fields: int = field(default=500, validator=_positive)
    max_depth: int = field(default=32, validator=_positive)
    max_values: int = field(default=200_000, validator=_positive)
    max_records: int = field(default=10_000, validator=_positive)


def check_size(data: bytes, limits: Limits) -> None:
    """Refuse what is empty, too large, or an archive we do not open.

    Raises:
        Malformed: with the reason.
    """
    if not data.strip():
        raise Malformed.at("$", "is empty")
    if len(data) > limits.max_bytes:
        message = f"is {len(data):,} bytes long; a message may have {limits.max_bytes:,}"
        raise Malformed.at("$", message)
    archive = archive_kind(data)
    if archive is not None:
        raise Malformed.at("$", f"is {archive}, which is not opened here; send its content")


def archive_kind(data: bytes) -> str | None:
    """Name the archive or document format the bytes begin like, or give None."""
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def bom_encoding(data: bytes) -> str | None:
    """Give the encoding a byte order mark tells, or None."""
    return next((name for mark, name in _BOMS if data.startswith(mark)), None)


def decode(data: bytes, what: str) -> str:
    """Decode by byte order mark, else as UTF-8.

    Args:
        data: the bytes.
        what: what they should be (`JSON`), for the message.

    Raises:
        Malformed: naming the first byte that does not fit.
    """
    encoding = bom_encoding(data) or "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = "UTF-16" if encoding == "utf-16" else "UTF-8"
        raise Malformed.at(f"byte {error.start}", f"is not {name}, as {what} must be") from error


def check_value(path: str, value: str, limits: Limits) -> Iterator[Problem]:
    """Give what forbids keeping a value: its length, a NUL, half a character."""
    size = len(value.encode("utf-8", "surrogatepass"))
    if size > limits.max_field:
        yield Problem(path, f"is {size:,} bytes long; a value may have {limits.max_field:,}")
    if "\0" in value:
        yield Problem(path, "has a NUL character")
    if _SURROGATE.search(value):
        yield Problem(path, "has half of a surrogate pair, which is no character")
