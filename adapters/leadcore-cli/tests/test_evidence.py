"""Evidence to a file and back: the head, the advice, every byte, and pages with it inside."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import pytest

from leadcore.back_office import KeepContactPoint
from leadcore.consent import Certificate, Evidence, Grant
from leadcore.contact_points import Record
from leadcore_cli.context import closing_stores, desk


@pytest.fixture
def packet(sold, tmp_path):
    """Everything recorded about Grace, in a file."""
    sold("contact", "Grace", "--channel", "call", code=1)
    sold("attempt", "Grace", "--channel", "call", "--outcome", "reached", "--as", "ben")
    words = ("--reason", "wrong_number", "--detail", "A bakery.")
    sold("refund", "request", "Grace", "--as", "ben", *words, "--yes")
    file = tmp_path / "grace.json"
    said = sold.one("evidence", "export", "Grace", "-o", file)
    return sold, file, said


def test_everything_recorded_is_exported(packet):
    _, file, said = packet
    held = json.loads(file.read_bytes())
    assert said["file"] == str(file)
    assert said["head"] == held["head"]
    assert said["records"] == held["manifest"]["count"] == len(held["records"])
    assert {each["stream"] for each in held["records"]} >= {
        "lead",
        "decisions",
        "refund",
        "message",
    }
    assert said["retention"] == held["manifest"]["retention"]


def test_what_is_unchanged_is_said_so(packet):
    cli, file, said = packet
    assert cli.one("evidence", "verify", file, "--head", said["head"]) == {
        "unchanged": True,
        "head": said["head"],
        "records": said["records"],
        "against_head": True,
        "problems": [],
    }
    told = cli("evidence", "verify", file).stdout
    assert told.startswith(f"Unchanged: {said['records']} records, head {said['head']}\n")
    assert "give --head" in told
    assert "give --head" not in cli("evidence", "verify", file, "--head", said["head"]).stdout


def test_what_was_changed_is_said_with_its_place(packet):
    cli, file, said = packet
    file.write_bytes(file.read_bytes().replace(b"A bakery.", b"A lawyer.", 1))
    told = cli.one("evidence", "verify", file, code=1)
    (problem,) = told["problems"]
    assert problem["path"].startswith("$.records[")
    assert not told["unchanged"]
    assert "was changed: its hash is another one" in cli("evidence", "verify", file, code=1).stderr
    cli("evidence", "export", "Grace", "-o", file)
    anew = cli.one("evidence", "verify", file, "--head", said["head"], code=1)
    assert [each["path"] for each in anew["problems"]] == ["$.head"]


def test_people_are_told_to_note_the_head_and_what_to_keep(packet, tmp_path, monkeypatch):
    cli, _, _ = packet
    monkeypatch.chdir(tmp_path)
    said = cli("evidence", "export", "Grace", "--at", "2026-11-22T00:00:00Z").stdout
    (file,) = tmp_path.glob("evidence-*.json")
    assert said.startswith(f"{file.name}: ")
    assert f"\n  head {json.loads(file.read_bytes())['head']}\n" in said
    assert "keep it until 20" in said
    assert "Note the head somewhere else" in said
    piped = cli("evidence", "export", "Grace", "--at", "2026-11-22T00:00:00Z", "-o", "-")
    assert piped.stdout_bytes == file.read_bytes()


def test_a_certificate_in_danger_is_told(sold, tmp_path):
    at = datetime(2026, 11, 22, tzinfo=UTC)
    evidence = Evidence(certificate=Certificate(kind="TrustedForm", id="tf-1", issued_at=at))
    grant = Grant(at=at, invitation=True, evidence=evidence)
    with closing_stores():
        here = desk(sold.database, None)
        here.store.run(
            KeepContactPoint(
                seller_id=here.seller.id, address="+18135550141", command=Record(fact=grant), at=at
            )
        )
    said = sold("evidence", "export", "Grace", "--at", "2026-11-23T00:00:00Z", "-o", tmp_path / "g")
    assert "certificate TrustedForm tf-1: unclaimed, until 2027-02-20T00:00:00Z" in said.stdout


def test_pages_carry_the_packet(packet, tmp_path):
    pytest.importorskip("leadcore_pdf", reason="pages are made by an adapter of their own")
    cli, _, _ = packet
    file = tmp_path / "grace.pdf"
    said = cli.one("evidence", "export", "Grace", "--format", "pdf", "-o", file)
    assert file.read_bytes().startswith(b"%PDF")
    assert cli.one("evidence", "verify", file, "--head", said["head"])["unchanged"]
    bare = tmp_path / "bare.pdf"
    bare.write_bytes(b"%PDF-1.7 nothing")
    assert "no PDF that can be read" in cli("evidence", "verify", bare, code=4).stderr


def test_without_the_adapter_pages_can_not_be_made(packet, monkeypatch):
    cli, _, _ = packet
    monkeypatch.setitem(sys.modules, "leadcore_pdf", None)
    said = cli("evidence", "export", "Grace", "--format", "pdf", "-o", "-", code=4).stderr
    assert "--format: pdf needs leadcore-pdf" in said


def test_what_is_not_there_is_told(sold, tmp_path):
    assert "there is no lead 'Zoe'" in sold("evidence", "export", "Zoe", code=3).stderr
    assert "no such file" in sold("evidence", "verify", tmp_path / "none.json", code=4).stderr
    assert "no lead 'Grace'" in sold("evidence", "export", "Grace", "--as", "dan", code=3).stderr
