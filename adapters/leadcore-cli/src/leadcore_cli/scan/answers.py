"""The answer to each row, and the count of them all."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from leadcore import back_office as bo
from leadcore import contact
from leadcore.decisions import Decision, Verdict
from leadcore.errors import Problem
from leadcore.intervals import to_local
from leadcore.rulebooks import US

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.contact import Bound, Question
    from leadcore.rulebooks import Rulebook
    from leadcore_cli.scan.rows import Row

__all__ = [
    "MALFORMED",
    "NEVER",
    "NO_ADDRESS",
    "Answer",
    "Reason",
    "Tally",
    "answers",
    "hour_of",
    "local_words",
]

_BOUND = 256
"""Questions that differ (by subject, seller, instant) kept bound at a time."""
NO_ADDRESS, MALFORMED, NEVER = "no_address", "malformed", "never"


@frozen(kw_only=True)
class Answer:
    """What is said of one row.

    Attributes:
        where, id: as in the row.
        verdict: permitted, warn, denied, no_address or malformed.
        rules: the determining rules.
        next_at: the first instant (UTC) it is permitted; None where time alone won't open it.
        zones: the zones the person may be in.
        sentence: why, in words; empty where it is plainly permitted.
        said: a sentence for each determining rule.
        problems: why the row can't be read.
    """

    where: str
    id: str | None
    verdict: str
    rules: tuple[str, ...] = ()
    next_at: datetime | None = None
    zones: tuple[str, ...] = ()
    sentence: str = ""
    said: dict[str, str] = field(factory=dict)
    problems: tuple[Problem, ...] = ()


def answers(rows: Iterable[Row], rules: Rulebook = US) -> Iterator[Answer]:
    """Answer rows one by one, in order."""
    bound: dict[tuple[Question, datetime], Bound] = {}
    for row in rows:
        if row.question is None or row.facts is None:
            yield _unasked(row)
            continue
        key = (row.question, row.at)
        ask = bound.get(key)
        if ask is None:
            if len(bound) >= _BOUND:
                bound.clear()
            ask = bound[key] = contact.bind(row.question, rules, row.at)
        decision = ask.assess(row.facts)
        if row.lead is not None and row.contact is not None:
            decision = bo.add_findings(decision, row.lead, row.contact, rules=rules)
        yield _told(row, decision, row.facts.number.zones)


def _unasked(row: Row) -> Answer:
    if row.nobody is not None:
        return Answer(where=row.where, id=row.id, verdict=NO_ADDRESS, sentence=row.nobody)
    said = "; ".join(str(problem) if problem.path else problem.message for problem in row.problems)
    return Answer(
        where=row.where, id=row.id, verdict=MALFORMED, sentence=said, problems=row.problems
    )


def _told(row: Row, decision: Decision, zones: tuple[str, ...]) -> Answer:
    said = {finding.rule: finding.sentence for finding in reversed(decision.determining)}
    plain = decision.verdict is Verdict.PERMITTED
    first = "" if plain else decision.determining[0].sentence
    return Answer(
        where=row.where,
        id=row.id,
        verdict=decision.verdict.value,
        rules=decision.rules,
        next_at=decision.next_permitted_at,
        zones=zones,
        sentence=first,
        said={} if plain else said,
    )


@lru_cache(maxsize=4096)
def local_words(at: datetime, zones: tuple[str, ...]) -> str:
    """Write an instant on the clocks of zones: `2026-11-25 08:00 America/New_York`."""
    return "; ".join(f"{to_local(at, zone):%Y-%m-%d %H:%M} {zone}" for zone in zones)


@lru_cache(maxsize=4096)
def hour_of(at: datetime, zone: str) -> str:
    """Write the hour an instant falls into on the clock of a zone, with its offset."""
    local = to_local(at, zone)
    return f"{local:%Y-%m-%dT%H:00}{local:%z}"


@define
class Reason:
    """One determining rule: on how many rows it spoke, on how many it alone."""

    sentence: str
    count: int = 0
    alone: int = 0


@define(kw_only=True)
class Tally:
    """The count of all answers; small, however long the list.

    Attributes:
        zone: the zone whose hours are counted.
        verdicts: rows by verdict.
        reasons: the rules that denied or warned.
        opens: rows that are denied, by the hour they open; `never` for those that time won't open.
    """

    zone: str
    verdicts: Counter[str] = field(factory=Counter[str])
    reasons: dict[str, Reason] = field(factory=dict)
    opens: Counter[str] = field(factory=Counter[str])

    @property
    def rows(self) -> int:
        """How many rows were counted."""
        return sum(self.verdicts.values())

    def add(self, answer: Answer) -> None:
        """Count an answer."""
        self.verdicts[answer.verdict] += 1
        for rule in answer.rules:
            reason = self.reasons.get(rule)
            if reason is None:
                reason = self.reasons[rule] = Reason(answer.said.get(rule) or sentence_of(rule))
            reason.count += 1
            reason.alone += len(answer.rules) == 1
        if answer.verdict == Verdict.DENIED.value:
            at = answer.next_at
            self.opens[NEVER if at is None else hour_of(at, self.zone)] += 1

    def by_count(self) -> list[tuple[str, Reason]]:
        """Give the reasons, the commonest first."""
        return sorted(self.reasons.items(), key=lambda item: (-item[1].count, item[0]))

    def by_hour(self) -> list[tuple[str, int]]:
        """Give the hours in order of time, those that never open last."""
        return sorted(self.opens.items(), key=_when)


def _when(item: tuple[str, int]) -> tuple[bool, datetime]:
    hour, _ = item
    if hour == NEVER:
        return True, datetime.max.replace(tzinfo=UTC)
    return False, datetime.fromisoformat(hour)


def sentence_of(rule_id: str, rules: Rulebook = US) -> str:
    """Give what a rule says, where no finding of it is at hand; empty for one of no rulebook."""
    return next((rule.sentence for rule in reversed(rules.rules) if rule.id == rule_id), "")
