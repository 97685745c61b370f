"""JSON read within limits, nothing rounded and nothing dropped.

Numbers stay the text they were written as (64-bit ids and amounts keep every digit), a key given
twice keeps both values, and nesting and the number of values are checked before anything is
built, so memory stays bounded.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn, TypeAlias, cast

from leadcore.errors import Malformed
from leadcore_intake.limits import Limits, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Json", "JsonObject", "Number", "Repeated", "canonical", "flat", "parse", "text_of"]

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"

# Structure only: strings are matched whole so that brackets inside them don't count. Possessive,
# and the closing quote is optional, so that no input makes the scan go back.
_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_TOKENS_A_VALUE = 4


# As `json.dumps` writes a text, without asking what else it might be.
_quoted = json.encoder.encode_basestring_ascii


class Number(str):
    """A JSON number, as the text it was written in."""

    __slots__ = ()


class Repeated(list["Json"]):
    """The values of a key that one object gave more than once."""

    __slots__ = ()


def parse(data: bytes | str, limits: Limits) -> Json:
    """Read a JSON text.

    Raises:
        Malformed: not UTF-8 (or UTF-16 with its mark), no JSON, too deep, or too many values.
    """
    text = decode(data, "JSON") if isinstance(data, bytes) else data
    _measure(text, limits)
    try:
        found = json.loads(
            text,
            strict=False,  # line breaks inside strings are common, and harmless
            parse_int=Number,
            parse_float=Number,
            parse_constant=_no_constant,
            object_pairs_hook=_pairs,
        )
    except json.JSONDecodeError as error:
        path = f"line {error.lineno} column {error.colno}"
        raise Malformed.at(path, f"is not JSON: {error.msg}") from error
    return cast("Json", found)


def _measure(text: str, limits: Limits) -> None:
    depth = values = 0
    for tokens, found in enumerate(_TOKENS.finditer(text), 1):
        mark = found[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        values += mark in "[{,"
        if depth > limits.max_depth:
            message = f"nests deeper than the {limits.max_depth} levels allowed"
            raise Malformed.at(f"character {found.start()}", message)
        if values > limits.max_values or tokens > limits.max_values * _TOKENS_A_VALUE:
            raise Malformed.at("$", f"holds more than the {limits.max_values:,} values allowed")


def _no_constant(name: str) -> NoReturn:
    raise Malformed.at("$", f"has {name}, which is no JSON")


def _pairs(pairs: list[tuple[str, Json]]) -> JsonObject:
    found: JsonObject = {}
    for key, value in pairs:
        if key not in found:
            found[key] = value
            continue
        before = found[key]
        if isinstance(before, Repeated):
            before.append(value)
        else:
            found[key] = Repeated([before, value])
    return found


def text_of(value: Json) -> str | None:
    """Give a scalar as text (`true`, `false` and numbers as written), or None for the rest."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else None


def flat(value: Json, key: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give every scalar with its path of keys; a list of scalars is one key with its values.

    Nulls and empty containers give their key with no values, so that their presence is kept.

    >>> list(flat({"a": {"b": "1"}, "c": ["x", "y"], "d": [{"e": None}]}))
    [('a.b', ('1',)), ('c', ('x', 'y')), ('d[0].e', ())]
    """
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from flat(inner, f"{key}.{name}" if key else name or '""')
    elif isinstance(value, list):
        texts = [text_of(item) for item in value]
        if all(text is not None for text in texts):
            yield key, tuple(text for text in texts if text is not None)
        else:
            for index, item in enumerate(value):
                yield from flat(item, f"{key}[{index}]")
    else:
        text = text_of(value)
        yield key, () if text is None else (text,)


def canonical(value: Json) -> str:
    """Give the canonical text: keys sorted, no white space, numbers as written."""
    if isinstance(value, Repeated):
        return "&".join(canonical(item) for item in value)
    if isinstance(value, dict):
        inner = [f"{_quoted(key)}:{canonical(value[key])}" for key in sorted(value)]
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        return str(value) if isinstance(value, Number) else _quoted(value)
    return json.dumps(value)
