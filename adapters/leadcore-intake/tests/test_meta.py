"""Meta: notifications, retrieved leads, consent boxes, the export, the signature."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from leadcore.errors import Malformed
from leadcore_intake import meta_signature_matches, read, read_file


def test_a_notification_gives_references_with_every_digit(intake):
    found = intake("meta_notification.json")
    assert [reference.lead_id for reference in found.references] == [
        "9007199254740993",
        "233370042045999",
    ]
    first = found.references[0]
    assert (first.form_id, first.page_id, first.ad_id, first.adgroup_id) == (
        "222", "111", "333", "444",
    )  # fmt: skip
    assert first.created_at is not None
    assert first.answers[0].values == ("true",)
    assert found.problems[0].path == "$.entry[0].changes[3].value.leadgen_id"
    assert {warning.path for warning in found.warnings} == {
        "$.entry[0].changes[2].field",
        "$.entry[1].changes",
    }


def test_a_notification_is_no_file_of_leads(fixture_path):
    with pytest.raises(Malformed, match="retrieve the leads"):
        list(read_file(fixture_path("meta_notification.json")))
    with pytest.raises(Malformed, match="lists its entries"):
        read(b"{}", format="meta_notification")
    found = read(b'[{"object":"page","entry":[]}]')
    assert "retrieve" in found.problems[0].message


def test_a_retrieved_lead_and_its_consent_boxes(intake, answers):
    (lead,) = intake("meta_lead.json").submissions
    assert (lead.source.key, lead.source.campaign) == ("9007199254740995", "Bankruptcy July")
    assert lead.name.full == "Noor Haddad"
    assert [(box.key, box.granted) for box in lead.consents] == [
        ("sms_ok", True),
        ("mail_ok", False),
    ]
    kept = answers(lead)
    assert kept["which_of_these_apply?"] == ("Cards", "Medical bills")
    assert kept["field_data[5].values[0].deep"] == ("kept",)
    assert lead.submitted_at is not None


def test_boxes_without_the_answers_are_refused_with_the_way_out():
    data = b'{"id": "1", "custom_disclaimer_responses": [{"checkbox_key": "a", "is_checked": "1"}]}'
    record = read(data).records[0]
    assert "Graph API" in str(record.problems[-1])


def test_a_page_of_leads_is_several(fixture_bytes):
    lead = json.loads(fixture_bytes("meta_lead.json"))
    page = {
        "data": [lead, {**lead, "id": "2"}, 3],
        "paging": {"next": "https://example.com/?token"},
    }
    found = read(json.dumps(page).encode())
    assert [r.submission.source.key for r in found.records[:2]] == ["9007199254740995", "2"]
    assert found.records[2].problems[0].path == "$.data[2]"
    assert "token" not in str(found)


def test_a_test_lead_is_known_by_its_dummy_data(fixture_bytes):
    lead = json.loads(fixture_bytes("meta_lead.json"))
    lead["field_data"][0]["values"] = ["<test lead: dummy data for full_name>"]
    assert read(json.dumps(lead).encode()).submissions[0].test is True


def test_the_export_in_utf_16_with_tabs_and_a_cut_last_row(intake, answers):
    found = intake("meta_export.csv")
    assert found.format == "meta_export"
    first, second = found.submissions
    assert first.source.key == "9007199254740997"
    assert first.source.format == "meta"
    assert (first.source.campaign, second.source.campaign) == ("Divorcio", "63")
    assert [phone.normal for phone in first.phones] == ["+16025550148", "+16025550149"]
    assert first.name.full == "Lucía Ortega"
    assert answers(first)["¿cuál_es_su_caso?"] == ("divorcio",)
    assert answers(first)["id"] == ("l:9007199254740997",)
    assert (first.test, second.test) == (False, True)
    cut = found.records[2]
    assert "cut short" in str(cut.warnings[0])
    assert "l:9007199254740999" in cut.raw


def test_a_phone_is_known_by_its_mark_whatever_its_column_is_called():
    data = b"id,created_time,ad_id,form_id,xyz\nl:1,,ag:1,f:2,p:+16025550148\n"
    assert read(data).submissions[0].phone == "+16025550148"


def test_an_export_and_a_retrieved_lead_share_their_key(fixture_bytes):
    lead = json.loads(fixture_bytes("meta_lead.json")) | {"id": "9007199254740997"}
    one = read(json.dumps(lead).encode()).submissions[0].source
    two = read(fixture_bytes("meta_export.csv")).submissions[0].source
    assert (one.format, one.key) == (two.format, two.key)


def test_the_signature_is_over_the_very_bytes():
    body, secret = b'{"object": "page"}', "app-secret"
    good = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert meta_signature_matches(body, good, secret)
    for header in (None, "", good.upper(), good[:-1], good.removeprefix("sha256="), "\u00e9"):
        assert not meta_signature_matches(body, header, secret)
    assert not meta_signature_matches(body + b" ", good, secret)
    assert not meta_signature_matches(body, good, "other")


def test_answers_of_an_unknown_shape_are_kept(answers):
    data = json.dumps(
        {
            "id": 5,
            "field_data": [
                {"name": "email", "values": ["a@example.com"], "more": 1},
                {"name": "phone", "values": "212-555-0101"},
                "loose",
            ],
            "custom_disclaimer_responses": "none",
        }
    ).encode()
    (lead,) = read(data).submissions
    assert lead.phone == "+12125550101"
    kept = answers(lead)
    assert kept["field_data[0].more"] == ("1",)
    assert kept["field_data[2]"] == ("loose",)
