from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from leadcore.auction import kernel


@pytest.mark.parametrize(("at", "heard"), [(9, False), (10, True), (14, True), (15, False)])
def test_the_end_is_exclusive(at, heard):
    assert kernel.in_time(at, 10, 5) is heard


@pytest.mark.parametrize(("best", "keep", "left"), [(999, 150, 849), (7, 0, 7), (7, 1_000, 0)])
def test_what_is_left_is_rounded_down(best, keep, left):
    assert kernel.offered(best, keep) == left


@pytest.mark.slow  # a proof of the source holds on every Python
def test_crosshair_finds_no_counterexample_to_any_contract():
    source = Path(kernel.__file__)
    crosshair = Path(sys.executable).with_name("crosshair")
    checked = subprocess.run(  # noqa: S603 - our own environment's tool on our own file
        [crosshair, "check", "--analysis_kind=PEP316", "--report_all", source],
        capture_output=True,
        text=True,
        check=False,
    )
    contracts = source.read_text("utf-8").count("    post: ")
    assert checked.stdout.count("Confirmed over all paths") == contracts, checked.stdout
