from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KERNELS = "leadcore.contact.kernels"
SOURCE = ROOT / "src" / "leadcore" / "contact" / "kernels.py"
LINE = next(
    number
    for number, text in enumerate(SOURCE.read_text("utf-8").splitlines(), 1)
    if text.strip() == "return day > last_day"
)


def judged(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.mutants", KERNELS, "--line", str(LINE), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_own_tests_notice_every_fault_of_a_line() -> None:
    done = judged()
    assert done.returncode == 0, done.stderr
    assert f"{KERNELS}: 4 of 4 noticed, 100.0 %" in done.stdout


def test_tests_that_look_at_nothing_notice_nothing(tmp_path: Path) -> None:
    idle = tmp_path / "test_idle.py"
    idle.write_text(f"from {KERNELS} import overdue\n\ndef test_idle():\n    assert overdue\n")
    done = judged("--tests", str(idle))
    assert done.returncode == 0, done.stderr
    assert f"kernels.py:{LINE}: `day > last_day` → `day >= last_day`" in done.stdout
    assert f"{KERNELS}: 0 of 4 noticed, 0.0 %" in done.stdout
