"""Would the tests notice? Faults put into a module one at a time, its own tests run on each.

`python -m tools.mutants leadcore.contact.kernels` runs the module's own tests (those that must
cover it, see `tools.check_coverage`) once for each fault of `tools.mutations` and lists the faults
no test noticed. `--tests FILE …` names other tests, `--line N` takes only the faults of one line.

Nothing is written: a process that has imported everything the module does not touch forks once for
each fault; the child compiles the faulty module in memory, imports it and all that hangs on it
afresh (so that no cache and no table made at import keeps the sound one) and runs pytest until the
first failure. Hypothesis draws the examples of the profile `mutants` unless `LEADCORE_PROFILE` says
otherwise: the same few each time, and none made smaller. A fault that runs for much longer than the
sound module counts as noticed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from tools.check_coverage import own_tests
from tools.mutations import mutations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import CodeType, ModuleType

    from tools.mutations import Mutation

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
PASSED, FAILED, UNUSED = 0, 1, 90
PLUGINS = ("no:cacheprovider", "no:xdist", "no:pytest_cov")
SOUND_SECONDS = 600
SLOWNESS = 30
"""How much longer than its processor time a child may take on a busy machine before it is stuck."""
PATIENCE = 3
"""How many times the sound module's processor time a fault may take, and seconds on top."""


@frozen(kw_only=True)
class Target:
    """A module and the tests to run on its faults.

    Attributes:
        name: the module's dotted name.
        path: its file.
        tests: files, as pytest takes them.
    """

    name: str
    path: Path
    tests: tuple[str, ...]


@frozen(kw_only=True)
class Run:
    """How one child ended: its exit code (negative: the signal) and its processor time."""

    code: int
    seconds: float


# ------------------------------------------------------------------------------ in the child


class Faulty(importlib.machinery.SourceFileLoader):
    """Loads the module with fault number `number`; sound where there is none."""

    number: int | None = None
    used = False

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 # the loaders' signature
        """Compile the faulty tree."""
        Faulty.used = True
        tree = ast.parse(Path(self.path).read_text("utf-8"))
        if self.number is not None:
            list(mutations(tree))[self.number].put()
        return compile(tree, self.path, "exec")


class Finder(importlib.abc.MetaPathFinder):
    """Finds the module for `Faulty`, or nothing at all while the parent warms up."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.open = False

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 # the finders' signature
        target: ModuleType | None = None,  # noqa: ARG002 # the same
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the one module."""
        if fullname != self.target.name:
            return None
        if not self.open:
            message = f"{fullname} is not imported before it is faulty"
            raise ImportError(message)
        where = str(self.target.path)
        search = [str(self.target.path.parent)] if self.target.path.stem == "__init__" else None
        return importlib.util.spec_from_file_location(
            fullname, where, loader=Faulty(fullname, where), submodule_search_locations=search
        )


def run_tests(target: Target, finder: Finder, number: int | None, seconds: int) -> int:
    """Import the faulty module and run its tests, silently unless it is sound."""
    import pytest  # noqa: PLC0415 # the parent sets the environment first

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    signal.alarm(seconds * SLOWNESS)
    finder.open, Faulty.number = True, number
    if number is not None:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
    options = [option for plugin in PLUGINS for option in ("-p", plugin)]
    code = pytest.main(["-q", "-x", "--tb=short", *options, *target.tests])
    return int(code) if Faulty.used or code else UNUSED


# ------------------------------------------------------------------------------ in the parent


def warm_up(finder: Finder) -> None:
    """Import what does not hang on the module, so that no child has to."""
    sys.meta_path.insert(0, finder)
    for name in ("pytest", "pendulum", "zoneinfo", "tools.postgres"):
        importlib.import_module(name)
    for path in sorted((SOURCES / "leadcore").rglob("*.py")):
        parts = path.relative_to(SOURCES).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    draw_once()
    gc.collect()
    gc.freeze()


def draw_once() -> None:
    """Have Hypothesis load what it loads when the first test draws."""
    from hypothesis import given, settings  # noqa: PLC0415 # only when there is something to run
    from hypothesis import strategies as st  # noqa: PLC0415 # the same

    @settings(max_examples=5, database=None, deadline=None, derandomize=True)
    @given(st.lists(st.integers() | st.sampled_from("ab") | st.integers(0, 9)))
    def drawn(_values: list[object]) -> None:
        pass

    drawn()


