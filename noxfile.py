"""Tests in environments of their own: `nox -l` lists them.

* `tests`: what depends on the Python, on every other one found here;
* `alone`: an adapter's tests where only its own dependencies are installed, in the oldest line of
  versions it promises to work with, on the newest Python found here.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import nox

# The command `nox`, unlike `python -m nox`, does not look for modules here.
sys.path.insert(0, str(Path(__file__).parent))

from tools.environment import ROOT, distributions, group  # needs the line above

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["tests"]

NEWER = ("3.12", "3.13")
ADAPTERS = [folder.name for folder in distributions() if folder != ROOT]
EXTRAS = {
    "leadcore-argon2": "[list]",
    "leadcore-smtp": "[async]",
    "leadcore-pdf": "[cjk]",
    "leadcore-sqlalchemy": "[aiosqlite,postgres]",
}
OLDEST = {"leadcore-sqlalchemy": {"sqlalchemy": "sqlalchemy<2.1"}}
"""For each adapter, the pins to exchange for an older line of a library."""
OPTIONAL = {
    "leadcore-cli": ("test_errors.py", "test_evidence.py", "test_paying.py", "test_process.py"),
    "leadcore-portal": ("test_forms.py",),
}
"""The tests to run alone of an adapter that stands on most others: of what it can do without."""
PINS = ROOT / "constraints.txt"


def show_pythons() -> None:
    """Put the Pythons pyenv keeps before its shims, which refuse versions not switched on."""
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [str(folder) for version in NEWER for folder in sorted(kept.glob(f"{version}*/bin"))]
    os.environ["PATH"] = os.pathsep.join([*found, os.environ["PATH"]])


show_pythons()
NEWEST = next((one for one in reversed(NEWER) if shutil.which(f"python{one}")), None)
"""The newest Python found here; None is the one that runs nox."""


def locals_for(names: list[str]) -> list[str]:
    """Give the arguments that install the core and these adapters from the tree."""
    wanted = ["-e", str(ROOT)]
    for name in names:
        wanted += ["-e", f"{ROOT / 'adapters' / name}{EXTRAS.get(name, '')}"]
    return wanted


def needs(adapter: str) -> list[str]:
    """Give the adapters of this repository that an adapter depends on, itself among them."""
    text = (ROOT / "adapters" / adapter / "pyproject.toml").read_text("utf-8")
    named = set(re.findall(r'"(leadcore-[a-z0-9]+)', text))
    return sorted(name for name in ADAPTERS if name in named)


def pytest(session: nox.Session, *arguments: str) -> None:
    """Run tests with fewer examples: all of them ran in the project's own environment."""
    env = {"LEADCORE_PROFILE": "quick"}
    # In one process: `make` has two of these at work at the same time.
    options = ("-n", "0", "-p", "no:cacheprovider", "-m", "not slow")
    session.run("pytest", *options, *arguments, *session.posargs, env=env)


@nox.session(python=NEWER)
def tests(session: nox.Session) -> None:
    """Run the tests."""
    session.install("-c", str(PINS), *locals_for(ADAPTERS), *group("test"))
    # Servers were spoken to, and all of the core was gone through, in the project's own environment
    # on the oldest Python. What depends on the Python is in the values at the bottom, which run on
    # each of them, and in what is around the core: adapters run on the newest, each one alone,
    # but for the command, which stands on all of them.
    where = sorted(map(str, Path("tests").glob("test_*.py")))
    if session.python == NEWER[-1]:
        where += ["adapters/leadcore-cli", "tests/back_office", "tests/orders", "tests/refunds"]
    left = "not hostile and not contract and not Contract"
    pytest(session, "-m", "not slow and not postgres", "-k", left, *where)


def older_pins(session: nox.Session, adapter: str) -> Path:
    """Write the pins with an older line of what the adapter stands on."""
    changed = OLDEST.get(adapter, {})
    pins = PINS.read_text("utf-8").splitlines()
    kept = [line for line in pins if line.partition("==")[0] not in changed]
    file = Path(session.create_tmp()) / "constraints.txt"
    file.write_text("\n".join([*kept, *changed.values()]) + "\n", "utf-8")
    return file


@nox.session(python=NEWEST)
@nox.parametrize("adapter", [name for name in ADAPTERS if set(needs(name)) != set(ADAPTERS)])
def alone(session: nox.Session, adapter: str) -> None:
    """Run one adapter's tests where no other adapter's dependencies can help it."""
    pins = older_pins(session, adapter)
    session.install("-c", str(pins), *locals_for(needs(adapter)), *group("test"))
    # An older line speaks to SQLite here; the servers were spoken to in the tests before.
    # Nor is what is long and needs nothing of others done once more.
    left = " and ".join(f"not {word}" for word in ("hostile", "contract", "kill", "concurrency"))
    options = ("-m", "not slow and not postgres", "-k", left)
    folder = f"adapters/{adapter}"
    chosen = [f"{folder}/tests/{name}" for name in OPTIONAL.get(adapter, ())]
    pytest(session, *(chosen or [folder]), *options)


@nox.session(python=NEWER[-1])
@nox.parametrize("version", ["6.0", "6.1"])
def django(session: nox.Session, version: str) -> None:
    """Run the tests of leadcore-django on the Djangos that need a newer Python."""
    pins = PINS.read_text("utf-8").splitlines()
    kept = [line for line in pins if not line.startswith(("asgiref==", "django==", "sqlparse=="))]
    file = Path(session.create_tmp()) / "constraints.txt"
    file.write_text("\n".join([*kept, f"django=={version}.*"]) + "\n", "utf-8")
    session.install("-c", str(file), *locals_for(needs("leadcore-django")), *group("test"))
    pytest(session, "adapters/leadcore-django")
