"""Finds a Chromium for the tests that drive one, or says how to get one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

__all__ = ["ARGUMENTS", "NoBrowserError", "chromium"]

NAMED = "LEADCORE_TEST_CHROMIUM"
"""The variable that names the program."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""What it is started with; it is never to speak to anybody but us, and can't."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_INSTALL = (
    "apt-get",
    "-o",
    "DPkg::Lock::Timeout=300",
    "install",
    "--yes",
    "--no-install-recommends",
    "chromium",
)


class NoBrowserError(Exception):
    """There is none; the message says what to do about it."""


def chromium() -> Path:
    """Give the path of a Chromium: the named one, one on PATH, or Debian's, installed now.

    Raises:
        NoBrowserError: there is none, and it can't be installed here.
    """
    named = os.environ.get(NAMED)
    if named:
        if not Path(named).is_file():
            raise NoBrowserError(f"{NAMED} names {named}, which is no file")
        return Path(named)
    found = _on_path()
    if found is None and _may_install():
        _install()
        found = _on_path()
    if found is None:
        told = f"install Chromium (Debian: apt-get install chromium), or name one in {NAMED}"
        raise NoBrowserError(f"there is no browser; {told}")
    return found


def _on_path() -> Path | None:
    paths = (shutil.which(name) for name in _NAMES)
    return next((Path(path) for path in paths if path), None)


def _may_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(_INSTALL, check=False, capture_output=True, env=environment).returncode:
        # Its lists of packages may be old, or not there yet.
        subprocess.run(("apt-get", "update"), check=False, capture_output=True, env=environment)
        subprocess.run(_INSTALL, check=False, capture_output=True, env=environment)
