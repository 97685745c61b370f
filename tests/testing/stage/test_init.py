"""A stage gives use cases, and answers, refusals too."""

from datetime import timedelta

from leadcore.testing.stage import ACTS, START, Step
from tests.testing.stage.acting import act, received, refused, stage


def test_time_goes_on_by_the_gap_but_for_a_request():
    made, hour = stage(), timedelta(hours=1)
    made.case(Step(what="fund", gap=hour))
    made.case(Step(what="request", gap=hour))
    assert made.now == START + hour


def test_a_refusal_is_an_answer():
    made = stage()
    assert not refused(act(made, "fund", other=1))
    assert refused(act(made, "fund", index=2, other=1))
    assert {"receive", "confirm", "reinstate", "renew", "terms"} <= set(ACTS)


def test_a_return_that_was_asked_for_is_known_from_then_on():
    made = received(stage())
    asked = act(made, "request", other=5, gap=timedelta(hours=1))
    assert asked.id in made.refunds
    noted = tuple(made.refunds)
    made.heard(asked)
    assert tuple(made.refunds) == noted
