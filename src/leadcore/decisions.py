"""Answers of policies: a verdict and every finding that led to it.

A policy is a pure function `assess(question, facts, *, at, rules) -> Decision`. Three things hold
for every decision made here:

* **all** findings are kept, in the rulebook's order, not the first one only;
* deny beats warn beats permit, and where nothing permits there is a finding that says so;
* a decision is no truth value: `if decision:` raises, because "warn" is neither.

Deny by default and "forbid beats permit" follow the Cedar policy language; keeping every finding
follows beancount and python-stdnum. When in doubt, leadcore does not contact and does not pay.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, NoReturn

from attrs import field, frozen

from leadcore.errors import Refused
from leadcore.values import instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NO_BASIS", "Decision", "Effect", "Finding", "Severity", "Verdict", "combine"]

NO_BASIS = "NO-BASIS"
"""The rule id of the finding added where no rule permits."""


class Effect(Enum):
    """What one rule says."""

    PERMIT = "permit"
    WARN = "warn"
    DENY = "deny"


class Severity(Enum):
    """Whether a finding follows a legal text or the house's own caution."""

    LEGAL = "legal"
    POLICY = "policy"


class Verdict(Enum):
    """What all rules together say."""

    PERMITTED = "permitted"
    WARN = "warn"
    DENIED = "denied"


@frozen(kw_only=True)
class Finding:
    """One rule's answer.

    Attributes:
        rule: the rule's stable id, such as `F-QH`.
        effect: what the rule says.
        severity: legal text or house caution.
        sentence: one sentence a person understands.
        citation: the source, as the rule gives it.
        evidence: the names of the facts used, such as `lead.tcpa=no`.
        until: the instant (UTC) this finding stops to hold, if one is known.
    """

    rule: str
    effect: Effect
    severity: Severity
    sentence: str
    citation: str
    evidence: tuple[str, ...] = ()
    until: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class Decision:
    """The combined answer, a value that can be stored and replayed.

    Attributes:
        verdict: deny beats warn beats permit.
        findings: every finding, in rulebook order.
        at: the instant (UTC) the question was asked about.
        rulebook: the id of the rulebook that answered.
        holds_until: the first instant the answer may differ, if known.
        next_permitted_at: the first instant at or after `at` that is not denied, if there is one.
        why_never: why no such instant exists, where there is none.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    at: datetime = field(converter=instant)
    rulebook: str
    holds_until: datetime | None = field(default=None, converter=optional_instant)
    next_permitted_at: datetime | None = field(default=None, converter=optional_instant)
    why_never: str | None = None

    @property
    def determining(self) -> tuple[Finding, ...]:
        """The findings that settled the verdict."""
        effect = _SETTLES[self.verdict]
        return tuple(finding for finding in self.findings if finding.effect is effect)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that denied or warned; empty where it is permitted."""
        if self.verdict is Verdict.PERMITTED:
            return ()
        return tuple(dict.fromkeys(finding.rule for finding in self.determining))

    def require(self) -> Decision:
        """Return the decision unless it denies.

        Raises:
            Refused: the verdict is denied.
        """
        if self.verdict is Verdict.DENIED:
            raise Refused(self)
        return self

    def __bool__(self) -> NoReturn:
        """Refuse to be a truth value.

        Raises:
            TypeError: always; compare `verdict` or call `require()`.
        """
        message = "a Decision is no truth value; compare .verdict or call .require()"
        raise TypeError(message)


_SETTLES = {
    Verdict.PERMITTED: Effect.PERMIT,
    Verdict.WARN: Effect.WARN,
    Verdict.DENIED: Effect.DENY,
}


def combine(findings: Iterable[Finding]) -> tuple[Verdict, tuple[Finding, ...]]:
    """Combine findings: deny beats warn beats permit; nothing permits means denied.

    Returns:
        The verdict and the findings, with a `NO-BASIS` denial added where no rule permits.
    """
    found = tuple(findings)
    effects = {finding.effect for finding in found}
    if Effect.PERMIT not in effects:
        found = (*found, _NOTHING_PERMITS)
        return Verdict.DENIED, found
    if Effect.DENY in effects:
        return Verdict.DENIED, found
    return (Verdict.WARN if Effect.WARN in effects else Verdict.PERMITTED), found


_NOTHING_PERMITS = Finding(
    rule=NO_BASIS,
    effect=Effect.DENY,
    severity=Severity.POLICY,
    sentence="No rule permits this, and what is not permitted is not done.",
    citation="leadcore: unknown means not allowed",
)
