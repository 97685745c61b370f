"""E-mail about a lead: asked about first, logged, and never beyond the viewer's scope."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore.back_office.contacting import LeadContact
from leadcore.back_office.mailing import EmailPerson, ForwardLead
from leadcore.contact import EmailFacts, Purpose
from leadcore.decider import Versioned
from leadcore.decision_trail import trail_of
from leadcore.decisions import Verdict
from leadcore.downline import Tree
from leadcore.errors import Malformed, NotFound
from leadcore.leads import AttemptOutcome, FailedDelivery, Lead, LeadStatus, Sale
from leadcore.notices import MessageKind
from leadcore.people import Profile, User
from leadcore.ports import ContactFacts, ContactNeeds, LeadFacts, LeadNeeds
from leadcore.submissions import Channel, ConsentGiven, Source, Submission
from leadcore.values import Email, Money, PersonName

AT = datetime(2026, 11, 24, 17, tzinfo=UTC)
SOLD = AT - timedelta(hours=3)


def user(key, above=None, **profile):
    named = {"name": f"{key}\r\nBcc: all@x.example", "email": f"{key}@north.example", **profile}
    return User(
        id=key, seller_id="s", account_id="north", parent_id=above, profile=Profile(**named)
    )


ADA, BEN, CLEO = user("ada", view_downline=True), user("ben", "ada"), user("cleo")
TREE = Tree.of((ADA, BEN, CLEO))
LEAD = Lead(
    id="l",
    seller_id="s",
    source_key="k",
    submission=Submission(
        source=Source(format="json"),
        name=PersonName(full="Ann\r\nBcc: all@x.example"),
        emails=(Email(raw="ann@x.example", normal="ann@x.example"),),
        comments="Line one\nReply-To: evil@x.example",
    ),
    status=LeadStatus.SOLD,
    received_at=SOLD,
    sale=Sale(
        id="sale",
        lead_id="l",
        order_id="o",
        account_id="north",
        user_id="ben",
        price=Money(2_500, "USD"),
        sold_at=SOLD,
    ),
    assigned_to="ben",
    held_since=SOLD,
    failed=(FailedDelivery(sale_id="x", order_id="o", account_id="south", why="secret", at=SOLD),),
)
OUT = ConsentGiven(key="no", granted=False, opts_out=True)


def facts(lead=LEAD, viewer=BEN):
    return ContactFacts(
        lead=Versioned(lead, 2), viewer=viewer, tree=TREE, trail=Versioned(trail_of("l"), 0)
    )


MAIL = EmailPerson(
    seller_id="s",
    lead_id="l",
    viewer_id="ben",
    message_id="m1",
    subject="Your request\r\nBcc: all@x.example",
    body="Dear Ann,\nwe are here.",
    asked=LeadContact(
        purpose=Purpose.INFORMATIONAL,
        email=EmailFacts(
            opted_out_at=None,
            physical_address=True,
            optout_mechanism=True,
            gateway_domain=False,
        ),
    ),
    at=AT,
)


def test_an_email_to_the_person_is_asked_about_sent_and_logged():
    assert MAIL.needs == ContactNeeds(lead_id="l", viewer_id="ben", trail=True)
    outcome = MAIL.decide(facts())
    told = outcome.answer
    assert told.decision.verdict is not Verdict.DENIED
    (message,) = outcome.messages
    assert told.message == message
    assert (message.to, message.to_person) == ("ann@x.example", True)
    assert message.channel is Channel.EMAIL
    assert (message.kind, message.account_id) == (MessageKind.TO_PERSON, "north")
    assert message.subject == "Your request Bcc: all@x.example"
    assert message.body == MAIL.body
    assert [each.kind for each in outcome.changes] == ["decisions", "lead"]
    (attempt,) = told.lead.attempts
    assert (attempt.channel, attempt.outcome) == (Channel.EMAIL, AttemptOutcome.SENT)
    assert (attempt.by, attempt.at) == ("ben", AT)


def test_the_same_email_again_is_one_email_and_one_attempt():
    once = MAIL.decide(facts())
    again = MAIL.decide(facts(lead=once.answer.lead))
    assert again.messages[0].id == once.messages[0].id
    assert again.answer.lead == once.answer.lead
    assert [each.kind for each in again.changes] == ["decisions"]


def test_whoever_opted_out_gets_none_and_that_is_logged():
    out = replace(LEAD, submission=replace(LEAD.submission, consents=(OUT,)))
    asked = replace(MAIL, asked=replace(MAIL.asked, purpose=Purpose.TELEMARKETING))
    outcome = asked.decide(facts(lead=out))
    assert outcome.answer.decision.verdict is Verdict.DENIED
    assert outcome.answer.message is None
    assert outcome.messages == ()
    assert outcome.answer.lead == out
    assert [each.kind for each in outcome.changes] == ["decisions"]


@pytest.mark.parametrize("viewer", [CLEO, None, replace(BEN, enabled=False)])
def test_who_does_not_see_the_lead_writes_nobody(viewer):
    with pytest.raises(NotFound):
        MAIL.decide(facts(viewer=viewer))
    with pytest.raises(NotFound):
        FORWARD.decide(LeadFacts(lead=Versioned(LEAD, 2), viewer=viewer, tree=TREE))


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"subject": " \n"}, "subject"),
        ({"body": " \n"}, "body"),
        ({"body": "x" * 20_001}, "body"),
    ],
)
def test_an_email_says_something_and_not_too_much(more, path):
    with pytest.raises(Malformed, match=path):
        replace(MAIL, **more).decide(facts())
    longest = replace(MAIL, body="x" * 20_000)
    assert longest.decide(facts()).messages


def test_a_person_without_an_address_gets_none():
    bare = replace(LEAD, submission=replace(LEAD.submission, emails=()))
    with pytest.raises(Malformed, match="lead"):
        MAIL.decide(facts(lead=bare))


FORWARD = ForwardLead(lead_id="l", viewer_id="ada", to=BEN, note="Call\r\nsoon", at=AT)


def forwarded(case, viewer=ADA, lead=LEAD):
    return case.decide(LeadFacts(lead=Versioned(lead, 2), viewer=viewer, tree=TREE))


def test_a_lead_is_forwarded_within_the_scope_and_a_note_says_so():
    assert FORWARD.needs == LeadNeeds("l", "ada", ("ben",))
    outcome = forwarded(FORWARD)
    (message,) = outcome.messages
    assert (message.to, message.to_person, message.user_id) == ("ben@north.example", False, "ben")
    assert message.subject == "Lead forwarded: Ann Bcc: all@x.example"
    lines = message.body.split("\n")
    assert lines[:2] == ["ada Bcc: all@x.example forwarded this lead to you.", "Call soon"]
    assert "Email: ann@x.example" in lines
    assert "Comments: Line one Reply-To: evil@x.example" in lines
    assert "secret" not in message.body
    (note,) = outcome.answer.notes
    assert note.text == "Forwarded by e-mail to ben by ada."
    assert outcome.answer.assigned_to == "ben"
    again = forwarded(FORWARD, lead=outcome.answer)
    assert again.is_empty or again.messages == ()


def test_a_lead_without_a_name_and_a_word_is_forwarded_too():
    bare = replace(LEAD, submission=replace(LEAD.submission, name=PersonName()))
    (message,) = forwarded(replace(FORWARD, note=" "), lead=bare).messages
    assert message.subject == "Lead forwarded: l"
    assert message.body.split("\n")[1] == ""


@pytest.mark.parametrize(
    "to",
    [CLEO, user("dora"), replace(BEN, account_id="south")],
    ids=["beside", "nobody", "elsewhere"],
)
def test_nobody_outside_the_scope_is_sent_a_lead(to):
    with pytest.raises(NotFound, match="user"):
        forwarded(replace(FORWARD, to=to))


def test_nobody_sends_a_lead_upward():
    with pytest.raises(NotFound, match="user"):
        forwarded(replace(FORWARD, viewer_id="ben", to=ADA), viewer=BEN)


@pytest.mark.parametrize(
    "to", [replace(BEN, enabled=False), replace(BEN, profile=replace(BEN.profile, email=None))]
)
def test_who_can_not_get_it_is_sent_nothing(to):
    with pytest.raises(Malformed, match="to"):
        forwarded(replace(FORWARD, to=to))
