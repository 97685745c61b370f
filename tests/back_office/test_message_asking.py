"""What is asked about a message, and with which facts."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.back_office.message_asking import asked_about
from leadcore.contact import Purpose
from leadcore.contact_points import ContactPoint
from leadcore.decider import Versioned
from leadcore.decision_trail import trail_of
from leadcore.decisions import Verdict
from leadcore.leads import AttemptOutcome, ContactAttempt, LeadStatus
from leadcore.letters import letter_of
from leadcore.notices import MessageKind
from leadcore.ports import LetterFacts
from leadcore.rulebooks import US, Cap, Rule, Scope
from leadcore.rulebooks.rule import Profile
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.outbox_contract import outbox_message
from leadcore.testing.scenes import AT, Scene

PHONE = "+12125550100"


def ask(message, key=None, at=AT, rules=US, **facts):
    known = LetterFacts(message=message, letter=Versioned(letter_of(message.id), 1), **facts)
    return asked_about(message, known, rules=rules, profile=Profile.STRICT, key=key, at=at)


def text(kind, **more):
    made = outbox_message("s", 1, channel=Channel.TEXT, to=PHONE)
    return replace(made, kind=kind, to_person=True, **more)


@pytest.fixture(scope="module")
def lead():
    scene = Scene(store=MemoryStore()).set_up()
    return scene.receive(1).lead


def mail(lead, **more):
    made = outbox_message("s", 1, to=lead.submission.email)
    return replace(made, kind=MessageKind.CONFIRMATION, to_person=True, lead_id=lead.id, **more)


def test_an_answer_is_asked_for_by_the_text_it_answers():
    assert ask(text(MessageKind.HELP)).decision.verdict is not Verdict.DENIED
    assert ask(text(MessageKind.COURTESY)).decision.verdict is Verdict.DENIED


def test_the_confirmation_of_a_stop_is_just_that():
    asked = ask(text(MessageKind.OPTOUT))
    # Nothing was revoked: then there is nothing to confirm.
    assert asked.decision.verdict is Verdict.DENIED
    assert f'"purpose":"{Purpose.OPTOUT_CONFIRMATION.value}"' in asked.text


def test_what_is_recorded_with_the_address_counts():
    point = ContactPoint(seller_id="s", address=PHONE)
    assert ask(text(MessageKind.HELP), point=Versioned(point, 1)).decision is not None


def test_an_e_mail_about_no_lead_is_asked_about_too():
    message = replace(outbox_message("s", 1), to_person=True)
    asked = ask(message)
    assert asked.decision.verdict is Verdict.PERMITTED
    assert '"channel":"email"' in asked.text


def test_a_decision_about_a_lead_is_logged_with_it(lead):
    trail = Versioned(trail_of(lead.id), 0)
    asked = ask(mail(lead), key=b"k" * 16, lead=lead, trail=trail)
    assert asked.decision.verdict is Verdict.PERMITTED
    (change,) = asked.changes
    assert (change.kind, change.id, asked.text) == ("decisions", lead.id, None)
    again = Versioned(change.state, change.version)
    assert ask(mail(lead), key=b"k" * 16, lead=lead, trail=again).changes == ()
    assert ask(mail(lead), lead=lead).changes == ()


def test_a_lead_that_was_returned_is_nobodys_to_write_to(lead):
    gone = replace(lead, status=LeadStatus.REFUNDED)
    assert ask(mail(lead), lead=gone, at=AT + timedelta(days=1)).decision.verdict is Verdict.DENIED


def test_the_persons_other_leads_count_too(lead):
    calls = tuple(
        ContactAttempt(channel=Channel.CALL, at=AT, by="u", outcome=AttemptOutcome.NO_ANSWER)
        for _ in range(3)
    )
    other = replace(lead, id="other", attempts=calls)
    everything = Scope(channels=frozenset(Channel), purposes=frozenset(Purpose))
    rules = US.add(
        Rule(
            id="C-CAP",
            kernel="cap",
            terms=Cap(limit=3),
            sentence="Enough.",
            citation="ours",
            scope=everything,
            evidence=("history",),
        )
    )
    day = timedelta(hours=24)
    held = ask(mail(lead), lead=lead, others=(other,), at=AT + day, rules=rules).decision
    assert held.rules == ("C-CAP",)
    assert held.next_permitted_at == AT + day + timedelta(microseconds=1)
    for others in ((), (replace(other, attempts=calls[1:]),)):
        free = ask(mail(lead), lead=lead, others=others, at=AT + day, rules=rules).decision
        assert free.verdict is Verdict.PERMITTED


def test_another_address_than_the_leads_is_nobodys(lead):
    assert ask(mail(lead)).decision is None
    assert ask(replace(mail(lead), to="other@x.example"), lead=lead).decision is None
    about = replace(text(MessageKind.HELP), lead_id=lead.id)
    assert ask(about, lead=lead).decision is None
    assert ask(replace(about, to=lead.submission.phone), lead=lead).decision is not None
    nameless = replace(lead, submission=replace(lead.submission, emails=()))
    assert ask(mail(lead), lead=nameless).decision is None


def test_a_key_is_long_enough():
    with pytest.raises(ValueError, match="key"):
        ask(text(MessageKind.HELP), key=b"short")
