"""Leads made ready for a question, and the answers about all of them at an instant."""

# The hints of polars name optional packages, which one checker calls partially unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from leadcore.contact import bind, cuts
from leadcore.decisions import Verdict
from leadcore.errors import Malformed
from leadcore.intervals import zone_info
from leadcore.values import EPOCH, micros
from leadcore_columnar.people import facts_of
from leadcore_columnar.schema import typed
from leadcore_columnar.sorting import DAYS, INSTANTS, dense, places, recency, sorted_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadcore.contact import Bound, Cuts, Facts, Question
    from leadcore.decisions import Decision, Finding
    from leadcore.rulebooks import Rulebook

__all__ = ["VERDICTS", "Answers", "Leads", "prepare"]

VERDICTS = pl.Enum([verdict.value for verdict in Verdict])
"""The type of a column of verdicts."""
_RARE = [name for name in INSTANTS.values() if name != "consent_at"]
_KEPT = 100_000
"""How many leads' facts are kept for the next question."""
_HOURS = 24
"""For how many hours answers are kept."""
_UNASKED = 2**32 - 1
_NARROW = (8, pl.UInt8), (16, pl.UInt16), (32, pl.UInt32)
_SPARSE = 2**20
"""Combinations of sorts and dates from which on only those that are there are numbered."""
_LAST_NARROW = 2**32 - 1
_LAST = 2**64 - 1
_LONG_AGO = -(2**63)


@dataclass(frozen=True)
class Answers:
    """The answers about all leads at one instant.

    Attributes:
        bound: the question, the rulebook and the instant.
        numbers: for each lead, in order, the number of its answer.
        table: the different answers by number: `verdict`, `rule` (the first that determines it,
            null where all is well), `rules` (all that determine it) and `findings`.
    """

    bound: Bound
    numbers: pl.Series
    table: pl.DataFrame
    _leads: Leads

    @cached_property
    def verdicts(self) -> pl.Series:
        """The verdict about each lead."""
        return self.column("verdict")

    def column(self, name: str) -> pl.Series:
        """Give a column of the table for each lead."""
        values = self.table.get_column(name)
        if name != "rule" or not values.null_count():
            return values.gather(self.numbers)
        # Without the nulls, which are put in afterwards: they would take three times as long.
        some = values.drop_nulls().head(1)
        if not len(some):
            return pl.repeat(None, len(self.numbers), dtype=values.dtype, eager=True).alias(name)
        named = values.zip_with(values.is_not_null(), some).gather(self.numbers).to_frame()
        there = self.verdicts != Verdict.PERMITTED.value
        return named.select(pl.when(there).then(name)).to_series()

    @property
    def frame(self) -> pl.DataFrame:
        """Verdict, rule, rules and findings of each lead, in order."""
        return pl.DataFrame([self.column(name) for name in self.table.columns])

    def decision(self, row: int) -> Decision:
        """Give the whole decision about one lead: sentences, sources, when it opens again."""
        return self.bound.assess(self._leads.facts([row])[0])


