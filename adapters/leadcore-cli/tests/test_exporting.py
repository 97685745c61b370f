"""Leads to files: whole or not at all, and never more than whoever asks may see."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from leadcore import wire
from leadcore.leads import Lead

FORMS = ("csv", "xlsx", "json", "jsonl", "vcard", "adf", "pdf")
STARTS = {
    "csv": b"Lead ID,",
    "xlsx": b"PK",
    "json": b"[",
    "jsonl": b"{",
    "vcard": b"BEGIN:VCARD",
    "adf": b"<?xml",
    "pdf": b"%PDF",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_format_is_written(sold, tmp_path, form):
    file = tmp_path / f"out.{form}"
    assert "2 leads" in sold("export", "--format", form, "--to", file).stdout
    assert file.read_bytes().startswith(STARTS[form])
    assert [each.name for each in tmp_path.glob("*.part")] == []


def test_what_was_written_can_be_read(sold, tmp_path):
    file = tmp_path / "leads.csv"
    told = sold.one("export", "--to", file, "--answer", "none", "--excel", "--sort", "name")
    assert told == {"file": str(file), "leads": 2}
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["Grace Abara", "Omar Reyes"]
    assert rows[0]["none"] == ""
    sold("export", "--format", "xlsx", "--to", file, "--text", "grace")
    sheet = openpyxl.load_workbook(io.BytesIO(file.read_bytes())).active
    assert [row[1].value for row in sheet.iter_rows()] == ["Name", "Grace Abara"]
    said = sold("export", "--format", "jsonl", "--to", "-", "--status", "sold").stdout
    assert [wire.load(Lead, json.loads(line)).status.value for line in said.splitlines()] == [
        "sold",
        "sold",
    ]


def test_filters_are_those_of_the_list(sold, tmp_path):
    file = tmp_path / "none.json"
    for words in (("--kind", "live_call"), ("--until", "2020-01-01"), ("--since", "2100-01-01")):
        assert sold.one("export", "--format", "json", "--to", file, *words)["leads"] == 0
    assert json.loads(file.read_text()) == []


def test_a_viewer_exports_no_more_than_theirs(cli, leads_file, tmp_path):
    cli("fund", "south", "100")
    cli("order", "open", "dan", "--price", "25", "--quantity", "9", "--id", "secret-order")
    cli("import", leads_file)
    file = tmp_path / "out.jsonl"
    for viewer, account in (("ben", "north"), ("dan", "south"), ("cleo", None)):
        cli("export", "--format", "jsonl", "--to", file, "--as", viewer)
        leads = [json.loads(line) for line in file.read_text().splitlines()]
        assert len(leads) == (account is not None)
        for lead in leads:
            assert lead["sale"]["account_id"] == account
            assert {each["account_id"] for each in lead["offers"]} == {account}


def test_a_lead_is_printed(sold, tmp_path):
    file = tmp_path / "grace.pdf"
    assert str(file) in sold("lead", "Grace Abara", "--print", file).stdout.replace("\n", "")
    assert file.read_bytes().startswith(b"%PDF")
    assert sold.one("lead", "Grace Abara", "--as", "ben", "--print", file)["file"] == str(file)
    sold("lead", "Grace Abara", "--as", "cleo", "--print", tmp_path / "no.pdf", code=3)
    assert not (tmp_path / "no.pdf").exists()


def test_too_many_to_print_are_refused_and_leave_no_file(sold, tmp_path, monkeypatch):
    monkeypatch.setattr("leadcore_cli.commands.exporting._PRINTED", 1)
    file = tmp_path / "out.pdf"
    assert "at most 1 leads" in sold("export", "--format", "pdf", "--to", file, code=4).stderr
    assert list(tmp_path.glob("out.pdf*")) == []
