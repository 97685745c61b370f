"""What `import leadcore` costs, beside the imports it can't do without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.run import Contest, Goal, figure

if TYPE_CHECKING:
    from collections.abc import Generator

CORE = Path(__file__).resolve().parent.parent / "src" / "leadcore"
TIMES = 5
ALLOWANCE = 30


def start(program: str) -> int:
    """Start Python a few times with a program; give how often."""
    for _ in range(TIMES):
        subprocess.run([sys.executable, "-c", program], check=True)
    return TIMES


FLOOR = "import attrs, cattrs, pendulum"


def everything() -> str:
    """Give a program that imports every module of the core."""
    files = [file.relative_to(CORE.parent) for file in sorted(CORE.rglob("*.py"))]
    inside = [file.with_suffix("") for file in files if "testing" not in file.parts]
    return f"import {', '.join('.'.join(file.parts).removesuffix('.__init__') for file in inside)}"


GOAL = Goal(f"the floor and {ALLOWANCE} ms at most", lambda ours, floor: ours <= floor + ALLOWANCE)


def contest(program: str, goal: Goal | None = None) -> Contest:
    """Set a program against the imports the core can't do without."""
    return Contest(ours=lambda: start(program), floor=(FLOOR, lambda: start(FLOOR)), goal=goal)


@figure("import", unit="ms", conditions="a new process each time, byte code cached")
def import_leadcore() -> Generator[Contest]:
    """Measure the whole process, since that is what a user waits for."""
    yield contest("import leadcore", GOAL)


@figure("import_all", unit="ms", conditions="every module of the core, but for the testing kit")
def import_all() -> Generator[Contest]:
    """Measure the same with nothing left for later."""
    yield contest(everything())
