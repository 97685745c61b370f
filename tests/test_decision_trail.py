"""The trail of decisions: whatever is changed, left out, added or moved changes its head."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.decision_trail import DecisionLogged, LogDecision, decide, evolve, trail_of

AT = datetime(2026, 11, 22, 8, tzinfo=timezone(timedelta(hours=-5)))
TEXTS = st.lists(st.text(max_size=3), max_size=6)


def logged(text):
    return DecisionLogged(text=text, at=AT)


def trail(texts, lead="l1"):
    return fold(evolve, trail_of(lead), map(logged, texts))


def test_the_chain_is_what_it_is_said_to_be():
    first = hashlib.sha256(b"l1").hexdigest()
    second = hashlib.sha256((first + "text").encode()).hexdigest()
    assert (trail([]).head, trail(["text"]).head) == (first, second)
    assert (trail([]).count, trail(["text"]).count) == (0, 1)
    assert logged("x").at == datetime(2026, 11, 22, 13, tzinfo=UTC)


@given(TEXTS, TEXTS)
def test_other_decisions_have_another_head(one, other):
    assert (trail(one).head == trail(other).head) is (one == other)
    assert trail(one).head != trail(one, "l2").head


def test_the_last_decision_again_adds_nothing():
    (event,) = decide(LogDecision(text="a"), trail([]), AT)
    assert event == logged("a")
    assert decide(LogDecision(text="a"), trail(["a"]), AT) == ()
    assert decide(LogDecision(text="a"), trail(["a", "b"]), AT) == (event,)


def test_half_a_surrogate_pair_in_an_id_is_no_trouble():
    assert trail_of("\ud800").head != trail_of("l1").head
