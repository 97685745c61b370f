"""The public names of the core, one module a line; `python -m tools.public_names` writes them down.

`tests/test_exports.py` compares them with `tests/public_names.txt`, so that a name never appears or
disappears unnoticed.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import leadcore

__all__ = ["PINNED", "modules", "written"]

PINNED = Path(__file__).resolve().parent.parent / "tests" / "public_names.txt"


def modules() -> list[str]:
    """Give the names of the public modules."""
    found = pkgutil.walk_packages(leadcore.__path__, "leadcore.")
    names = [module.name for module in found]
    return ["leadcore", *(name for name in sorted(names) if "._" not in name)]


def written() -> str:
    """Give the public names as they are pinned."""
    lines: list[str] = []
    for name in modules():
        exported: list[str] = getattr(importlib.import_module(name), "__all__", [])
        lines.append(f"{name}: {' '.join(sorted(exported))}".rstrip())
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PINNED.write_text(written(), "utf-8")
    print(f"wrote {PINNED.name}")
