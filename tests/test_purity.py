"""The core reads no clock, no randomness and no environment, and does no input or output.

Seen twice: in its text, and while it runs in a process that forbids all of it.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CORE = HERE.parent / "src" / "leadcore"
MODULES = sorted(file for file in CORE.rglob("*.py") if "testing" not in file.parts)

IMPORTS = {"os", "random", "secrets", "socket", "subprocess", "sys", "time"}
NAMES = {
    "datetime.date.today",
    "datetime.datetime.fromtimestamp",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "pendulum.from_format",
    "pendulum.local",
    "pendulum.local_timezone",
    "pendulum.now",
    "pendulum.today",
    "pendulum.tomorrow",
    "pendulum.yesterday",
    "uuid.getnode",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid6",
    "uuid.uuid7",
}
BUILTINS = {"breakpoint", "eval", "exec", "input", "open", "print"}
# Methods of pendulum's values that look at the clock, whatever the value is called.
METHODS = {
    "age",
    "diff_for_humans",
    "is_birthday",
    "is_future",
    "is_past",
}
# The same as names of fields are harmless; called, they are clocks.
CLOCKS = {"now", "today", "utcnow"}


def dotted(node: ast.expr, aliases: dict[str, str]) -> str:
    """Give the full name an expression refers to, as far as imports tell."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value, aliases)}.{node.attr}"
    return ""


def imported(tree: ast.Module) -> dict[str, str]:
    """Give what each imported name stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {(item.asname or item.name): item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {
                (item.asname or item.name): f"{node.module}.{item.name}" for item in node.names
            }
    return names


def impurities(text: str) -> Iterator[str]:
    tree = ast.parse(text)
    aliases = imported(tree)
    for name in aliases.values():
        if name.partition(".")[0] in IMPORTS or name in NAMES:
            yield f"imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = dotted(node, aliases)
            if name in NAMES or node.attr in METHODS:
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Call):
            yield from calls(node, aliases)


def calls(node: ast.Call, aliases: dict[str, str]) -> Iterator[str]:
    name = dotted(node.func, aliases)
    if name.rpartition(".")[2] in CLOCKS:
        yield f"line {node.lineno}: {ast.unparse(node)}"
    if name in BUILTINS:
        yield f"line {node.lineno}: {name}()"
    if name == "pendulum.parse" and any(
        isinstance(given, ast.Constant) and given.value == "now" for given in node.args
    ):
        yield f"line {node.lineno}: pendulum.parse('now')"
    # `value.diff()` without another value means "until now".
    if name.endswith(".diff") and not (node.args or node.keywords):
        yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(CORE)))
def test_text_is_pure(file: Path) -> None:
    assert list(impurities(file.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime as dt\ndt.datetime.utcnow()",
        "from datetime import date\ndate.today()",
        "import time\ntime.time()",
        "import random",
        "from random import Random",
        "from uuid import uuid4",
        "import uuid\nuuid.uuid7()",
        "import os\nos.environ",
        "from os import environ",
        "open('file')",
        "import socket",
        "import subprocess",
        "import secrets",
        "import pendulum\npendulum.now()",
        "from pendulum import now",
        "import pendulum\npendulum.local(2026, 1, 1)",
        "import pendulum\npendulum.parse('now')",
        "import pendulum\npendulum.from_format('1', 'D')",
        "def f(born): return born.age",
        "def f(due): return due.is_past()",
        "def f(due): return due.diff()",
        "def f(due): return due.diff_for_humans()",
    ],
)
def test_planted_impurity_is_found(text: str) -> None:
    assert list(impurities(text))


# Runs in a Python of its own, because an audit hook can't be removed.
GUARD = """
import importlib, importlib.util, pkgutil, random, sys, time, uuid

FORBIDDEN = ("subprocess.", "socket.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
             "os.spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.putenv", "shutil.",
             "tempfile.", "sqlite3.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.")
CODE = (".py", ".pyc", ".so")

def allowed(path, mode, flags):
    # Importing reads code; a zone's rules are read once from the tz database.
    path = str(path)
    return path.endswith(CODE) or "zoneinfo" in path or "tzdata" in path

def hook(event, arguments):
    if event == "open" and not allowed(*arguments):
        raise RuntimeError(f"impure: opened {arguments[0]!r}")
    if event.startswith(FORBIDDEN):
        raise RuntimeError(f"impure: {event} {arguments!r}")

def forbidden(name):
    def called(*arguments, **named):
        raise RuntimeError(f"impure: called {name}")
    return called

import pendulum
for name in ("now", "utcnow", "today"):
    setattr(pendulum.DateTime, name, forbidden(f"DateTime.{name}"))
pendulum.Date.today = forbidden("Date.today")
time.time = forbidden("time.time")
time.time_ns = forbidden("time.time_ns")
uuid.uuid1 = forbidden("uuid.uuid1")
uuid.uuid4 = forbidden("uuid.uuid4")
random.random = forbidden("random.random")
random.SystemRandom = forbidden("random.SystemRandom")

sys.addaudithook(hook)
import leadcore
def load(package):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if module.name != "leadcore.testing":
            loaded = importlib.import_module(module.name)
            if module.ispkg:
                load(loaded)

load(leadcore)
"""

RUN_CALLS = """
spec = importlib.util.spec_from_file_location("purity_calls", sys.argv[1])
calls = importlib.util.module_from_spec(spec)
spec.loader.exec_module(calls)
for name, call in calls.CALLS.items():
    try:
        call()
    except RuntimeError as error:
        if "impure:" in str(error):
            sys.exit(f"{name}: {error}")
        raise
print(len(calls.CALLS), "calls")
"""


def guarded(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program after the guard has been put up."""
    return subprocess.run(
        [sys.executable, "-B", "-c", GUARD + program, str(HERE / "purity_calls.py")],
        capture_output=True,
        text=True,
        check=False,
    )


def test_runs_without_io_clock_or_randomness() -> None:
    done = guarded(RUN_CALLS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("calls\n")


@pytest.mark.parametrize(
    "program",
    [
        "open('somewhere', 'w')",
        "import socket; socket.socket()",
        "import subprocess; subprocess.run(['true'])",
        "pendulum.now()",
        "pendulum.parse('now')",
        "pendulum.datetime(2026, 1, 1).is_past()",
        "pendulum.datetime(2026, 1, 1).age",
        "pendulum.datetime(2026, 1, 1).diff_for_humans()",
        "pendulum.datetime(2026, 1, 1).diff()",
        "pendulum.today()",
        "time.time()",
        "uuid.uuid4()",
    ],
)
def test_guard_stops_planted_impurity(program: str) -> None:
    done = guarded(program)
    assert done.returncode != 0
    assert "impure:" in done.stderr