def start(work: Callable[[], int]) -> int:
    """Do it in a child and give its process id."""
    child = os.fork()
    if child:
        return child
    code = FAILED
    try:
        code = work()
    finally:
        sys.stdout.flush()
        os._exit(code)


def wait() -> tuple[int, Run]:
    """Wait for any child."""
    child, status, used = os.wait3(0)
    code = os.waitstatus_to_exitcode(status)
    return child, Run(code=code, seconds=used.ru_utime + used.ru_stime)


def outcomes(
    target: Target, finder: Finder, chosen: dict[int, Mutation], seconds: int, jobs: int
) -> Iterator[tuple[int, Run]]:
    """Run the tests on each fault; give its number and how that ended, as they come in."""
    running: dict[int, int] = {}
    waiting = list(chosen)
    while waiting or running:
        while waiting and len(running) < jobs:
            number = waiting.pop(0)
            running[start(partial(run_tests, target, finder, number, seconds))] = number
        child, run = wait()
        yield running.pop(child), run


def judge(target: Target, lines: frozenset[int], jobs: int) -> int:
    """Run the tests on the sound module, then on each fault; print what was not noticed."""
    finder = Finder(target)
    warm_up(finder)
    began = time.monotonic()
    start(partial(run_tests, target, finder, None, SOUND_SECONDS))
    _, sound = wait()
    if sound.code:
        why = "do not import it" if sound.code == UNUSED else f"fail on it ({sound.code})"
        return fail(f"{target.name} is sound, but its tests {why}")
    tree = ast.parse(target.path.read_text("utf-8"))
    chosen = {n: m for n, m in enumerate(mutations(tree)) if not lines or m.line in lines}
    seconds = int(sound.seconds * PATIENCE) + PATIENCE
    ended = dict(outcomes(target, finder, chosen, seconds, jobs))
    left = [number for number in chosen if ended[number].code == PASSED]
    stuck = sum(run.code < 0 for run in ended.values())
    for number in left:
        fault = chosen[number]
        print(f"{target.path.relative_to(ROOT)}:{fault.line}: `{fault.was}` → `{fault.now}`")
    killed = len(chosen) - len(left)
    score = 100 * killed / len(chosen) if chosen else 100.0
    took = time.monotonic() - began
    print(f"{target.name}: {killed} of {len(chosen)} noticed, {score:.1f} %", end="")
    print(f" ({stuck} by running too long), in {took:.0f} s")
    return PASSED


def fail(message: str) -> int:
    """Say what is wrong with the request."""
    print(message, file=sys.stderr)
    return FAILED


def parser() -> argparse.ArgumentParser:
    """Describe the command."""
    made = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.add_argument("module", help="a module of the core, such as leadcore.contact.kernels")
    made.add_argument("--tests", nargs="+", help="test files instead of the module's own")
    made.add_argument("--line", type=int, action="append", default=[], help="only this line")
    made.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at the same time")
    return made


def main(arguments: Iterable[str] | None = None) -> int:
    """Judge one module."""
    given = parser().parse_args(None if arguments is None else list(arguments))
    path = SOURCES / Path(*given.module.split(".")).with_suffix(".py")
    if not path.is_file():
        path = path.with_suffix("") / "__init__.py"
    if not path.is_file():
        return fail(f"{given.module} is no module of the core")
    tests = given.tests or [name for name in own_tests(path) if (ROOT / name).is_file()]
    if not tests:
        return fail(f"{given.module} has no tests of its own; name some with --tests")
    target = Target(name=given.module, path=path, tests=tuple(tests))
    os.chdir(ROOT)
    os.environ.setdefault("LEADCORE_PROFILE", "mutants")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = False  # else every child compiles the tests anew
    with tempfile.TemporaryDirectory() as folder:  # a child that is killed leaves things behind
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        return judge(target, frozenset(given.line), given.jobs)


if __name__ == "__main__":
    raise SystemExit(main())
