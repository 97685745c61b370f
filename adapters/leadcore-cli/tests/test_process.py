"""The command as a process of its own: exit codes, pipes, what it loads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LEADCORE = Path(sys.executable).with_name("leadcore")
QUESTION = (
    b'{"id": 1, "kind": "deadline", "facts": {"receipt_utc": "2026-11-24T15:00:00Z", "zone": '
    b'"America/New_York", "business_days": 5, "calendar": "us-federal-observed"}}\n'
)


def run(*words, cwd, given=b""):
    clean = {key: text for key, text in os.environ.items() if not key.startswith("LEADCORE_")}
    return subprocess.run(  # noqa: S603 - starts the command that is tested
        [LEADCORE, *words], input=given, cwd=cwd, env=clean, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    ("words", "given", "code", "said"),
    [
        (("--version",), b"", 0, b""),
        (("decide",), b"no question\n", 1, b""),
        (("nonsense",), b"", 2, b"No such command"),
        (("accounts",), b"", 4, b"there is no file leadcore.db yet"),
    ],
)
def test_a_process_ends_with_the_exit_code(tmp_path, words, given, code, said):
    done = run(*words, cwd=tmp_path, given=given)
    assert done.returncode == code
    assert said in done.stderr
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_who_stops_reading_does_no_harm(tmp_path):
    questions = tmp_path / "q.jsonl"
    questions.write_bytes(QUESTION * 3_000)
    script = f'"{LEADCORE}" decide q.jsonl | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(  # noqa: S603 - the script is written above
        ["/bin/bash", "-c", script], cwd=tmp_path, capture_output=True, check=False
    )
    answer, status = done.stdout.splitlines()
    assert b"2026-12-02" in answer
    assert (status, done.stderr) == (b"0", b"")


LOADED = """
import sys
from typer.testing import CliRunner
from leadcore_cli.main import app
done = CliRunner().invoke(app, {words!r}, input="")
assert done.exit_code == 0, done.output
heavy = ("sqlalchemy", "alembic", "leadcore_intake", "leadcore_sqlalchemy", "cattrs")
print([name for name in heavy if name in sys.modules])
"""


@pytest.mark.parametrize("words", [["--help"], ["decide"], ["order", "--help"], ["lead", "--help"]])
def test_what_is_not_needed_is_not_loaded(words):
    done = subprocess.run(  # noqa: S603 - starts this Python with the program above
        [sys.executable, "-c", LOADED.format(words=words)], capture_output=True, check=True
    )
    assert done.stdout == b"[]\n"
