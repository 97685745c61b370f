"""Detection, by content first."""

from __future__ import annotations

import pytest

from leadcore.errors import Malformed
from leadcore_intake import FORMATS, detect


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("adf_two_prospects.xml", "adf"),
        ("adf_wild.xml", "adf"),
        ("adf_mail.eml", "adf"),
        ("google.json", "google"),
        ("meta_notification.json", "meta_notification"),
        ("meta_lead.json", "meta"),
        ("meta_export.csv", "meta_export"),
        ("hubspot.json", "hubspot"),
        ("salesforce.txt", "salesforce"),
        ("lead.json", "json"),
        ("leads.jsonl", "jsonl"),
        ("leads.csv", "csv"),
        ("leads_cp1252.csv", "csv"),
    ],
)
def test_each_format_is_known_by_its_content_alone(fixture_bytes, name, format_):
    assert detect(fixture_bytes(name)) == format_
    assert format_ in FORMATS


def test_a_name_settles_what_content_cannot():
    assert detect(b"email\na@example.com\n", filename="LEADS.CSV") == "csv"
    assert detect(b"email\na@example.com\n", content_type="text/csv; charset=utf-8") == "csv"
    assert detect(b"name=Ada L", content_type="application/x-www-form-urlencoded") == "form"
    assert detect(b"Hello\n\n<adf/>", filename="x.eml") == "adf"


def test_what_is_unknown_lists_what_was_tried():
    with pytest.raises(Malformed) as caught:
        detect(b"Dear colleague\nnothing here")
    assert [problem.path for problem in caught.value.problems] == [
        "adf", "adf in a mail", "json", "form", "csv",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PK\x03\x04xl/workbook", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><body>Not found</body></html>", "HTML page"),
        (b"<?xml version='1.0'?><order/>", "no ADF"),
        (b"\x00\x01\x02\x03,\x04", "csv"),
    ],
)
def test_what_is_not_taken_is_named(data, says):
    with pytest.raises(Malformed, match=says):
        detect(data)


def test_multipart_is_named():
    with pytest.raises(Malformed, match="multipart"):
        detect(b"--x\r\n", content_type="multipart/form-data; boundary=x")
