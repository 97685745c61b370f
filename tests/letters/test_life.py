"""The life of a letter: its table, claims, people; nothing follows on sent."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.letters.events import (
    DropLetter,
    LetterClaimed,
    LetterCleared,
    LetterDied,
    LetterDropped,
    LetterHeld,
    LetterPutOff,
    LetterRetried,
    LetterSent,
    RetryLetter,
    WhyDropped,
)
from leadcore.letters.life import (
    OPEN,
    LetterStatus,
    claim,
    decide,
    evolve,
    lane_of,
    letter_of,
)
from leadcore.letters.plan import RelayPlan
from leadcore.testing.outbox_contract import outbox_message

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
NEW = letter_of("m1")
EVENTS = (
    LetterClaimed(by="r1", until=LATER, at=AT),
    LetterCleared(text="{}", at=AT),
    LetterSent(reference="ref", at=AT),
    LetterPutOff(said="busy", until=LATER, at=AT),
    LetterHeld(rules=("F-HOURS",), until=LATER, at=AT),
    LetterDropped(why=WhyDropped.REFUSED, said="no", rules=("X",), at=AT),
    LetterDied(said="busy", at=AT),
    LetterRetried(by="Mia", at=AT),
)
CLAIMED, CLEARED, SENT, PUT_OFF, HELD, DROPPED, DIED, RETRIED = EVENTS

TABLE = {
    LetterStatus.WAITING: {CLAIMED, SENT, DROPPED},
    LetterStatus.HELD: {CLAIMED, SENT, DROPPED, RETRIED},
    LetterStatus.CLAIMED: set(EVENTS) - {RETRIED},
    LetterStatus.SENT: set(),
    LetterStatus.DROPPED: {SENT, RETRIED},
    LetterStatus.DEAD: {SENT, DROPPED, RETRIED},
}
WAY = {
    LetterStatus.WAITING: (),
    LetterStatus.CLAIMED: (CLAIMED,),
    LetterStatus.HELD: (CLAIMED, HELD),
    LetterStatus.SENT: (CLAIMED, SENT),
    LetterStatus.DROPPED: (CLAIMED, DROPPED),
    LetterStatus.DEAD: (CLAIMED, DIED),
}


@pytest.mark.parametrize("status", LetterStatus)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_what_may_follow_is_in_the_table(status, event):
    state = fold(evolve, NEW, WAY[status])
    assert state.status is status
    if event in TABLE[status]:
        after = evolve(state, event)
        assert after.is_open is (after.status in OPEN)
        assert (after.settled_at is None) is after.is_open
    else:
        with pytest.raises(WrongState, match=status.value):
            evolve(state, event)


@given(st.lists(st.sampled_from(EVENTS), max_size=30))
def test_an_open_letter_that_was_touched_is_due_and_a_settled_one_is_not(events):
    state = NEW
    for event in events:
        if event not in TABLE[state.status]:
            continue
        state = evolve(state, event)
        assert (state.due_at is None) is not state.is_open
        assert (state.claimed_by is not None) is (state.status is LetterStatus.CLAIMED)
        assert state.tries >= 0
        assert (state.why is not None) is (state.status is LetterStatus.DROPPED)


def test_what_was_looked_at_and_held_was_not_tried():
    held = fold(evolve, NEW, (CLAIMED, PUT_OFF, CLAIMED, HELD))
    assert (held.tries, held.rules, held.due_at) == (1, ("F-HOURS",), LATER)
    assert evolve(held, CLAIMED).rules == ()


def test_tried_again_it_begins_anew():
    dead = fold(evolve, NEW, (CLAIMED, PUT_OFF, CLAIMED, DIED))
    assert (dead.tries, dead.said, dead.settled_at) == (2, "busy", AT)
    again = evolve(dead, RETRIED)
    assert (again.tries, again.status, again.due_at, again.by) == (
        0,
        LetterStatus.WAITING,
        AT,
        "Mia",
    )


# ------------------------------------------------------------------------------------------ claims

PLAN = RelayPlan(tries=2, lease=60)


def test_a_claim_has_a_lease():
    event = claim(NEW, PLAN, "r1", AT)
    assert event == LetterClaimed(by="r1", until=AT + timedelta(seconds=60), at=AT)


def test_what_relays_die_on_time_and_again_is_dead():
    once = evolve(NEW, claim(NEW, PLAN, "r1", AT))
    twice = evolve(once, claim(once, PLAN, "r2", LATER))
    died = claim(twice, PLAN, "r3", LATER)
    assert isinstance(died, LetterDied)
    assert died.said == "r2 never said what became of it"
    # What was put off said why: its courier lives, and the answer to the last try decides.
    waiting = replace(twice, status=LetterStatus.WAITING)
    assert isinstance(claim(waiting, PLAN, "r3", LATER), LetterClaimed)


# ------------------------------------------------------------------------------------------ people


@pytest.mark.parametrize("status", LetterStatus)
def test_people_try_again_what_is_held_or_was_given_up(status):
    state = fold(evolve, NEW, WAY[status])
    if status in {LetterStatus.HELD, LetterStatus.DEAD, LetterStatus.DROPPED}:
        assert decide(RetryLetter(by="Mia"), state, AT) == (RETRIED,)
    else:
        with pytest.raises(WrongState):
            decide(RetryLetter(by="Mia"), state, AT)


@pytest.mark.parametrize("why", [why for why in WhyDropped if why is not WhyDropped.REFUSED])
def test_nobody_overrides_the_rules(why):
    state = replace(fold(evolve, NEW, (CLAIMED, DROPPED)), why=why)
    with pytest.raises(WrongState, match="dropped"):
        decide(RetryLetter(by="Mia"), state, AT)


@pytest.mark.parametrize("status", LetterStatus)
def test_people_take_back_what_was_not_sent(status):
    state, command = fold(evolve, NEW, WAY[status]), DropLetter(by="Mia", reason="wrong")
    if status in {LetterStatus.SENT, LetterStatus.DROPPED}:
        with pytest.raises(WrongState):
            decide(command, state, AT)
        return
    (event,) = decide(command, state, AT)
    after = evolve(state, event)
    assert (after.why, after.said, after.by) == (WhyDropped.BY_PERSON, "wrong", "Mia")
    assert decide(command, after, LATER) == ()


def test_who_and_why_is_said():
    with pytest.raises(Malformed, match="by"):
        decide(RetryLetter(by=" "), NEW, AT)
    with pytest.raises(Malformed, match="reason"):
        decide(DropLetter(by="Mia", reason=""), NEW, AT)


# ------------------------------------------------------------------------------------------- lanes


def test_a_lane_is_one_lead_and_one_address():
    lane = lane_of(outbox_message("s", 1, lead="l1"))
    assert lane == lane_of(outbox_message("s", 2, lead="l1"))
    assert lane != lane_of(outbox_message("s", 1, lead="l2"))
    assert lane != lane_of(outbox_message("s", 1, lead="l1", to="v@x.example"))
    assert lane_of(outbox_message("s", 1)) is None


@given(*[st.text("/1a", min_size=1, max_size=4)] * 4)
def test_no_two_pairs_make_one_lane(lead, to, other, where):
    first, second = (
        lane_of(replace(outbox_message("s", 1), lead_id=one, to=two))
        for one, two in ((lead, to), (other, where))
    )
    assert (first == second) is ((lead, to) == (other, where))
