"""Claim, hand over, settle: asked again with fresh facts, recorded, never after its time."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.consent import Reach, Revocation
from leadcore.contact_points import Record
from leadcore.decider import Versioned
from leadcore.errors import NotFound
from leadcore.leads import untried_until
from leadcore.letters import (
    DropLetter,
    LetterCleared,
    LetterStatus,
    RelayPlan,
    WhyDropped,
    letter_of,
)
from leadcore.notices import MessageKind
from leadcore.ports import LetterFacts, NotSent, OutboxNeeds, Sent, WhyNotSent
from leadcore.rulebooks import US
from leadcore.rulebooks.rule import CALL_AND_TEXT, Purpose, Scope
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.outbox_contract import PutMessages, outbox_message
from leadcore.testing.scenes import AT, Scene, new_seller, terms

PHONE = "+12125550100"
PLAN = RelayPlan(delays=(60,), tries=2, jitter=0, lease=300)
LATER = NotSent(WhyNotSent.LATER, "451\r\nlater")
SECOND = timedelta(seconds=1)


class Desk:
    def __init__(self):
        self.store, self.seller = MemoryStore(), new_seller()
        self.store.run(terms(self.seller))

    def put(self, **more):
        given = {"channel": Channel.TEXT, "to": PHONE}
        message = replace(outbox_message(self.seller, 1, **given), **more)
        self.store.run(PutMessages(seller_id=self.seller, messages=(message,)))
        return message

    def claim(self, at=AT):
        case = bo.ClaimLetters(by="r1", plan=PLAN, seller_id=self.seller, at=at)
        return self.store.run(case)

    def hand_over(self, at=AT, **more):
        (claimed,) = self.claim(at)
        return self.store.run(bo.HandOver(claimed=claimed, at=at, **more))

    def settle(self, handed, answer, at=AT):
        case = bo.SettleLetter(
            message_id=handed.letter.message_id,
            version=handed.version,
            answer=answer,
            plan=PLAN,
            at=at,
        )
        return self.store.run(case)

    def events(self):
        return self.store.journal("letter", f"{self.seller}/m0001")


@pytest.fixture
def desk():
    return Desk()


# ---------------------------------------------------------------------------------------- claiming


def test_a_claim_names_what_it_wants():
    case = bo.ClaimLetters(by="r1", plan=PLAN, channels=frozenset({Channel.TEXT}), at=AT)
    assert case.needs == OutboxNeeds(
        at=AT, limit=PLAN.batch, channels=frozenset({Channel.TEXT}), seller_id=None
    )


def test_a_letter_that_relays_die_on_is_given_up(desk):
    desk.put()
    for number in range(PLAN.tries):
        assert len(desk.claim(AT + number * PLAN.leased)) == 1
    assert desk.claim(AT + PLAN.tries * PLAN.leased) == ()
    assert desk.store.letter(f"{desk.seller}/m0001").letter.status is LetterStatus.DEAD


# ------------------------------------------------------------------------------------- handing over


def test_a_message_to_a_user_goes_without_being_asked_about(desk):
    message = desk.put()
    handed = desk.hand_over()
    assert handed.message == message
    assert len(desk.events()) == 1
    assert not bo.HandOver(claimed=bo.Claimed(message, 1), at=AT).needs.contact


@pytest.mark.parametrize("late", [False, True])
def test_nothing_is_delivered_after_its_time(desk, late):
    desk.put(not_after=AT)
    handed = desk.hand_over(AT + late * SECOND)
    assert (handed.message is None) is late
    assert handed.letter.why is (WhyDropped.TOO_LATE if late else None)


def test_a_lease_that_is_over_hands_nothing_over(desk):
    message = desk.put()
    (claimed,) = desk.claim()
    end = AT + PLAN.leased
    assert desk.store.run(bo.HandOver(claimed=claimed, at=end - SECOND)).message == message
    assert desk.store.run(bo.HandOver(claimed=claimed, at=end)).message is None
    drop = DropLetter(by="Mia", reason="wrong")
    keep = bo.KeepLetter(seller_id=desk.seller, message_id=message.id, command=drop, at=AT)
    desk.store.run(keep)
    handed = desk.store.run(bo.HandOver(claimed=claimed, at=AT))
    assert (handed.message, handed.letter.why) == (None, WhyDropped.BY_PERSON)


def test_an_answer_to_a_text_is_asked_about_and_the_answer_kept(desk):
    message = desk.put(kind=MessageKind.HELP, to_person=True)
    handed = desk.hand_over()
    assert handed.message == message
    cleared = desk.events()[-1]
    assert isinstance(cleared, LetterCleared)
    assert '"verdict":"permitted"' in cleared.text or '"verdict":"warn"' in cleared.text
    assert PHONE not in cleared.text
    assert desk.settle(handed, Sent("ref")).status is LetterStatus.SENT
    assert desk.store.audit() == ()


def test_a_stop_that_came_meanwhile_drops_it_with_the_rules_named(desk):
    desk.put(kind=MessageKind.HELP, to_person=True)
    stop = Record(fact=Revocation(at=AT + SECOND, method="sms:STOP"))
    desk.store.run(
        bo.KeepContactPoint(seller_id=desk.seller, address=PHONE, command=stop, at=AT + SECOND)
    )
    handed = desk.hand_over(AT + 2 * SECOND)
    assert handed.message is None
    assert handed.letter.why is WhyDropped.NOT_ALLOWED
    assert handed.letter.rules
    assert '"verdict":"denied"' in desk.events()[-1].text


def quiet_hours():
    (rule, *_) = (each for each in US.rules if each.kernel == "federal_hours")
    scope = Scope(channels=CALL_AND_TEXT, purposes=frozenset(Purpose))
    return US.replace(replace(rule, scope=scope))


@pytest.mark.parametrize("too_late", [False, True])
def test_what_is_not_allowed_now_is_held_until_it_is(desk, too_late):
    night = AT.replace(hour=4)  # 11 p.m. in New York
    limit = night + timedelta(hours=1) if too_late else None
    desk.put(kind=MessageKind.HELP, to_person=True, at=night, not_after=limit)
    handed = desk.hand_over(night, rules=quiet_hours())
    assert handed.message is None
    if too_late:
        assert handed.letter.why is WhyDropped.TOO_LATE
        return
    assert handed.letter.status is LetterStatus.HELD
    assert handed.letter.tries == 0
    due = handed.letter.due_at
    assert night < due <= night + timedelta(hours=10)
    assert desk.claim(due - SECOND) == ()
    assert desk.hand_over(due, rules=quiet_hours()).message is not None


def test_a_confirmation_is_asked_about_on_its_leads_trail():
    scene = Scene(store=MemoryStore()).set_up()
    lead = scene.receive(1).lead
    case = bo.ClaimLetters(by="r1", seller_id=scene.seller, at=AT)
    claimed = next(each for each in scene.store.run(case) if each.message.to_person)
    handed = scene.store.run(bo.HandOver(claimed=claimed, at=AT))
    assert (handed.message, handed.version) == (claimed.message, claimed.version)
    settle = bo.SettleLetter(
        message_id=claimed.message.id, version=handed.version, answer=Sent(), at=AT
    )
    assert scene.store.run(settle).status is LetterStatus.SENT
    (logged,) = scene.store.journal("decisions", lead.id)
    assert '"verdict":"permitted"' in logged.text
    after = scene.store.lead(lead.id)
    assert (after.attempts, untried_until(after)) == ((), untried_until(lead))


def test_a_lead_that_is_not_there_is_not_contacted(desk):
    desk.put(channel=Channel.EMAIL, to="a@x.example", to_person=True, lead_id="gone")
    handed = desk.hand_over()
    assert (handed.letter.why, handed.letter.rules) == (WhyDropped.NOT_ALLOWED, ())


def test_there_must_be_such_a_message(desk):
    facts = LetterFacts(message=None, letter=Versioned(letter_of("m"), 0))
    claimed = bo.Claimed(outbox_message("s", 1), 1)
    for case in (
        bo.HandOver(claimed=claimed, at=AT),
        bo.SettleLetter(message_id="m", version=1, answer=Sent(), at=AT),
        bo.KeepLetter(
            seller_id="s", message_id="m", command=DropLetter(by="Mia", reason="x"), at=AT
        ),
    ):
        with pytest.raises(NotFound):
            case.decide(facts)


# ---------------------------------------------------------------------------------------- settling


def test_another_time_is_later_each_time_and_then_never(desk):
    desk.put()
    first = desk.settle(desk.hand_over(), LATER)
    assert (first.status, first.said) == (LetterStatus.WAITING, "451 later")
    assert first.due_at == AT + timedelta(seconds=60)
    dead = desk.settle(desk.hand_over(first.due_at), LATER, first.due_at)
    assert (dead.status, dead.tries) == (LetterStatus.DEAD, 2)


def test_what_could_only_be_tried_too_late_is_dropped(desk):
    desk.put(not_after=AT + timedelta(seconds=59))
    dropped = desk.settle(desk.hand_over(), LATER)
    assert (dropped.why, dropped.said) == (WhyDropped.TOO_LATE, "451 later")
    other = Desk()
    other.put(not_after=AT + timedelta(seconds=60))
    assert other.settle(other.hand_over(), LATER).status is LetterStatus.WAITING


@pytest.mark.parametrize(
    ("channel", "to", "reach"),
    [
        (Channel.TEXT, PHONE, Reach.CALLS_AND_TEXTS),
        (Channel.EMAIL, "Ann@X.example", Reach.EMAIL),
    ],
)
def test_an_opt_out_is_recorded_with_the_address(desk, channel, to, reach):
    desk.put(channel=channel, to=to)
    answer = NotSent(WhyNotSent.OPTED_OUT, "unsubscribed")
    handed = desk.hand_over()
    for _ in range(2):
        assert desk.settle(handed, answer).why is WhyDropped.OPTED_OUT
    (revoked,) = desk.store.contact_point(desk.seller, to.lower()).revocations
    assert (revoked.fact.reach, revoked.fact.text) == (reach, "unsubscribed")
    assert desk.store.audit() == ()


def test_without_a_seller_there_is_nobody_to_record_it_for(desk):
    message = desk.put()
    handed = desk.hand_over()
    case = bo.SettleLetter(
        message_id=message.id,
        version=handed.version,
        answer=NotSent(WhyNotSent.OPTED_OUT, "x"),
        at=AT,
    )
    facts = LetterFacts(message=message, letter=Versioned(handed.letter, handed.version))
    assert [change.kind for change in case.decide(facts).changes] == ["letter"]
    assert case.needs.point


def test_that_it_was_sent_counts_whoever_says_so_and_once(desk):
    desk.put()
    handed = desk.hand_over()
    desk.settle(handed, LATER)
    assert desk.settle(handed, LATER).status is LetterStatus.WAITING
    assert desk.settle(handed, Sent("ref")).reference == "ref"
    assert desk.settle(handed, Sent("other")).reference == "ref"


def test_a_person_of_another_seller_finds_no_message(desk):
    message = desk.put()
    case = bo.KeepLetter(
        seller_id="other", message_id=message.id, command=DropLetter(by="Mia", reason="x"), at=AT
    )
    with pytest.raises(NotFound):
        desk.store.run(case)
