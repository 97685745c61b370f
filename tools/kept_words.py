"""What the core's values are written as, and what holds where nothing is said, a class a line.

Words of an enumeration are kept in databases and sent to others; a default is what everybody gets
who says nothing. Neither changes unnoticed: `tests/test_kept_words.py` compares them with
`tests/kept_words.txt`, and `python -m tools.kept_words` writes them down.
"""

from __future__ import annotations

import importlib
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from attrs import NOTHING, fields, has

from tools.public_names import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PINNED", "told", "written"]

PINNED = Path(__file__).resolve().parent.parent / "tests" / "kept_words.txt"


def told(value: object) -> str:
    """Write a default; one that is made anew each time, or is a record of its own, as `…`."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, tuple):
        many = cast("tuple[object, ...]", value)
        return f"({', '.join(map(told, many))})"
    return repr(value) if value is None or isinstance(value, bool | int | str) else "…"


def words(kind: type[Any]) -> Iterator[str]:
    """Give what is written of one class."""
    if issubclass(kind, Enum):
        for name, member in kind.__members__.items():
            yield f"{name}={told(member.value)}"
    elif has(kind):
        for each in fields(kind):
            if each.default is not NOTHING:
                yield f"{each.name}={told(each.default)}"


def written() -> str:
    """Give all that is kept as it is pinned."""
    lines: list[str] = []
    for name in modules():
        module = importlib.import_module(name)
        for one in sorted(getattr(module, "__all__", ())):
            kind = getattr(module, one)
            if isinstance(kind, type) and kind.__module__ == name and (said := [*words(kind)]):
                lines.append(f"{name}.{one}: {' '.join(said)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PINNED.write_text(written(), "utf-8")
    print(f"wrote {PINNED.name}")
