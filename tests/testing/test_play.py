"""Plays reach what they are for, and every step is answered."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from leadcore.leads import Lead, LeadStatus
from leadcore.refunds import Refund, RefundStatus
from leadcore.testing import MemoryStore, Play, Step, perform, plays
from leadcore.testing.scenes import person

QUICK = settings(
    max_examples=500,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
HOUR = timedelta(hours=1)


def play(*steps, quantities=(6, 6, 6, 6)):
    return Play(steps=steps, quantities=quantities)


def answers(*steps, **more):
    return perform(MemoryStore(), play(*steps, **more), "s")


def came(number=1):
    return Step(what="receive", submission=person(number))


WITHOUT_LEADS = {
    "repeat",
    "request",
    "approve",
    "decline",
    "reverse",
    "reinstate",
    "resell",
    "offer",
    "assign",
    "attempt",
    "contact",
}


@pytest.mark.parametrize("what", sorted(WITHOUT_LEADS))
def test_without_leads_there_is_nothing_to_do(what):
    assert answers(Step(what=what)) == (None,)


@pytest.mark.parametrize("what", ["fund", "pause", "resume", "move", "disable", "enable"])
def test_other_steps_always_do_something(what):
    (answer,) = answers(Step(what=what, index=2, other=1))
    assert answer is not None


def test_a_life_from_reception_to_reinstatement():
    found = answers(
        came(),
        Step(what="repeat"),
        Step(what="request", other=5, gap=HOUR),
        Step(what="approve", other=1),
        Step(what="reverse"),
        Step(what="reinstate"),
        Step(what="resell"),
        Step(what="offer", index=1),
    )
    received, repeated, requested, approved, reversed_, reinstated, resold, offered = found
    assert (received.lead, repeated.lead) == (repeated.lead, received.lead)
    assert [one.status for one in (requested, approved, reversed_, reinstated)] == [
        RefundStatus.REQUESTED,
        RefundStatus.APPROVED,
        RefundStatus.REVERSED,
        RefundStatus.APPROVED,
    ]
    assert resold.lead.origin == received.lead.id
    assert offered == ("WrongState", "OfferLead is not possible: the lead is sold")


def test_refusals_are_answers():
    found = answers(came(), Step(what="request", gap=121 * HOUR, other=5), Step(what="decline"))
    assert found[1][0] == "Refused"
    assert found[2] is None
    late = answers(came(), Step(what="request", gap=121 * HOUR, other=7), Step(what="decline"))
    assert [one.status for one in late[1:]] == [
        RefundStatus.EXCEPTION_ASKED,
        RefundStatus.DECLINED,
    ]


def test_a_lead_is_worked_by_its_holder_or_tried_by_a_stranger():
    held, assigned, attempted, strange = answers(
        came(),
        Step(what="assign", index=0, other=5),
        Step(what="attempt", index=0, other=5),
        Step(what="attempt", index=0, other=0),
    )
    assert held.lead.status is LeadStatus.SOLD
    assert isinstance(assigned, Lead)
    assert isinstance(attempted, Lead)
    assert strange[0] == "NotFound"


def test_a_lead_nobody_holds_is_asked_for_too():
    step = Step(what="request", other=6, gap=HOUR)
    found = answers(came(), *[came(number) for number in range(2, 9)], step, quantities=(0,) * 4)
    assert found[-1] is not None
    nowhere = answers(Step(what="receive", submission=person(1)), Step(what="pause", index=0))
    assert nowhere[1].paused


def test_users_are_moved_within_their_account():
    (to_the_top,) = answers(Step(what="move", index=2, other=0))
    (below,) = answers(Step(what="move", index=2, other=1))
    (cycle,) = answers(Step(what="move", index=0, other=2))
    assert (to_the_top.parent_id, below.parent_id) == (None, "s/a0/u0")
    assert cycle == ("WrongState", "MoveUser is not possible: nobody can stand below themselves")


@given(plays(most=3))
@settings(max_examples=10)
def test_every_step_is_answered(one):
    assert len(perform(MemoryStore(), one, "s")) == len(one.steps)


@pytest.mark.parametrize("wanted", [RefundStatus.REVERSED, RefundStatus.DECLINED])
def test_plays_reach_the_end_of_a_return(wanted):
    def reaches(one):
        found = perform(MemoryStore(), one, "s")
        return any(isinstance(answer, Refund) and answer.status is wanted for answer in found)

    assert find(plays(), reaches, settings=QUICK).steps


def test_plays_reach_a_person_sold_on_and_asked_back():
    def reaches(one):
        found = perform(MemoryStore(), one, "s")
        return any(isinstance(answer, tuple) and "REV-SOLD-ON" in answer[1] for answer in found)

    assert find(plays(), reaches, settings=QUICK).steps


def test_plays_hold_tests_and_requests_before_the_sale():
    def reaches(one):
        tests = any(step.submission is not None and step.submission.test for step in one.steps)
        return tests and any(step.gap < timedelta() for step in one.steps)

    assert find(plays(), reaches, settings=QUICK).steps
