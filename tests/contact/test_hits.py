"""Findings are made once and are the same value ever after."""

from __future__ import annotations

from leadcore.contact.hits import BoundRule, Hit
from leadcore.decisions import Effect, Severity
from leadcore.rulebooks import US
from tests.contact.people import bound


def test_findings_are_interned() -> None:
    rule = bound("F-QH")
    assert rule.finding(Hit.DENY) is rule.finding(Hit.DENY)
    assert rule.finding(Hit.DENY) is not rule.finding(Hit.CAUTION)


def test_each_answer_has_its_words() -> None:
    (rule,) = US.editions("F-RND")
    made = BoundRule(rule, lambda _case, _bound: Hit.DENY, None, beyond=False)
    deny, caution, warn, permit = (
        made.finding(hit) for hit in (Hit.DENY, Hit.CAUTION, Hit.WARN, Hit.PERMIT)
    )
    assert (deny.effect, deny.severity, deny.sentence) == (
        Effect.DENY,
        Severity.LEGAL,
        rule.sentence,
    )
    assert (caution.effect, caution.severity, caution.sentence) == (
        Effect.DENY,
        Severity.POLICY,
        rule.caution,
    )
    assert (warn.effect, warn.severity, warn.sentence) == (
        Effect.WARN,
        Severity.LEGAL,
        rule.caution,
    )
    assert permit.effect is Effect.PERMIT
    assert deny.citation == rule.citation
    assert deny.evidence == rule.evidence


def test_without_words_of_caution_the_rules_own_serve() -> None:
    (scrub,) = US.editions("F-DNC-SCRUB")
    made = BoundRule(scrub, lambda _case, _bound: Hit.DENY, None, beyond=False)
    assert made.finding(Hit.CAUTION).sentence == scrub.sentence


def test_what_nobody_knows_has_words_of_its_own_or_those_of_the_caution() -> None:
    for rule, words in (
        (US.editions("E-REV")[0], US.editions("E-REV")[0].untold),
        (US.editions("F-RND")[0], US.editions("F-RND")[0].caution),
    ):
        made = BoundRule(rule, lambda _case, _bound: Hit.UNTOLD, None, beyond=False)
        found = made.finding(Hit.UNTOLD)
        assert (found.effect, found.severity) == (Effect.DENY, Severity.POLICY)
        assert found.sentence == words
        assert words is not None
