"""HubSpot's forms, and what their legal options do and do not say."""

from __future__ import annotations

from datetime import UTC, datetime

from leadcore.values import PhoneKind
from leadcore_intake import read


def test_fields_context_and_consent(intake, answers):
    (lead,) = intake("hubspot.json").submissions
    assert (lead.name.first, lead.name.last) == ("Inês", "Duarte")
    assert lead.phones[0].kind is PhoneKind.WIRELESS
    assert lead.source.form == "Debt help"
    assert lead.device == "0123456789abcdef0123456789abcdef"
    assert lead.submitted_at == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    kept = answers(lead)
    assert kept["debt_amount"] == ("12000.50",)
    assert kept["ip"] == ("192.0.2.7",)
    assert [(box.key, box.granted, box.text) for box in lead.consents] == [
        ("consentToProcess", True, "I agree to the storing of my data."),
        ("communications[9007199254740993]", True, "Text me."),
        ("communications[12]", False, "Mail me."),
        ("legitimateInterest", None, "Our interest."),
    ]


def test_a_claimed_interest_is_no_consent():
    data = (
        b'{"fields": [{"name": "email", "value": "a@example.com"}],'
        b'"legalConsentOptions": {"legitimateInterest": {"value": true, "text": "x"}}}'
    )
    (lead,) = read(data).submissions
    assert lead.consents[0].granted is None


def test_a_placeholder_is_no_device_and_odd_fields_are_kept(answers):
    data = (
        b'{"fields": [{"name": "email", "value": "a@example.com"}, {"name": "id", "value": "7"},'
        b'{"name": "n"}], "context": {"hutk": "<cookie>"}, "legalConsentOptions": 3}'
    )
    (lead,) = read(data).submissions
    assert (lead.device, lead.source.key) == (None, None)
    assert answers(lead)["context.hutk"] == ("<cookie>",)
    assert answers(lead)["fields[2].name"] == ("n",)


def test_what_is_no_object_is_refused():
    assert "is a list" in read(b"[1]", format="hubspot").problems[0].message
