"""A rulebook: a named, dated set of rules, as a value.

Changing a rulebook gives another one whose id says what was changed, so that every decision names
the rules that made it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from leadcore.decisions import Severity
from leadcore.rulebooks.rule import CALL_AND_TEXT, Purpose, Role, Rule, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

__all__ = ["Rulebook"]

_OWN_SCOPE = Scope(channels=CALL_AND_TEXT, purposes=frozenset(Purpose))


def _rules(value: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Rulebook:
    """Rules in the order their findings are given.

    Attributes:
        id: names the rulebook in every decision; changes are written behind it.
        as_of: the day whose law it describes; what changed later it can't know.
        rules: every edition of every rule.
        closures: extra closed days by state, as `(state, day)`: a governor's proclamation, say.
    """

    id: str
    as_of: date
    rules: tuple[Rule, ...] = field(converter=_rules, repr=False)
    closures: frozenset[tuple[str, date]] = frozenset()

    def __hash__(self) -> int:
        """Hash by name, so that a rulebook is a cheap key; equality compares everything."""
        return hash(self.id)

    def editions(self, rule_id: str) -> tuple[Rule, ...]:
        """Give all editions of a rule.

        Raises:
            KeyError: there is no such rule.
        """
        found = tuple(rule for rule in self.rules if rule.id == rule_id)
        if not found:
            raise KeyError(rule_id)
        return found

    def in_force(self, day: date) -> tuple[Rule, ...]:
        """Give the rules that bind on a local day, in order."""
        return tuple(rule for rule in self.rules if rule.in_force_on(day))

    def add(self, *rules: Rule) -> Rulebook:
        """Give a rulebook with more rules at its end.

        Raises:
            ValueError: an id is taken; replace that rule instead.
        """
        taken = {rule.id for rule in self.rules} & {rule.id for rule in rules}
        if taken:
            message = f"these rules exist already: {', '.join(sorted(taken))}; replace them instead"
            raise ValueError(message)
        return self._changed((*self.rules, *rules), "+", rules)

    def replace(self, *rules: Rule) -> Rulebook:
        """Give a rulebook in which rules take the place of all editions of their ids.

        Raises:
            KeyError: there is no rule of that id.
        """
        new: dict[str, list[Rule]] = {}
        for rule in rules:
            self.editions(rule.id)
            new.setdefault(rule.id, []).append(rule)
        kept: list[Rule] = []
        for rule in self.rules:
            kept += new.pop(rule.id, []) if rule.id in {r.id for r in rules} else [rule]
        return self._changed(tuple(kept), "~", rules)

    def drop(self, rule_id: str) -> Rulebook:
        """Give a rulebook without a rule. Whoever drops a guard answers for it.

        Raises:
            KeyError: there is no such rule.
        """
        gone = self.editions(rule_id)
        return self._changed(
            tuple(rule for rule in self.rules if rule.id != rule_id), "-", gone[:1]
        )

    def forbid(
        self,
        rule_id: str,
        sentence: str,
        *,
        when: Callable[[Any], bool],
        scope: Scope = _OWN_SCOPE,
        citation: str = "house rule",
    ) -> Rulebook:
        """Give a rulebook with one more guard of the user's own.

        Args:
            rule_id: a new id.
            sentence: what a finding says.
            when: given the case (`leadcore.contact.Case`), true where contact is forbidden.
            scope: to which contacts it applies; calls and texts of any purpose if not said.
            citation: where the user's rule is written.

        Raises:
            ValueError: the id is taken.
        """
        rule = Rule(
            id=rule_id,
            sentence=sentence,
            citation=citation,
            severity=Severity.POLICY,
            role=Role.GUARD,
            scope=scope,
            when=when,
        )
        return self.add(rule)

    def close(self, state: str, *days: date) -> Rulebook:
        """Give a rulebook in which more days are closed in a state.

        Rules of kind "closed days" of that state read them; a state without such a rule has none.
        """
        marks = ",".join(day.isoformat() for day in sorted(days))
        return evolve(
            self,
            id=f"{self.id}+{state}:{marks}",
            closures=self.closures | {(state, day) for day in days},
        )

    def enact(self, rule_id: str, effective_from: date) -> Rulebook:
        """Give a rulebook in which an adopted, waived or vacated rule is in force from a day on.

        This is the switch for rules that ship as adopted but pending.

        Raises:
            KeyError: there is no such rule.
        """
        enacted = tuple(
            evolve(rule, status=Status.IN_FORCE, effective_from=effective_from)
            for rule in self.editions(rule_id)
        )
        return evolve(
            self.replace(*enacted), id=f"{self.id}!{rule_id}@{effective_from.isoformat()}"
        )

    def _changed(self, rules: tuple[Rule, ...], sign: str, by: Iterable[Rule]) -> Rulebook:
        names = "".join(f"{sign}{name}" for name in dict.fromkeys(rule.id for rule in by))
        return evolve(self, id=f"{self.id}{names}", rules=rules)
