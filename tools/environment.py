"""Makes `.venv` from nothing but this Python: `python3 tools/environment.py [--dev]`.

Without `--dev` it installs what the program needs to run; with it, what the tests and checks need
as well. Only the standard library is used, because nothing else is there yet.

The distributions of this repository depend on each other and are not taken from an index, so all
of them go into one command. uv does the work where it can be had, since it takes seconds where pip
takes a minute; anything it cannot do is left to pip.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
from pathlib import Path

__all__ = ["APART", "ROOT", "distributions", "group", "main"]

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
DEV_EXTRAS = {
    "leadcore-argon2": "[list]",
    "leadcore-pdf": "[cjk]",
    "leadcore-smtp": "[async]",
    "leadcore-sqlalchemy": "[aiosqlite,postgres]",
}
"""Extras the tests use, so that one environment can run all of them."""
APART = frozenset({"leadcore-tryton"})
"""Distributions under another licence, which need their host beside them: `make tryton`."""


def distributions() -> list[Path]:
    """Give the folder of every distribution but those apart, the core first."""
    found = sorted(file.parent for file in ROOT.glob("adapters/*/pyproject.toml"))
    return [ROOT, *(folder for folder in found if folder.name not in APART)]


def group(name: str) -> list[str]:
    """Give the requirements of one dependency group, included groups among them."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    found: list[str] = []
    for item in groups[name]:
        found += [item] if isinstance(item, str) else group(item["include-group"])
    return sorted(found)


def requirements(*, dev: bool) -> list[str]:
    """Give the arguments that name what to install."""
    wanted: list[str] = []
    for folder in distributions():
        extras = DEV_EXTRAS.get(folder.name, "") if dev else ""
        wanted += ["-e", f"{folder}{extras}"]
    return wanted + (group("dev") if dev else [])


def run(*command: str | Path) -> bool:
    """Run one command and say whether it succeeded."""
    # pip reads the variable in the isolated builds too, where `-c` does not reach.
    environment = {**os.environ, "PIP_CONSTRAINT": str(ROOT / "constraints.txt")}
    return (
        subprocess.run([str(part) for part in command], env=environment, check=False).returncode
        == 0
    )


def install(python: Path, wanted: list[str]) -> bool:
    """Install with uv, else with pip."""
    pins = ROOT / "constraints.txt"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "-c", pins)
    if run(*pip, "uv"):
        uv = (
            python,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            python,
        )
        if run(*uv, "-c", pins, "--build-constraint", pins, *wanted):
            return True
        print("uv could not install everything; trying pip", file=sys.stderr)
    return run(*pip, *wanted)


def main(arguments: list[str] | None = None) -> int:
    """Make or complete the environment."""
    parser = argparse.ArgumentParser(description="Makes .venv, or completes it.")
    parser.add_argument("--dev", action="store_true", help="with everything tests and checks need")
    parser.add_argument("--into", type=Path, default=ROOT / ".venv", help="where (default: .venv)")
    options = parser.parse_args(arguments)
    if sys.version_info < OLDEST:
        print(f"leadcore needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version}")
        return 1
    python = options.into / "bin" / "python"
    if not python.exists() and not run(sys.executable, "-m", "venv", options.into):
        print("python3 -m venv failed; on Debian it comes with the package python3-venv")
        return 1
    return 0 if install(python, requirements(dev=options.dev)) else 1


if __name__ == "__main__":
    sys.exit(main())
