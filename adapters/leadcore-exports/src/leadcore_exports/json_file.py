"""JSON and JSON Lines: leads in leadcore's own wire form, which `leadcore.wire.load` reads back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from leadcore import wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.leads import Lead

__all__ = ["write_json", "write_json_lines"]


def write_json_lines(leads: Iterable[Lead], out: BinaryIO) -> int:
    """Write leads as JSON Lines, one a line; gives how many."""
    number = 0
    for number, lead in enumerate(leads, 1):  # noqa: B007 # counted for the caller
        out.write(_one(lead) + b"\n")
    return number


def write_json(leads: Iterable[Lead], out: BinaryIO) -> int:
    """Write leads as one JSON list, one a line; gives how many."""
    number = 0
    out.write(b"[")
    for number, lead in enumerate(leads, 1):
        out.write(b"\n" if number == 1 else b",\n")
        out.write(_one(lead))
    out.write(b"\n]\n")
    return number


def _one(lead: Lead) -> bytes:
    value = wire.dump(lead)
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(value).encode()
