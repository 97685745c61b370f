"""May I contact? The wizard's answer, what it rests on, and the log."""

from datetime import UTC, datetime, timedelta

import pytest
from proteus import Wizard
from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""A Tuesday noon in New York."""
EVENING = NOON.replace(hour=2, minute=30)
"""Half past nine on Monday evening in New York."""


def ask(lead, **asked):
    wizard = Wizard("leadcore.may_contact", [lead])
    for name, value in asked.items():
        setattr(wizard.form, name, value)
    wizard.execute("answer")
    return wizard


def allow(host, party, **more):
    """Record what makes a call by hand permitted at noon."""
    consent = {"invitation": True} | more
    host.model("leadcore.consent")(
        party=party, company=host.company, given_at=NOON.replace(tzinfo=None, hour=1), **consent
    ).save()
    (number,) = party.contact_mechanisms
    number.registry, number.registry_scrubbed_on = "no", NOON.date()
    number.reassigned = "not_checked"
    number.save()
    settings = host.model("leadcore.configuration")(1)
    settings.emergencies_kept = True
    settings.save()


def test_nobody_knows_anything_so_nothing_is_allowed(host, clock):
    wizard = ask(host.lead())
    assert wizard.form.verdict == "denied"
    assert {each.effect for each in wizard.form.findings} >= {"deny"}
    assert all(each.sentence and each.citation for each in wizard.form.findings)
    assert {each.severity for each in wizard.form.findings} <= {"legal", "policy"}


def test_in_the_evening_the_answer_says_why_and_when_next(host, clock):
    lead = host.lead()
    allow(host, lead.party)
    late = ask(lead, at=EVENING.replace(tzinfo=None))
    assert (late.form.verdict, late.form.rules) == ("denied", "F-QH")
    assert late.form.next_permitted_at == NOON.replace(hour=13, tzinfo=None)
    (finding,) = [each for each in late.form.findings if each.effect == "deny"]
    assert "64.1200(c)(1)" in finding.citation
    in_time = ask(lead, at=NOON.replace(tzinfo=None, hour=13))
    assert in_time.form.verdict != "denied"


def test_the_flag_alone_makes_no_written_consent(host, clock):
    lead = host.lead(host.party(tcpa="yes"))
    allow(host, lead.party, level="express")
    assert ask(lead).form.verdict != "denied"
    text = ask(lead, channel="text", initiation="autodialed")
    assert "F-PEWC-2" in text.form.rules
    elements = ("signature", "names_number", "authorizes_seller", "discloses_machines")
    (number,) = lead.party.contact_mechanisms
    host.model("leadcore.consent")(
        party=lead.party,
        company=host.company,
        given_at=NOON.replace(tzinfo=None, hour=2),
        level="written",
        invitation=True,
        number=number,
        not_a_condition=True,
        text="Yes, text me.",
        **dict.fromkeys(elements, True),
    ).save()
    (kept,) = host.model("leadcore.consent").find(
        [("party", "=", lead.party.id), ("level", "=", "written")]
    )
    assert len(kept.text_sha256) == 64
    text = ask(lead, channel="text", initiation="autodialed").form
    assert "F-PEWC-2" not in text.rules, [each.sentence for each in text.findings]


@pytest.mark.parametrize("told_company", [True, False])
def test_a_revocation_ends_it_from_its_instant_on(host, clock, told_company):
    lead = host.lead()
    allow(host, lead.party)
    received = NOON + timedelta(minutes=1)
    host.model("leadcore.revocation")(
        party=lead.party,
        company=host.company if told_company else None,
        received_at=received.replace(tzinfo=None),
        method="sms:STOP",
        reach="calls_and_texts",
        do_not_call=True,
    ).save()
    before = received - timedelta(microseconds=1)
    assert ask(lead, at=before.replace(tzinfo=None)).form.verdict != "denied"
    after = ask(lead, at=received.replace(tzinfo=None)).form
    assert (after.verdict, after.next_permitted_at) == ("denied", None)
    assert after.why_never


def test_what_was_recorded_is_never_changed(host, clock):
    lead = host.lead()
    allow(host, lead.party)
    (consent,) = host.model("leadcore.consent").find([("party", "=", lead.party.id)])
    consent.level = "written"
    with pytest.raises(AccessError):
        consent.save()
    with pytest.raises(AccessError):
        consent.delete()
    (again,) = host.model("leadcore.consent").find([("party", "=", lead.party.id)])
    assert again.level == "none"


def test_a_contact_is_logged_once_and_never_against_the_rules(host, clock):
    lead = host.lead()
    allow(host, lead.party)
    wizard = ask(lead)
    wizard.form.note = "Left a message."
    session = wizard.session_id
    wizard.execute("log")
    clock.set(EVENING + timedelta(days=1))
    late = ask(lead, at=NOON.replace(tzinfo=None) + timedelta(days=1))
    assert late.form.verdict != "denied"
    with pytest.raises(UserError, match="F-QH"):
        late.execute("log")
    (kept,) = host.model("leadcore.attempt").find([("opportunity", "=", lead.id)])
    assert (kept.made_at, kept.kind) == (NOON.replace(tzinfo=None), "call")
    assert (kept.note, kept.key) == ("Left a message.", f"wizard/{session}")


def test_a_number_of_somebody_else_is_no_number_of_this_person(host, clock):
    lead, other = host.lead(), host.party("Bob", number="+13105550100")
    wizard = Wizard("leadcore.may_contact", [lead])
    wizard.form.number = other.contact_mechanisms[0]
    with pytest.raises(Exception, match=r"somebody else|domain"):
        wizard.execute("answer")
    assert host.model("leadcore.attempt").find([("opportunity", "=", lead.id)]) == []


def test_whom_a_contact_concerns_is_the_opportunitys(host, clock):
    lead, other = host.lead(), host.party("Bob", number="+13105550100")
    host.model("leadcore.attempt")(
        opportunity=lead, party=other, company=host.company, kind="call"
    ).save()
    (kept,) = host.model("leadcore.attempt").find([("opportunity", "=", lead.id)])
    assert kept.party == lead.party


def test_email_is_separate(host, clock):
    lead = host.lead()
    fine = ask(lead, channel="email", physical_address=True, optout_mechanism=True)
    assert fine.form.verdict != "denied"
    assert ask(lead, channel="email", optout_mechanism=True).form.verdict == "denied"
    host.model("leadcore.revocation")(
        party=lead.party,
        received_at=NOON.replace(tzinfo=None),
        method="email",
        reach="email",
    ).save()
    again = ask(lead, channel="email", physical_address=True, optout_mechanism=True)
    assert again.form.verdict == "denied"
