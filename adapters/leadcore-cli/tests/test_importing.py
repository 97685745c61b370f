"""Imports: every format, again and again, with what could not be read kept beside the file."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from leadcore.errors import Conflict, Malformed
from leadcore_cli.commands import importing

HEADER = "First Name,Last Name,Phone,Email,ZIP,State,Practice Area,tcpa_consent\n"
GRACE = "Grace,Abara,813-555-0141,grace@example.com,33602,FL,family law,yes\n"
NOBODY = ",,,,33602,FL,family law,\n"
DEMO = files("leadcore_cli") / "demo_data"
NAMED = {"leadgen_id": "44", "form_id": "5", "page_id": "1", "created_time": 1}
CHANGES = [{"field": "leadgen", "value": NAMED}]
NOTIFICATION = json.dumps(
    {"object": "page", "entry": [{"id": "1", "time": 1, "changes": CHANGES}]}
).encode()


def test_an_import_twice_doubles_nothing(cli, leads_file):
    assert cli("import", leads_file).stdout == "leads.csv: 2 sold\n"
    assert cli("import", leads_file).stdout == "leads.csv: 2 known already\n"
    assert len(cli.json("leads")) == 2
    assert "available $950.00" in cli("balance", "north").stdout


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("partner_adf.xml", "2 sold", 0),
        ("google_leads.json", "2 sold, 1 test", 0),
        ("meta_export.csv", "3 sold", 0),
        ("web_forms.csv", "4 sold, 1 unreadable", 1),
        ("hubspot_post.json", "1 sold", 0),
    ],
)
def test_every_format_is_found_out(cli, tmp_path, name, said, code):
    file = tmp_path / name
    file.write_bytes((DEMO / name).read_bytes())
    assert cli("import", file, code=code).stdout.splitlines()[0] == f"{name}: {said}"


def test_unreadable_records_are_kept_with_their_reasons(cli, tmp_path):
    file = tmp_path / "mixed.csv"
    file.write_text(HEADER + NOBODY + GRACE, "utf-8")
    said = cli("import", file, code=1).stdout
    assert "mixed.csv: 1 sold, 1 unreadable" in said
    assert "row 2: names nobody" in said
    kept = tmp_path / "mixed.csv.rejects.jsonl"
    assert f"They are kept in {kept}" in said
    (reject,) = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    assert reject["where"] == "row 2"
    assert "33602" in reject["raw"]
    assert reject["problems"][0]["path"] == "row 2"


def test_rejects_go_where_they_are_wanted(cli, tmp_path):
    file, kept = tmp_path / "mixed.csv", tmp_path / "kept.jsonl"
    file.write_text(HEADER + NOBODY * 30, "utf-8")
    said = cli("import", file, "--rejects", kept, code=1).stdout
    assert said.count("names nobody") == importing.SHOWN
    assert f"and 10 more; all are kept in {kept}" in said
    assert len(kept.read_text("utf-8").splitlines()) == 30
    wrong = cli("import", file, "--rejects", tmp_path / "no" / "x", code=4).stderr
    assert "no such file or directory" in wrong


def test_an_import_in_json_is_a_line_a_record_and_the_counts(cli, tmp_path):
    file = tmp_path / "mixed.csv"
    file.write_text(HEADER + NOBODY + GRACE, "utf-8")
    bad, good, last = cli.json("import", file, code=1)
    assert (bad["outcome"], bad["where"]) == ("malformed", "row 2")
    assert (good["outcome"], good["status"], good["account"]) == ("accepted", "sold", "north")
    assert last["counts"] == {"accepted": 1, "malformed": 1, "sold": 1}
    assert last["rejects"].endswith("mixed.csv.rejects.jsonl")
    clean = cli.json("import", file, "--rejects", tmp_path / "r", code=1)
    assert clean[-1]["counts"] == {"known": 1, "malformed": 1}


def test_each_record_can_be_shown(cli, tmp_path):
    file = tmp_path / "mixed.csv"
    file.write_text(HEADER + NOBODY + GRACE, "utf-8")
    lines = cli("import", file, "--each", code=1).stdout.splitlines()
    assert lines[2].split() == ["row", "2", "malformed", "–", "–", "–"]
    assert lines[3].split()[:3] == ["row", "3", "accepted"]
    assert lines[3].split()[4:] == ["sold", "north"]


def test_columns_are_mapped(cli, tmp_path):
    file = tmp_path / "odd.csv"
    file.write_text("a=b,Wer,Wo\nx,Grace Abara,813-555-0141\n", "utf-8")
    cli("import", file, "--map", "Wer=name", "--map", "Wo=phone", "--map", "a=b=answer")
    (lead,) = cli.json("leads")
    assert lead["submission"]["name"] == {"full": "Grace Abara"}
    assert lead["submission"]["phones"][0]["normal"] == "+18135550141"


@pytest.mark.parametrize("given", ["x", "=name", "Wer=", "Wer=shoe_size"])
def test_a_bad_mapping_is_refused(cli, leads_file, given):
    assert "--map: " in cli("import", leads_file, "--map", given, code=4).stderr
    assert cli.json("leads") == []


def test_a_google_key_is_checked(cli, tmp_path):
    file = tmp_path / "google.json"
    file.write_bytes((DEMO / "google_leads.json").read_bytes())
    assert "3 unreadable" in cli("import", file, "--google-key", "other", code=1).stdout
    assert "2 sold, 1 test" in cli("import", file, "--google-key", "demo-key").stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"PK\x03\x04rest", "a zip archive or an Excel workbook"),
        (bytes(range(256)) * 8, "csv"),
        (b"{", "is not JSON"),
        (b"<html></html>", "an HTML page"),
        (
            NOTIFICATION,
            "retrieve the leads it names first",
        ),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(cli, tmp_path, content, said):
    file = tmp_path / "what.bin"
    file.write_bytes(content)
    assert said in cli("import", file, code=4).stderr
    (told,) = cli.json("import", file, code=4)
    assert told["error"]
    assert cli.json("leads") == []


def test_files_that_are_not_there_are_named(cli, tmp_path):
    missing = tmp_path / "nothing.csv"
    assert f"{missing}: no such file or directory" in cli("import", missing, code=4).stderr
    assert f"{tmp_path}: is a directory" in cli("import", tmp_path, code=4).stderr
    assert cli.one("import", missing, code=4)["error"][0]["path"] == str(missing)


def test_a_file_without_rights_is_named(cli, leads_file, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(leads_file))

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert f"{leads_file}: permission denied" in cli("import", leads_file, code=4).stderr


def test_an_unknown_format_is_refused_with_the_known_ones(cli, leads_file):
    assert "adf, csv" in cli("import", leads_file, "--format", "fax", code=4).stderr


def test_what_stands_before_an_unreadable_place_counts(cli, leads_file, monkeypatch):
    def breaking(*args, **kwargs):
        yield from read(*args, **kwargs)
        raise Malformed.at("byte 99", "is not UTF-8")

    read = importing.read_file
    monkeypatch.setattr(importing, "read_file", breaking)
    done = cli("import", leads_file, code=4)
    assert done.stdout == "leads.csv: 2 sold\n"
    assert "byte 99: is not UTF-8" in done.stderr
    assert len(cli.json("leads")) == 2


def test_who_is_in_the_way_of_others_goes_on_a_lead_at_a_time(cli, leads_file, monkeypatch):
    def always(*_):
        raise Conflict("order ben-order")

    monkeypatch.setattr("leadcore_sqlalchemy.SqlStore.run_many", always)
    assert "2 sold" in cli("import", leads_file).stdout


def test_a_long_import_goes_in_batches(cli, tmp_path):
    rows = [f"P{n},X,,p{n}@example.com,33602,FL,family law,\n" for n in range(importing.BATCH + 5)]
    file = tmp_path / "long.csv"
    file.write_text(HEADER + "".join(rows), "utf-8")
    said = cli("import", file).stdout
    assert "40 sold, 65 waiting for a buyer" in said
    assert "available $0.00" in cli("balance", "north").stdout


def test_a_progress_bar_is_for_terminals(cli, leads_file, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = cli("import", leads_file)
    assert "Importing leads.csv" in done.stderr
    assert "Importing" not in done.stdout
    assert cli.json("import", leads_file)[-1]["counts"] == {"known": 2}


def test_a_file_without_a_lead_is_told_as_such(cli, tmp_path):
    file = tmp_path / "empty.csv"
    file.write_text("name,phone\n", "utf-8")
    assert cli("import", file).stdout == "empty.csv: there is no lead in it\n"
    assert cli.json("import", file) == [{"counts": {}, "rejects": None}]
