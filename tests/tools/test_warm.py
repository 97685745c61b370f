"""A command that starts at once does what the installed one does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import warm

QUESTION = (
    '{"id": 1, "kind": "deadline", "facts": {"receipt_utc": "2026-11-24T15:00:00Z",'
    ' "zone": "America/New_York", "business_days": 5, "calendar": "us-federal-observed"}}\n'
)
CASES = {
    "input": (["decide"], QUESTION, 0),
    "help": (["--help"], "", 0),
    "unknown": (["no-such-command"], "", 2),
    "no records": (["leads", "--db", "sqlite:///none.db"], "", 4),
}


@pytest.fixture(scope="module")
def folder():
    with warm.command(dict(os.environ)) as made:
        yield made


@pytest.mark.parametrize("name", CASES)
def test_it_answers_and_ends_as_the_installed_one(folder, tmp_path, name):
    arguments, given, status = CASES[name]
    plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"}
    done = [
        subprocess.run(  # noqa: S603 # both are ours
            [place / "leadcore", *arguments],
            input=given,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=dict(os.environ) | plain,
            check=False,
        )
        for place in (Path(sys.executable).parent, folder)
    ]
    installed, quick = ((each.returncode, each.stdout, each.stderr) for each in done)
    assert quick == installed
    assert quick[0] == status
    assert quick[1] or quick[2]


def test_when_it_is_over_nobody_answers(tmp_path):
    with warm.command({}) as made:
        client = made / "leadcore"
        assert client.exists()
    assert not client.exists()
