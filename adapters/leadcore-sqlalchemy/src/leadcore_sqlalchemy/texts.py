"""What `leadcore.wire` gives, as text and back."""

from __future__ import annotations

import json
from typing import Any

import orjson

__all__ = ["from_text", "to_text"]

_encode = json.JSONEncoder(separators=(",", ":")).encode

from_text = json.loads
"""Read what `to_text` wrote; numbers of any length stay whole, which quicker readers don't do."""


def to_text(value: Any) -> str:  # noqa: ANN401 # whatever JSON can hold
    """Write what `leadcore.wire` gave as JSON, without a space too many."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # Half a surrogate pair, as a cut text may have, or a number longer than 64 bits.
        return _encode(value)
