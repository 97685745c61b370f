"""Kernels proved by CrossHair: every contract confirmed over all paths."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["unproved"]


def unproved(kernel: ModuleType) -> str:
    """Give what CrossHair says of a module; nothing where it confirms every contract."""
    source = Path(str(kernel.__file__))
    crosshair = Path(sys.executable).with_name("crosshair")
    checked = subprocess.run(  # noqa: S603 - our own environment's tool on our own file
        [crosshair, "check", "--analysis_kind=PEP316", "--report_all", source],
        capture_output=True,
        text=True,
        check=False,
    )
    contracts = source.read_text("utf-8").count("    post: ")
    confirmed = checked.stdout.count("Confirmed over all paths")
    if contracts and confirmed == contracts:
        return ""
    return f"{confirmed} of {contracts} confirmed\n{checked.stdout}{checked.stderr}"
