"""Google's webhook: ids keep every digit, the key is checked and not kept."""

from __future__ import annotations

import json

import pytest

from leadcore.errors import Malformed
from leadcore_intake import Options, google_key_matches, read


def test_columns_and_questions(intake, answers):
    (lead,) = intake("google.json").submissions
    assert (lead.name.first, lead.name.last) == ("Priya", "Raman")
    assert lead.phone == "+12125550146"
    assert (lead.address.state, lead.address.zip) == ("NY", "10001")
    kept = answers(lead)
    assert kept["what_do_you_need_help_with?"] == ("Custody of my son",)
    assert kept["When did it happen?"] == ("Last year",)
    assert kept["user_column_data[7].extra.note"] == ("7",)


def test_ids_keep_every_digit(intake, answers):
    (lead,) = intake("google.json").submissions
    assert lead.source.key == "g-lead-0001"
    assert lead.source.form == "9007199254740993"
    assert lead.source.campaign == "9223372036854775807"
    assert answers(lead)["adgroup_id"] == ("18014398509481985",)
    assert answers(lead)["creative_id"] == ("1.50",)


def test_the_key_is_checked_in_whole_and_never_kept(fixture_bytes):
    data = fixture_bytes("google.json")
    right = read(data, options=Options(google_key="a-shared-secret"))
    assert "a-shared-secret" not in str(right)
    for wrong in ("a-shared-secre", "a-shared-secret ", "", "\u00e9"):
        with pytest.raises(Malformed, match="not the key") as caught:
            read(data, options=Options(google_key=wrong))
        assert "a-shared-secret" not in str(caught.value)
    assert google_key_matches("\ud800", "x") is False


def test_in_a_list_a_wrong_key_costs_only_its_own_lead(fixture_bytes):
    lead = json.loads(fixture_bytes("google.json"))
    data = json.dumps([lead, {**lead, "google_key": "other"}]).encode()
    found = read(data, options=Options(google_key="a-shared-secret"))
    assert [record.submission is not None for record in found.records] == [True, False]
    assert found.problems[0].path == "$[1].google_key"
    assert "other" not in found.records[1].raw


@pytest.mark.parametrize(("flag", "test"), [(True, True), (False, False), ("true", True)])
def test_a_test_lead_says_so(fixture_bytes, flag, test):
    lead = json.loads(fixture_bytes("google.json")) | {"is_test": flag}
    assert read(json.dumps(lead).encode()).submissions[0].test is test


def test_odd_columns_are_kept(answers):
    data = json.dumps(
        {
            "user_column_data": [
                {"column_id": "FULL_NAME", "string_value": "Ada"},
                "loose",
                {"string_value": "only a value"},
                {"column_id": 7, "string_value": None},
                {"column_id": "PHONE_NUMBER", "string_value": "212"},
            ]
        }
    ).encode()
    record = read(data).records[0]
    kept = answers(record.submission)
    assert kept["user_column_data[1]"] == ("loose",)
    assert kept["user_column_data[2]"] == ("only a value",)
    assert record.warnings[0].path == "$.user_column_data[4].string_value"


def test_the_order_of_keys_and_the_secret_change_no_digest(fixture_bytes):
    lead = json.loads(fixture_bytes("google.json"))
    turned = dict(reversed(list(lead.items()))) | {"google_key": "rotated"}
    one = read(json.dumps(lead).encode()).records[0]
    two = read(json.dumps(turned).encode()).records[0]
    assert one.digest == two.digest