class Leads:
    """Leads made ready for one question and one rulebook; to be asked about at any instant.

    Attributes:
        question, rules: what they are ready for.
        frame: the columns, typed.
    """

    def __init__(self, frame: pl.DataFrame, question: Question, rules: Rulebook) -> None:
        self.question = question
        self.rules = rules
        self.frame = typed(frame)
        self._sort = sorted_out(self.frame)
        self._day, self._days = dense(self.frame.select(*DAYS.values()))
        self._zones = _zone_sets(self.frame)
        self._counted = cuts(question, rules, EPOCH, ())
        self._touches = recency(self.frame, question, self._counted)
        self._newest = _latest(self._touches.get_column("newest"))
        granted = self.frame.get_column("consent_at")
        self._last_grant = _latest(granted)
        self._granted = granted.to_physical()
        # Whoever has no such touch has it long ago: then nothing needs to look for null.
        self._reached = [
            self._touches.get_column(f"count {place}").to_physical().fill_null(_LONG_AGO)
            for place in range(len(self._counted.counts))
        ]
        rare = pl.any_horizontal(pl.col(name).is_not_null() for name in _RARE)
        self._rare = self.frame.select(rare).to_series().arg_true()
        self._instants = self.frame.select(pl.col(_RARE).to_physical().fill_null(_LONG_AGO))[
            self._rare
        ]
        self._dated: tuple[tuple[object, ...], pl.Series] = (), self._sort
        self._people: dict[int, Facts] = {}
        self._places = self.facts(places(self.frame))
        self._tables: dict[tuple[object, ...], _Table] = {}

    def __len__(self) -> int:
        """Give how many leads there are."""
        return self.frame.height

    def facts(self, rows: Sequence[int]) -> list[Facts]:
        """Give the facts about some leads, by their row numbers."""
        missing = [row for row in rows if row not in self._people]
        if len(self._people) + len(missing) > _KEPT:
            self._people.clear()
            missing = list(rows)
        if missing:
            for row, values in zip(missing, self.frame[missing].to_dicts(), strict=True):
                self._people[row] = facts_of(values)
        return [self._people[row] for row in rows]

    def ask(self, at: datetime) -> Answers:
        """Ask about every lead at an instant (aware).

        Raises:
            ValueError: a naive instant.
        """
        bound = bind(self.question, self.rules, at)
        found = cuts(self.question, self.rules, at, self._zones)
        if found.anything:
            # Nobody knows what tests of the user's own look at: every lead is its own sort.
            table = _Table(bound, self)
            every = range(len(self))
            return table.answers(pl.Series(table.numbers(every), dtype=pl.UInt32))
        table = self._table(bound, found)
        keys = self._keys(found, bound.at)
        numbers = table.of_keys(keys)
        if len(self._rare):
            rest = keys.gather(self._rare).cast(pl.UInt64)
            for path, values in found.instants.items():
                if INSTANTS[path] in _RARE:
                    rest = rest * (len(values) + 1)
                    given = self._instants.get_column(INSTANTS[path])
                    for value in values:
                        rest = rest + (given >= micros(value))
            numbers = numbers.scatter(self._rare, table.of_rare(rest, self._rare))
        if self._ahead(self._newest, bound.at):
            # Touches that lie ahead do not count, so the nth newest says nothing here.
            ahead = (self._touches.get_column("newest") >= bound.at).arg_true()
            chosen = table.numbers(ahead.to_list())
            numbers = numbers.scatter(ahead, pl.Series(chosen, dtype=pl.UInt32))
        return table.answers(numbers)

    def _table(self, bound: Bound, found: Cuts) -> _Table:
        """Give the answers kept for this date and these hours."""
        # The last two cuts move with the instant itself; what they tell apart is the same.
        received = tuple(values[:-2] for values in found.instants.values())
        hours = tuple(bound.hour(facts) for facts in self._places)
        ahead = self._ahead(self._last_grant, bound.at), self._ahead(self._newest, bound.at)
        key = (hours, tuple(found.days.values()), received, ahead)
        table = self._tables.get(key)
        if table is None:
            if len(self._tables) >= _HOURS:
                self._tables.clear()
            table = self._tables[key] = _Table(bound, self)
        table.bound = bound
        return table

    def _on_date(self, cut: tuple[object, ...], found: Cuts, room: int) -> pl.Series:
        """Number what sort and dates tell apart, with room for more; the same for a whole day."""
        date, key = self._dated
        if date != (cut, room):
            bins = self._days.select(_bins(DAYS[path], found.days[path]) for path in found.days)
            day, kinds = dense(bins)
            key = self._sort.cast(pl.UInt64) * kinds.height + day.gather(self._day)
            if _most(key) >= _SPARSE:
                # Few of so many combinations are there: numbered anew, there are no gaps.
                key = dense(key.alias("key").to_frame())[0].cast(pl.UInt64)
            key = key * room
            if _most(key) + room <= _LAST_NARROW:
                key = key.cast(pl.UInt32)
            self._dated = (cut, room), key
        return key

    @staticmethod
    def _ahead(latest: datetime | None, at: datetime) -> bool:
        return latest is not None and latest >= at

    def _keys(self, found: Cuts, at: datetime) -> pl.Series:
        """Give each lead's sort at the instant, as far as the usual facts tell it."""
        bits: list[pl.Series] = []
        if self._ahead(self._newest, at):
            # Such leads are asked about one by one; none of them may stand for another.
            newest = self._touches.get_column("newest") >= at
            bits.append(newest.fill_null(value=False))
        if self._ahead(self._last_grant, at):
            bits.append((self._granted <= micros(at)).fill_null(value=False))
        for place, count in enumerate(found.counts):
            bits.append(self._reached[place] >= micros(at - count.span))
        if found.touched:
            for nth in ("oldest", "second"):
                touched = self._touches.get_column(nth) < at
                bits.append(touched.fill_null(value=False))
        key = self._on_date(tuple(found.days.values()), found, 2 ** len(bits))
        if bits:
            key = key + _code(bits)
        return key.alias("key")


