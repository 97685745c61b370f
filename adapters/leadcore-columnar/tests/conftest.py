"""People of the contact tests as rows of columns."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from leadcore.consent import UNKNOWN
from leadcore_columnar.schema import COLUMNS, DTYPES, LEVELS

SCHEMA = {name: DTYPES[column.kind] for name, column in COLUMNS.items()}


def instant(value):
    return value if isinstance(value, datetime) else None


def row(facts) -> dict[str, object]:
    """Write facts as a row: the other way round than the adapter does."""
    consent, elements, number = facts.consent, facts.consent.elements, facts.number
    known = [] if facts.history is UNKNOWN else facts.history
    history = [{"kind": t.kind.value, "at": t.at, "subject": t.subject} for t in known]
    declared = facts.declared_emergencies
    return {
        "tcpa": facts.tcpa.value,
        "zip": facts.zip,
        "e164": number.e164,
        "line_type": number.kind.value,
        "zones": list(number.zones),
        "ported_to_wireless_on": number.ported_to_wireless_on,
        "states": list(facts.states),
        "consent_level": LEVELS[consent.level],
        "invitation": consent.invitation,
        "consent_sellers": sorted(consent.sellers),
        "consent_number": consent.number if isinstance(consent.number, str) else None,
        "consent_this_number": consent.number is None,
        "consent_at": instant(consent.at),
        "consent_undated": consent.at is None,
        "signature": elements.signature,
        "number_in_agreement": elements.number_in_agreement,
        "authorizes_seller": elements.authorizes_seller,
        "disclosure_autodialer": elements.disclosure_autodialer,
        "disclosure_not_condition": elements.disclosure_not_condition,
        "revoked_at": instant(consent.revoked_at),
        "never_revoked": consent.revoked_at is None,
        "regranted_at": consent.regranted_at,
        "dnc_national": facts.registry.national,
        "scrubbed_on": facts.registry.scrubbed_on,
        "internal_since": instant(facts.registry.internal_since),
        "never_listed": facts.registry.internal_since is None,
        "relationship_with": facts.relationship.with_seller,
        "inquiry_on": facts.relationship.inquiry_on,
        "purchase_on": facts.relationship.purchase_on,
        "rnd_status": facts.reassigned.status.value,
        "rnd_queried_on": facts.reassigned.queried_on,
        "personal_relationship": facts.personal_relationship,
        "history": None if facts.history is UNKNOWN else history,
        "email_opted_out_at": instant(facts.email.opted_out_at),
        "never_opted_out": facts.email.opted_out_at is None,
        "physical_address": facts.email.physical_address,
        "optout_mechanism": facts.email.optout_mechanism,
        "gateway_domain": facts.email.gateway_domain,
        "wireless_authorization": facts.email.wireless_authorization,
        "contains_marketing": facts.confirmation.contains_marketing,
        "already_sent": facts.confirmation.already_sent,
        "declared_emergencies": None if declared is UNKNOWN else sorted(declared),
    }


@pytest.fixture(scope="session")
def frame_of():
    return lambda people: pl.DataFrame([row(facts) for facts in people], schema=SCHEMA)
