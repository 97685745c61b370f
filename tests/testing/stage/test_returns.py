"""Every act on returns does something, and nothing where there are none."""

import pytest

from leadcore.refunds import RefundStatus
from tests.testing.stage.acting import act, every, received, stage, went_well

DECISIONS = ("grant", "verify", "approve", "decline", "reverse", "reinstate")


@pytest.mark.parametrize("what", ["request", *DECISIONS])
def test_without_leads_there_is_nothing_to_return(what):
    assert act(stage(), what) is None


def test_a_return_is_asked_for_as_an_exception_too():
    answers = went_well(every(received(stage()), "request")["request"])
    assert {each.status for each in answers} == {RefundStatus.REQUESTED}


def test_a_return_goes_through_its_whole_life():
    made = received(stage())
    act(made, "request", other=5)
    steps = ("verify", "approve", "reverse", "reinstate")
    found = [act(made, what, other=1).status.value for what in steps]
    assert found == ["under_verification", "approved", "reversed", "approved"]


def test_each_decision_is_one():
    made = received(stage())
    act(made, "request", other=5)
    assert all(each is not None for what in DECISIONS for each in every(made, what)[what])
