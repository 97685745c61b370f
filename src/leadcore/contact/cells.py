"""One place on one local date, for one shape of question: the rules that can speak, and answers.

A cell turns facts into bits (`Cell.bits`), by comparing a `Digest` with what is settled for the
day. Within a cell the hour picks a row, and the bits of the facts an answer.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from attrs import frozen

from leadcore.contact.case import (
    INQUIRY_DAYS,
    INQUIRY_MONTHS,
    PURCHASE_DAYS,
    months_before,
    purchase_months,
)
from leadcore.contact.clocks import clock_of
from leadcore.contact.consent_guards import PORT_DAYS, SCRUB_DAYS
from leadcore.contact.counts import counts_in
from leadcore.contact.digests import (
    BOUGHT,
    INQUIRED,
    PORTED,
    SCRUBBED,
    UNSETTLED,
    Sort,
    shared,
    touched,
)
from leadcore.contact.engine import applicable, verdict_of
from leadcore.contact.hits import BoundRule, Hit
from leadcore.contact.kernels import MINUTE
from leadcore.contact.reads import MESSAGES, TOUCHES, is_kept, reads_of
from leadcore.decisions import Finding, Verdict
from leadcore.rulebooks.rule import Cap, ClosedDays, Hours
from leadcore.rulebooks.states import UNKNOWN_STATE

if TYPE_CHECKING:
    from leadcore.contact.clocks import Clock
    from leadcore.contact.counts import Counts
    from leadcore.contact.digests import Dated, Digest, Where
    from leadcore.contact.plans import Plan

__all__ = ["Answer", "Cell", "Row"]

_KEPT = 8192
"""Sorts of people of a cell that are kept; beyond, all are made again."""


@frozen(kw_only=True, eq=False)
class Answer:
    """What all the rules say together.

    Attributes:
        verdict, findings: as a decision has them.
        denied: is it denied?
        hits: the rules that speak, with their answers.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    denied: bool
    hits: list[tuple[BoundRule, Hit]]


def _reads(
    bounds: tuple[BoundRule, ...], counts: tuple[Counts, ...]
) -> tuple[tuple[BoundRule, int], ...]:
    """Give each rule with the bits it reads, the counts of caps among them."""
    ahead = iter(counts)
    found: list[tuple[BoundRule, int]] = []
    for bound in bounds:
        bits = reads_of(bound.rule.kernel)
        if isinstance(bound.rule.terms, Cap):
            bits |= next(ahead).bit * 3
        found.append((bound, bits))
    return tuple(found)


def _clock_named(bound: BoundRule) -> str | None:
    terms = bound.rule.terms
    return terms.clock if isinstance(terms, (Hours, ClosedDays)) else None


def _turns_with_the_hour(bound: BoundRule) -> bool:
    """Tell whether an answer may change within a date: hours, and dates of another clock."""
    return isinstance(bound.rule.terms, Hours) or _clock_named(bound) is not None


def _points(bounds: tuple[BoundRule, ...]) -> tuple[int, ...]:
    """Give the times of day (µs) at which the hours of any rule begin, end, and are over."""
    found: set[int] = set()
    for bound in bounds:
        terms = bound.rule.terms
        for hours in terms.week.days if isinstance(terms, Hours) else ():
            if hours is not None:
                closes = hours[1] * MINUTE
                found |= {hours[0] * MINUTE, closes, closes + 1}
    return tuple(sorted(found))


class Row:
    """The answers of one cell at one hour.

    Attributes:
        answers: by the bits of the facts; empty where tests of the user's own take part.
        tables: for each rule of the cell its answers by the bits it reads; None: never kept.
    """

    __slots__ = ("answers", "tables")

    def __init__(self, tables: tuple[dict[int, Hit] | None, ...]) -> None:
        self.answers: Final[dict[int, Answer]] = {}
        self.tables: Final = tables