def _code(bits: list[pl.Series]) -> pl.Series:
    """Put bits together to one number for each lead."""
    # Choosing between two numbers is ten times faster than casting, and bytes than words.
    frame = pl.DataFrame({str(place): bit for place, bit in enumerate(bits)})
    narrow = next(kind for size, kind in _NARROW if len(bits) <= size)
    numbers = frame.select(
        pl.when(name).then(pl.lit(1 << place, narrow)).otherwise(pl.lit(0, narrow)).alias(name)
        for place, name in enumerate(frame.columns)
    )
    code, *more = numbers.get_columns()
    for each in more:
        code = code + each
    return code.cast(pl.UInt32)


def _most(numbers: pl.Series) -> int:
    most = numbers.max()
    return most if isinstance(most, int) else 0


def _latest(instants: pl.Series) -> datetime | None:
    latest = instants.max()
    return latest if isinstance(latest, datetime) else None


def _bins(name: str, values: tuple[object, ...]) -> pl.Expr:
    """Number the spans between cuts; null, which is no value, gets the number of its own."""
    column = pl.col(name)
    if not values:
        return column.is_null().cast(pl.UInt32)
    over = pl.sum_horizontal((column >= pl.lit(value)).cast(pl.UInt32) for value in values)
    return pl.when(column.is_not_null()).then(over).alias(name)


def _zone_sets(frame: pl.DataFrame) -> set[tuple[str, ...]]:
    found = {tuple(zones or ()) for zones in frame.get_column("zones").unique().to_list()}
    for zone in {zone for zones in found for zone in zones}:
        try:
            zone_info(zone)
        except ValueError as error:
            raise Malformed.at("$.zones", str(error)) from None
    return found


