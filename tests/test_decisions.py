"""All findings are kept; deny beats warn beats permit; a decision is no truth value."""

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decisions import (
    NO_BASIS,
    Decision,
    Effect,
    Finding,
    Severity,
    Verdict,
    combine,
)
from leadcore.errors import Refused

AT = datetime(2026, 11, 22, tzinfo=UTC)


def finding(effect, rule="R"):
    return Finding(rule=rule, effect=effect, severity=Severity.POLICY, sentence="S.", citation="C")


def decision(*effects):
    findings = tuple(finding(effect, f"R{index}") for index, effect in enumerate(effects))
    verdict, found = combine(findings)
    return Decision(verdict=verdict, findings=found, at=AT, rulebook="test/1")


EFFECTS = st.lists(st.sampled_from(Effect), max_size=8)


@given(EFFECTS)
def test_deny_beats_warn_beats_permit(effects):
    verdict, _ = combine(map(finding, effects))
    if Effect.DENY in effects or Effect.PERMIT not in effects:
        assert verdict is Verdict.DENIED
    elif Effect.WARN in effects:
        assert verdict is Verdict.WARN
    else:
        assert verdict is Verdict.PERMITTED


@given(EFFECTS)
def test_every_finding_is_kept_in_its_order(effects):
    asked = [finding(effect, str(index)) for index, effect in enumerate(effects)]
    _, found = combine(iter(asked))
    assert list(found[: len(asked)]) == asked
    added = [each.rule for each in found[len(asked) :]]
    assert added == ([] if Effect.PERMIT in effects else [NO_BASIS])


@given(EFFECTS, st.sampled_from(Effect))
def test_one_more_denial_never_enables(effects, more):
    before, _ = combine(map(finding, effects))
    after, _ = combine(map(finding, [*effects, Effect.DENY]))
    assert after is Verdict.DENIED
    order = (Verdict.PERMITTED, Verdict.WARN, Verdict.DENIED)
    if more is not Effect.PERMIT:
        extended, _ = combine(map(finding, [*effects, more]))
        assert order.index(extended) >= order.index(before)


@pytest.mark.parametrize(
    ("effects", "determining", "rules"),
    [
        ((Effect.PERMIT, Effect.PERMIT), ["R0", "R1"], ()),
        ((Effect.PERMIT, Effect.WARN, Effect.PERMIT), ["R1"], ("R1",)),
        ((Effect.DENY, Effect.WARN, Effect.PERMIT, Effect.DENY), ["R0", "R3"], ("R0", "R3")),
        ((Effect.WARN,), [NO_BASIS], (NO_BASIS,)),
        ((), [NO_BASIS], (NO_BASIS,)),
    ],
)
def test_the_findings_that_settled_it_are_named(effects, determining, rules):
    answer = decision(*effects)
    assert [each.rule for each in answer.determining] == determining
    assert answer.rules == rules


def test_a_rule_that_denied_twice_is_named_once():
    twice = (finding(Effect.DENY), finding(Effect.DENY))
    answer = Decision(verdict=Verdict.DENIED, findings=twice, at=AT, rulebook="test/1")
    assert answer.rules == ("R",)


@pytest.mark.parametrize("effect", [Effect.PERMIT, Effect.WARN])
def test_what_is_not_denied_may_be_required(effect):
    answer = decision(Effect.PERMIT, effect)
    assert answer.require() is answer


def test_what_is_denied_is_refused_with_its_decision():
    answer = decision(Effect.PERMIT, Effect.DENY)
    with pytest.raises(Refused, match="R1: S") as refused:
        answer.require()
    assert refused.value.decision is answer


@given(EFFECTS)
def test_a_decision_is_no_truth_value(effects):
    with pytest.raises(TypeError, match="no truth value"):
        bool(decision(*effects))


def test_instants_are_kept_in_utc():
    west = AT.astimezone(timezone(timedelta(hours=-5)))
    answer = Decision(
        verdict=Verdict.PERMITTED,
        findings=(),
        at=west,
        rulebook="test/1",
        holds_until=west,
    )
    assert (answer.at.tzinfo, answer.holds_until.tzinfo) == (UTC, UTC)
    assert answer.next_permitted_at is None


class TestDeferred:
    """The next permitted instant may be worked out when it is read; nobody sees a difference."""

    LATER = AT + timedelta(hours=8)

    def deferred(self, calls):
        def ahead():
            calls.append(1)
            return self.LATER, None

        return Decision.deferred(Verdict.DENIED, (finding(Effect.DENY),), AT, "test/1", (ahead,))

    @property
    def whole(self):
        return Decision(
            verdict=Verdict.DENIED,
            findings=(finding(Effect.DENY),),
            at=AT,
            rulebook="test/1",
            next_permitted_at=self.LATER,
        )

    def test_is_worked_out_once_when_it_is_read(self):
        calls = []
        made = self.deferred(calls)
        assert (made.verdict, made.findings, made.at) == (Verdict.DENIED, self.whole.findings, AT)
        assert (made.rulebook, made.holds_until, made.rules) == ("test/1", None, ("R",))
        assert calls == []
        assert (made.next_permitted_at, made.why_never) == (self.LATER, None)
        assert (made.next_permitted_at, made.why_never) == (self.LATER, None)
        assert calls == [1]

    @pytest.mark.parametrize(
        "read",
        [
            lambda made: made,
            copy.copy,
            copy.deepcopy,
            lambda made: pickle.loads(pickle.dumps(made)),  # noqa: S301 - our own bytes
            lambda made: evolve(made, rulebook="test/1"),
        ],
    )
    def test_is_the_same_value(self, read):
        made = read(self.deferred([]))
        assert made == self.whole
        assert hash(made) == hash(self.whole)
        assert repr(made) == repr(self.whole)

    def test_an_open_one_is_the_same_value(self):
        found = (finding(Effect.PERMIT),)
        assert Decision.open_now(Verdict.PERMITTED, found, AT, "test/1") == Decision(
            verdict=Verdict.PERMITTED,
            findings=found,
            at=AT,
            rulebook="test/1",
            next_permitted_at=AT,
        )

    def test_no_other_attribute_appears(self):
        with pytest.raises(AttributeError, match="no attribute 'later'"):
            _ = self.deferred([]).later
