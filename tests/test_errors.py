"""Errors say whose fault it is, and survive the ways errors travel."""

import copy
import pickle
from datetime import UTC, datetime

import pytest

from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.errors import (
    Conflict,
    LeadcoreError,
    Malformed,
    NotFound,
    Problem,
    Refused,
    WrongState,
)


def denied(rule):
    return Finding(
        rule=rule, effect=Effect.DENY, severity=Severity.LEGAL, sentence="No.", citation="law"
    )


DECISION = Decision(
    verdict=Verdict.DENIED,
    findings=(denied("A"), denied("B")),
    at=datetime(2026, 11, 22, tzinfo=UTC),
    rulebook="test/1",
)
ERRORS = {
    "denied: A: No.; B: No.": Refused(DECISION),
    "PauseOrder is not possible: the order is closed": WrongState(
        "PauseOrder", "the order is closed"
    ),
    "there is no lead 'l1'": NotFound("lead", "l1"),
    "a: is missing; b: is odd": Malformed([Problem("a", "is missing"), Problem("b", "is odd")]),
    "order o1": Conflict("order o1"),
}


def test_the_base_is_never_raised_itself():
    with pytest.raises(TypeError, match="one of its families"):
        LeadcoreError("something")


@pytest.mark.parametrize(("text", "error"), ERRORS.items())
def test_every_family_says_what_went_wrong(text, error):
    assert str(error) == text
    assert isinstance(error, LeadcoreError)


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: type(error).__name__)
def test_errors_survive_pickling_and_copying(error):
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - pickled a moment ago, right here
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_one_problem_makes_an_error_by_itself():
    error = Malformed.at("amount", "is above zero")
    assert error.problems == (Problem("amount", "is above zero"),)


def test_problems_may_come_one_by_one():
    error = Malformed(Problem(str(index), "is odd") for index in range(2))
    assert [problem.path for problem in error.problems] == ["0", "1"]
