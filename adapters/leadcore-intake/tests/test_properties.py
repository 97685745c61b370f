"""Properties: nothing but Malformed is ever raised, and nothing put in is ever lost."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore_intake import FORMATS, detect, read, read_file

PIECES = [
    b"<adf>",
    b"</adf>",
    b"<prospect>",
    b"</prospect>",
    b"<?xml ",
    b"?>",
    b"<!DOCTYPE adf",
    b"&amp;",
    b"&nbsp;",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b":",
    b",",
    b"\n",
    b"\r",
    b";",
    b"\t",
    b"=",
    b"&",
    b"%",
    b'"user_column_data"',
    b'"field_data"',
    b'"fields"',
    b'"entry"',
    b'"object"',
    b'"name"',
    b'"phone"',
    b"From: a\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n",
    b"--b\n",
    b"--b--",
    b"name,phone\n",
    b"id,created_time,ad_id,form_id\n",
    b"p:+1",
    b"l:1",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\0",
    b"\xff",
    b"1782914400",
    b"2026-07-01T8:00",
    b"null",
    b"true",
    b"oid=1&retURL=x",
]
SOUP = st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=25).map(b"".join)

# What a form can carry: any text but the characters nobody can store.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
XML_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=30)
KEYS = st.sampled_from(
    [
        "name",
        "first_name",
        "phone",
        "cell",
        "email",
        "zip",
        "state",
        "tcpa",
        "consent",
        "ip",
        "comments",
        "created_at",
        "id",
        "is_test",
        "recording_seconds",
        "kind",
        "colour",
        "do_not_call",
        "consent_text",
        "source",
        "campaign",
        "device_id",
    ]
)
FIELDS = st.lists(st.tuples(KEYS, TEXT), max_size=12)


def outcome(call, *args, **given):
    """What a call gives, or the Malformed it raises; anything else fails the test."""
    try:
        return call(*args, **given)
    except Malformed as error:
        return error


def classified(found):
    """Whether all of it is either a submission or has its reasons."""
    if isinstance(found, Malformed):
        return bool(found.problems)
    return found.format in FORMATS and all(
        (record.submission is None) == bool(record.problems) for record in found.records
    )


@given(SOUP)
@example(b"")
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00")
@example(b"<adf xmlns='x'><p:prospect/></adf>")
def test_any_bytes_are_classified(data):
    assert classified(outcome(read, data))


@pytest.mark.parametrize("format_", FORMATS)
@given(data=SOUP)
def test_any_bytes_are_classified_as_any_format(format_, data):
    assert classified(outcome(read, data, format=format_))


@given(SOUP)
def test_a_file_is_read_as_its_bytes_are(data):
    whole = outcome(read, data)
    streamed = outcome(lambda: tuple(read_file(io.BytesIO(data))))
    if isinstance(whole, Malformed):
        assert isinstance(streamed, Malformed)
    elif not whole.references:
        assert streamed == whole.records


def held(record, value):
    """Whether a record holds a value: word for word in its submission, or in its raw text."""
    submission = record.submission
    if submission is None:
        return True  # its raw text is checked where the format keeps it verbatim
    return value.strip() in _texts(submission)


def _texts(submission):
    told = [submission.comments, submission.other_info, submission.vertical, submission.area]
    told += [submission.submitted_raw, submission.device]
    told += [phone.raw for phone in submission.phones]
    told += [email.raw for email in submission.emails]
    told += [getattr(submission.name, part) for part in ("full", "first", "last", "prefix")]
    address = submission.address
    told += [*address.street, address.city, address.state_raw, address.zip_raw, address.country]
    told += [submission.source.name, submission.source.campaign, submission.source.form]
    told += [value for answer in submission.answers for value in answer.values]
    told += [box.text for box in submission.consents]
    told += [] if submission.recording is None else [submission.recording.reference]
    return {text.strip() for text in told if text is not None} | {""}


@given(FIELDS)
def test_a_form_loses_nothing(fields):
    given_ = [("email", "sure@example.com"), *fields]
    (record,) = read(urlencode(given_).encode(), format="form").records
    assert all(held(record, value) for _, value in given_)
    assert record.submission is not None


@given(FIELDS)
def test_json_loses_nothing(fields):
    text = ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in fields)
    data = '{"email":"sure@example.com"' + ("," if text else "") + text + "}"
    (record,) = read(data.encode(), format="json").records
    assert record.submission is not None
    assert all(held(record, value) for _, value in fields)


@given(st.recursive(TEXT | st.none(), lambda inner: st.lists(inner, max_size=3)
       | st.dictionaries(TEXT, inner, max_size=3), max_leaves=12))  # fmt: skip
def test_nested_json_loses_nothing(value):
    data = json.dumps({"email": "sure@example.com", "extra": value}).encode()
    (record,) = read(data, format="json").records
    assert record.submission is not None
    assert all(held(record, text) for text in _leaves(value))


def _leaves(value):
    if isinstance(value, dict):
        return [text for item in value.values() for text in _leaves(item)]
    if isinstance(value, list):
        return [text for item in value for text in _leaves(item)]
    return [] if value is None else [value]


@given(FIELDS, st.sampled_from([",", ";", "\t"]))
def test_csv_loses_nothing(fields, delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["email", *(key for key, _ in fields), "last"])
    writer.writerow(["sure@example.com", *(value for _, value in fields), "x"])
    (record,) = read(out.getvalue().encode(), format="csv").records
    assert record.submission is not None
    assert all(held(record, value) for _, value in fields)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["vehicle", "customer/comments", "requestdate", "odd", "id"]), XML_TEXT
        ),
        max_size=8,
    )
)
def test_adf_loses_nothing(fields):
    inner = "".join(
        f"<customer><comments>{escape(text)}</comments></customer>"
        if name == "customer/comments"
        else f"<{name} a={quoteattr(text)}>{escape(text)}</{name}>"
        for name, text in fields
    )
    person = "<customer><contact><name>Sure</name></contact></customer>"
    data = f"<adf><prospect>{person}{inner}</prospect></adf>"
    (record,) = read(data.encode()).records
    assert record.submission is not None
    spaced = {" ".join(text.split()) for text in _texts(record.submission)}
    assert all(" ".join(text.split()) in spaced for _, text in fields)


@given(
    st.lists(
        st.tuples(st.sampled_from(["FULL_NAME", "PHONE_NUMBER", "budget", "CITY"]), TEXT),
        max_size=8,
    )
)
def test_google_loses_nothing(columns):
    lead = {
        "lead_id": "k",
        "user_column_data": [
            {"column_id": "EMAIL", "string_value": "sure@example.com"},
            *({"column_id": key, "string_value": value} for key, value in columns),
        ],
    }
    (record,) = read(json.dumps(lead).encode()).records
    assert record.submission is not None
    assert all(held(record, value) for _, value in columns)


@given(st.binary(max_size=64))
def test_detection_names_a_format_or_what_it_tried(data):
    found = outcome(detect, data)
    assert found in FORMATS if isinstance(found, str) else found.problems
