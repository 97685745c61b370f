from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools import run_docs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run_docs, "ROOT", tmp_path)

    def run_text(text: str) -> tuple[int, list[str]]:
        (tmp_path / "page.md").write_text(text.replace("~~~", "```"), "utf-8")
        return run_docs.run_file(tmp_path / "page.md")

    return run_text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("~~~python\nx = 1\n~~~\n\n~~~python\n>>> x + 1\n2\n~~~\n", 2),
        ("~~~python\n>>> y = 5\n~~~\n\n~~~python\nassert y == 5\n~~~\n", 2),
        ("~~~csv a.csv\nhello\n~~~\n~~~console\n$ cat a.csv\nhello\n~~~\n", 1),
        ("~~~console\n$ printf 'a\\nb\\nc\\n'\na\n...\nc\n$ true\n~~~\n", 1),
        ("~~~console\n$ echo one \\\n    two\none two\n~~~\n", 1),
        ("1. item\n\n   ~~~python\n   x = 1\n   ~~~\n", 1),
        ("~~~sh\nfalse\n~~~\n", 0),
    ],
)
def test_right_examples_pass(run, text: str, count: int) -> None:
    assert run(text) == (count, [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("# Title\n\n~~~python\nassert False\n~~~\n", "line 4, in <module>"),
        ("~~~python\n>>> 1 + 1\n3\n~~~\n", "Expected:\n    3\nGot:\n    2"),
        ("~~~console\n$ false\n~~~\n", "ended with 1"),
        ("~~~console\n$ echo a\nb\n~~~\n", "got:\na"),
    ],
)
def test_wrong_examples_are_reported(run, text: str, place: str) -> None:
    count, wrong = run(text)
    assert count == 1
    assert place in wrong[0]
