"""All findings are kept; deny beats warn beats permit; a decision is no truth value."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
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
