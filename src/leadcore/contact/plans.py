"""What can be settled before anybody is looked at, and the answers kept once they were found.

A `Plan` belongs to a rulebook and a question's shape. It has a `Cell` for each place and local
date. Where nobody with the same bits was asked about before, each rule's answer is looked up by
the bits it reads (`reads`), and where that is new, too, the rule itself is asked.

Rules of the user's own look at what they like: they are asked every time.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from leadcore.contact.cells import Cell
from leadcore.contact.counts import counts_of
from leadcore.contact.engine import tested
from leadcore.contact.kernels import DAY
from leadcore.contact.reads import TOUCHES, is_kept, reads_of
from leadcore.rulebooks.rule import Profile

if TYPE_CHECKING:
    from leadcore.contact.case import Case
    from leadcore.contact.cells import Answer, Row
    from leadcore.contact.digests import Where
    from leadcore.contact.facts import Question
    from leadcore.rulebooks.book import Rulebook

__all__ = ["Plan", "plan_of"]

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_KEPT = 8192
"""Cells of a plan and answers of a row that are kept; beyond, all are found again."""


class Plan:
    """A rulebook and a question's shape.

    Attributes:
        rules: the rulebook.
        shape: channel, initiation, purpose and profile.
        strict: is the strict profile asked for?
        own: has the rulebook tests of the user's own, or others that must be asked every time?
        counts: what caps of any state count, each once.
        reach: how long before an instant touches may count.
        texts: does it matter whether there was a touch at all, or a second one?

    Raises:
        ValueError: a rule of this shape names a kernel that does not exist.
    """

    __slots__ = ("_cells", "counts", "own", "reach", "rules", "shape", "strict", "texts")

    def __init__(self, rules: Rulebook, shape: tuple[str, str, str, str]) -> None:
        spoken = tested(rules, shape)
        self.rules: Final = rules
        self.shape: Final = shape
        self.strict: Final = shape[3] == Profile.STRICT.value
        self.own: Final = not all(map(is_kept, spoken))
        counts = [each for rule in spoken for each in counts_of(rule, strict=self.strict)]
        self.counts: Final = tuple(dict.fromkeys(counts))
        self.reach: Final = max((each.span for each in counts), default=timedelta())
        self.texts: Final = any(reads_of(rule.kernel) & TOUCHES for rule in spoken)
        self._cells: dict[tuple[Where, int | tuple[int, ...]], Cell] = {}

    def cell(self, where: Where, at: int) -> tuple[Cell, Row]:
        """Give the cell of a place at an instant, and the row of its hour.

        Args:
            where: where the person may be.
            at: the instant in microseconds since 1970 (UTC).
        """
        if len(where.clocks) == 1:
            day, time = divmod(where.clocks[0].local(at), DAY)
            cell = self._cells.get((where, day)) or self._make(where, day, (day,))
            if not cell.clocks:
                key = bisect_right(cell.points, time)
                return cell, cell.rows.get(key) or cell.row(key)
        shown = [divmod(clock.local(at), DAY) for clock in where.clocks]
        days = tuple(sorted({day for day, _ in shown})) or (at // DAY,)
        cell = self._cells.get((where, days)) or self._make(where, days, days)
        shown += [divmod(clock.local(at), DAY) for clock in cell.clocks]
        key = 0
        for day, time in shown:
            key = (key * 7 + day % 7) * (len(cell.points) + 1) + bisect_right(cell.points, time)
        return cell, cell.row(key)

    def _make(self, where: Where, key: int | tuple[int, ...], days: tuple[int, ...]) -> Cell:
        if len(self._cells) >= _KEPT:
            self._cells.clear()
        dates = tuple(date.fromordinal(_EPOCH_DAY + day) for day in days)
        cell = self._cells[where, key] = Cell(self, where, dates)
        return cell

    def answer(self, case: Case, cell: Cell, row: Row, bits: int) -> Answer:
        """Give the answer to facts nobody like was asked about, rule by rule.

        Args:
            case: the question, the facts and the instant.
            cell: as `Plan.cell` gives it.
            row: as `Plan.cell` gives it.
            bits: as `Cell.bits` gives them.
        """
        pattern = bytearray()
        for (bound, reads), table in zip(cell.rules, row.tables, strict=True):
            if table is None:
                pattern.append(bound.test(case, bound))
                continue
            read = bits & reads
            hit = table.get(read)
            if hit is None:
                hit = table[read] = bound.test(case, bound)
            pattern.append(hit)
        found = cell.answer(bytes(pattern))
        if not cell.own:
            if len(row.answers) >= _KEPT:
                row.answers.clear()
            row.answers[bits] = found
        return found


@lru_cache(maxsize=256)
def _plan(rules: Rulebook, shape: tuple[str, str, str, str]) -> Plan:
    return Plan(rules, shape)


def plan_of(question: Question, rules: Rulebook) -> Plan:
    """Give the plan of a question's shape; the same one every time."""
    try:
        found = question.plan
    except AttributeError:
        pass
    else:
        if found.rules is rules:
            return found
    found = _plan(rules, question.shape)
    object.__setattr__(question, "plan", found)
    return found
