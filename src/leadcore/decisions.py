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
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVarTuple

from attrs import field, frozen

from leadcore.errors import Refused
from leadcore.values import instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["NO_BASIS", "Decision", "Effect", "Finding", "Severity", "Verdict", "combine"]

Given = TypeVarTuple("Given")

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


class _Deferred:
    """Room for a decision, of which one part may be worked out when it is read.

    All of a decision's slots are here, so that those below add none of their own: between classes
    of one layout an object changes at no cost.
    """

    __slots__ = (
        "_ahead", "at", "findings", "holds_until", "next_permitted_at", "rulebook", "verdict",
        "why_never",
    )  # fmt: skip

    # Written out it would name what only type checkers import, and hints are resolved by `wire`.
    _ahead: Any

    # Type checkers would take any name for an attribute.
    if not TYPE_CHECKING:  # pragma: no branch - it is never true where it runs

        def __getattr__(self, name: str) -> object:
            """Work out when contact opens again; Python asks only where the slot is empty."""
            if name not in _AHEAD:
                message = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(message, name=name, obj=self)
            ahead, *given = object.__getattribute__(self, "_ahead")
            opens = ahead(*given)
            for slot, value in zip(_AHEAD, opens, strict=True):
                object.__setattr__(self, slot, value)
            return object.__getattribute__(self, name)


_AHEAD: Final = ("next_permitted_at", "why_never")


@frozen(kw_only=True, weakref_slot=False)
class Decision(_Deferred):
    """The combined answer, a value that can be stored and replayed.

    The next permitted instant takes far longer to find than the answer; `deferred` makes decisions
    that find it when it is first read, by whatever way: comparing, printing, storing read it, too.

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

    @staticmethod
    def deferred(
        verdict: Verdict,
        findings: tuple[Finding, ...],
        at: datetime,
        rulebook: str,
        ahead: tuple[Callable[[*Given], tuple[datetime | None, str | None]], *Given],
    ) -> Decision:
        """Make a decision whose next permitted instant is found when it is first read.

        Args:
            verdict: as in the class.
            findings: as in the class.
            at: the instant asked about, as `values.instant` gives it; not looked at again.
            rulebook: the id of the rulebook.
            ahead: what gives `next_permitted_at` (in UTC) and `why_never`, then what it is called
                with; pure, so that it does not matter when or how often it is asked.
        """
        made = _Draft()
        made.verdict = verdict
        made.findings = findings
        made.at = at
        made.rulebook = rulebook
        made.holds_until = None
        made._ahead = ahead  # noqa: SLF001 - it is to be the decision's own
        made.__class__ = Decision  # type: ignore[assignment]  # it becomes one
        return made  # type: ignore[return-value]  # as above

    @staticmethod
    def open_now(
        verdict: Verdict, findings: tuple[Finding, ...], at: datetime, rulebook: str
    ) -> Decision:
        """Make a decision that does not deny: the next permitted instant is the one asked about.

        Args:
            verdict: permitted or warn.
            findings: as in the class.
            at: the instant asked about, as `values.instant` gives it; not looked at again.
            rulebook: the id of the rulebook.
        """
        made = _Draft()
        made.verdict = verdict
        made.findings = findings
        made.at = at
        made.rulebook = rulebook
        made.holds_until = None
        made.next_permitted_at = at
        made.why_never = None
        made.__class__ = Decision  # type: ignore[assignment]  # it becomes one
        return made  # type: ignore[return-value]  # as above

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


class _Draft(_Deferred):
    """A decision under way: the same slots, which can be written while it is none yet.

    An `__init__` with its converters takes ten times as long, and there is nothing to convert.
    """

    __slots__ = ()

    verdict: Verdict
    findings: tuple[Finding, ...]
    at: datetime
    rulebook: str
    holds_until: datetime | None
    next_permitted_at: datetime | None
    why_never: str | None


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
