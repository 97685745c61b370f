"""Files at the command line: kept, listed, fetched, removed, checked, cleaned away."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

AS = ("--as", "ben")
PDF = b"%PDF-1.7\n" + b"x" * 200


@pytest.fixture
def office(sold, tmp_path, monkeypatch):
    monkeypatch.setenv("LEADCORE_FILES", str(tmp_path / "kept"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan.exe").write_bytes(PDF)
    return sold


def add(cli, *more, **how):
    return cli.one("file", "add", "Grace", "scan.exe", *AS, *more, **how)


def contents(tmp_path):
    return [each for each in (tmp_path / "kept").glob("??/??/*") if each.is_file()]


def test_a_file_is_kept_listed_and_fetched_under_a_safe_name(office, tmp_path):
    kept = add(office, "--type", "image/png")
    assert (kept["name"], kept["media_type"], kept["declared_type"]) == (
        "scan.exe.pdf",
        "application/pdf",
        "image/png",
    )
    assert "scan.exe.pdf" in office("file", "list", "Grace", *AS).stdout
    assert office.json("file", "list", "--as", "dan") == []
    office("file", "get", kept["id"], *AS)
    assert (tmp_path / "scan.exe.pdf").read_bytes() == PDF
    assert "is there already" in office("file", "get", kept["id"], *AS, code=4).stderr
    told = office.one("file", "get", kept["id"], *AS, "--to", "other.pdf")
    assert told["written"] == "other.pdf"
    assert office("file", "get", kept["id"], *AS, "--to", "-").stdout_bytes == PDF
    assert "there is no file" in office("file", "get", kept["id"], "--as", "dan", code=3).stderr


def test_what_is_refused_is_not_kept(office, tmp_path):
    (tmp_path / "page.pdf").write_text("<html><script>", "utf-8")
    refused = office("file", "add", "Grace", "page.pdf", *AS, code=4).stderr
    assert "media_type: text/html is not among the types" in refused
    assert contents(tmp_path) == []


def test_missing_and_changed_contents_are_told(office, tmp_path):
    kept = add(office)
    assert "Every file has its contents" in office("file", "check").stdout
    (path,) = contents(tmp_path)
    path.write_bytes(PDF[:-1] + b"y")
    assert office.one("file", "check") == {"differences": []}
    (found,) = office.one("file", "check", "--deep", code=1)["differences"]
    assert (found["file"], found["what"]) == (kept["id"], "its contents were changed")
    path.write_bytes(b"")
    assert "have 0 bytes, not" in office("file", "check", code=1).stdout
    path.unlink()
    assert "its contents are missing" in office("file", "check", code=1).stdout


def test_contents_nobody_needs_are_cleaned_away_after_a_while(office, tmp_path):
    kept = add(office)
    again = add(office, "--name", "again.pdf")
    assert len(contents(tmp_path)) == 1
    for each in (kept, again):
        (path,) = contents(tmp_path)
        old = (datetime.now(UTC) - timedelta(days=2)).timestamp()
        os.utime(path, (old, old))
        assert office.one("file", "clean")["deleted"] == 0
        assert "removed" in office("file", "remove", each["id"], *AS).stdout
    assert office.one("file", "clean", "--dry-run")["deleted"] == 1
    assert office.one("file", "clean", "--hours", "72")["deleted"] == 0
    assert "1 contents nobody needs" in office("file", "clean").stdout
    assert contents(tmp_path) == []
    assert len(office.json("file", "list", "--removed")) == 2
    assert office.one("audit") == {"differences": []}


def test_a_bucket_is_named_as_one(office):
    named = ("file", "check", "--files", "s3://")
    assert "is no bucket" in office(*named, code=4).stderr
