"""Plain JSON, JSON Lines, and archives of webhooks."""

from __future__ import annotations

import io
import json

import pytest

from leadcore.errors import Malformed
from leadcore.submissions import LeadKind, Tcpa
from leadcore.values import PhoneKind
from leadcore_intake import Limits, Options, read, read_file


def test_the_whole_schema(intake, answers):
    record = intake("lead.json").records[0]
    lead = record.submission
    assert lead.kind is LeadKind.LIVE_CALL
    assert lead.source.key == "3f2b8c1e-7d57-4a6e-9a53-0c2f64a1b9d2"
    assert (lead.name.prefix, lead.name.first, lead.name.last) == ("Ms", "Grace", "Abara")
    assert [(p.normal, p.kind) for p in lead.phones] == [
        ("+18005550154", PhoneKind.TOLL_FREE),
        ("+13055550155", PhoneKind.UNKNOWN),
    ]
    assert [e.normal for e in lead.emails] == ["grace@example.com", None]
    assert lead.address.street == ("5 Oak St", "Apt 9")
    assert (lead.address.state, lead.address.zip) == ("FL", "33601")
    assert (lead.vertical, lead.area, lead.other_info) == ("legal", "family law", "Custody")
    assert lead.tcpa is Tcpa.YES
    assert lead.consents[0].text == "I agree to texts."
    assert (lead.recording.seconds, lead.recording.announced) == (61, True)
    assert lead.device == "dev-1"
    kept = answers(lead)
    assert kept["budget"] == ("500", "1000", "x", "y")  # a key given twice keeps both
    assert kept["vehicle.big"] == ("12345678901234567890.10",)
    assert kept["vehicle.none"] == ()
    assert kept["phones[2].number"] == ("305-555-0156",)
    assert kept["name.nick"] == ("Gee",)
    assert kept["ip"] == ("192.0.2.8",)


def test_json_lines_have_an_outcome_each(intake, fixture_path):
    found = intake("leads.jsonl")
    assert found.format == "jsonl"
    assert [(r.line, r.submission is not None) for r in found.records] == [
        (1, True), (3, False), (4, True), (5, False), (6, False),
    ]  # fmt: skip
    assert found.records[1].problems[0].path == "line 3, line 1 column 24"
    assert found.records[2].submission.source.format == "google"
    assert tuple(read_file(fixture_path("leads.jsonl"))) == found.records


def test_a_line_too_long_costs_only_itself():
    options = Options(limits=Limits(max_record=100))
    lines = [b'{"name": "Ada"}', b'{"name": "' + b"x" * 500 + b'"}', b'{"name": "Bob"}']
    records = list(read_file(io.BytesIO(b"\n".join(lines)), format="jsonl", options=options))
    assert [record.submission is not None for record in records] == [True, False, True]
    assert "longer than" in records[1].problems[0].message


def test_lists_and_wrapped_lists():
    leads = [{"name": "Ada"}, {"name": "Bob"}, None]
    plain, wrapped = json.dumps(leads), json.dumps({"leads": leads, "batch": "b-1"})
    assert [s.name.full for s in read(plain.encode()).submissions] == ["Ada", "Bob"]
    found = read(wrapped.encode())
    assert found.records[2].problems[0].path == "$.leads[2]"
    assert "b-1" in found.warnings[0].message


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"id": "1"}, None),  # row 1 of one vendor is not row 1 of another
        ({"id": "1", "source": "Acme"}, "Acme/1"),
        ({"id": "3f2b8c1e-7d57-4a6e-9a53-0c2f64a1b9d2"}, "3f2b8c1e-7d57-4a6e-9a53-0c2f64a1b9d2"),
    ],
)
def test_an_id_is_a_key_only_where_it_is_unique(told, key):
    (lead,) = read(json.dumps({"name": "Ada", **told}).encode()).submissions
    assert lead.source.key == key


def test_the_caller_may_name_the_source_vertical_and_area():
    options = Options(source="Acme", vertical="legal", area="bankruptcy")
    (lead,) = read(b'{"id": 7, "name": "Ada"}', options=options).submissions
    assert (lead.source.key, lead.vertical, lead.area) == ("Acme/7", "legal", "bankruptcy")


@pytest.mark.parametrize(
    "odd",
    [
        {"phones": [{"number": ["x"]}]},
        {"answers": [{"key": "a", "values": "no list"}, {"question": "no key"}, "loose"]},
        {"consents": [{"key": "a", "granted": "perhaps"}]},
        {"consents": [{"key": "a", "extra": "b"}]},
        {"consents": "yes"},
        {"recording": {"seconds": "x"}},
        {"kind": "carrier pigeon"},
        {"test": "perhaps"},
        {"name": {"full": {"deep": "z"}}},
    ],
)
def test_odd_parts_are_kept(odd):
    (lead,) = read(json.dumps({"email": "a@example.com", **odd}).encode()).submissions
    text = str(lead)
    for value in _strings(odd):
        assert value in text


def _strings(value):
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"a": NaN}', "NaN"),
        (b'{"a": ', "is not JSON"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        (b"\xff\xfe{\x00\xd8", "is not UTF-16"),
        (b"[" * 40 + b"]" * 40, "nests deeper"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "nests deeper"),
        (b"[" + b"1," * 300_000 + b"1]", "values allowed"),
        (b'["' + b'" "' * 900_000 + b'"]', "values allowed"),
    ],
)
def test_what_is_no_json_is_refused_with_a_reason(data, says):
    with pytest.raises(Malformed, match=says):
        read(data, format="json")


@pytest.mark.parametrize("value", ["\\u0000", "\\ud800", "x" * 70_000])
def test_values_nobody_can_store_make_a_record_malformed(value):
    record = read(b'{"name": "Ada", "note": "%s"}' % value.encode()).records[0]
    assert record.submission is None
    assert record.problems[0].path == "$.note"


def test_more_records_than_a_message_may_have_are_refused():
    options = Options(limits=Limits(max_records=2))
    with pytest.raises(Malformed, match="more than 2 records"):
        read(b"[1,2,3]", options=options)


def test_brackets_in_strings_do_not_nest():
    data = json.dumps({"name": "Ada", "note": "[{" * 100 + '"\\'}).encode()
    assert read(data).submissions
