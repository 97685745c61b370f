"""Puts leadcore into Tryton, in an environment of its own: `make tryton`.

Tryton comes from the package index; nothing of it is in this repository. First the core is put
beside it, by pip, and none of Tryton's packages may change by that; then the module is, and its
tests use the host as people do, through proteus. Tryton's own modules are activated once and kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tools.hosts import FOLDER, PYTHON, ROOT, frozen, python_of, uv

__all__ = ["MODULE", "NAME", "PACKAGES", "install", "main"]

NAME = "tryton"
MODULE = ROOT / "adapters" / "leadcore-tryton"
PACKAGES = (
    "trytond==8.2.*",
    "trytond-company==8.2.*",
    "trytond-party==8.2.*",
    "trytond-sale-opportunity==8.2.*",
    "proteus==8.2.*",
    "pytest",
    "pip",
)


def install() -> None:
    """Make the environment, and put leadcore into it.

    Raises:
        SystemExit: that changed one of the host's own packages; which are said.
    """
    python = python_of(NAME)
    if not python.exists():
        kept = Path.home() / ".pyenv" / "versions"
        found = sorted(kept.glob(f"{PYTHON}*/bin/python"))
        uv("venv", "-q", "-p", found[-1] if found else PYTHON, FOLDER / NAME)
        uv("pip", "install", "-q", "-p", python, *PACKAGES)
    else:
        uv("pip", "uninstall", "-q", "-p", python, "leadcore", "leadcore-tryton")
    before = frozen(NAME)
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "-q")
    subprocess.run([*pip, str(ROOT)], check=True)
    after = frozen(NAME)
    changed = {name: after.get(name) for name, was in before.items() if after.get(name) != was}
    added = ", ".join(sorted(set(after) - set(before))) or "none"
    print(f"{NAME}: {len(before)} packages of its own, {len(changed)} changed by leadcore;"
          f" added: {added}")  # fmt: skip
    if changed:
        raise SystemExit(f"{NAME}: changed: {changed}")
    uv("pip", "install", "-q", "-p", python, "-e", ROOT, "-e", MODULE)


def main(arguments: list[str] | None = None) -> int:
    """Install, and run the module's tests; arguments go to pytest."""
    began = time.monotonic()
    install()
    kept = FOLDER / NAME / "activated"
    kept.mkdir(exist_ok=True)
    given = sys.argv[1:] if arguments is None else arguments
    memory = {**os.environ, "DB_NAME": ":memory:", "TRYTOND_DATABASE_URI": "sqlite://"}
    pytest = [str(python_of(NAME)), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    codes = [
        subprocess.run([*pytest, *given], check=False, cwd=MODULE, env=environment).returncode
        # What the host asks of every module starts from nothing, for ours is part of it.
        for given, environment in (
            (given, {**memory, "DB_CACHE": str(kept)}),
            (["tests/host_checks.py"], memory),
        )
    ]
    print(f"{NAME}: done in {time.monotonic() - began:.0f} s")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
