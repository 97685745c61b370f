"""Puts leadcore into CRMs that exist, each in an environment of its own: `make hosts`.

The CRM comes from the package index at the version named here; nothing of it is copied here.
Then leadcore is installed beside it, and none of the CRM's own packages may change by that. What
runs in it is under `examples/hosts/`: settings, a seed, and a driver that uses it as people do.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = [
    "HOSTS",
    "ROOT",
    "Host",
    "install",
    "main",
    "python_of",
    "run_in",
    "serving",
    "whole_kit",
]

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".nox" / "hosts"
PYTHON = "3.13"
OVERRIDES = "mysqlclient ; sys_platform == 'none'\n"
"""A driver for another database than the one used here, which only builds beside that database."""

_STORE = ("leadcore-intake", "leadcore-sqlalchemy")


@frozen
class Host:
    """A CRM that exists.

    Attributes:
        packages: it, at its version, and what it needs beside what it names itself.
        adapters: what of ours is put beside it, with the core.
        serve: what its Python runs to serve it on loopback; `{port}` stands for the port.
        variables: those it is told in, beside where it finds our settings.
    """

    packages: tuple[str, ...]
    adapters: tuple[str, ...]
    serve: tuple[str, ...]
    variables: Mapping[str, str] = field(factory=dict[str, str])


def _django(name: str, *packages: str) -> Host:
    serve = ("-m", "django", "runserver", "--noreload", "--insecure", "127.0.0.1:{port}")
    told = {"DJANGO_SETTINGS_MODULE": f"{name}.settings"}
    return Host(packages, (*_STORE, "leadcore-django"), serve, variables=told)


HOSTS = {
    "djangocrm": _django("djangocrm", "django-crm-admin==3.1.0", "pillow"),
    "bottlecrm": _django("bottlecrm", "django-crm==1.35.0"),
    "amagicrm": Host(
        ("amagi-crm==0.1.0",),
        (*_STORE, "leadcore-argon2", "leadcore-exports", "leadcore-files", "leadcore-fastapi"),
        ("-m", "uvicorn", "--factory", "amagicrm.served:served", "--port", "{port}"),
    ),
}


def python_of(name: str) -> Path:
    """Give the interpreter of a host's environment."""
    return FOLDER / name / "bin" / "python"


def uv(*arguments: str | Path) -> str:
    """Run uv and give what it printed."""
    command = [sys.executable, "-m", "uv", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def installed(name: str) -> dict[str, str]:
    """Give the packages of an environment and their versions, without leadcore's own."""
    lines = uv("pip", "freeze", "-q", "-p", python_of(name)).splitlines()
    pairs = (line.split("==") for line in lines if "==" in line)
    return {pair[0]: pair[1] for pair in pairs if not pair[0].startswith("leadcore")}


def made(name: str) -> dict[str, str]:
    """Make a host's environment where there is none, and give the packages it began with."""
    kept = FOLDER / name / "own.json"
    if not kept.exists():
        pythons = sorted((Path.home() / ".pyenv" / "versions").glob(f"{PYTHON}*/bin/python"))
        uv("venv", "-q", "--clear", "-p", pythons[-1] if pythons else PYTHON, FOLDER / name)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as overrides:
            overrides.write(OVERRIDES)
            overrides.flush()
            wanted = ["--override", overrides.name, *HOSTS[name].packages]
            uv("pip", "install", "-q", "-p", python_of(name), *wanted)
        kept.write_text(json.dumps(installed(name)), "utf-8")
    own: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return own


def install(name: str) -> None:
    """Make a host's environment, and put leadcore into it.

    Raises:
        SystemExit: that changed one of the host's own packages; which are said.
    """
    own = made(name)
    adapters = HOSTS[name].adapters
    again = [word for each in ("leadcore", *adapters) for word in ("--reinstall-package", each)]
    ours = [ROOT, *(ROOT / "adapters" / each for each in adapters)]
    uv("pip", "install", "-q", "-p", python_of(name), *again, *ours)
    after = installed(name)
    changed = {each: (was, after.get(each)) for each, was in own.items() if after.get(each) != was}
    added = ", ".join(sorted(set(after) - set(own)))
    told = f"{len(changed)} changed by leadcore; added: {added}"
    print(f"{name}: of {len(own)} packages {told}", flush=True)
    if changed:
        raise SystemExit(f"{name}: changed: {changed}")


def environment(name: str, more: Mapping[str, str]) -> dict[str, str]:
    """Give the variables a host runs with."""
    ours = {"PYTHONPATH": str(ROOT / "examples" / "hosts")}
    return {**os.environ, **ours, **HOSTS[name].variables, **more}


def run_in(name: str, *arguments: str | Path, more: Mapping[str, str]) -> str:
    """Run a host's Python and give what it printed; what it complained of is shown."""
    command = [str(python_of(name)), *map(str, arguments)]
    done = subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(name, more),
        cwd=FOLDER / name,  # some write their logs where they are started
    )
    return done.stdout


@contextmanager
def serving(name: str, *, more: Mapping[str, str]) -> Generator[str]:
    """Serve a host's pages on a free port, and give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(python_of(name)), *(word.format(port=port) for word in HOSTS[name].serve)]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            command, env=environment(name, more), stdout=log, stderr=log, cwd=FOLDER / name
        )
        try:
            _wait(f"http://127.0.0.1:{port}/", server)
            yield f"http://127.0.0.1:{port}"
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read().decode()[-6_000:])
            raise
        finally:
            server.terminate()
            server.wait(20)


def _wait(address: str, server: subprocess.Popen[bytes], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 # loopback
                return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.2)
    raise TimeoutError(f"nobody answers at {address}")


def whole_kit() -> None:
    """Run all of the store's contract on Django's connections; `make check` runs a part of it."""
    env = {**os.environ, "LEADCORE_KIT": "whole", "LEADCORE_PROFILE": "quick"}
    tests = "adapters/leadcore-django/tests/test_contract.py"
    subprocess.run([sys.executable, "-m", "pytest", "-q", tests], check=True, cwd=ROOT, env=env)


def drive(name: str) -> None:
    """Install a host and use it."""
    began = time.monotonic()
    install(name)
    subprocess.run([sys.executable, "-m", f"examples.hosts.{name}.drive"], check=True, cwd=ROOT)
    print(f"{name}: done in {time.monotonic() - began:.0f} s", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Install and drive the hosts named, or all of them."""
    parser = argparse.ArgumentParser(description="Drives leadcore within CRMs that exist.")
    parser.add_argument("hosts", nargs="*", help="which (default: all, and the whole kit)")
    named = parser.parse_args(arguments).hosts
    # Two at a time, for each keeps one core busy; the longest, with most to migrate, first.
    with ThreadPoolExecutor(2) as threads:
        wanted = named or sorted(HOSTS, key=lambda name: name != "bottlecrm")
        done = [threads.submit(drive, name) for name in wanted]
        if not named:
            done.append(threads.submit(whole_kit))
        for each in done:
            each.result()
    return 0


if __name__ == "__main__":
    sys.exit(main())
