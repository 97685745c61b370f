"""A line of the JSON Lines door: bytes in, the answer as bytes out, whichever way they came.

What JSON leaves to its reader is refused, with its path: a key given twice (which of the two was
meant, nobody knows), a number too large to be kept.
"""

from __future__ import annotations

import json
from math import isinf
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from attrs import frozen

from leadcore.door import answer
from leadcore.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LONGEST", "answered", "decoded", "too_long", "written", "wrong"]

LONGEST = 1_000_000
"""Bytes a line of questions may have; a longer one is answered with an error."""

_MARK = "\ufeff"
"""What some programs put at the beginning of a file in UTF-8."""
_MOST_DIGITS: Final = 640
"""The digits of a whole number that Python reads and writes, whatever limit it is told."""


@frozen
class _Refused:
    """Stands in a decoded line for what is refused there, and says why."""

    message: str


class _Decoder:
    """Decodes one line."""

    def __init__(self) -> None:
        self.refused = False

    def _refuse(self, message: str) -> _Refused:
        self.refused = True
        return _Refused(message)

    def whole(self, digits: str) -> int | _Refused:
        if len(digits) > _MOST_DIGITS:
            return self._refuse(f"has more than {_MOST_DIGITS:,} digits")
        return int(digits)

    def fraction(self, digits: str) -> float | _Refused:
        found = float(digits)
        return self._refuse("is a number too large to be kept") if isinf(found) else found

    def keys(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    found[key] = self._refuse("is given twice")
                seen.add(key)
        return found


def answered(line: bytes, number: int) -> dict[str, Any]:
    """Answer one line, whatever it holds.

    Args:
        line: the bytes, without what ends the line.
        number: which line it is, from 1 on; said where no id tells which question is meant.
    """
    try:
        question, whole = _read(line)
    except Malformed as error:
        return wrong(error.problems[0].message, number)
    return _numbered(answer(question) if whole else _refusal(question), number)


def decoded(line: bytes) -> Any:  # noqa: ANN401 # whatever JSON holds
    """Read one line as JSON.

    Raises:
        Malformed: it is none, or something in it is refused; every such place is named.
    """
    value, whole = _read(line)
    if not whole:
        raise Malformed(tuple(Problem(*each) for each in _refused("", value)))
    return value


def _read(line: bytes) -> tuple[Any, bool]:
    """Give what a line holds, and whether nothing in it is refused."""
    decoder = _Decoder()
    try:
        value = json.loads(
            line.decode().removeprefix(_MARK),
            parse_constant=_no_number,
            parse_int=decoder.whole,
            parse_float=decoder.fraction,
            object_pairs_hook=decoder.keys,
        )
    except UnicodeDecodeError as error:
        raise Malformed.at("", f"is not UTF-8 at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise Malformed.at("", f"is no JSON: {error}") from None
    return value, not decoder.refused


def _no_number(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def _refusal(question: object) -> dict[str, Any]:
    """Say what is refused in a line, and where; its id comes back unless that is refused itself."""
    problems = [{"path": path, "message": message} for path, message in _refused("", question)]
    given = cast("dict[str, object]", question) if isinstance(question, dict) else {}
    identity = given.get("id")
    return {"id": None if any(_refused("", identity)) else identity, "error": problems}


def _refused(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Give the paths of all that is refused, in the order of the line, however deep it is."""
    ahead = [(path, value)]
    while ahead:
        path, value = ahead.pop()
        if isinstance(value, _Refused):
            yield path, value.message
        elif isinstance(value, dict):
            fields = cast("dict[str, object]", value).items()
            inner = [(f"{path}.{key}" if path else key, each) for key, each in fields]
            ahead += reversed(inner)
        elif isinstance(value, list):
            items = enumerate(cast("list[object]", value))
            ahead += reversed([(f"{path}[{place}]", each) for place, each in items])


def _numbered(said: dict[str, Any], number: int) -> dict[str, Any]:
    if "error" in said and said["id"] is None:
        return {**said, "line": number}
    return said


def wrong(message: str, number: int | None = None) -> dict[str, Any]:
    """Give the answer to what is no question at all.

    Args:
        message: what is wrong with it.
        number: the line it stands in, from 1 on; None: in none.
    """
    said = {"id": None, "error": [{"path": "", "message": message}]}
    return said if number is None else _numbered(said, number)


def too_long(number: int) -> dict[str, Any]:
    """Give the answer to a line that is not even read."""
    return wrong(f"is longer than {LONGEST:,} bytes", number)


def written(said: dict[str, Any]) -> bytes:
    """Give an answer as its line."""
    try:
        return f"{json.dumps(said, ensure_ascii=False, allow_nan=False)}\n".encode()
    except UnicodeEncodeError:
        # Half a surrogate pair came with the question, escaped; so it goes back.
        return f"{json.dumps(said, allow_nan=False)}\n".encode()
