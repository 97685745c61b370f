"""Consent, inbound texts and contact questions, each as one whole."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore import wire
from leadcore.accounts import Account, AccountStatus, Seller, SellerTerms
from leadcore.back_office.consenting import AskContact, KeepContactPoint, ReceiveText
from leadcore.back_office.contacting import LeadContact
from leadcore.consent import Elements, Grant, Level, Reach, Revocation
from leadcore.contact import Initiation, ReassignedStatus
from leadcore.contact.logged import LoggedDecision, pseudonym, replay
from leadcore.contact_points import (
    Dealing,
    DealingKind,
    DoNotCall,
    ReassignedAnswer,
    Record,
    RegistryLookup,
    ResolveText,
    point_id,
    point_of,
)
from leadcore.decider import Versioned
from leadcore.decision_trail import trail_of
from leadcore.decisions import Verdict
from leadcore.downline import Tree
from leadcore.errors import Malformed, NotFound
from leadcore.inbound_texts import COURTESY_REPLY, Meaning
from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.notices import MessageKind
from leadcore.people import Profile, User
from leadcore.ports import ContactFacts, ContactNeeds, PointFacts, PointNeeds
from leadcore.rulebooks import US
from leadcore.submissions import Channel, Source, Submission, Tcpa
from leadcore.values import Address, Email, Money, Phone, PhoneKind

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)  # a Tuesday, noon in Florida
TICK, MINUTE, DAY = timedelta(microseconds=1), timedelta(minutes=1), timedelta(days=1)
NUMBER, EMAIL = "+13055550100", "ann@x.example"
TODAY = date(2026, 11, 24)
SELLER = Seller(id="s", terms=SellerTerms(name="Counsel Leads"))
NORTH = Account(
    id="north", seller_id="s", name="North", currency="USD", status=AccountStatus.ACTIVE
)
ABROAD = replace(NORTH, id="abroad", seller_id="t")
ADA = User(
    id="ada",
    seller_id="s",
    account_id="north",
    parent_id=None,
    profile=Profile(name="Ada", cell=NUMBER),
)
LEAD = Lead(
    id="l",
    seller_id="s",
    source_key="k",
    submission=Submission(
        source=Source(format="json"),
        phones=(Phone(raw="305", normal=NUMBER, kind=PhoneKind.WIRELESS),),
        emails=(Email(raw=EMAIL, normal=EMAIL),),
        address=Address(state="FL", zip="33101"),
        tcpa=Tcpa.YES,
    ),
    status=LeadStatus.SOLD,
    received_at=NOON - DAY,
    sale=Sale(
        id="sale",
        lead_id="l",
        order_id="o",
        account_id="north",
        user_id="ada",
        price=Money(2500, "USD"),
        sold_at=NOON - DAY,
    ),
    assigned_to="ada",
    held_since=NOON - DAY,
)
LOOKED = LeadContact(listed=False, scrubbed_on=TODAY, declared_emergencies=frozenset())


def point(*facts, address=NUMBER):
    made = point_of(point_id("s", address))
    for fact in facts:
        case = KeepContactPoint(
            seller_id="s", address=address, command=Record(fact=fact), at=NOON + 9 * DAY
        )
        made = case.decide(known(made)).answer
    return made


def known(made=None, **more):
    state = made or point_of(point_id("s", NUMBER))
    given = {"seller": SELLER, "accounts": (NORTH,), **more}
    return PointFacts(point=Versioned(state, 0), **given)


def keep(fact, **more):
    given = {"seller_id": "s", "address": NUMBER, "at": NOON, **more}
    command = fact if isinstance(fact, ResolveText) else Record(fact=fact, by="staff")
    return KeepContactPoint(command=command, **given)


def text(words, **more):
    given = {"seller_id": "s", "sender": NUMBER, "text_id": "1", "received_at": NOON, "at": NOON}
    return ReceiveText(text=words, **(given | more))


# ------------------------------------------------------------------------------------- recording


def test_a_fact_is_one_event_of_the_contact_points_stream():
    fact = DoNotCall(at=NOON, account_id="north")
    case = keep(fact)
    assert case.needs == PointNeeds(seller_id="s", address=NUMBER, account_ids=("north",))
    outcome = case.decide(known())
    (change,) = outcome.changes
    assert (change.kind, change.id) == ("contact_point", f"1/s/{NUMBER}")
    assert (change.expected, change.state) == (0, outcome.answer)
    assert outcome.answer.requests[0].by == "staff"
    assert case.decide(known(outcome.answer)).is_empty


@pytest.mark.parametrize(
    ("fact", "path", "names"),
    [
        (
            Grant(at=NOON, level=Level.EXPRESS, sellers=("north", "zoo", "s")),
            "command.fact.sellers",
            ("north", "zoo"),
        ),
        (Revocation(at=NOON, method="x", seller="zoo"), "command.fact.seller", ("zoo",)),
        (
            Dealing(at=NOON, kind=DealingKind.PURCHASE, with_seller="zoo"),
            "command.fact.with_seller",
            ("zoo",),
        ),
        (DoNotCall(at=NOON, account_id="zoo"), "command.fact.account_id", ("zoo",)),
    ],
)
def test_whom_nobody_knows_is_refused_for_it_would_bind_nobody(fact, path, names):
    case = keep(fact)
    assert set(case.needs.account_ids) == set(names)
    with pytest.raises(Malformed) as malformed:
        case.decide(known())
    (problem,) = malformed.value.problems
    assert (problem.path, "'zoo' is neither" in problem.message) == (path, True)
    foreign = replace(ABROAD, id="zoo")
    with pytest.raises(Malformed, match="zoo"):
        case.decide(known(accounts=(NORTH, foreign)))
    assert case.decide(known(accounts=(NORTH, replace(NORTH, id="zoo")))).changes


def test_who_names_nobody_needs_no_account():
    for fact in (
        Revocation(at=NOON, method="x"),
        DoNotCall(at=NOON),
        RegistryLookup(at=NOON, listed=True, scrubbed_on=TODAY),
        Dealing(at=NOON, kind=DealingKind.INQUIRY, with_seller="s"),
        ResolveText(text_id="1", revokes=True, by="x"),
    ):
        assert keep(fact).needs.account_ids == ()


def test_there_must_be_a_seller():
    with pytest.raises(NotFound, match="no seller 's'"):
        keep(DoNotCall(at=NOON)).decide(known(seller=None))
    with pytest.raises(NotFound, match="no seller 's'"):
        text("STOP").decide(known(seller=None))


def test_an_address_may_be_typed_as_people_type():
    assert keep(DoNotCall(at=NOON), address=" Ann@X.example ").needs.address == EMAIL


# ------------------------------------------------------------------------------------------ texts


def test_a_stop_revokes_and_is_confirmed_within_five_minutes():
    outcome = text(" Stop  please ").decide(known())
    (recorded,) = outcome.answer.point.revocations
    assert recorded.fact == Revocation(
        at=NOON,
        method="sms:STOP PLEASE",
        reach=Reach.CALLS_AND_TEXTS,
        text=" Stop  please ",
        message_id=recorded.fact.message_id,
    )
    assert recorded.fact.message_id
    (told,) = outcome.messages
    assert outcome.answer.messages == outcome.messages
    assert (told.kind, told.channel, told.to) == (MessageKind.OPTOUT, Channel.TEXT, NUMBER)
    assert (told.to_person, told.lead_id, told.account_id) == (True, None, None)
    assert told.not_after == NOON + 5 * MINUTE
    assert told.body.startswith("Counsel Leads: You will get no more")
    assert "START" not in told.body


def test_a_text_that_is_delivered_again_adds_nothing_whatever_instant_it_says():
    facts = known()
    for minutes, (body, name) in enumerate((("START", "t1"), ("STOP", "t2"))):
        case = text(body, text_id=name, received_at=NOON + minutes * MINUTE, at=NOON + 9 * MINUTE)
        facts = after_one(facts, case)
    again = [
        text(body, text_id=name, received_at=NOON + 5 * MINUTE, at=NOON + 9 * MINUTE).decide(facts)
        for body, name in (("START", "t1"), ("STOP", "t2"))
    ]
    assert [outcome.changes for outcome in again] == [(), ()]
    assert [outcome.messages for outcome in again] == [(), ()]


def after_one(facts, case):
    """Give the facts once a text was received."""
    outcome = case.decide(facts)
    assert outcome.changes
    seen = Versioned(outcome.answer.point, facts.point.version + 1)
    return replace(facts, point=seen)


@pytest.mark.parametrize(
    "fact", [DoNotCall(at=NOON, account_id="s"), Revocation(at=NOON, method="x", seller="s")]
)
def test_whoever_names_the_seller_names_every_account(fact):
    (change,) = keep(fact).decide(known()).changes
    (event,) = change.events
    assert getattr(event.fact, "account_id", None) is None
    assert getattr(event.fact, "seller", None) is None


@pytest.mark.parametrize(("tick", "told"), [(0, 1), (1, 0)])
def test_a_confirmation_that_would_be_late_is_not_sent(tick, told):
    outcome = text("STOP", at=NOON + 5 * MINUTE + tick * TICK).decide(known())
    assert len(outcome.messages) == told
    assert outcome.answer.point.revocations


def after(*cases):
    state, told = point_of(point_id("s", NUMBER)), []
    for case in cases:
        outcome = case.decide(known(state))
        state = outcome.answer.point
        told.append([message.kind.value for message in outcome.messages])
    return told


def test_only_the_first_stop_that_stands_is_confirmed():
    stop, start = text("STOP"), text("START", text_id="2")
    later = replace(stop, text_id="3", received_at=NOON + 2 * MINUTE, at=NOON + 2 * MINUTE)
    between = replace(start, received_at=NOON + MINUTE, at=NOON + MINUTE)
    assert after(stop, stop, later) == [["optout"], [], []]
    assert after(stop, between, later) == [["optout"], [], ["optout"]]
    # Delivered the wrong way round: what START has overtaken needs no answer.
    assert after(between, replace(stop, at=NOON + MINUTE)) == [[], []]
    one = replace(stop, account_id="north")
    assert after(one, later) == [["optout"], ["optout"]]
    assert after(later, replace(one, at=later.at)) == [["optout"], []]


def test_a_stop_on_the_telephone_was_not_confirmed_by_text():
    spoken = point(Revocation(at=NOON - DAY, method="telephone"))
    assert len(text("STOP").decide(known(spoken)).messages) == 1


def test_a_text_to_an_account_is_the_accounts():
    case = text("STOP", account_id="north")
    assert case.needs == PointNeeds(
        seller_id="s", address=NUMBER, account_ids=("north",), associates=True
    )
    outcome = case.decide(known())
    assert outcome.answer.point.revocations[0].fact.seller == "north"
    assert outcome.messages[0].body.startswith("North: ")
    assert outcome.messages[0].account_id == "north"
    for accounts in ((), (replace(ABROAD, id="north"),)):
        with pytest.raises(NotFound, match="no account 'north'"):
            case.decide(known(accounts=accounts))


@pytest.mark.parametrize(("account", "to"), [(None, "s"), ("north", "north")])
def test_start_is_express_consent_to_whom_it_was_sent_and_never_written(account, to):
    outcome = text("unstop", account_id=account).decide(known())
    (recorded,) = outcome.answer.point.grants
    assert (recorded.fact.level, recorded.fact.sellers) == (Level.EXPRESS, {to})
    assert recorded.fact.elements == Elements()
    assert (recorded.fact.number, recorded.fact.invitation) == (NUMBER, False)
    assert recorded.fact.evidence.text == "unstop"
    assert outcome.messages == ()


def test_an_unsure_text_waits_and_nothing_is_sent():
    outcome = text("alto", account_id="north").decide(known())
    (review,) = outcome.answer.point.reviews
    assert (review.received.fact.id, review.received.fact.account_id) == ("1", "north")
    assert (outcome.answer.reply.meaning, outcome.messages) == (Meaning.REVIEW, ())


def test_help_is_told_who_it_is_and_how_to_stop():
    outcome = text("HELP").decide(known())
    (told,) = outcome.messages
    assert (told.kind, told.not_after, outcome.changes) == (MessageKind.HELP, None, ())
    assert told.body.startswith("Counsel Leads: ")
    assert "STOP" in told.body
    assert told.id == f"1/s/{NUMBER}/1/help"


def test_any_other_text_is_kept_nowhere_here():
    assert text("See you at ten").decide(known()).is_empty


@pytest.mark.parametrize(
    ("words", "kinds", "recorded"),
    [
        ("I'll call her", ["courtesy_reply"], 0),
        ("HELP", ["courtesy_reply"], 0),
        ("wrong number", ["courtesy_reply"], 1),
        ("STOP", ["optout"], 1),
        ("START", [], 1),
    ],
)
def test_what_an_associate_sends_answers_a_courtesy_notice_but_a_stop_is_a_stop(
    words, kinds, recorded
):
    outcome = text(words).decide(known(associates=(replace(ADA, enabled=False), ADA)))
    assert [message.kind.value for message in outcome.messages] == kinds
    assert len(outcome.changes) == recorded
    answered = kinds == ["courtesy_reply"]
    assert outcome.answer.associate_id == ("ada" if answered else None)
    if answered:
        (told,) = outcome.messages
        assert (told.body, told.to_person) == (COURTESY_REPLY, False)
        assert (told.user_id, told.account_id, told.lead_id) == ("ada", "north", None)


def test_who_has_no_log_in_any_more_is_no_associate():
    gone = replace(ADA, enabled=False)
    assert text("hello").decide(known(associates=(gone,))).is_empty


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"sender": "555"}, "sender"),
        ({"sender": EMAIL}, "sender"),
        ({"text_id": " "}, "text_id"),
        ({"received_at": NOON + TICK}, "received_at"),
    ],
)
def test_a_text_that_makes_no_sense_is_refused(more, path):
    with pytest.raises(Malformed) as malformed:
        text("STOP", **more).decide(known())
    assert [problem.path for problem in malformed.value.problems] == [path]


# --------------------------------------------------------------------------------------- asking


def ask(*facts, at=NOON, **more):
    case = AskContact(seller_id="s", lead_id="l", at=at, **({"asked": LOOKED} | more))
    return case, case.decide(found(*facts))


def found(*facts, **more):
    given = {
        "lead": Versioned(LEAD, 2),
        "viewer": ADA,
        "tree": Tree({"ada": None, "ben": "ada"}),
        "points": (point(*facts),),
        "trail": Versioned(trail_of("l"), 0),
    }
    return ContactFacts(**(given | more))


def verdict(*facts, **more):
    return ask(*facts, **more)[1].answer.verdict


def test_the_answer_is_that_of_the_lead_and_its_contact_points():
    assert verdict() is Verdict.PERMITTED
    assert verdict(Revocation(at=NOON, method="x")) is Verdict.DENIED
    assert verdict(Revocation(at=NOON + TICK, method="x")) is Verdict.PERMITTED
    assert verdict(Revocation(at=NOON - 2 * DAY, method="x")) is Verdict.PERMITTED


def test_a_written_consent_on_record_permits_what_a_bare_yes_does_not():
    dialled = replace(LOOKED, initiation=Initiation.AUTODIALED)
    agreed = Grant(at=NOON - DAY, level=Level.WRITTEN, sellers=("north",), elements=Elements.all())
    clear = ReassignedAnswer(
        at=NOON, status=ReassignedStatus.NO, queried_on=TODAY, consent_on=TODAY - DAY
    )
    assert "F-PEWC-2" in ask(asked=dialled)[1].answer.rules
    assert verdict(agreed, clear, asked=dialled) is Verdict.PERMITTED
    other = replace(agreed, sellers=("s",))
    assert "F-PEWC-2" in ask(other, clear, asked=dialled)[1].answer.rules


def test_the_answer_is_logged_masked_and_can_be_made_again():
    case, outcome = ask(Revocation(at=NOON - TICK, method="sms:STOP", text="my secret"))
    assert case.needs == ContactNeeds(lead_id="l", trail=True)
    (change,) = outcome.changes
    assert (change.kind, change.id, change.state.count) == ("decisions", "l", 1)
    (event,) = change.events
    logged = wire.load(LoggedDecision, json.loads(event.text))
    assert replay(logged, US) == outcome.answer
    assert (logged.about, event.at) == ("l", NOON)
    for secret in (NUMBER, "secret", EMAIL, NUMBER[3:]):
        assert secret not in event.text


def test_the_same_question_again_is_logged_once():
    case, outcome = ask()
    (change,) = outcome.changes
    assert case.decide(found(trail=Versioned(change.state, 1))).is_empty
    later = replace(case, at=NOON + TICK)
    assert later.decide(found(trail=Versioned(change.state, 1))).changes


def test_a_question_about_another_instant_is_logged_when_it_is_asked():
    _, outcome = ask(now=NOON - DAY)
    assert outcome.changes[0].events[0].at == NOON - DAY
    assert outcome.answer.at == NOON


def test_a_key_keeps_a_pseudonym():
    _, outcome = ask(key=b"0123456789abcdef")
    assert pseudonym(NUMBER, b"0123456789abcdef") in outcome.changes[0].events[0].text


def test_whoever_only_asks_leaves_no_trace():
    case = AskContact(seller_id="s", lead_id="l", viewer_id="ada", log=False, at=NOON)
    assert case.needs == ContactNeeds(lead_id="l", viewer_id="ada")
    assert case.decide(found(trail=None)).changes == ()


@pytest.mark.parametrize(
    "more",
    [
        {"lead": Versioned(None, 0)},
        {"lead": Versioned(replace(LEAD, seller_id="t"), 1)},
        {"viewer": None},
        {"viewer": replace(ADA, enabled=False)},
        {"viewer": replace(ADA, id="ben", parent_id="ada")},
    ],
)
def test_who_may_not_see_the_lead_is_told_that_there_is_none(more):
    case = AskContact(seller_id="s", lead_id="l", viewer_id="ada", at=NOON)
    with pytest.raises(NotFound, match="no lead 'l'"):
        case.decide(found(**more))
    assert case.decide(found()).answer.findings


SEVERITY = {Verdict.PERMITTED: 0, Verdict.WARN: 1, Verdict.DENIED: 2}
INSTANTS = st.sampled_from((-2 * DAY, -DAY, -TICK, timedelta(), TICK)).map(lambda gap: NOON + gap)
AGREED = st.builds(
    Grant,
    at=INSTANTS,
    level=st.sampled_from((Level.EXPRESS, Level.WRITTEN)),
    sellers=st.sampled_from((("north",), ("s",))),
    elements=st.just(Elements.all()),
)
ENDS = st.one_of(
    st.builds(
        Revocation,
        at=INSTANTS,
        method=st.just("x"),
        reach=st.sampled_from(Reach),
        seller=st.sampled_from((None, "north")),
    ),
    st.builds(DoNotCall, at=INSTANTS),
)
ASKED = st.builds(
    replace,
    st.just(LOOKED),
    channel=st.sampled_from(Channel),
    initiation=st.sampled_from(Initiation),
)


@given(facts=st.lists(st.one_of(AGREED, ENDS), max_size=4), end=ENDS, asked=ASKED)
def test_adding_a_revocation_never_enables_contact(facts, end, asked):
    before, then = (
        bo.assess_lead(LEAD, asked, at=NOON, points=(point(*given),))
        for given in (facts, [*facts, end])
    )
    assert SEVERITY[then.verdict] >= SEVERITY[before.verdict]


@pytest.mark.parametrize("words", ["no mas", "", "can you stop by?", "HELP", "START", "STOP"])
def test_what_the_carrier_took_for_a_stop_is_one_in_whatever_words(words):
    first = text(words, opted_out=True).decide(known())
    assert first.answer.reply.meaning is Meaning.REVOKE
    (revoked,) = first.answer.point.revocations
    assert (revoked.fact.text, revoked.fact.message_id) == (words, "1")
    assert [message.kind for message in first.messages] == [MessageKind.OPTOUT]
    later = text(words, opted_out=True, received_at=NOON, at=NOON + timedelta(seconds=9))
    assert later.decide(known(first.answer.point)).is_empty
