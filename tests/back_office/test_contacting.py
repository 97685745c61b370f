"""What the records know of a lead's person, put to the contact rules."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.back_office.contacting import (
    LeadContact,
    assess_facts,
    assess_lead,
    contact_facts,
    first_contact_due,
    question_of,
)
from leadcore.consent import UNKNOWN, Reach, Revocation
from leadcore.contact import (
    EmailFacts,
    Initiation,
    Purpose,
    ReassignedStatus,
    Relationship,
    TouchKind,
)
from leadcore.contact.logged import log, replay
from leadcore.contact_points import (
    Dealing,
    DealingKind,
    DoNotCall,
    LineLookup,
    ReassignedAnswer,
    Record,
    RegistryLookup,
    decide,
    evolve,
    point_id,
    point_of,
)
from leadcore.decider import fold
from leadcore.decisions import Verdict
from leadcore.leads import AttemptOutcome, ContactAttempt, Lead, LeadStatus, Sale
from leadcore.rulebooks import US
from leadcore.submissions import Channel, ConsentGiven, Source, Submission, Tcpa
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


def test_a_ticked_do_not_call_box_takes_everything_back():
    box = ConsentGiven(key="Do not call", granted=False, opts_out=True)
    lead = replace(LEAD, submission=replace(GIVEN, consents=(box,)))
    assert {"F-REV-10", "F-IDNC"} <= set(assess_lead(lead, LOOKED, at=NOON).rules)
    facts = contact_facts(lead, LOOKED, at=NOON)
    asked = GIVEN.submitted_at or LEAD.received_at
    assert facts.consent.revoked_at == facts.registry.internal_since == asked
    assert facts.email.opted_out_at == asked
    assert facts.consent.revoked_by == "form: Do not call"


def test_a_box_left_alone_takes_nothing_back():
    box = ConsentGiven(key="Do not call", granted=None)
    lead = replace(LEAD, submission=replace(GIVEN, consents=(box,)))
    assert contact_facts(lead, LOOKED, at=NOON) == contact_facts(LEAD, LOOKED, at=NOON)


@pytest.mark.parametrize("days", [-9, 9])
def test_of_two_requests_not_to_be_called_the_first_counts(days):
    box = ConsentGiven(key="Do not call", granted=False, opts_out=True)
    lead = replace(LEAD, submission=replace(GIVEN, consents=(box,)))
    asked = GIVEN.submitted_at or LEAD.received_at
    told = asked + timedelta(days=days)
    unknown = point_of(point_id(LEAD.seller_id, "+13055550100"))
    point = fold(evolve, unknown, decide(Record(fact=DoNotCall(at=told)), unknown, told))
    facts = contact_facts(lead, LOOKED, at=max(told, NOON), points=(point,))
    assert facts.registry.internal_since == min(told, asked)


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


# ------------------------------------------------------------------------------ contact points

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def point(*facts, address="+13055550100"):
    made = point_of(point_id("s", address))
    for fact in facts:
        made = fold(evolve, made, decide(Record(fact=fact), made, NOON + 9 * DAY))
    return made


def facts_of(*points, asked=LOOKED, at=NOON):
    return contact_facts(LEAD, asked, at=at, points=points)


def test_the_records_are_told_with_the_question():
    asked = DoNotCall(at=NOON - DAY, account_id="north")
    line = LineLookup(at=NOON, kind=PhoneKind.LANDLINE, ported_to_wireless_on=TODAY)
    bought = Dealing(at=NOON - DAY, kind=DealingKind.PURCHASE, with_seller="north")
    answer = ReassignedAnswer(
        at=NOON, status=ReassignedStatus.YES, queried_on=TODAY, consent_on=TODAY
    )
    facts = facts_of(point(asked, line, bought, answer))
    assert facts.registry.internal_since == NOON - DAY
    assert (facts.number.kind, facts.number.ported_to_wireless_on) == (PhoneKind.WIRELESS, TODAY)
    assert facts.relationship == Relationship(with_seller="north", purchase_on=TODAY - DAY)
    assert facts.reassigned.status is ReassignedStatus.YES
    assert facts_of().number.kind is PhoneKind.WIRELESS
    assert facts_of(point(LineLookup(at=NOON, kind=PhoneKind.LANDLINE))).number.kind is (
        PhoneKind.LANDLINE
    )


def test_a_revocation_holds_until_the_person_asks_again():
    before, after = (
        Revocation(at=LEAD.received_at + gap, method="x")
        for gap in (-timedelta(microseconds=1), timedelta())
    )
    assert assess_lead(LEAD, LOOKED, at=NOON, points=(point(before),)).verdict is Verdict.PERMITTED
    assert assess_lead(LEAD, LOOKED, at=NOON, points=(point(after),)).verdict is Verdict.DENIED


def test_whoever_opted_out_of_email_gets_none():
    carried = EmailFacts(
        physical_address=True, optout_mechanism=True, gateway_domain=False, opted_out_at=None
    )
    mail = replace(LOOKED, channel=Channel.EMAIL, email=carried)
    out = point(Revocation(at=NOON, method="link", reach=Reach.EMAIL))
    assert assess_lead(LEAD, mail, at=NOON).verdict is Verdict.PERMITTED
    assert "E-REV" in assess_lead(LEAD, mail, at=NOON, points=(out,)).rules


@pytest.mark.parametrize(
    ("recorded", "asked", "told"),
    [
        (None, (None, None), (None, None)),
        (None, (True, None), (True, None)),
        (None, (False, 0), (False, 0)),
        ((True, 0), (None, None), (True, 0)),
        ((False, 0), (None, None), (False, 0)),
        ((False, 0), (True, None), (True, 0)),  # listed, whoever says so
        ((True, 0), (False, None), (True, 0)),  # not listed, by no copy in particular
        ((True, 0), (False, 1), (False, 1)),
        ((True, 1), (False, 0), (True, 1)),
        ((False, 1), (True, 0), (False, 1)),
        ((False, 0), (True, 0), (True, 0)),
        ((True, 0), (False, 0), (True, 0)),
        ((True, 0), (None, 1), (None, 1)),
    ],
)
def test_the_newer_look_at_the_registry_counts_and_the_worse_of_two(recorded, asked, told):
    def day(number):
        return None if number is None else TODAY - 2 * DAY + number * DAY

    points = ()
    if recorded is not None:
        listed, number = recorded
        points = (point(RegistryLookup(at=NOON, listed=listed, scrubbed_on=day(number))),)
    with_it = replace(LOOKED, listed=asked[0], scrubbed_on=day(asked[1]))
    found = facts_of(*points, asked=with_it).registry
    assert (found.national, found.scrubbed_on) == (told[0], day(told[1]))


def test_facts_that_were_made_before_are_judged_alike():
    facts = facts_of()
    assert assess_facts(LEAD, LOOKED, facts, at=NOON) == assess_lead(LEAD, LOOKED, at=NOON)
    assert question_of(LEAD, LOOKED).seller == "north"
    assert question_of(replace(LEAD, sale=None), LOOKED).seller == "s"


# --------------------------------------------------------------------- the person's other leads


def other(number, *attempts, vertical="legal"):
    return replace(
        LEAD,
        id=f"other-{number}",
        submission=replace(GIVEN, vertical=vertical),
        attempts=attempts,
    )


def called(*minutes):
    return [attempt(Channel.CALL, NOON - timedelta(minutes=each)) for each in minutes]


MINE = replace(LEAD, submission=replace(GIVEN, vertical="legal"))


def test_the_history_is_that_of_the_person_oldest_first():
    mine = replace(MINE, attempts=tuple(called(20)))
    others = (other(1, *called(10, 40)), mine, other(1, *called(5)))
    facts = contact_facts(mine, LOOKED, at=NOON, others=others)
    assert [touch.at for touch in facts.history] == [
        NOON - timedelta(minutes=each) for each in (40, 20, 10)
    ]
    late = other(2, attempt(Channel.CALL, NOON + timedelta(microseconds=1)))
    assert contact_facts(mine, LOOKED, at=NOON, others=(late,)).history == facts.history[1:2]


@pytest.mark.parametrize(
    ("vertical", "subject"),
    [("legal", "legal"), ("LEGAL", "legal"), (None, None), ("solar", "solar")],
)
def test_a_subject_is_the_same_however_it_is_spelled(vertical, subject):
    facts = contact_facts(MINE, LOOKED, at=NOON, others=(other(1, *called(1), vertical=vertical),))
    assert [touch.subject for touch in facts.history] == [subject]
    blank = replace(MINE, submission=replace(GIVEN, vertical=None))
    facts = contact_facts(blank, LOOKED, at=NOON, others=(other(1, *called(1)),))
    assert [touch.subject for touch in facts.history] == ["legal"]


def test_three_calls_by_whomever_reach_the_cap():
    two, three = other(1, *called(60, 30)), other(2, *called(10))
    assert assess_lead(MINE, LOOKED, at=NOON, others=(two,)).verdict is Verdict.PERMITTED
    full = assess_lead(MINE, LOOKED, at=NOON, others=(two, three))
    assert full.rules == ("S-FL-CAP",)
    opens = NOON - timedelta(minutes=60) + timedelta(hours=24, microseconds=1)
    assert full.next_permitted_at == opens
    elsewhere = other(2, *called(10), vertical="solar")
    assert assess_lead(MINE, LOOKED, at=NOON, others=(two, elsewhere)).rules == ()


TEXT = replace(LOOKED, channel=Channel.TEXT)


def test_at_best_what_nobody_looked_up_speaks_for_contact_and_nothing_else_changes():
    best = LeadContact(best_case=True)
    blank = replace(GIVEN, phones=(Phone(raw="305", normal="+13055550100"),))
    facts = contact_facts(replace(LEAD, submission=blank), best, at=NOON)
    assert facts.number.kind is PhoneKind.LANDLINE
    assert (facts.registry.national, facts.registry.scrubbed_on) == (False, NOON.date())
    assert (facts.reassigned.status, facts.reassigned.queried_on) == (
        ReassignedStatus.NO,
        NOON.date(),
    )
    assert facts.declared_emergencies == frozenset()
    assert assess_lead(LEAD, best, at=NOON).verdict is Verdict.PERMITTED
    carried = EmailFacts(
        opted_out_at=None, physical_address=False, optout_mechanism=None, gateway_domain=True
    )
    known_ = replace(best, listed=True, declared_emergencies=frozenset({"FL"}), email=carried)
    answer = ReassignedAnswer(
        at=NOON - DAY,
        status=ReassignedStatus.YES,
        queried_on=TODAY,
        consent_on=GIVEN.submitted_at.date() if GIVEN.submitted_at else TODAY - DAY,
    )
    facts = contact_facts(LEAD, known_, at=NOON, points=(point(answer),))
    assert (facts.registry.national, facts.number.kind) == (True, PhoneKind.WIRELESS)
    assert facts.reassigned.status is ReassignedStatus.YES
    assert facts.declared_emergencies == {"FL"}
    told = facts.email
    assert (told.physical_address, told.optout_mechanism, told.gateway_domain) == (
        False,
        True,
        True,
    )


def text_rules(lead, *others, asked=TEXT, **more):
    return assess_lead(lead, asked, at=NOON, others=others, **more).rules


def test_another_leads_call_does_not_make_a_first_text_a_second_contact():
    assert text_rules(MINE) == ("H-FIRST-TEXT",)
    assert text_rules(MINE, other(1, *called(10))) == ("H-ORDER", "H-FIRST-TEXT-LEAD")
    assert text_rules(MINE, other(1, *called(50, 10))) == ("H-FIRST-TEXT-LEAD",)
    worked = replace(MINE, attempts=tuple(called(5)))
    assert text_rules(worked) == ("H-ORDER",)
    assert text_rules(worked, other(1, *called(10))) == ("H-ORDER-LEAD",)
    twice = replace(MINE, attempts=tuple(called(6, 5)))
    assert text_rules(twice) == text_rules(twice, other(1, *called(2_000))) == ()
    now = replace(MINE, attempts=tuple(called(0)))  # at the instant itself it is not earlier
    assert "H-FIRST-TEXT-LEAD" in text_rules(now, other(1, *called(10)))
    urgent = replace(TEXT, purpose=Purpose.EMERGENCY)
    assert text_rules(MINE, other(1, *called(10)), asked=urgent) == ()
    without = US.drop("H-FIRST-TEXT").drop("H-ORDER")
    assert text_rules(MINE, other(1, *called(10)), rules=without) == ()
    assert text_rules(worked, other(1, *called(10)), rules=without) == ()
    denied = assess_lead(MINE, TEXT, at=NOON, others=(other(1, *called(30, 20, 10)),))
    assert denied.verdict is Verdict.DENIED
    assert "H-FIRST-TEXT-LEAD" in [finding.rule for finding in denied.findings]


def test_what_is_added_about_a_first_text_is_logged_and_replays():
    others = (other(1, *called(10)),)
    for lead in (MINE, replace(MINE, attempts=tuple(called(5)))):
        facts = contact_facts(lead, TEXT, at=NOON, others=others)
        decision = assess_facts(lead, TEXT, facts, at=NOON)
        logged = log(question_of(lead, TEXT), facts, decision, rules=US)
        assert replay(logged, US) == decision


@given(
    own=st.lists(st.integers(0, 2_000), max_size=3),
    more=st.lists(st.integers(0, 2_000), max_size=4),
    subject=st.sampled_from(("legal", "LEGAL", None, "solar")),
    channel=st.sampled_from((Channel.CALL, Channel.TEXT)),
)
def test_more_history_never_permits_more(own, more, subject, channel):
    lead = replace(MINE, attempts=tuple(called(*own)))
    asked = replace(LOOKED, channel=channel)
    alone = assess_lead(lead, asked, at=NOON).verdict
    beside = assess_lead(
        lead, asked, at=NOON, others=(other(1, *called(*more), vertical=subject),)
    ).verdict
    strictness = (Verdict.PERMITTED, Verdict.WARN, Verdict.DENIED)
    assert strictness.index(beside) >= strictness.index(alone)
