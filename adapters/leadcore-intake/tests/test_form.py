"""Urlencoded forms, Salesforce web-to-lead among them."""

from __future__ import annotations

import pytest

from leadcore.errors import Malformed
from leadcore.submissions import Tcpa
from leadcore_intake import Limits, Options, read


def test_web_to_lead(intake, answers):
    found = intake("salesforce.txt")
    assert found.format == "salesforce"
    (lead,) = found.submissions
    assert (lead.name.first, lead.name.last) == ("Amara", "Nwosu")
    assert [phone.normal for phone in lead.phones] == ["+12125550152", "+12125550153"]
    assert lead.source.name == "Web"
    assert lead.address.state == "NY"
    kept = answers(lead)
    assert kept["00N5000000ABCDE"] == ("Yes",)
    assert kept["oid"] == ("00D000000000001",)
    assert kept["retURL"] == ("https://www.example.com/thanks",)
    assert lead.test is False
    assert "debug" in found.records[0].warnings[0].path
    assert [(box.key, box.granted) for box in lead.consents] == [("emailOptOut", False)]


def test_a_plain_form_with_repeated_and_unknown_fields(answers):
    data = b"name=Ada+L&phone=%28212%29555-0101&tcpa_consent=on&interest=a&interest=b&empty="
    found = read(data)
    assert found.format == "form"
    (lead,) = found.submissions
    assert (lead.name.full, lead.phone, lead.tcpa) == ("Ada L", "+12125550101", Tcpa.YES)
    assert answers(lead)["interest"] == ("a", "b")
    assert answers(lead)["empty"] == ("",)


def test_bytes_that_are_not_utf_8_are_windows_1252_with_a_warning():
    record = read(b"name=Zo%EB&phone=212-555-0101&x=%81").records[0]
    assert record.submission.name.full == "Zoë"
    assert [warning.path for warning in record.warnings] == ["field 'name'", "field 'x'"]


def test_too_many_fields_are_refused():
    with pytest.raises(Malformed, match="500 fields"):
        read(b"&".join(b"a%d=1" % n for n in range(501)), format="form")
    options = Options(limits=Limits(max_fields=2))
    assert read(b"name=Ada&x=1", format="form", options=options).submissions


def test_a_mapping_wins_over_the_guess(answers):
    options = Options(mapping={"n": "name", "phone": "answer"})
    (lead,) = read(b"n=Ada&phone=212-555-0101", options=options).submissions
    assert (lead.name.full, lead.phones) == ("Ada", ())
    assert answers(lead)["phone"] == ("212-555-0101",)


def test_a_mapping_reaches_web_to_lead_and_json_too():
    options = Options(mapping={"00N1": "area", "sujet": "area"})
    form = read(b"oid=1&last_name=Ada&00N1=injury", options=options)
    plain = read(b'{"name": "Ada", "sujet": "injury"}', options=options)
    assert [found.submissions[0].area for found in (form, plain)] == ["injury", "injury"]


def test_two_flags_that_disagree_say_nothing():
    record = read(b"name=Ada&tcpa=yes&tcpa_consent=no").records[0]
    assert record.submission.tcpa is Tcpa.UNKNOWN
    assert "yes and no" in record.warnings[0].message


@pytest.mark.parametrize(
    ("field", "granted"),
    [("consent=yes", True), ("consent=no", False), ("consent=I+agree+to+all", None)],
)
def test_consent_boxes_are_kept_as_given(field, granted):
    (lead,) = read(f"name=Ada&{field}".encode()).submissions
    assert lead.consents[0].granted is granted


def test_several_boxes_and_texts_are_not_paired():
    data = b"name=Ada&tcpa=yes&consent=yes&consent_text=one"
    (lead,) = read(data).submissions
    assert [(box.granted, box.text) for box in lead.consents] == [
        (True, None), (True, None), (None, "one"),
    ]  # fmt: skip
