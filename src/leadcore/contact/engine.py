"""From a rulebook and a question's shape to the few rules that can speak, and from them to answers.

Which rules apply at all depends on the day, the channel, the purpose, the way of dialling, the
profile and the states only. That choice is made once and kept; a decision then runs the dozen
kernels that are left.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from leadcore.contact.consent_guards import CONSENT_TESTS, permits
from leadcore.contact.hits import BoundRule, Hit
from leadcore.contact.time_guards import TIME_OPENINGS, TIME_TESTS
from leadcore.decisions import Verdict, combine
from leadcore.rulebooks.rule import Confidence, Initiation, Profile, Purpose, Role
from leadcore.rulebooks.states import NAMES, UNKNOWN_STATE
from leadcore.submissions import Channel

if TYPE_CHECKING:
    from datetime import date

    from leadcore.contact.case import Case
    from leadcore.contact.hits import Opening, Test
    from leadcore.decisions import Finding
    from leadcore.rulebooks.book import Rulebook
    from leadcore.rulebooks.rule import Rule

__all__ = ["KERNELS", "applicable", "hits_of", "tested", "verdict_of"]

KERNELS: dict[str, Test] = {**CONSENT_TESTS, **TIME_TESTS}
"""Every kernel a contact rule may name."""


def _own_test(rule: Rule) -> Test:
    when = rule.when
    hit = {Role.BASIS: Hit.PERMIT, Role.GUARD: Hit.DENY}.get(rule.role, Hit.SILENT)

    def test(case: Case, _bound: BoundRule) -> Hit:
        return hit if when is not None and when(case) else Hit.SILENT

    return test


def _test_of(rule: Rule) -> Test:
    if rule.when is not None:
        return _own_test(rule)
    if rule.role is Role.BASIS and not rule.kernel:
        return permits
    try:
        return KERNELS[rule.kernel]
    except KeyError:
        message = f"rule {rule.id} names the kernel {rule.kernel!r}, which does not exist"
        raise ValueError(message) from None


def _opening_of(rule: Rule) -> Opening | None:
    return None if rule.when is not None else TIME_OPENINGS.get(rule.kernel)


def _belongs(rule: Rule, states: frozenset[str]) -> bool:
    return rule.state is None or rule.state in states


def _applies(rule: Rule, shape: tuple[str, str, str, str]) -> bool:
    channel, initiation, purpose, profile = shape
    literal = profile == Profile.LITERAL.value
    if rule.role is Role.NOTE or (literal and rule.confidence is Confidence.LOW):
        return False
    scope = rule.scope_in(Profile(profile))
    return scope.covers(Channel(channel), Purpose(purpose), Initiation(initiation))


def _beyond(rule: Rule, shape: tuple[str, str, str, str]) -> bool:
    """Tell whether the rule's own words, read literally, do not reach such a contact."""
    channel, initiation, purpose, _ = shape
    words = rule.literal or rule.scope
    return rule.confidence is Confidence.LOW or not words.covers(
        Channel(channel), Purpose(purpose), Initiation(initiation)
    )


def tested(rules: Rulebook, shape: tuple[str, str, str, str]) -> tuple[Rule, ...]:
    """Give the rules that can speak about such contacts on some day, somewhere.

    Raises:
        ValueError: one of them names a kernel that does not exist.
    """
    found = tuple(rule for rule in rules.rules if _applies(rule, shape))
    for rule in found:
        _test_of(rule)
    return found


@lru_cache(maxsize=8192)
def applicable(
    rules: Rulebook,
    days: tuple[date, ...],
    shape: tuple[str, str, str, str],
    states: tuple[str, ...],
) -> tuple[BoundRule, ...]:
    """Give the rules that can speak, in the rulebook's order.

    Args:
        rules: the rulebook.
        days: the local dates where the person may be; a rule in force on any of them counts.
        shape: channel, initiation, purpose and profile, as `Question.shape` has them.
        states: the states whose rules apply; one that is not of the table is an unknown state.

    Raises:
        ValueError: a rule names a kernel that does not exist.
    """
    known = frozenset(states if set(states) <= set(NAMES) else (*states, UNKNOWN_STATE))
    return tuple(
        BoundRule(rule, _test_of(rule), _opening_of(rule), beyond=_beyond(rule, shape))
        for rule in rules.rules
        if any(rule.in_force_on(day) for day in days)
        and _belongs(rule, known)
        and _applies(rule, shape)
    )


def hits_of(case: Case, rules: Rulebook) -> list[tuple[BoundRule, Hit]]:
    """Give every rule that speaks about a case, with its answer, in the rulebook's order."""
    found: list[tuple[BoundRule, Hit]] = []
    for bound in applicable(rules, case.days, case.question.shape, case.states):
        hit = bound.test(case, bound)
        if hit:
            found.append((bound, hit))
    return found


def verdict_of(hits: list[tuple[BoundRule, Hit]]) -> tuple[Verdict, tuple[Finding, ...]]:
    """Combine answers: deny beats warn beats permit, and where nothing permits a finding says so.

    A denial by a rule says enough; that nothing permits besides is said only where no rule denies.
    """
    findings = tuple([bound.finding(hit) for bound, hit in hits])
    answers = [hit for _, hit in hits]
    if answers and max(answers) >= Hit.CAUTION:
        return Verdict.DENIED, findings
    if Hit.PERMIT not in answers:
        return combine(findings)
    return (Verdict.WARN if Hit.WARN in answers else Verdict.PERMITTED), findings
