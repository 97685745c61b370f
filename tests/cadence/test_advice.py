"""Advice: one for every lead held, never what the engine denies, and urgency that only falls."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.cadence import CALL_FIRST, Cadence, Phase, Step, advise, due_list
from leadcore.contact import EmailFacts, Profile
from leadcore.contact_points import DoNotCall, Record, point_id, point_of
from leadcore.contact_points import decide as record
from leadcore.contact_points import evolve as evolve_point
from leadcore.decider import fold
from leadcore.decisions import Verdict
from leadcore.leads import AttemptOutcome, ContactAttempt, Lead, LeadStatus, Sale
from leadcore.submissions import Channel, Source, Submission, Tcpa
from leadcore.values import Address, Email, Money, Phone, PhoneKind

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)  # a Tuesday, noon in Florida
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
CALL, TEXT, EMAIL = Channel.CALL, Channel.TEXT, Channel.EMAIL
MAIL = EmailFacts(
    opted_out_at=None, physical_address=True, optout_mechanism=True, gateway_domain=False
)
LOOKED = bo.LeadContact(
    listed=False, scrubbed_on=date(2026, 11, 20), declared_emergencies=frozenset(), email=MAIL
)


def lead(sold_at=NOON, *attempts, **given):
    submission = Submission(
        source=Source(format="json"),
        phones=given.get("phones", (phone("+18135550141"),)),
        emails=given.get("emails", (Email(raw="g@example.com", normal="g@example.com"),)),
        address=Address(zip=given.get("zip", "33602"), state=given.get("state", "FL")),
        tcpa=given.get("tcpa", Tcpa.YES),
    )
    sale = Sale(
        id="sale",
        lead_id="l",
        order_id="o",
        account_id="north",
        user_id="ada",
        price=Money(2500, "USD"),
        sold_at=sold_at,
    )
    return Lead(
        id=given.get("id", "l"),
        seller_id="s",
        source_key="k",
        submission=submission,
        status=LeadStatus.SOLD,
        received_at=sold_at,
        sale=sale,
        assigned_to="ada",
        held_since=sold_at,
        attempts=attempts,
    )


def phone(e164, kind=PhoneKind.WIRELESS):
    return Phone(raw=e164, normal=e164, kind=kind)


def tried(at, channel=CALL, outcome=AttemptOutcome.NO_ANSWER):
    return ContactAttempt(channel=channel, at=at, by="ada", outcome=outcome)


def after(count, start=NOON):
    """A lead with so many attempts an hour apart."""
    return lead(start, *(tried(start + n * HOUR) for n in range(count)))


def rules(findings):
    return [finding.rule for finding in findings]


# ---------------------------------------------------------------------------------- first contact


def test_a_fresh_lead_is_called_at_once():
    said = advise(lead(), LOOKED, at=NOON)
    assert (said.phase, said.channel, said.not_before) == (Phase.FIRST_CONTACT, CALL, NOON)
    assert said.due_at == NOON + 24 * HOUR
    assert said.due_now
    assert not said.blocked
    assert said.overdue_by is None
    assert said.reason == "Call: the first contact is due 24 hours after the sale."


@pytest.mark.parametrize(
    ("late", "phase", "by"),
    [
        (timedelta(0), Phase.FIRST_CONTACT, None),
        (TICK, Phase.OVERDUE, TICK),
        (3 * HOUR + timedelta(minutes=7), Phase.OVERDUE, 3 * HOUR + timedelta(minutes=7)),
    ],
)
def test_the_first_contact_is_overdue_after_24_elapsed_hours(late, phase, by):
    said = advise(lead(), LOOKED, at=NOON + 24 * HOUR + late)
    assert (said.phase, said.overdue_by) == (phase, by)


def test_how_late_it_is_is_said():
    at = NOON + 24 * HOUR
    assert "overdue by 7 min." in advise(lead(), LOOKED, at=at + 7 * HOUR / 60).reason
    assert "overdue by 3 h 07 min." in advise(lead(), LOOKED, at=at + 187 * HOUR / 60).reason


def test_at_night_the_call_waits_for_the_persons_morning():
    night = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    said = advise(lead(night), LOOKED, at=night)
    assert (said.channel, said.due_now) == (CALL, False)
    assert said.not_before == datetime(2026, 11, 25, 13, tzinfo=UTC)
    assert rules(said.held_up) == ["F-QH", "S-FL-QH"]
    assert "Not before 2026-11-25 08:00 in America/New_York. It is before 8 a.m." in said.reason


def test_where_the_call_opens_too_late_an_email_keeps_the_24_hours():
    # Saturday evening in Alabama: closed until Monday morning.
    evening = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    said = advise(
        lead(evening, phones=(phone("+12055550141"),), zip="35203", state="AL"),
        LOOKED,
        at=evening,
    )
    assert (said.channel, said.not_before) == (EMAIL, evening)
    assert "S-AL-QH" in rules(said.passed_over)
    assert "The plan has a call here. S-AL-QH: " in said.reason


def test_without_an_email_address_the_soonest_channel_is_advised_however_late():
    evening = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    only_phone = lead(evening, phones=(phone("+12055550141"),), zip="35203", state="AL", emails=())
    said = advise(only_phone, LOOKED, at=evening)
    assert said.channel is CALL
    assert said.not_before == datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_without_a_number_the_person_gets_an_email():
    said = advise(lead(phones=()), LOOKED, at=NOON)
    assert (said.channel, said.passed_over) == (EMAIL, ())
    assert said.reason.endswith("The plan has a call here. No number is left to call.")


# -------------------------------------------------------------------------------------- follow-ups


@pytest.mark.parametrize(
    ("made", "channel", "hours"),
    [(1, EMAIL, 1), (2, TEXT, 4), (3, CALL, 24), (4, EMAIL, 48), (5, CALL, 72)],
)
def test_follow_ups_go_by_the_plan(made, channel, hours):
    found = after(made)
    last = found.attempts[-1].at
    said = advise(found, LOOKED, at=last)
    assert (said.phase, said.channel, said.attempts) == (Phase.FOLLOW_UP, channel, made)
    assert said.due_at == last + hours * HOUR
    assert said.not_before >= said.due_at
    assert said.may_give_up == (made >= 3)
    assert ("Giving up is reasonable, too." in said.reason) == (made >= 3)
    assert f"follow-up {made} of the plan." in said.reason


def test_after_the_last_follow_up_giving_up_is_reasonable():
    said = advise(after(6), LOOKED, at=NOON + 24 * HOUR)
    assert (said.phase, said.channel, said.not_before) == (Phase.GIVE_UP, None, None)
    assert said.may_give_up
    assert not said.blocked
    assert said.reason.startswith("6 attempts since 2026-11-24 did not reach the person")


def test_a_person_reached_ends_the_first_phase():
    reached = tried(NOON + HOUR, outcome=AttemptOutcome.REACHED)
    said = advise(lead(NOON, reached, tried(NOON + 2 * HOUR)), LOOKED, at=NOON + 3 * HOUR)
    assert (said.phase, said.channel, said.due_at) == (Phase.REACHED, None, None)
    before = advise(lead(NOON, reached), LOOKED, at=NOON)
    assert before.phase is Phase.FIRST_CONTACT  # not yet known then


def test_a_text_that_is_denied_gives_its_turn_to_a_call_and_says_why():
    found = evolve(after(2), submission=evolve(after(2).submission, tcpa=Tcpa.NO))
    said = advise(found, LOOKED, at=NOON + 6 * HOUR)
    assert said.channel is CALL
    assert rules(said.passed_over) == ["H-TCPA-NO"]
    assert "The plan has a text here. H-TCPA-NO: " in said.reason


def test_a_text_that_is_warned_of_is_not_advised():
    # Autodialed, without an answer of the reassigned numbers database: permitted with a warning.
    told = evolve(LOOKED, initiation="autodialed", profile=Profile.LITERAL)

    def ask(known, asked, at):
        decision = bo.assess_lead(known, evolve(LOOKED, channel=asked.channel), at=at)
        warned = asked.channel is TEXT
        return evolve(decision, verdict=Verdict.WARN) if warned else decision

    assert advise(after(2), told, at=NOON + 6 * HOUR, ask=ask).channel is CALL
    warned = advise(after(0), told, at=NOON, ask=ask)
    assert (warned.channel, warned.warnings) == (CALL, ())


@pytest.mark.parametrize("kind", [PhoneKind.LANDLINE, PhoneKind.TOLL_FREE])
def test_a_line_that_takes_no_texts_gets_none(kind):
    found = evolve(after(2), submission=lead(phones=(phone("+18135550141", kind),)).submission)
    said = advise(found, LOOKED, at=NOON + 6 * HOUR)
    assert said.channel is CALL
    assert said.reason.endswith("The plan has a text here. No number takes texts.")


def test_a_dead_number_is_not_called_again():
    dead = tried(NOON, outcome=AttemptOutcome.DISCONNECTED)
    said = advise(lead(NOON, dead, emails=()), LOOKED, at=NOON + 2 * HOUR)
    assert said.blocked
    assert said.reason == "There is no number left to call and no e-mail address to write to."
    two = (phone("+18135550141"), phone("+18135550142"))
    other = advise(lead(NOON, dead, emails=(), phones=two), LOOKED, at=NOON + 2 * HOUR)
    assert other.channel is CALL
    assert other.reason.endswith("The plan has an e-mail here. No e-mail address is known.")


def test_what_nobody_looked_up_blocks_and_says_what_to_look_up():
    said = advise(lead(), at=NOON)
    assert said.blocked
    assert said.channel is None
    assert "F-DNC-SCRUB" in rules(said.held_up)
    assert said.reason.startswith("No channel is open. A call: Time alone won't open it")


def stopped(at):
    """Give the records of a number whose owner said stop to everything."""
    number = "+18135550141"

    def ask(known, asked, moment):
        empty = point_of(point_id(known.seller_id, number))
        point = fold(evolve_point, empty, record(Record(fact=DoNotCall(at=at)), empty, at))
        return bo.assess_lead(known, asked, at=moment, points=(point,))

    return ask


def test_a_look_up_is_advised_only_where_it_may_open_something():
    said = advise(lead(), at=NOON)
    assert said.look_up
    only_calls = lead(emails=())
    never = advise(only_calls, at=NOON, ask=stopped(NOON - HOUR))
    assert (never.blocked, never.look_up) == (True, False)
    assert "F-IDNC" in rules(never.held_up)
    mail = advise(lead(), at=NOON, ask=stopped(NOON - HOUR))
    assert (mail.blocked, mail.look_up) == (True, True)  # what the e-mail carries nobody said
    nobody = advise(lead(emails=(), phones=()), at=NOON)
    assert (nobody.blocked, nobody.look_up) == (True, False)
    listed = advise(only_calls, evolve(LOOKED, listed=True), at=NOON)
    assert (listed.blocked, listed.look_up) == (True, False)
    assert not advise(lead(), LOOKED, at=NOON).look_up


def test_warnings_come_along():
    told = evolve(LOOKED, initiation=bo.LeadContact().initiation)

    def ask(known, asked, at):
        text = evolve(asked, channel=TEXT)  # a first text, which the house warns of
        return bo.assess_lead(known, text, at=at)

    said = advise(lead(), told, at=NOON, ask=ask)
    assert (said.channel, rules(said.warnings)) == (CALL, ["H-FIRST-TEXT"])


def test_a_channel_whose_facts_change_all_the_time_counts_as_closed():
    def ask(known, asked, at):
        decision = bo.assess_lead(known, evolve(LOOKED, channel=CALL), at=at)
        return evolve(decision, verdict=Verdict.DENIED, next_permitted_at=at + HOUR)

    said = advise(lead(), LOOKED, at=NOON, ask=ask)
    assert said.blocked


def test_a_place_without_zones_is_told_in_utc():
    def ask(known, asked, at):
        early = at < NOON + HOUR
        decision = bo.assess_lead(known, evolve(LOOKED, channel=EMAIL), at=at)
        if not early:
            return decision
        shut = bo.assess_lead(known, evolve(LOOKED, channel=CALL, scrubbed_on=None), at=at)
        return evolve(shut, next_permitted_at=NOON + HOUR)

    found = lead(phones=(phone("+18005550141", PhoneKind.TOLL_FREE),), zip=None, state=None)
    said = advise(found, LOOKED, at=NOON, ask=ask)
    assert "Not before 2026-11-24 18:00 UTC." in said.reason


# ------------------------------------------------------------------------------ who gets advice


@pytest.mark.parametrize("status", [s for s in LeadStatus if s is not LeadStatus.SOLD])
def test_what_nobody_holds_gets_no_advice(status):
    assert advise(evolve(lead(), status=status), LOOKED, at=NOON) is None
    assert due_list([evolve(lead(), status=status)], LOOKED, at=NOON) == ()


def test_a_lead_that_came_back_is_to_be_contacted_anew():
    back = evolve(after(3), held_since=NOON + 100 * HOUR)
    said = advise(back, LOOKED, at=NOON + 101 * HOUR)
    assert (said.phase, said.attempts) == (Phase.FIRST_CONTACT, 0)
    assert said.due_at == NOON + 124 * HOUR
    old = evolve(after(3), held_since=None)
    assert advise(old, LOOKED, at=NOON + 9 * HOUR).attempts == 3


def test_the_list_begins_with_what_is_longest_overdue():
    found = [
        lead(NOON, tried(NOON, outcome=AttemptOutcome.REACHED), id="reached"),
        lead(NOON, tried(NOON), id="follow-up"),
        lead(NOON - 30 * HOUR, id="overdue"),
        lead(NOON - 40 * HOUR, id="long overdue"),
        lead(NOON - 1 * HOUR, id="fresh"),
        evolve(after(6, NOON - 9 * HOUR), id="give up"),
        evolve(lead(id="gone"), status=LeadStatus.REFUNDED),
    ]
    ordered = [advice.lead_id for advice in due_list(found, LOOKED, at=NOON)]
    assert ordered == ["long overdue", "overdue", "fresh", "follow-up", "give up", "reached"]
    each = due_list(found, lambda one: evolve(LOOKED, listed=one.id == "fresh"), at=NOON)
    assert [advice.lead_id for advice in each] == ordered
    fresh = next(advice for advice in each if advice.lead_id == "fresh")
    assert "F-DNC" in rules(fresh.passed_over)


def test_follow_ups_that_nothing_opens_keep_their_place_in_the_plan():
    (said,) = due_list([lead(NOON, tried(NOON))], at=NOON)
    assert said.blocked
    assert said.due_at == NOON + HOUR


# ------------------------------------------------------------------------------------- properties

ZIPS = (("33602", "FL"), ("35203", "AL"), ("90001", "CA"), ("10001", "NY"), (None, None))
PLANS = (CALL_FIRST, Cadence(steps=(Step(EMAIL, 0), Step(CALL, 0), Step(TEXT, 30)), patience=0))
MICROS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([24 * 3600 * 10**6 + step for step in (-1, 0, 1)]),
    st.integers(0, 14 * 24 * 3600 * 10**6),
)
SPANS = MICROS.map(lambda micros: timedelta(microseconds=micros))
ATTEMPTS = st.tuples(SPANS, st.sampled_from(list(Channel)), st.sampled_from(list(AttemptOutcome)))


@st.composite
def cases(draw):
    sold_at = NOON + draw(SPANS)
    made = [tried(sold_at + span, *rest) for span, *rest in draw(st.lists(ATTEMPTS, max_size=5))]
    code, state = draw(st.sampled_from(ZIPS))
    numbers = draw(st.sampled_from([(), ("+18135550141",), ("+12125550100", "+18005550100")]))
    found = lead(
        sold_at,
        *made,
        zip=code,
        state=state,
        phones=tuple(phone(number) for number in numbers),
        emails=draw(st.sampled_from([(), (Email(raw="g@x.example", normal="g@x.example"),)])),
        tcpa=draw(st.sampled_from(list(Tcpa))),
    )
    told = draw(st.sampled_from([LOOKED, bo.LeadContact(), evolve(LOOKED, listed=True)]))
    profile = draw(st.sampled_from(list(Profile)))
    at = sold_at + draw(SPANS)
    return found, evolve(told, profile=profile), at, draw(st.sampled_from(PLANS))


@given(cases())
def test_advice_is_one_and_never_what_the_engine_denies(case):
    found, told, at, plan = case
    said = advise(found, told, at=at, plan=plan)
    assert said is not None
    assert said == due_list([found], told, at=at, plan=plan)[0]
    assert (said.channel is None) == (said.not_before is None)
    assert said.reason
    if said.channel is None:
        return
    past = evolve(found, attempts=tuple(a for a in found.attempts if a.at <= at))
    asked = evolve(told, channel=said.channel)
    assert said.not_before >= at
    decision = bo.assess_lead(past, asked, at=said.not_before)
    assert decision.verdict is not Verdict.DENIED
    if said.channel is TEXT:
        assert decision.verdict is Verdict.PERMITTED
        assert said.attempts >= 2
    wanted = max(at, said.due_at) if said.phase is Phase.FOLLOW_UP else at
    if said.held_up and wanted < said.not_before:
        # Not a microsecond too late either.
        just_before = bo.assess_lead(past, asked, at=said.not_before - TICK)
        assert just_before.verdict is Verdict.DENIED


@given(cases(), ATTEMPTS)
def test_logging_an_attempt_never_makes_a_lead_more_urgent(case, more):
    found, told, at, plan = case
    span, *rest = more
    tried_too = evolve(found, attempts=(*found.attempts, tried(found.held_since + span, *rest)))
    before = advise(found, told, at=at, plan=plan)
    then = advise(tried_too, told, at=at, plan=plan)
    assert then.phase >= before.phase
    none = timedelta(0)
    assert (then.overdue_by or none) <= (before.overdue_by or none)
    if then.phase is before.phase is Phase.FOLLOW_UP:
        assert then.due_at >= before.due_at


@given(st.lists(cases(), max_size=4))
def test_the_list_holds_each_once_and_overdue_ones_first(drawn):
    at = NOON + 30 * HOUR
    found = [evolve(each[0], id=f"lead {n}") for n, each in enumerate(drawn)]
    listed = due_list(found, LOOKED, at=at)
    assert sorted(advice.lead_id for advice in listed) == [one.id for one in found]
    assert [advice.phase for advice in listed] == sorted(advice.phase for advice in listed)
    late = [advice.overdue_by for advice in listed if advice.overdue_by is not None]
    assert late == sorted(late, reverse=True)
