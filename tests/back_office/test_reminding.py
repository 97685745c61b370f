"""Who works a lead is reminded of each duty once, not before it is due and not long after."""

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.cadence import CALL_FIRST
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.notices import MessageKind, NoticeTerms
from leadcore.people import DisableUser, EditUser
from leadcore.refunds import ApproveRefund, Basis
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
DAY = 24 * HOUR
KINDS = {MessageKind.FIRST_CONTACT, MessageKind.FOLLOW_UP}


def scene():
    made = Scene(store=MemoryStore()).set_up()
    made.receive(1)
    return made


def lead_of(made):
    return made.store.lead(f"{made.seller}/l1")


def attempt(made, at, outcome=AttemptOutcome.NO_ANSWER, channel=Channel.CALL):
    by = made.user()
    tried = ContactAttempt(channel=channel, at=at, by=by, outcome=outcome)
    command = LogAttempt(attempt=tried)
    made.store.run(bo.WorkLead(lead_id=lead_of(made).id, viewer_id=by, command=command, at=at))


def run(made, at, **rule):
    """Do what a job does: look, and run what is due; give what was told."""
    duties = bo.DutyRule(**rule)
    facts = bo.DueFacts(
        seller_id=made.seller,
        held=(lead_of(made),),
        seller=made.store.seller(made.seller),
        duties=duties,
    )
    return [made.store.run(case) for case in bo.due_cases(facts, at=at, sale_id=str)]


def mails(made):
    found = made.store.messages(100, made.seller)
    return [each for each in found if each.kind in KINDS]


def test_an_overdue_first_contact_is_told_once():
    made = scene()
    due = AT + DAY
    assert run(made, due) == []
    (duty,) = run(made, due + TICK)
    assert (duty.step, duty.due_at, duty.user_id) == (0, due, made.user())
    assert run(made, due + 2 * TICK) == run(made, due + HOUR) == []
    (mail,) = mails(made)
    assert (mail.kind, mail.to, mail.at) == (MessageKind.FIRST_CONTACT, "u@x.example", due + TICK)
    assert lead_of(made).notes[-1].text.endswith(f"sent to {made.user()}.")
    assert made.store.audit() == ()


@given(steps=st.integers(1, 5), edge=st.sampled_from([-1, 0, 1]), late=st.booleans())
def test_each_follow_up_is_told_once_when_the_plan_has_it(steps, edge, late):
    made, last = scene(), AT
    for number in range(steps):
        last = AT + (number + 1) * HOUR
        attempt(made, last)
    due = last + CALL_FIRST.steps[steps].hours * HOUR
    at = (due + 72 * HOUR if late else due) + edge * TICK
    wanted = edge < 0 if late else edge >= 0
    told = run(made, at)
    assert [duty.step for duty in told] == ([steps] if wanted else [])
    assert [mail.kind for mail in mails(made)] == [MessageKind.FOLLOW_UP] * wanted
    assert run(made, at) == []
    if wanted and steps < CALL_FIRST.most:
        attempt(made, at)
        following = at + CALL_FIRST.steps[steps + 1].hours * HOUR
        assert run(made, following - TICK) == []
        assert [duty.step for duty in run(made, following)] == [steps + 1]


def _ever():
    return bo.DutyRule(told_hours=10_000, sold_hours=10_000)


def test_nothing_is_due_once_the_person_was_reached_or_the_plan_is_over():
    made = scene()
    attempt(made, AT + HOUR, AttemptOutcome.REACHED)
    assert bo.duty_of(lead_of(made), at=AT + 30 * DAY, rule=_ever()) is None
    over = scene()
    for number in range(len(CALL_FIRST.steps)):
        attempt(over, AT + number * HOUR)
    assert bo.duty_of(lead_of(over), at=AT + 30 * DAY, rule=_ever()) is None


