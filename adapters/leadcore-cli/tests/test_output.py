"""How it looks: wrapped on a terminal, never elsewhere, and safe to print."""

from __future__ import annotations

import json
import re

import pytest

from leadcore.values import Money
from leadcore_cli import show

LONG = (
    "In Florida sales calls are allowed from 8 a.m. to 8 p.m. every day, on the person's clock. "
    * 3
)

PLAIN = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def terminal(monkeypatch):
    def of(width):
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", str(width))
        show.console.cache_clear()
        show.errors.cache_clear()

    return of


@pytest.mark.parametrize("width", [20, 60, 80, 120])
def test_ids_and_money_are_never_broken(sold, terminal, width):
    ids = [lead["id"] for lead in sold.json("leads")]
    terminal(width)
    for words in (("leads",), ("statement", "north")):
        said = PLAIN.sub("", sold(*words).stdout)
        assert all(key in said for key in ids)
        if width >= 60:
            assert all(len(line) <= width for line in said.splitlines())


def test_away_from_a_terminal_a_row_is_a_line(sold):
    lines = sold("leads").stdout.splitlines()
    assert len(lines) == 4
    assert not any(line.endswith(" ") for line in lines)


def test_long_sentences_hang_on_a_terminal_and_run_on_elsewhere(capsys, terminal):
    show.line(LONG, first="  no  ", rest="      ")
    assert len(capsys.readouterr().out.splitlines()) == 1
    terminal(60)
    show.line(LONG, first="  no  ", rest="      ")
    first, *others = PLAIN.sub("", capsys.readouterr().out).splitlines()
    assert first.startswith("  no  In")
    assert others
    assert all(line.startswith("      ") and len(line) <= 60 for line in others)


def test_colours_are_for_terminals_that_want_them(sold, monkeypatch):
    assert "\x1b" not in sold("audit").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    show.console.cache_clear()
    assert "\x1b[32m" in sold("audit").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    show.console.cache_clear()
    assert "\x1b[32m" not in sold("audit").stdout


def test_what_people_gave_cannot_play_with_the_terminal(cli, tmp_path):
    file = tmp_path / "leads.jsonl"
    name = "Eve \x1b]0;owned\x07 [red]x[/] \u202e\nX"
    file.write_text(json.dumps({"full_name": name, "email": "e@example.com"}), "utf-8")
    cli("import", file)
    cli("user", "eve", "--account", "south", "--name", "[bold]\x1b[2JEve", code=4)
    cli("user", "eve", "--account", "south", "--name", "[bold]Eve\u202e")
    said = cli("lead", "e@example.com").stdout + cli("leads").stdout + cli("users").stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert "[red]x[/]" in said
    assert "[bold]Eve" in said


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (0, "USD", "$0.00"),
        (-1, "USD", "-$0.01"),
        (123_456_789, "USD", "$1,234,567.89"),
        (-2_550, "EUR", "-25.50 EUR"),
        (1_205, "JPY", "1,205 JPY"),
    ],
)
def test_money_is_written_as_people_do(minor, currency, said):
    assert show.money(Money(minor, currency)) == said


def test_json_survives_what_the_output_cannot_hold(capsys):
    show.print_json({"name": "Zoë"})
    show.print_json({"name": "\ud83d"})
    assert capsys.readouterr().out == '{"name": "Zoë"}\n{"name": "\\ud83d"}\n'