class Cell:
    """One place on one local date (on more than one, where its zones differ).

    Attributes:
        own: has a rule of the cell a test that must be asked every time?
        rules: the rules that can speak, each with the bits it reads.
        clocks: the clocks to look at beside those of the person's zones.
        points: the times of day, in microseconds, at which an answer may change, sorted.
        rows: the answers by the key of the hour.
        today: the ordinal of the latest local date.
    """

    __slots__ = (
        "_answers", "_bought_since", "_counts", "_first", "_inquired_since", "_kinds", "_messages",
        "_scrubbed_since", "_sorts", "_span", "_states", "_tables", "_texts", "_tomorrow",
        "_unsorted", "clocks", "own", "points", "rows", "rules", "today",
    )  # fmt: skip

    def __init__(self, plan: Plan, where: Where, days: tuple[date, ...]) -> None:
        states = where.states or (UNKNOWN_STATE,)
        bounds = applicable(plan.rules, days, plan.shape, states)
        self.own: Final = not all(is_kept(bound.rule) for bound in bounds)
        self._counts: Final = counts_in(bounds, strict=plan.strict)
        self.rules: Final = _reads(bounds, self._counts)
        self._answers: Final[dict[bytes, Answer]] = {}
        self._unsorted: Final = Sort(self, -1)
        self._sorts: Final[dict[tuple[object, int], Sort]] = {}
        self._kinds: Final[dict[tuple[bytes, int], int]] = {}
        self._tables: Final[list[dict[int, Hit]]] = [{} for _ in bounds]
        named = [_clock_named(bound) for bound in bounds]
        self.clocks: Final[tuple[Clock, ...]] = tuple(
            clock_of(zone) for zone in dict.fromkeys(named) if zone is not None
        )
        self.points: Final = _points(bounds)
        self.rows: Final[dict[int, Row]] = {}
        self._texts: Final = any(reads & TOUCHES for _, reads in self.rules)
        self._messages: Final = any(reads & MESSAGES for _, reads in self.rules)
        spans = [count.span for count in self._counts]
        least = timedelta() if self._texts else None
        self._span: Final = max(spans) if spans else least
        self._states: Final = states
        self._first: Final = days[0].toordinal()
        self.today: Final = days[-1].toordinal()
        self._scrubbed_since: Final = self.today - SCRUB_DAYS
        self._tomorrow: Final = self.today + 1
        self._inquired_since: int | None = None
        self._bought_since: int | None = None

    def row(self, key: int) -> Row:
        """Give the row of an hour; it is filled as questions come."""
        found = self.rows.get(key)
        if found is None:
            tables = [
                None if not is_kept(bound.rule)
                # All answers but those about hours hold for the whole cell.
                else {} if _turns_with_the_hour(bound) else table
                for (bound, _), table in zip(self.rules, self._tables, strict=True)
            ]  # fmt: skip
            found = self.rows[key] = Row(tuple(tables))
        return found

    def answer(self, pattern: bytes) -> Answer:
        """Give what rules say together, by the answer of each."""
        found = self._answers.get(pattern)
        if found is None:
            hits = [
                (bound, Hit(hit))
                for (bound, _), hit in zip(self.rules, pattern, strict=True)
                if hit
            ]
            verdict, findings = verdict_of(hits)
            found = self._answers[pattern] = Answer(
                verdict=verdict, findings=findings, denied=verdict is Verdict.DENIED, hits=hits
            )
        return found

    def bits(self, digest: Digest, at: datetime) -> int:
        """Give all that rules may find in the facts at an instant of this cell.

        Of facts that were asked about before, after the last instant they record, it is kept.
        """
        sort, settled = digest.seen
        if sort.cell is not self:
            digest.seen = self._unsorted, UNSETTLED
            return self._bits(digest, at)
        if settled is UNSETTLED:
            settled = digest.settle(self._span)
            digest.seen = self._unsorted, settled
        if settled >= at:
            return self._bits(digest, at)
        if sort.bits >= 0:
            return sort.bits
        bits = self._alike(self._bits(digest, at))
        digest.seen = self._sort(digest.asked, bits), shared(settled, at)
        return bits

    def _alike(self, bits: int) -> int:
        """Give the same bits for all whom the rules of the cell can't tell apart, at any hour.

        These are the ones to whom every rule but those about hours answers the same, and who are
        the same to those about hours. Where a rule was not asked yet, nobody can say.
        """
        if self.own:
            return bits
        day = bytearray()
        hours = 0
        for (bound, reads), table in zip(self.rules, self._tables, strict=True):
            if _turns_with_the_hour(bound):
                hours |= reads
                continue
            hit = table.get(bits & reads)
            if hit is None:
                return bits
            day.append(hit)
        if len(self._kinds) >= _KEPT:
            self._kinds.clear()
        return self._kinds.setdefault((bytes(day), bits & hours), bits)

    def _sort(self, asked: object, bits: int) -> Sort:
        found = self._sorts.get((asked, bits))
        if found is None:
            if len(self._sorts) >= _KEPT:
                self._sorts.clear()
            found = self._sorts[asked, bits] = Sort(self, bits)
        return found

    def _bits(self, digest: Digest, at: datetime) -> int:
        bits = digest.mask
        if digest.granted <= at:
            bits |= digest.consents
        # A copy of the registry may be a day ahead, see `consent_guards.scrub`.
        if self._scrubbed_since <= digest.scrubbed <= self._tomorrow:
            bits |= SCRUBBED
        bits |= digest.status if digest.queried <= self.today else digest.status_before
        if digest.dated is not None:
            bits |= digest.dated.bits(at, self.today) | self._days(digest.dated)
        for count in self._counts:
            bits |= count.bits(digest, at)
        if self._messages:
            bits |= digest.messages
        return bits | touched(digest.history, at) if self._texts else bits

    def _days(self, dated: Dated) -> int:
        bits = 0
        today = self.today
        if today - PORT_DAYS <= dated.ported <= self._first:
            bits |= PORTED
        if 0 < dated.inquired <= today or 0 < dated.bought <= today:
            inquired, bought = self._since()
            bits |= INQUIRED if inquired <= dated.inquired <= today else 0
            bits |= BOUGHT if bought <= dated.bought <= today else 0
        return bits

    def _since(self) -> tuple[int, int]:
        if self._inquired_since is None or self._bought_since is None:
            today = date.fromordinal(self.today)
            months = purchase_months(self._states)
            inquired = months_before(today, INQUIRY_MONTHS).toordinal()
            bought = months_before(today, months).toordinal()
            self._inquired_since = max(inquired, self.today - INQUIRY_DAYS)
            self._bought_since = max(bought, self.today - PURCHASE_DAYS)
        return self._inquired_since, self._bought_since
