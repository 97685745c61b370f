"""May I contact? The wizard's answer, what it rests on, and the log."""

from datetime import UTC, datetime, timedelta

import pytest
from proteus import Wizard
from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""A Tuesday noon in New York."""
MORNING = NOON.replace(hour=1)
EVENING = NOON.replace(hour=2, minute=30)
"""Half past nine on Monday evening in New York."""


def ask(lead, **asked):
    wizard = Wizard("leadcore.may_contact", [lead])
    for name, value in asked.items():
        setattr(wizard.form, name, value)
    wizard.execute("answer")
    return wizard


def record(host, party, kind, /, *, at=MORNING, text=None, number=None, **details):
    """Record a fact about a person; `company` among the details says another one, or none."""
    company = details.pop("company", host.company)
    made = host.model("leadcore.fact")(party=party, kind=kind, at=at.replace(tzinfo=None))
    made.company, made.number, made.text = company, number, text
    made.details = details
    made.save()
    return made


def allow(host, party, **more):
    """Record what makes a call by hand permitted at noon."""
    record(host, party, "grant", **({"invitation": True} | more))
    (number,) = party.contact_mechanisms
    looked = {"listed": False, "scrubbed_on": NOON.date()}
    record(host, party, "registry", number=number, company=None, **looked)
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
    elements = ("signature", "number_in_agreement", "authorizes_seller", "disclosure_autodialer")
    every = (*elements, "disclosure_not_condition")
    (number,) = lead.party.contact_mechanisms
    kept = record(
        host,
        lead.party,
        "grant",
        at=NOON.replace(hour=2),
        text="Yes, text me.",
        number=number,
        level="written",
        invitation=True,
        evidence__url="https://north.example/form",
        **{f"elements__{name}": True for name in every},
    )
    assert len(kept.text_sha256) == 64
    text = ask(lead, channel="text", initiation="autodialed").form
    assert "F-PEWC-2" not in text.rules, [each.sentence for each in text.findings]


@pytest.mark.parametrize("told_company", [True, False])
def test_a_revocation_ends_it_from_its_instant_on(host, clock, told_company):
    lead = host.lead()
    allow(host, lead.party)
    received = NOON + timedelta(minutes=1)
    clock.set(received)
    company = host.company if told_company else None
    for kind, details in (
        ("revocation", {"method": "sms:STOP", "reach": "calls_and_texts"}),
        ("do_not_call", {}),
    ):
        record(host, lead.party, kind, at=received, company=company, text="Stop", **details)
    before = received - timedelta(microseconds=1)
    assert ask(lead, at=before.replace(tzinfo=None)).form.verdict != "denied"
    after = ask(lead, at=received.replace(tzinfo=None)).form
    assert (after.verdict, after.next_permitted_at) == ("denied", None)
    assert after.why_never


def test_what_was_recorded_is_never_changed(host, clock):
    lead = host.lead()
    allow(host, lead.party)
    named = [("party", "=", lead.party.id), ("kind", "=", "grant")]
    (consent,) = host.model("leadcore.fact").find(named)
    consent.details = {"level": "written", "invitation": True}
    with pytest.raises(AccessError):
        consent.save()
    with pytest.raises(AccessError):
        consent.delete()
    (again,) = host.model("leadcore.fact").find(named)
    assert again.details == {"invitation": True}


@pytest.mark.parametrize(
    ("kind", "at", "details", "wrong"),
    [
        ("grant", NOON, {}, "fact.level"),
        ("revocation", NOON, {}, "method"),
        ("registry", NOON, {"listed": True}, "scrubbed_on"),
        ("registry", NOON, {"listed": True, "scrubbed_on": NOON.date()}, "only a number"),
        ("line", NOON, {"kind": "inquiry"}, "kind"),
        ("do_not_call", NOON, {"listed": True}, "listed"),
        ("do_not_call", NOON + timedelta(seconds=1), {}, "future"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_path(host, clock, kind, at, details, wrong):
    party = host.party()
    with pytest.raises(UserError) as refused:
        record(host, party, kind, at=at, **details)
    assert wrong in refused.value.description
    assert host.model("leadcore.fact").find([("party", "=", party.id)]) == []


def test_a_kind_offers_its_own_details(host, clock):
    fact = host.model("leadcore.fact")(party=host.party())
    fact.kind = "registry"
    assert set(fact.details) == {"listed", "scrubbed_on"}
    assert fact.at == NOON.replace(tzinfo=None)
    fact.kind = "grant"
    assert fact.at is None
    assert {"level", "elements__signature", "evidence__certificate__id"} < set(fact.details)


def test_an_emergency_holds_between_its_instants(host, clock):
    lead = host.lead(host.party(number="+15045550100", zip_code="70112"))
    allow(host, lead.party)
    began, emergency = NOON.replace(tzinfo=None), host.model("leadcore.emergency")
    with pytest.raises(UserError) as refused:
        emergency(state="la", since=began).save()
    assert "two capital letters" in refused.value.description
    until = began + timedelta(hours=1)
    emergency(state="LA", since=began, until=until).save()
    last = until - timedelta(microseconds=1)
    found = [
        "S-LA-EMERGENCY" in ask(lead, at=at).form.rules
        for at in (began - timedelta(microseconds=1), began, last, until)
    ]
    assert found == [False, True, True, False]


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
    assert (kept.at, kept.kind) == (NOON.replace(tzinfo=None), "call")
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
    carried = {"email__physical_address": True, "email__optout_mechanism": True}
    fine = ask(lead, channel="email", **carried)
    assert fine.form.verdict != "denied"
    assert ask(lead, channel="email", email__optout_mechanism=True).form.verdict == "denied"
    record(host, lead.party, "revocation", at=NOON, company=None, method="email", reach="email")
    again = ask(lead, channel="email", **carried)
    assert again.form.verdict == "denied"
