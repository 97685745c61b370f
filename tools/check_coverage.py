"""Is each core module covered, branch by branch, by its own tests?

Run it with `python -m tools.check_coverage`.

After `pytest --cov` the data says which file of tests ran which line (see `conftest.py`). For a
module only its own test module counts, so that it is not "covered" by passing through it:

    src/leadcore/orders.py          tests/test_orders.py
    src/leadcore/places/zones.py    tests/places/test_zones.py
    src/leadcore/places/__init__.py tests/test_places.py and tests/places/test_init.py

What ran while the modules were imported counts for each of them, since no test can run it again.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import TypedDict

import coverage
from coverage.exceptions import NoDataError

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "src" / "leadcore"


class Report(TypedDict):
    """What coverage's JSON says of one file, as far as it is read here."""

    missing_lines: list[int]
    missing_branches: list[tuple[int, int]]


def own_tests(module: Path) -> list[str]:
    """Give the test modules whose runs count for a module of the core."""
    inside = module.relative_to(CORE)
    if inside.name != "__init__.py":
        return [str(Path("tests") / inside.with_name(f"test_{inside.name.lstrip('_')}"))]
    name = inside.parent.name
    if not name:
        return ["tests/test_init.py", "tests/test_exports.py"]
    return [
        str(Path("tests") / inside.parent.parent / f"test_{name}.py"),
        str(Path("tests") / inside.parent / "test_init.py"),
    ]


def modules_by_test() -> dict[str, list[str]]:
    """Give, for each test module whose runs count, the names of the core modules they count for."""
    found: dict[str, list[str]] = {}
    for module in sorted(CORE.rglob("*.py")):
        inside = module.relative_to(CORE.parent).with_suffix("")
        name = ".".join(inside.parts).removesuffix(".__init__")
        for test in own_tests(module):
            found.setdefault(test, []).append(name)
    return found


def missing(measured: coverage.Coverage, module: Path) -> Report | None:
    """Give what a module's own tests leave out; None where there is no code at all."""
    contexts = ["^$", *(f"^{re.escape(test)}$" for test in own_tests(module))]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        try:
            measured.json_report([str(module)], outfile=str(out), contexts=contexts)
        except NoDataError:
            return None
        files = json.loads(out.read_text("utf-8"))["files"]
    return next(iter(files.values()), None)


def spans(numbers: list[int]) -> str:
    """Write 3, 4, 5, 9 as `3-5, 9`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def arrows(branches: list[tuple[int, int]]) -> str:
    """Write branches as `12→14`; a negative target leaves the function."""
    return ", ".join(f"{start}→{end if end > 0 else 'exit'}" for start, end in sorted(branches))


def complaint(module: Path, report: Report | None) -> str | None:
    """Say what one module lacks."""
    if report is None:
        return None
    lines, branches = report["missing_lines"], report["missing_branches"]
    # A branch from a line that never ran says nothing the line does not say.
    branches = [branch for branch in branches if branch[0] not in lines]
    if not lines and not branches:
        return None
    said = [f"lines {spans(lines)}"] if lines else []
    said += [f"branches {arrows(branches)}"] if branches else []
    tests = " or ".join(own_tests(module))
    return f"{module.relative_to(ROOT)}: not run by {tests}: {'; '.join(said)}"


def main() -> int:
    """Report every core module its own tests don't cover."""
    measured = coverage.Coverage()
    measured.load()
    modules = sorted(CORE.rglob("*.py"))
    found = [said for module in modules if (said := complaint(module, missing(measured, module)))]
    print("\n".join(found) or f"Each of {len(modules)} core modules is covered by its own tests.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
