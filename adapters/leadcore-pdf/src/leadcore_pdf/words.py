"""From the JSON of a packet to what people read: labels, times with their zone, amounts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SECTIONS", "pieces", "rows", "sentence", "shape", "title_of"]

SECTIONS: tuple[tuple[str, str], ...] = (
    ("lead", "The request, its sale and who worked it"),
    ("contact_point", "Consent, look-ups and replies"),
    ("decisions", "Contact decisions"),
    ("refund", "Returns"),
    ("message", "Notices"),
)
"""What the streams are called, in the order they are told; any other comes after, by its name."""

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z")
_MONEY = {"minor", "currency"}
_TELLING = (
    *("submission · name · first", "submission · name · last", "submission · area"),
    *("sale · account id", "sale · price", "user id", "attempt · channel", "attempt · outcome"),
    *("question · channel", "question · initiation", "verdict", "determining"),
    *("fact · method", "fact · kind", "fact · scrubbed on", "fact · text"),
    *("fact · evidence · certificate · kind", "fact · evidence · signature"),
    *("reason", "reasons", "detail", "channel", "to", "subject", "text", "note"),
)
"""What of an event is told in short, where it has it."""
_LONGEST = 70
_PIECE, _PIECE_LINES = 1_000, 20
"""Half a page, whatever the letters are."""


def title_of(event: str) -> str:
    """Give the name of an event as words.

    >>> title_of("LeadSold")
    'Lead sold'
    """
    parts = re.findall("[A-Z][^A-Z]*", event) or [event]
    return " ".join(parts).capitalize()


def shape(value: object) -> str:
    """Give one value as a person reads it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    found = _INSTANT.fullmatch(str(value))
    if found is None:
        return str(value)
    day, time, part = found.groups()
    return f"{day} {time}{f'.{part}' if part else ''} UTC"


def rows(value: object, label: str = "") -> Iterator[tuple[str, str]]:
    """Give everything a value holds, one line each: where it stands, and what it is."""
    opened = _opened(value)
    if isinstance(opened, dict):
        inner = cast("dict[str, Any]", opened)
        if inner.keys() == _MONEY:
            yield label, str(Money(inner["minor"], inner["currency"]))
            return
        # What stands inside a text, as a decision does, is told as if it stood beside it.
        above = "" if opened is not value else label
        for name, each in inner.items():
            words = name.replace("_", " ")
            yield from rows(each, f"{above} · {words}" if above else words)
    elif isinstance(opened, list):
        yield from _listed(cast("list[object]", opened), label)
    else:
        yield label, shape(opened)


def _opened(value: object) -> object:
    """Give what a text holds where it is JSON itself, as a logged decision is."""
    if not (isinstance(value, str) and value.startswith("{")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _listed(values: list[object], label: str) -> Iterator[tuple[str, str]]:
    if all(isinstance(each, str | int) for each in values):
        yield label, ", ".join(map(shape, values)) or "none"
        return
    for number, each in enumerate(values, 1):
        yield from rows(each, f"{label} {number}")


def pieces(text: str) -> Iterator[str]:
    """Give a long text in pieces that each fit on a page, broken between lines or words."""
    lines = 0
    piece = ""
    for word in re.findall(rf"\s?\S{{1,{_PIECE}}}|\s", text):
        if piece and (len(piece) + len(word) > _PIECE or lines > _PIECE_LINES):
            yield piece
            piece, lines, word = "", 0, word.lstrip()  # noqa: PLW2901 - a piece begins with a word
        piece += word
        lines += word.count("\n")
    yield piece


def sentence(data: object) -> str:
    """Give in a few words what an event tells."""
    found = dict(rows(data))
    told = [found[name].replace("\n", " ") for name in _TELLING if found.get(name)]
    words = ", ".join(told)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()}…"
