"""Fonts for names in many scripts, all from packages: no font of the machine is looked at."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["FACES", "Face", "faces", "faces_for", "needs_shaping", "shown"]

_FIRST_SHAPED = "\u0590"
"""Hebrew. Latin, Greek, Cyrillic and Armenian come before and are drawn letter by letter."""

Face = tuple[str, str]
"""A package, and the start of the name of the file in it."""

FACES: tuple[Face, ...] = (
    ("fontpkg_noto_sans", "NotoSans["),
    ("fontpkg_noto_sans_arabic", "NotoSansArabic["),
    ("fontpkg_noto_sans_thai", "NotoSansThai["),
    ("fontpkg_heebo", "Heebo["),
    ("cvttf_NotoSansCJK_Regular", "NotoSansCJK"),
)
"""Latin, Greek, Cyrillic, Devanagari; Arabic; Thai; Hebrew; and, where installed, Chinese, Japanese
and Korean. A character is drawn with the first that has it."""


@cache
def faces() -> tuple[Path, ...]:
    """Give the files of the fonts that are installed, the first for most of the text.

    Raises:
        FileNotFoundError: the font for most of the text is not there.
    """
    found = tuple(path for path in map(_path, FACES) if path is not None)
    if not found or FACES[0][1] not in found[0].name:
        message = "the font Noto Sans is missing; install leadcore-pdf with what it needs"
        raise FileNotFoundError(message)
    return found


def _path(face: Face) -> Path | None:
    package, start = face
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    files = sorted(Path(spec.origin).parent.rglob("*.[ot]tf"))
    return next((file for file in files if file.name.startswith(start)), None)


# The library says nothing about its types.
_TTFont: Any = import_module("fontTools.ttLib").TTFont


@cache
def _characters(path: Path) -> frozenset[int]:
    with _TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def faces_for(text: str) -> tuple[Path, ...]:
    """Give the fonts a text is drawn with, the first for most of it; others only where needed."""
    first, *others = faces()
    missing = {ord(char) for char in text} - _characters(first)
    chosen = [first]
    for path in others:
        found = missing & _characters(path)
        if found:
            chosen.append(path)
            missing -= found
    return tuple(chosen)


def needs_shaping(text: str) -> bool:
    """Tell whether letters of a text join, stack or run from the right."""
    return any(char >= _FIRST_SHAPED for char in text)


def shown(text: str) -> str:
    r"""Give a text as it can be drawn: what no font has, and what would not be seen, by its code.

    >>> shown("a\u202eb")
    'a[U+202E]b'
    """
    return "".join(_drawn(char) for char in text)


def _drawn(char: str) -> str:
    if char in "\n\t":
        return "\n" if char == "\n" else " "
    drawable = any(ord(char) in _characters(path) for path in faces())
    return char if drawable and char.isprintable() else f"[U+{ord(char):04X}]"
