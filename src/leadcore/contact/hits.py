"""What a kernel answers, and the rules as the engine holds them: bound to their kernels."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from leadcore.decisions import Effect, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore.contact.case import Case
    from leadcore.rulebooks.rule import Rule

__all__ = ["BoundRule", "Hit", "Opening", "Test"]


class Hit(IntEnum):
    """One rule's answer to one case.

    `CAUTION` denies as well: the house is stricter there than the rule's words. So does `UNTOLD`:
    nobody knows whether the rule speaks.
    """

    SILENT = 0
    PERMIT = 1
    WARN = 2
    CAUTION = 3
    DENY = 4
    UNTOLD = 5


_EFFECTS = {
    Hit.PERMIT: Effect.PERMIT,
    Hit.WARN: Effect.WARN,
    Hit.CAUTION: Effect.DENY,
    Hit.DENY: Effect.DENY,
    Hit.UNTOLD: Effect.DENY,
}
_STRICTER = frozenset({Hit.CAUTION, Hit.UNTOLD})


class BoundRule:
    """A rule with its kernel, and with one finding made in advance for each answer.

    Attributes:
        rule: the rule.
        test: its kernel.
        opening: gives the first instant (µs) it may fall silent by time alone; None: never.
        beyond: is this contact outside the rule's own words, so that only caution applies?
    """

    __slots__ = ("_findings", "beyond", "opening", "rule", "test")

    def __init__(self, rule: Rule, test: Test, opening: Opening | None, *, beyond: bool) -> None:
        self.rule: Final = rule
        self.test: Final = test
        self.opening: Final = opening
        self.beyond: Final = beyond
        self._findings: dict[Hit, Finding] = {}

    def finding(self, hit: Hit) -> Finding:
        """Give the finding of an answer; the same value every time."""
        found = self._findings.get(hit)
        if found is None:
            found = self._findings[hit] = self._make(hit)
        return found

    def _make(self, hit: Hit) -> Finding:
        rule = self.rule
        words = {
            Hit.WARN: rule.caution,
            Hit.CAUTION: rule.caution,
            Hit.UNTOLD: rule.untold or rule.caution,
        }
        return Finding(
            rule=rule.id,
            effect=_EFFECTS[hit],
            severity=Severity.POLICY if hit in _STRICTER else rule.severity,
            sentence=words.get(hit) or rule.sentence,
            citation=rule.citation,
            evidence=rule.evidence,
        )


if TYPE_CHECKING:
    Test = Callable[[Case, BoundRule], Hit]
    Opening = Callable[[Case, BoundRule], int | None]
else:
    Test = Opening = object
