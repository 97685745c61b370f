"""Plans: what one may say, and the plan that is advised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.cadence.plan import CALL_FIRST, Cadence, Step
from leadcore.submissions import Channel

CALL, EMAIL, TEXT = Step(Channel.CALL, 0), Step(Channel.EMAIL, 1), Step(Channel.TEXT, 2)


def test_the_advised_plan_is_the_articles() -> None:
    assert [step.channel.value for step in CALL_FIRST.steps[:3]] == ["call", "email", "text"]
    assert (CALL_FIRST.least, CALL_FIRST.most) == (2, 5)
    assert sum(step.hours for step in CALL_FIRST.steps) < 7 * 24


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"steps": ()}, "at least one step"),
        ({"steps": (Step(Channel.CALL, -1),), "least": 0}, "0 hours on"),
        ({"steps": (Step(Channel.CALL, 2), EMAIL), "least": 0}, "never shorten"),
        ({"steps": (CALL, Step(Channel.TEXT, 1)), "least": 1}, "third or later"),
        ({"steps": (CALL, EMAIL)}, "at least 2"),
        ({"steps": (CALL, EMAIL), "least": -1}, "at least -1"),
        ({"steps": (CALL,), "least": 0, "patience": -1}, "patience"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(settings, said) -> None:
    with pytest.raises(ValueError, match=said):
        Cadence(**settings)


@given(st.lists(st.tuples(st.sampled_from(list(Channel)), st.integers(0, 9)), min_size=1))
def test_every_plan_that_is_taken_keeps_the_order(drawn) -> None:
    steps = [Step(channel, hours) for channel, hours in drawn]
    try:
        plan = Cadence(steps=steps, least=0)
    except ValueError:
        early = any(step.channel is Channel.TEXT for step in steps[:2])
        assert early or [s.hours for s in steps] != sorted(s.hours for s in steps)
    else:
        assert Channel.TEXT not in {step.channel for step in plan.steps[:2]}
        assert plan.most == len(steps) - 1


def test_a_plan_may_be_a_single_call() -> None:
    assert Cadence(steps=[CALL], least=0).most == 0
    assert Cadence(steps=(CALL, EMAIL, TEXT)).most == 2
