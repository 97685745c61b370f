"""Hostile input: refused with a sentence, in bounded memory and time."""

from __future__ import annotations

import gzip
import json
import re
import time
import tracemalloc

import pytest

from leadcore.errors import Malformed
from leadcore_intake import Limits, Options, read

MEGABYTE = 1024 * 1024
MOST = 64 * MEGABYTE
BOMB = b"""<?xml version="1.0"?><!DOCTYPE adf [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]><adf><prospect><customer><contact><name>&c;</name></contact></customer></prospect></adf>"""
NAMED = b"<customer><contact><name>Ada</name></contact></customer>"


def whole(unit: bytes, *, head: bytes = b"", tail: bytes = b"", size: int = 5 * MEGABYTE) -> bytes:
    """As many units as a message of that size can hold."""
    room = size - len(head) - len(tail)
    return head + unit * (room // len(unit)) + tail


CASES = {
    "entity bomb": (BOMB, "adf", "DTD|entities"),
    "DTD that fetches": (
        b'<!DOCTYPE adf SYSTEM "http://example.com/x.dtd"><adf><prospect/></adf>', "adf", "DTD",
    ),
    "public DTD": (b'<!DOCTYPE adf PUBLIC "a" "b"><adf><prospect/></adf>', "adf", "DTD"),
    "external entity": (
        b'<!DOCTYPE adf [<!ENTITY x SYSTEM "file:///etc/passwd">]><adf>&x;</adf>', "adf", "DTD",
    ),
    "ten megabytes": (b'{"name": "' + b"x" * 10 * MEGABYTE + b'"}', None, "5,242,880"),
    "gzip": (gzip.compress(b'{"name": "Ada"}' * 1000), None, "gzip"),
    "deep JSON": (whole(b"["), None, "nests deeper"),
    "deep objects": (whole(b'{"a":'), None, "nests deeper"),
    "deep XML": (whole(b"<a>", head=b"<adf>"), "adf", "nests deeper"),
    "many elements": (
        whole(b"<a/>", head=b"<adf><prospect>", tail=b"</prospect></adf>"), "adf", "values allowed",
    ),
    "many attributes": (whole(b' a%="">"', head=b"<adf><x"), "adf", "values allowed"),
    "many documents": (whole(b"<adf></adf>"), "adf", "records"),
    "many prospects": (
        whole(b"<prospect/>", head=b"<adf>", tail=b"</adf>"), "adf", "values|records",
    ),
    "many CDATA": (whole(b"<![CDATA[", head=b"<adf>&nbsp;"), "adf", "not XML"),
    "many values": (whole(b"0,", head=b"[", tail=b"0]"), None, "values allowed"),
    "many empty objects": (whole(b"{},", head=b"[", tail=b"0]"), None, "values allowed"),
    "many quotes": (whole(b'\\"', head=b'{"a":"'), None, "is not JSON"),
    "many strings": (b"[" + b'""' * 100_000, None, "not JSON"),
    "many fields": (whole(b"a=1&"), None, "fields allowed"),
    "many mail parts": (
        whole(b"--x\n\n", head=b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n"),
        "adf", "lines or parts",
    ),
    "many mail headers": (whole(b"a: b\n", head=b"From: a\n"), "adf", "lines or parts"),
    "many nested mails": (
        b"From: a\n" + b"Content-Type: message/rfc822\n\n" * 5_000, "adf", "mail",
    ),
    "many rows": (whole(b"1\n", head=b"phone,x\n"), "csv", "records"),
    "many columns": (whole(b"a,", head=b"phone,"), "csv", "row|column|longer|is not CSV"),
    "NUL bytes": (b"\0" * 1000, None, "csv"),
    "NUL in XML": (b"<adf><prospect>\0</prospect></adf>", "adf", "not XML"),
    "broken UTF-8": (b'{"name": "\xc3\x28"}', None, "byte 10: is not UTF-8"),
}  # fmt: skip


def test_a_message_of_stray_quotes_is_refused():
    with pytest.raises(Malformed, match="more quotes than"):
        read(whole(b'a"b,"c\n', head=b"name,x\n", size=MEGABYTE), format="csv")


def refusal(data: bytes, format_: str | None = None) -> Malformed:
    """Why it is refused: as a whole, or every record of it."""
    try:
        found = read(data, format=format_)
    except Malformed as error:
        return error
    assert not found.submissions
    return Malformed(found.problems)


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_a_sentence_in_bounded_memory(name):
    data, format_, says = CASES[name]
    tracemalloc.start()
    try:
        message = str(refusal(data, format_))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert re.search(says, message), message[:300]
    assert len(message) < 2_000
    assert peak < MOST


@pytest.mark.parametrize(
    "data",
    [
        whole(b"x", head=b'{"name": "Ada", "note": "', tail=b'"}'),
        whole(b"x", head=b"name=Ada&note="),
        whole(b"x", head=b"<adf><prospect>" + NAMED + b"<y>", tail=b"</y></prospect></adf>"),
    ],
)
def test_a_huge_value_makes_its_record_malformed_and_says_how_large(data):
    record = read(data).records[0]
    assert record.submission is None
    assert "a value may have 65,536" in record.problems[0].message


def test_a_message_full_of_good_leads_is_bounded_too():
    lead = {"name": "Ada Lovelace", **{f"question {n}": "an answer" for n in range(9)}}
    data = json.dumps([lead] * 2_000).encode()
    tracemalloc.start()
    try:
        count = len(read(data).records)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 2_000
    assert peak < 25 * len(data)  # what is read is of the size of what was sent, times a constant


def test_too_many_values_in_a_record_make_it_malformed():
    data = b"<adf><prospect>" + NAMED + b"<x>1</x>" * 600 + b"</prospect></adf>"
    assert "a record may have 500" in read(data).problems[0].message


def test_limits_are_the_callers():
    with pytest.raises(Malformed, match="may have 10"):
        read(b'{"name": "Ada"}', options=Options(limits=Limits(max_bytes=10)))
    for wrong in (0, -1, True, 1.5):
        with pytest.raises(ValueError, match="max_depth"):
            Limits(max_depth=wrong)


@pytest.mark.parametrize(
    ("unit", "head", "tail"),
    [
        (b'\\"', b'{"a":"', b""),
        (b"<adf>", b"", b""),
        (b"&", b"<adf><prospect>", b"</prospect></adf>"),
        (b"<?xml ", b"\n", b""),
        (b'a"b,"c\n', b"name,x\n", b""),
        (b"--", b"From: a\n\n<adf ", b""),
        (b"(", b"phone=", b""),
        (b"@", b"email=", b""),
    ],
)
def test_no_message_takes_more_than_linear_time(unit, head, tail):
    before = time.process_time()
    data = whole(unit, head=head, tail=tail, size=MEGABYTE)
    assert refusal(data).problems
    assert time.process_time() - before < 30  # with the square of a megabyte: hours
