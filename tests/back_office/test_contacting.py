"""What the records know of a lead's person, put to the contact rules."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore.back_office.contacting import (
    LeadContact,
    assess_lead,
    contact_facts,
    first_contact_due,
)
from leadcore.consent import UNKNOWN
from leadcore.contact import Initiation, TouchKind
from leadcore.decisions import Verdict
from leadcore.leads import AttemptOutcome, ContactAttempt, Lead, LeadStatus, Sale
from leadcore.submissions import Channel, Source, Submission, Tcpa
from leadcore.values import Address, Money, Phone, PhoneKind

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)  # a Tuesday, noon in Florida
GIVEN = Submission(
    source=Source(format="json"),
    phones=(
        Phone(raw="call me", normal=None),
        Phone(raw="305", normal="+13055550100", kind=PhoneKind.WIRELESS),
    ),
    address=Address(state="FL", zip="33101"),
    vertical="legal",
    tcpa=Tcpa.YES,
)
SALE = Sale(
    id="sale",
    lead_id="l",
    order_id="o",
    account_id="north",
    user_id="ada",
    price=Money(2500, "USD"),
    sold_at=NOON - timedelta(hours=3),
)
LEAD = Lead(
    id="l",
    seller_id="s",
    source_key="k",
    submission=GIVEN,
    status=LeadStatus.SOLD,
    received_at=NOON - timedelta(hours=3),
    sale=SALE,
    assigned_to="ada",
)
LOOKED = LeadContact(listed=False, scrubbed_on=date(2026, 11, 24), declared_emergencies=frozenset())


def attempt(channel, at):
    return ContactAttempt(channel=channel, at=at, by="ada", outcome=AttemptOutcome.NO_ANSWER)


def test_a_call_by_hand_at_noon_is_permitted_and_at_half_past_eight_it_is_not():
    assert assess_lead(LEAD, LOOKED, at=NOON).verdict is Verdict.PERMITTED
    late = assess_lead(LEAD, LOOKED, at=NOON + timedelta(hours=8, minutes=30))
    assert late.rules == ("S-FL-QH",)  # the federal window is open until nine
    assert late.next_permitted_at == datetime(2026, 11, 25, 13, tzinfo=UTC)


def test_what_nobody_looked_up_is_not_allowed():
    decision = assess_lead(LEAD, LeadContact(), at=NOON)
    assert "F-DNC-SCRUB" in decision.rules


@pytest.mark.parametrize("tcpa", [Tcpa.NO, Tcpa.UNKNOWN])
def test_without_a_yes_only_a_live_call(tcpa):
    lead = replace(LEAD, submission=replace(GIVEN, tcpa=tcpa))
    text = replace(LOOKED, channel=Channel.TEXT)
    assert "H-TCPA-NO" in assess_lead(lead, text, at=NOON).rules
    assert assess_lead(lead, LOOKED, at=NOON).verdict is Verdict.PERMITTED


def test_a_bare_yes_is_no_written_consent():
    dialled = replace(LOOKED, initiation=Initiation.AUTODIALED)
    assert "F-PEWC-2" in assess_lead(LEAD, dialled, at=NOON).rules


def test_places_are_the_union_of_number_and_address():
    elsewhere = replace(GIVEN, address=Address(state="CA", zip="90001"))
    facts = contact_facts(replace(LEAD, submission=elsewhere), LOOKED, at=NOON)
    assert set(facts.states) == {"FL", "CA"}
    assert set(facts.number.zones) == {"America/New_York", "America/Los_Angeles"}
    assert (facts.number.e164, facts.number.kind) == ("+13055550100", PhoneKind.WIRELESS)


def test_a_person_without_number_and_place_has_no_hours():
    nowhere = Submission(source=Source(format="json"), submitted_at=NOON)
    decision = assess_lead(replace(LEAD, submission=nowhere), LOOKED, at=NOON)
    assert "Z-UNKNOWN" in decision.rules


def test_earlier_attempts_count_up_to_the_instant_asked_about():
    attempts = (
        attempt(Channel.CALL, NOON - timedelta(hours=1)),
        attempt(Channel.EMAIL, NOON),
        attempt(Channel.TEXT, NOON + timedelta(microseconds=1)),
    )
    facts = contact_facts(replace(LEAD, attempts=attempts), LOOKED, at=NOON)
    assert facts.history is not UNKNOWN
    assert [touch.kind for touch in facts.history] == [TouchKind.CALL, TouchKind.EMAIL]


def test_an_unsold_lead_is_asked_about_for_the_seller():
    unsold = replace(LEAD, sale=None, status=LeadStatus.UNSOLD)
    assert assess_lead(unsold, LOOKED, at=NOON).verdict is Verdict.PERMITTED


def test_first_contact_is_due_24_elapsed_hours_after_the_sale():
    assert first_contact_due(LEAD) == SALE.sold_at + timedelta(hours=24)
    assert first_contact_due(replace(LEAD, sale=None)) is None


@pytest.mark.parametrize("status", LeadStatus)
def test_a_lead_that_nobody_holds_is_nobodys_to_contact(status):
    lead = replace(LEAD, status=status)
    for asked in (LOOKED, replace(LOOKED, channel=Channel.EMAIL)):
        decision = assess_lead(lead, asked, at=NOON)
        assert ("H-NOT-HELD" in decision.rules) is (
            status in {LeadStatus.REFUNDED, LeadStatus.REFUSED}
        )
    if status in {LeadStatus.REFUNDED, LeadStatus.REFUSED}:
        assert decision.next_permitted_at is None
        assert decision.why_never
    assert (first_contact_due(lead) is not None) is (status is LeadStatus.SOLD)
