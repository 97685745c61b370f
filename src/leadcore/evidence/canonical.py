r"""One written form for one value, so that a digest over its bytes means something.

JSON as RFC 8785 has it, within what is needed here: keys sorted, no white space, only the escapes
that JSON asks for, UTF-8. Numbers are whole and written in full; there are no others, so none of
RFC 8785's rules for floating point is needed. Where a text holds half a surrogate pair, which has
no UTF-8, it is written as its escape (`\ud83d`).
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, cast

__all__ = ["canonical", "digest"]

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def canonical(value: object) -> bytes:
    """Give the canonical bytes of what JSON can hold.

    Raises:
        ValueError: a number that is not whole, or a key that is no text.

    >>> canonical({"b": [True, None], "a": "é"}).decode()
    '{"a":"é","b":[true,null]}'
    """
    _check(value)
    text = _dumps(value)
    if _HALF_A_PAIR.search(text):
        # Two halves that stand beside each other are one character to whoever reads them back.
        text = _HALF_A_PAIR.sub(_escape, _dumps(json.loads(json.dumps(value))))
    return text.encode()


def _dumps(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def _check(value: object) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, list):
        for each in cast("list[object]", value):
            _check(each)
    elif isinstance(value, dict):
        for key, each in cast("dict[Any, object]", value).items():
            if not isinstance(key, str):
                message = f"a key is a text, not {key!r}"
                raise ValueError(message)  # noqa: TRY004 - one error for all that has no such form
            _check(each)
    else:
        message = f"has no canonical form: {value!r}"
        raise ValueError(message)  # noqa: TRY004 - the same


def digest(value: object) -> str:
    """Give the SHA-256, in hex, over the canonical bytes.

    Raises:
        ValueError: it has none.
    """
    return hashlib.sha256(canonical(value)).hexdigest()