class _Table:
    """The different answers, numbered as they come."""

    def __init__(self, bound: Bound, leads: Leads) -> None:
        self.bound = bound
        self._leads = leads
        self._numbers: dict[tuple[Finding, ...], int] = {}
        # The core gives the same tuple for the same answer in one place: found without comparing.
        self._seen: dict[int, int] = {}
        self._kept: list[tuple[Finding, ...]] = []  # so that no id is used again
        self._rows: list[Decision] = []
        self._by_key = pl.Series([], dtype=pl.UInt32)
        # Sorted, and ended by a number that no key has: so every search finds a place.
        self._rare = pl.Series([_LAST], dtype=pl.UInt64), pl.Series([_UNASKED], dtype=pl.UInt32)
        self._last = pl.Series([], dtype=pl.UInt64), pl.Series([], dtype=pl.UInt32)
        self._table: pl.DataFrame | None = None

    def numbers(self, rows: Sequence[int]) -> list[int]:
        """Ask about some leads; give the numbers of their answers."""
        found: list[int] = []
        for decision in self.bound.decisions(self._leads.facts(rows)):
            number = self._seen.get(id(decision.findings))
            found.append(self._number(decision) if number is None else number)
        return found

    def _number(self, decision: Decision) -> int:
        number = self._numbers.setdefault(decision.findings, len(self._rows))
        if number == len(self._rows):
            self._rows.append(decision)
        self._kept.append(decision.findings)
        self._seen[id(decision.findings)] = number
        return number

    def of_keys(self, keys: pl.Series) -> pl.Series:
        """Give each lead its key's number; of new keys, the first lead is asked about."""
        missing = _most(keys) + 1 - len(self._by_key)
        if missing > 0:
            more = pl.repeat(_UNASKED, missing, dtype=pl.UInt32, eager=True)
            self._by_key = pl.concat([self._by_key, more])
        found = self._by_key.gather(keys)
        unasked = (found == _UNASKED).arg_true()
        if not len(unasked):
            return found
        first = unasked.gather(keys.gather(unasked).arg_unique())
        chosen = pl.Series(self.numbers(first.to_list()), dtype=pl.UInt32)
        self._by_key = self._by_key.scatter(keys.gather(first), chosen)
        return self._by_key.gather(keys)

    def of_rare(self, keys: pl.Series, rows: pl.Series) -> pl.Series:
        """Give the leads of some rows their keys' numbers, where keys are few and far between."""
        last, found = self._last
        if len(last) != len(keys):
            self._last = keys, self._of_rare(keys, rows)
        elif len(moved := (last != keys).arg_true()):
            # From one instant to the next most leads stay what they are.
            found = found.scatter(moved, self._of_rare(keys.gather(moved), rows.gather(moved)))
            self._last = keys, found
        return self._last[1]

    def _of_rare(self, keys: pl.Series, rows: pl.Series) -> pl.Series:
        known, numbers = self._rare
        place = known.search_sorted(keys)
        unasked = (known.gather(place) != keys).arg_true()
        if not len(unasked):
            return numbers.gather(place)
        first = unasked.gather(keys.gather(unasked).arg_unique())
        chosen = pl.Series(self.numbers(rows.gather(first).to_list()), dtype=pl.UInt32)
        known, numbers = pl.concat([known, keys.gather(first)]), pl.concat([numbers, chosen])
        order = known.arg_sort()
        self._rare = known.gather(order), numbers.gather(order)
        return self._rare[1].gather(self._rare[0].search_sorted(keys))

    def answers(self, numbers: pl.Series) -> Answers:
        """Put the answers into a table; the same one as long as no answer is new."""
        if self._table is None or self._table.height < len(self._rows):
            self._table = self._made()
        return Answers(self.bound, numbers, self._table, self._leads)

    def _made(self) -> pl.DataFrame:
        rules = [decision.rules for decision in self._rows]
        return pl.DataFrame(
            {
                "verdict": [decision.verdict.value for decision in self._rows],
                "rule": [names[0] if names else None for names in rules],
                "rules": [list(names) for names in rules],
                "findings": [
                    [finding.rule for finding in decision.findings] for decision in self._rows
                ],
            },
            schema={
                "verdict": VERDICTS,
                "rule": pl.Enum(sorted({name for names in rules for name in names})),
                "rules": pl.List(pl.String),
                "findings": pl.List(pl.String),
            },
        )


def prepare(frame: pl.DataFrame, question: Question, rules: Rulebook) -> Leads:
    """Make leads ready to be asked about.

    Args:
        frame: a row for each lead, in the columns of `schema.COLUMNS`.
        question: what will be asked.
        rules: by which rulebook.

    Raises:
        Malformed: with the path (`$[row].column`) of everything that can't be read.
    """
    return Leads(frame, question, rules)
