"""Names of fields: what a header surely says, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore_intake import TARGETS, Options, guess_mapping
from leadcore_intake.columns import guess


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("firstName", "first_name"),
        ("First Name:", "first_name"),
        ("Customer Phone", "phone"),
        ("phone_2", "phone"),
        ("contact[email]", "email"),
        ("address.zip", "zip"),
        ("Address 1", "street"),
        ("שם_מלא", "name"),
        ("Número de teléfono", "phone"),
        ("tcpa", "tcpa"),
        ("TCPA_Consent", "tcpa"),
        ("tcpa_disclosure", "consent_text"),
        ("sms_consent", "consent"),
        ("lead_id", "source_key"),
        # what is not the person's, or not the lead's
        ("spouse_first_name", None),
        ("attorney_phone", None),
        ("company_name", None),
        ("customer_id", None),
        ("user_agent", None),
        ("tcpa_timestamp", None),
        ("consent_ip", None),
        ("2", None),
        ("", None),
    ],
)
def test_a_name_is_taken_for_what_it_surely_says(name, target):
    assert guess(name) == target


@given(st.text(max_size=60))
def test_any_name_has_a_target_or_none(name):
    assert guess(name) is None or guess(name) in TARGETS


def test_a_mapping_is_guessed_for_a_screen_and_taken_back():
    mapping = guess_mapping(["First Name", "Colour"])
    assert mapping == {"First Name": "first_name", "Colour": "answer"}
    assert Options(mapping=mapping).mapping == mapping


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd"])
def test_a_zone_must_exist(zone):
    with pytest.raises(ValueError, match="no zone"):
        Options(zone=zone)


def test_a_column_cannot_be_mapped_to_what_does_not_exist():
    with pytest.raises(ValueError, match="colour"):
        Options(mapping={"x": "colour"})