def test_nothing_is_due_with_what_is_not_held_or_was_sold_long_ago():
    made = scene()
    late = AT + 25 * HOUR
    lead = lead_of(made)
    assert bo.duty_of(lead, at=late) is not None
    assert bo.duty_of(lead, at=late, rule=bo.DutyRule(sold_hours=25)) is not None
    assert bo.duty_of(lead, at=late + TICK, rule=bo.DutyRule(sold_hours=25)) is None
    asked = bo.RequestRefund(
        refund_id="r",
        lead_id=lead.id,
        user_id=made.user(),
        reason="wrong_number",
        detail="A bakery answers.",
        at=AT,
    )
    made.store.run(asked)
    approve = ApproveRefund(by="vera", note="so it is", basis=Basis.PERSON_SAID)
    made.store.run(bo.DecideRefund(refund_id="r", command=approve, at=AT))
    assert run(made, late) == []


@pytest.mark.parametrize("switch", ["off", "no address", "disabled"])
def test_whoever_can_or_will_not_be_told_is_not_and_who_is_next_is(switch):
    made = scene()
    top, below, late = made.user(), made.user(below=True), AT + 25 * HOUR
    profile = made.store.user(top).profile
    command = {
        "off": EditUser(replace(profile, notify_new_lead=False)),
        "no address": EditUser(replace(profile, email=None)),
        "disabled": DisableUser(),
    }[switch]
    give = AssignLead(user_id=below, by=top)
    working = bo.WorkLead(lead_id=lead_of(made).id, viewer_id=top, command=give, at=AT)
    keep = bo.KeepUser(user_id=top, account_id=made.account(), command=command, at=AT)
    if switch == "disabled":
        # Found before the lead was given away, run after: the next run tells whoever has it.
        stale = _case(made, late)
        made.store.run(working)
        made.store.run(keep)
        assert made.store.run(stale) is None
    else:
        made.store.run(keep)
        assert run(made, late) == [None]
        made.store.run(working)
    (duty,) = run(made, late)
    assert (duty.user_id, [mail.user_id for mail in mails(made)]) == (below, [below])


def _case(made, at, **changed):
    seller = made.store.seller(made.seller)
    case = bo.RemindOfDuty(
        seller_id=made.seller,
        lead_id=lead_of(made).id,
        user_id=made.user(),
        terms=seller.terms,
        at=at,
    )
    return replace(case, **changed)


def test_nothing_follows_for_another_seller_for_nobody_and_for_no_lead():
    made, late = scene(), AT + 25 * HOUR
    for changed in ({"seller_id": "another"}, {"user_id": "nobody"}, {"lead_id": "none"}):
        assert made.store.run(_case(made, late, **changed)) is None
    assert mails(made) == []
    facts = bo.DueFacts(seller_id=made.seller, held=(lead_of(made),))
    assert bo.due_cases(facts, at=late, sale_id=str) == ()


def test_it_is_told_in_the_sellers_language():
    made = scene()
    terms = SellerTerms(name="Abogados", notices=NoticeTerms(language="es"))
    made.store.run(bo.SetSellerTerms(seller_id=made.seller, terms=terms, at=AT))
    run(made, AT + 25 * HOUR)
    assert mails(made)[0].subject.startswith("Primer contacto vencido")


def test_who_has_another_plan_is_given_all_that_was_sold_lately():
    other = replace(CALL_FIRST, steps=CALL_FIRST.steps[:3])
    lately = bo.duty_leads("s", at=AT, rule=bo.DutyRule(plan=other))
    due = bo.duty_leads("s", at=AT, rule=bo.DutyRule(told_hours=10))
    assert (lately.duty_by, lately.duty_after, lately.since) == (None, None, due.since)
    assert (due.duty_by, due.duty_after) == (AT, AT - 10 * HOUR)
    assert (due.since, due.limit) == (AT - 14 * DAY, 500)


def test_what_comes_next_is_due_when_the_plan_has_it_unless_it_was_told():
    made = scene()
    assert bo.duty_due(lead_of(made)) == AT + DAY
    run(made, AT + DAY + TICK)
    assert bo.duty_due(lead_of(made)) is None
    attempt(made, AT + 2 * DAY)
    assert bo.duty_due(lead_of(made)) == AT + 2 * DAY + HOUR
    attempt(made, AT + 2 * DAY, AttemptOutcome.REACHED)
    assert bo.duty_due(lead_of(made)) is None
