"""The demo: the same story every day, in a file of its own, and nobody else's."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

KEY_LINES = (
    "North Legal Group (account north) pays in $300.00.",
    "partner_adf.xml, ADF/XML from a partner: 2 sold",
    "google_leads.json, Google lead forms: 2 sold, 1 test",
    "meta_export.csv, a Meta export: 2 sold, 1 refused (asked before)",
    "web_forms.csv, the seller's own web form: 4 sold, 1 unreadable",
    "hubspot_post.json, a HubSpot form: 1 sold",
    "Sold: ada 3, cleo 3, dan 5.",
    "Ada Reyes (View Downline) sees 6 leads, of ada and cleo.",
    "Ben Ito sees none",
    "a live call at noon: permitted",
    "a live call at 9:30 p.m.: denied",
    "F-QH: ",
    "sold six days ago: refused",
    "RET-LATE: ",
    "sold yesterday: taken",
    "south gets the lead, never north again.",
    "REV-SOLD-ON: ",
    "charged again, and the lead is back",
    "north: 8 lines sum to $175.00 = balance $175.00",
    "south: 9 lines sum to $0.00 = balance $0.00",
    "Everything again from the journal and the entries: the same",
)
DATES = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(\+00:00| UTC)?)?")
# An ordinary Saturday, the night clocks go forward, a holiday's morrow, a leap day, new year.
DAYS = (
    "2026-11-21T02:00:00",
    "2026-03-08T08:00:00",
    "2026-11-27T15:00:00",
    "2028-02-29T23:30:00",
    "2027-01-01T05:00:00",
)


def tell(cli, folder, *more, code=0):
    return cli("demo", "--folder", folder, *more, code=code, db=False)


@pytest.fixture(scope="module")
def story():
    """The story as it was first told in this run, without its instants."""
    return []


@pytest.mark.parametrize("day", DAYS)
def test_the_story_is_the_same_every_day(empty, tmp_path, monkeypatch, story, day):
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    monkeypatch.setattr("leadcore_cli.commands.telling.now", lambda: at)
    said = tell(empty, tmp_path).stdout
    for line in KEY_LINES:
        assert line in said, line
    masked = DATES.sub("DATE", said.replace(str(tmp_path), "FOLDER"))
    story.append(masked)
    assert masked == story[0]


def test_the_commands_it_names_work(empty, tmp_path):
    said = tell(empty, tmp_path).stdout
    assert "made anew" not in said
    assert "made anew" in tell(empty, tmp_path).stdout
    commands = re.findall(r"^  leadcore (.*) --db (\S+)$", said, re.MULTILINE)
    assert len(commands) == 6
    for words, url in commands:
        parts = [part.strip('"') for part in re.findall(r'"[^"]+"|\S+', words)]
        assert empty(*parts, "--db", url).stdout


def test_in_json_every_sentence_is_a_line(empty, tmp_path):
    said = [json.loads(line) for line in tell(empty, tmp_path, "--json").stdout.splitlines()]
    assert {line["chapter"][:2] for line in said} == {"1.", "2.", "3.", "4.", "5.", "6.", "Lo"}
    assert any(line["says"].endswith("permitted") for line in said)


def test_what_is_not_the_demos_is_left_alone(empty, tmp_path):
    file = tmp_path / "leadcore-demo.db"
    for content in (b"my own notes", b"SQLite format 3\0 but broken"):
        file.write_bytes(content)
        assert "not the demo's" in tell(empty, tmp_path, code=4).stderr
        assert file.read_bytes() == content
    file.unlink()
    file.mkdir()
    assert "not the demo's" in tell(empty, tmp_path, code=4).stderr


STRANGERS = (
    "CREATE TABLE leadcore_sellers (id TEXT); INSERT INTO leadcore_sellers VALUES ('somebody');",
    "CREATE TABLE recipes (title TEXT);",
)


@pytest.mark.parametrize("script", STRANGERS)
def test_a_strangers_database_is_left_alone(empty, tmp_path, script):
    file = tmp_path / "leadcore-demo.db"
    with closing(sqlite3.connect(file)) as made:
        made.executescript(script)
    before = file.read_bytes()
    assert "not the demo's" in tell(empty, tmp_path, code=4).stderr
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["leadcore-demo.db"]


def test_what_an_interrupted_demo_left_is_taken_over(empty, tmp_path):
    (tmp_path / "leadcore-demo.db").touch()
    assert "made anew" in tell(empty, tmp_path).stdout
    assert empty.__class__(f"sqlite:///{tmp_path / 'leadcore-demo.db'}")("audit").stdout


def test_a_folder_that_is_not_there_is_named(empty, tmp_path):
    assert "--folder: there is no folder" in tell(empty, tmp_path / "x", code=4).stderr


def test_sums_that_are_wrong_are_told(empty, tmp_path, monkeypatch):
    monkeypatch.setattr("leadcore_sqlalchemy.SqlStore.audit", lambda _: ("north differs",))
    assert "Wrong: north differs" in tell(empty, tmp_path, code=1).stdout
