"""Contents are served as downloads that nothing runs; parts are read as the standard says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.files import (
    ByteRange,
    LeadFile,
    byte_range,
    content_disposition,
    download_headers,
    safe_name,
)

FILE = LeadFile(
    id="f",
    seller_id="s",
    account_id="n",
    lead_id="l",
    name="Löhne.pdf",
    size=1_000,
    media_type="application/pdf",
    sha256="0" * 64,
    added_by="ann",
    added_at=datetime(2026, 11, 16, tzinfo=UTC),
)
_PLAIN = r"[\x20-\x21\x23-\x24\x26-\x5b\x5d-\x7e]*"
FORM = re.compile(
    rf"attachment; filename=\"{_PLAIN}\"; filename\*=UTF-8''([A-Za-z0-9!#$&+^`|._~%-]+)"
)


@given(st.text(st.one_of(st.sampled_from('";%\\\r\n é漢'), st.characters(codec="utf-8"))))
def test_whatever_a_file_is_called_the_header_is_one_and_well_formed(given_name):
    name = safe_name(given_name, "application/pdf")
    found = FORM.fullmatch(content_disposition(name))
    assert found is not None
    assert unquote(found[1]) == name


@given(st.text())
def test_even_of_an_unsafe_name_the_header_is_one_line(name):
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("", None),
        ("bytes=0-", ByteRange(0, 1_000)),
        ("bytes=0-0", ByteRange(0, 1)),
        ("bytes=10-19", ByteRange(10, 20)),
        ("bytes=990-5000", ByteRange(990, 1_000)),
        ("bytes=-1", ByteRange(999, 1_000)),
        ("bytes=-5000", ByteRange(0, 1_000)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_a_part_is_read_as_the_standard_says(header, part):
    assert byte_range(header, FILE.size) == part


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", 1_000), ("bytes=-0", 1_000), ("bytes=0-", 0)]
)
def test_a_part_that_is_not_there_is_refused(header, size):
    with pytest.raises(ValueError, match="no byte"):
        byte_range(header, size)


def test_headers_let_nothing_guess_run_or_keep_it():
    headers = dict(download_headers(FILE))
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Length"] == "1000"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in headers["Cache-Control"]
    assert "Content-Range" not in headers
    part = dict(download_headers(replace(FILE, size=2_000), ByteRange(10, 20)))
    assert (part["Content-Length"], part["Content-Range"]) == ("10", "bytes 10-19/2000")
