"""Results and the public names."""

from __future__ import annotations

import pytest

import leadcore_intake
from leadcore.errors import Malformed, Problem
from leadcore.submissions import Source, Submission
from leadcore_intake import Record, read, read_file


def test_a_record_is_one_or_the_other():
    told = {"index": 0, "path": "$", "raw": "", "digest": ""}
    with pytest.raises(ValueError, match="either"):
        Record(**told)
    with pytest.raises(ValueError, match="either"):
        Record(
            **told, submission=Submission(source=Source(format="x")), problems=(Problem("$", "x"),)
        )


def test_the_public_names_are_these():
    assert leadcore_intake.__all__ == [
        "FORMATS", "TARGETS", "Intake", "LeadReference", "Limits", "Options", "Record", "detect",
        "google_key_matches", "guess_mapping", "meta_signature_matches", "read", "read_file",
    ]  # fmt: skip


def test_an_unknown_format_is_named():
    with pytest.raises(Malformed, match="'xls' is none we read"):
        read(b"x", format="xls")


def test_a_path_and_an_open_file_give_the_same(fixture_path):
    path = fixture_path("lead.json")
    with path.open("rb") as file:
        assert list(read_file(str(path))) == list(read_file(path)) == list(read_file(file))


def test_a_message_over_the_limit_is_refused_from_a_file_too(tmp_path):
    path = tmp_path / "big.json"
    path.write_bytes(b"[" + b" " * 6_000_000 + b"]")
    with pytest.raises(Malformed, match="5,242,88"):
        list(read_file(path))


def test_an_unknown_kind_of_scalar_is_named():
    assert "true or false" not in str(read(b"[true]").problems)
    assert "a single value" in str(read(b'["x"]').problems)
    assert "null" in str(read(b"[null]").problems)
