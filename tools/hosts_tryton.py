"""Puts leadcore into Tryton, in an environment of its own: `make tryton`.

Tryton comes from the package index; nothing of it is in this repository. First the core is put
beside it, and none of Tryton's packages may change by that; then the module is, and its tests use
the host as people do, through proteus. Tryton's own modules are activated once for each database
and kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tools import postgres
from tools.hosts import FOLDER, PYTHON, ROOT, installed, python_of, uv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["MODULE", "NAME", "PACKAGES", "install", "main"]

NAME = "tryton"
MODULE = ROOT / "adapters" / "leadcore-tryton"
PACKAGES = (
    "trytond[postgresql]==8.2.*",
    "psycopg[binary]",
    "trytond-company==8.2.*",
    "trytond-party==8.2.*",
    "trytond-sale-opportunity==8.2.*",
    "proteus==8.2.*",
    "pytest",
)


def install() -> None:
    """Make the environment, and put leadcore into it.

    Raises:
        SystemExit: that changed one of the host's own packages; which are said.
    """
    python = python_of(NAME)
    wanted, kept = json.dumps(PACKAGES), FOLDER / NAME / "wanted.json"
    if not kept.exists() or kept.read_text("utf-8") != wanted:
        pythons = Path.home() / ".pyenv" / "versions"
        found = sorted(pythons.glob(f"{PYTHON}*/bin/python"))
        uv("venv", "-q", "--clear", "-p", found[-1] if found else PYTHON, FOLDER / NAME)
        uv("pip", "install", "-q", "-p", python, *PACKAGES)
        kept.write_text(wanted, "utf-8")
    else:
        uv("pip", "uninstall", "-q", "-p", python, "leadcore", "leadcore-tryton")
    before = installed(NAME)
    uv("pip", "install", "-q", "-p", python, ROOT)
    after = installed(NAME)
    changed = {name: after.get(name) for name, was in before.items() if after.get(name) != was}
    added = ", ".join(sorted(set(after) - set(before))) or "none"
    print(f"{NAME}: {len(before)} packages of its own, {len(changed)} changed by leadcore;"
          f" added: {added}")  # fmt: skip
    if changed:
        raise SystemExit(f"{NAME}: changed: {changed}")
    uv("pip", "install", "-q", "-p", python, "-e", ROOT, "-e", MODULE)


def pytest(arguments: Sequence[str], more: Mapping[str, str]) -> tuple[int, str]:
    """Run tests of the module within Tryton, and give how that ended and what was printed."""
    command = [str(python_of(NAME)), "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command,
        check=False,
        cwd=MODULE,
        env={**os.environ, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Install, and run the module's tests; arguments go to pytest, and leave the rest out."""
    began = time.monotonic()
    install()
    kept = FOLDER / NAME / "activated"
    kept.mkdir(exist_ok=True)
    given = sys.argv[1:] if arguments is None else arguments
    memory = {"DB_NAME": ":memory:", "TRYTOND_DATABASE_URI": "sqlite://"}
    cache = {"DB_CACHE": str(kept)}
    runs: list[tuple[Sequence[str], Mapping[str, str]]] = [(given, {**memory, **cache})]
    with ExitStack() as stack:
        if not given:
            # What the host asks of every module starts from nothing, for ours is part of it.
            runs.insert(0, (["tests/host_checks.py"], memory))
            server = stack.enter_context(postgres.serve(durable=False))
            runs.append((["tests/replay_checks.py"], {**where(server.uri), **cache}))
        # Two at a time, the longest first: each keeps one core busy.
        with ThreadPoolExecutor(2) as threads:
            done = [threads.submit(pytest, *run) for run in runs]
            for each in done:
                print(each.result()[1], flush=True)
    print(f"{NAME}: done in {time.monotonic() - began:.0f} s")
    return max(each.result()[0] for each in done)


def where(uri: str) -> dict[str, str]:
    """Tell Tryton a PostgreSQL server: whose sockets are in a folder is told by the variables."""
    parts = urlsplit(uri)
    folder = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "DB_NAME": "leadcore_tryton",
        "TRYTOND_DATABASE_URI": "postgresql://",
        "PGHOST": folder,
        "PGPORT": str(parts.port or 5432),
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or "",
        # The host keeps what it activated by the server's own commands, if it finds them.
        "PATH": os.pathsep.join([postgres.commands(), os.environ["PATH"]]),
    }


if __name__ == "__main__":
    sys.exit(main())
