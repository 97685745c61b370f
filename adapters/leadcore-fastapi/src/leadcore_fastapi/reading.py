"""What came with a request, read strictly: JSON, queries, cursors. What is unknown is refused."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn, cast

from attrs import frozen

from leadcore import wire
from leadcore.errors import Malformed, Problem
from leadcore.kept_answers import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Param",
    "cursor_of",
    "parse_json",
    "place_in",
    "read_query",
    "sound_text",
]

_DEEPEST = 32
_UNSOUND = re.compile("[\x00\ud800-\udfff]")
_MOST_DIGITS = 18
_MOST = 10**_MOST_DIGITS


def sound_text(text: str) -> bool:
    """Say whether every database keeps a text: no NUL, no half of a character."""
    return _UNSOUND.search(text) is None


def parse_json(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Read a body as JSON.

    Raises:
        Malformed: it is none, nests too deep, names a field twice, or holds what no database keeps.
    """
    if not body.strip():
        raise Malformed.at("$", "is empty; it is JSON")
    try:
        found = json.loads(body, parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise Malformed.at("$", f"is not UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise Malformed.at("$", f"nests deeper than {_DEEPEST} levels") from None
    except ValueError as error:
        raise Malformed.at("$", f"is no JSON: {error}") from None
    _check_sound(found, "$", 0)
    return found


def _no_number(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a field is named twice"
        raise ValueError(message)
    return found


def _check_sound(value: Any, path: str, depth: int) -> None:  # noqa: ANN401 - whatever JSON holds
    if depth > _DEEPEST:
        raise Malformed.at("$", f"nests deeper than {_DEEPEST} levels")
    if isinstance(value, str) and not sound_text(value):
        raise Malformed.at(path, "has a NUL, or half of a character")
    if isinstance(value, int) and abs(value) >= _MOST:
        raise Malformed.at(path, f"is a whole number of at most {_MOST_DIGITS} digits")
    if isinstance(value, dict):
        for name, each in cast("dict[str, Any]", value).items():
            _check_sound(name, path, depth + 1)
            _check_sound(each, f"{path}.{name}", depth + 1)
    elif isinstance(value, list):
        for number, each in enumerate(cast("list[object]", value)):
            _check_sound(each, f"{path}[{number}]", depth + 1)


@frozen(kw_only=True)
class Param:
    """One parameter of a query.

    Attributes:
        kind: `str`, `int`, `bool`, `date`, `datetime` or an enum.
        many: may it be given several times?
        least, most: of a whole number.
        longest: of a text, in characters.
    """

    name: str
    kind: type[Any]
    says: str
    many: bool = False
    least: int = 0
    most: int = 1000
    longest: int = 500
    example: object = None

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        one: dict[str, Any]
        if issubclass(self.kind, Enum):
            one = {"type": "string", "enum": [member.value for member in self.kind]}
        elif self.kind is int:
            one = {"type": "integer", "minimum": self.least, "maximum": self.most}
        elif self.kind is bool:
            one = {"type": "boolean"}
        elif self.kind is str:
            one = {"type": "string", "minLength": 1, "maxLength": self.longest}
        else:
            one = {"type": "string", "format": "date" if self.kind is date else "date-time"}
        return {"type": "array", "items": one} if self.many else one

    def read(self, text: str) -> Any:  # noqa: ANN401 - of its kind
        """Read one value.

        Raises:
            Malformed: it is none of its kind.
        """
        path = f"?{self.name}"
        if not sound_text(text) or not 0 < len(text) <= self.longest:
            raise Malformed.at(path, f"is a text of 1 to {self.longest:,} characters")
        if self.kind is str:
            return text
        if self.kind is int:
            return self._number(text, path)
        if self.kind is bool:
            if text not in {"true", "false"}:
                raise Malformed.at(path, "is true or false")
            return text == "true"
        try:
            return wire.load(self.kind, text)
        except Malformed as error:
            raise Malformed.at(path, error.problems[0].message) from None

    def _number(self, text: str, path: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text) or not self.least <= int(text) <= self.most:
            raise Malformed.at(path, f"is a whole number from {self.least} to {self.most}")
        return int(text)


def read_query(given: Sequence[tuple[str, str]], params: Mapping[str, Param]) -> dict[str, Any]:
    """Read a query; what is not given is not in it, what may be given often is a list.

    Raises:
        Malformed: a parameter is unknown, given twice, or none of its kind.
    """
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, text in given:
        param = params.get(name)
        if param is None:
            shown = name[:40] if sound_text(name) else "…"
            problems.append(Problem("?", f"there is no parameter {shown!r} here"))
            continue
        try:
            value = param.read(text)
        except Malformed as error:
            problems += error.problems
            continue
        if param.many:
            found.setdefault(name, []).append(value)
        elif name in found:
            problems.append(Problem(f"?{name}", "is given twice"))
        else:
            found[name] = value
    if problems:
        raise Malformed(problems)
    return found


def cursor_of(after: str, asked: Mapping[str, Any]) -> str:
    """Give the cursor of the page behind a row: opaque, and good for the same question only."""
    data = json.dumps([after, _question(asked)]).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def place_in(cursor: str | None, asked: Mapping[str, Any]) -> str | None:
    """Give the row a cursor stands behind; None for the first page.

    Raises:
        Malformed: it is no cursor of ours, or one of another question.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        after, question = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError, binascii.Error, UnicodeError, RecursionError):
        raise Malformed.at("?cursor", "is none that a page of this list gave") from None
    if not isinstance(after, str) or question != _question(asked) or not sound_text(after):
        raise Malformed.at("?cursor", "is of a list that was asked for differently")
    return after


def _question(asked: Mapping[str, Any]) -> str:
    rest = {name: asked[name] for name in sorted(asked) if name not in {"cursor", "limit"}}
    return fingerprint(repr([(name, _plain(value)) for name, value in rest.items()]))[:16]


def _plain(value: Any) -> object:  # noqa: ANN401 - of a parameter's kind
    if isinstance(value, list):
        return sorted(str(_plain(each)) for each in cast("list[object]", value))
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime | date) else value
