"""A line of the JSON Lines door: bytes in, the answer as bytes out, whichever way they came."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from leadcore.door import answer

__all__ = ["LONGEST", "TOO_LONG", "answered", "written", "wrong"]

LONGEST = 1_000_000
"""Bytes a line of questions may have; a longer one is answered with an error."""

_MARK = "\ufeff"
"""What some programs put at the beginning of a file in UTF-8."""


def answered(line: bytes) -> dict[str, Any]:
    """Answer one line, whatever it holds."""
    try:
        question = json.loads(line.decode().removeprefix(_MARK), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return wrong(f"is not UTF-8 at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return wrong(f"is no JSON: {error}")
    return answer(question)


def _no_number(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def wrong(message: str) -> dict[str, Any]:
    """Give the answer to what is no question at all."""
    return {"id": None, "error": [{"path": "", "message": message}]}


TOO_LONG = wrong(f"is longer than {LONGEST:,} bytes")
"""The answer to a line that is not even read."""


def written(said: dict[str, Any]) -> bytes:
    """Give an answer as its line."""
    try:
        return f"{json.dumps(said, ensure_ascii=False)}\n".encode()
    except UnicodeEncodeError:
        # Half a surrogate pair came with the question, escaped; so it goes back.
        return f"{json.dumps(said)}\n".encode()
