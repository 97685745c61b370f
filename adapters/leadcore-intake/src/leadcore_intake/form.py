"""Posts of web forms, urlencoded; Salesforce web-to-lead is one of them (`salesforce`).

A value is read as UTF-8 and, where it is none, as Windows-1252 with a warning: a form post does
not tell its encoding.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from leadcore.errors import Malformed, Problem
from leadcore.submissions import Source
from leadcore_intake.build import Entry, Place, build
from leadcore_intake.columns import guess
from leadcore_intake.limits import check_size
from leadcore_intake.options import DEFAULT, Options
from leadcore_intake.results import Intake

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["cp1252", "looks_like_form", "pairs", "read", "read_as"]

_HEAD = 4096
_FORM = re.compile(rb"[^\s=&<>{}\[\]\"]*(?:[\[\]][^\s=&<>{}\"]*)?=[^\s]*")


def looks_like_form(data: bytes) -> bool:
    """Tell whether the bytes look like a urlencoded form: one line of `name=value&…`."""
    head = data.strip()[:_HEAD]
    if len(head) == _HEAD:
        head = head.rpartition(b"&")[0] or head
    return b"=" in head and _FORM.fullmatch(head) is not None and head.isascii()


def pairs(data: bytes, options: Options) -> tuple[list[tuple[str, str]], tuple[Problem, ...]]:
    """Decode the names and values, in order, with a warning for each that is not UTF-8.

    Raises:
        Malformed: too large, or too many fields.
    """
    check_size(data, options.limits)
    parts = data.strip()
    if parts.count(b"&") >= options.limits.max_fields:
        message = f"holds more than the {options.limits.max_fields:,} fields allowed"
        raise Malformed.at("$", message)
    found: list[tuple[str, str]] = []
    warnings: list[Problem] = []
    for part in parts.split(b"&"):
        if not part:
            continue
        name, _, value = part.partition(b"=")
        key = _text(name, "a name", warnings)
        found.append((key or '""', _text(value, f"field {key[:80]!r}", warnings)))
    return found, tuple(warnings)


def _text(data: bytes, path: str, warnings: list[Problem]) -> str:
    plain = unquote_to_bytes(data.replace(b"+", b" "))
    try:
        return plain.decode()
    except UnicodeDecodeError:
        warnings.append(Problem(path, "is not UTF-8; it was read as Windows-1252"))
        return cp1252(plain)


def cp1252(data: bytes) -> str:
    """Decode Windows-1252; the five bytes it leaves open become the control characters there."""
    open_bytes = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}
    return data.decode("cp1252", "surrogateescape").translate(open_bytes)


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read one post of a urlencoded form.

    Raises:
        Malformed: it is too large, or has too many fields.
    """
    return read_as("form", data, options, lambda name: options.mapping.get(name) or guess(name))


def read_as(
    name: str,
    data: bytes,
    options: Options,
    target: Callable[[str], str | None],
    warnings: tuple[Problem, ...] = (),
) -> Intake:
    """Read a urlencoded form as a format of its own, with that format's targets."""
    given, found = pairs(data, options)
    entries = [
        Entry(key=key, values=(value,), path=f"field {key[:80]!r}", target=target(key))
        for key, value in given
    ]
    record = build(
        entries,
        source=Source(format=name),
        place=Place(),
        raw=data.strip().decode("ascii", "backslashreplace"),
        canonical=json.dumps(given),
        options=options,
        warnings=found + warnings,
    )
    return Intake(format=name, records=(record,))
