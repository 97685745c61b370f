"""Terms in a file, TOML or JSON, read over those there are; every problem has its path."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar, cast

from leadcore import wire
from leadcore.errors import Malformed, Problem

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_file", "read_terms"]

T = TypeVar("T")


def read_file(file: Path) -> dict[str, Any]:
    """Read an object from a file: JSON by its ending, else TOML.

    Raises:
        Malformed: it is neither, or no object; says where.
    """
    text = _text(file)
    try:
        if file.suffix.lower() == ".json":
            found = json.loads(text, parse_constant=_no_number)
        else:
            found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed.at(str(file), f"can't be read: {error}") from None
    if not isinstance(found, dict):
        raise Malformed.at(str(file), "holds no object")
    return cast("dict[str, Any]", _plain(cast("object", found)))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed.at(str(file), "is no text in UTF-8") from None


def _no_number(text: str) -> object:
    message = f"{text} is no number"
    raise ValueError(message)


def _plain(value: object) -> object:
    """Give TOML's dates as the texts they were."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def read_terms(file: Path, kind: type[T], before: T) -> T:
    """Read terms from a file, over those that were there: what it does not name stays.

    Raises:
        Malformed: every problem, with its path in the file.
    """
    return over(before, kind, read_file(file), str(file))


def over(before: T, kind: type[T], said: dict[str, Any], path: str) -> T:
    """Give terms with what is said in place of what was; the first level of names is merged.

    Raises:
        Malformed: every problem, each with its path below `path`.
    """
    try:
        return wire.load(kind, {**wire.dump(before), **said})
    except Malformed as error:
        raise Malformed(
            [Problem(path + each.path.removeprefix("$"), each.message) for each in error.problems]
        ) from None
