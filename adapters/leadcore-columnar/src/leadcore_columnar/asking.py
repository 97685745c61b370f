"""Leads made ready for a question, and the answers about all of them at an instant."""

# The hints of polars name optional packages, which one checker calls partially unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from leadcore.contact import bind, cuts
from leadcore.decisions import Verdict
from leadcore.errors import Malformed
from leadcore.intervals import zone_info
from leadcore.values import EPOCH
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

    @property
    def verdicts(self) -> pl.Series:
        """The verdict about each lead."""
        return self.column("verdict")

    def column(self, name: str) -> pl.Series:
        """Give a column of the table for each lead."""
        return self.table.get_column(name).gather(self.numbers)

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
        self._granted = self.frame.get_column("consent_at")
        self._last_grant = _latest(self._granted)
        rare = pl.any_horizontal(pl.col(name).is_not_null() for name in _RARE)
        self._rare = self.frame.select(rare).to_series().arg_true()
        self._instants = self.frame.select(_RARE)[self._rare]
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
                    bins = self._instants.select(_bins(INSTANTS[path], values)).to_series()
                    rest = rest * (len(values) + 1) + bins.fill_null(0)
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

    def _on_date(self, cut: tuple[object, ...], found: Cuts) -> pl.Series:
        """Number what sort and dates tell apart; it is the same for a whole day."""
        date, key = self._dated
        if date != cut:
            bins = self._days.select(_bins(DAYS[path], found.days[path]) for path in found.days)
            day, kinds = dense(bins)
            key = self._sort * kinds.height + day.gather(self._day)
            self._dated = cut, key
        return key

    @staticmethod
    def _ahead(latest: datetime | None, at: datetime) -> bool:
        return latest is not None and latest >= at

    def _keys(self, found: Cuts, at: datetime) -> pl.Series:
        """Give each lead's sort at the instant, as far as the usual facts tell it."""
        key = self._on_date(tuple(found.days.values()), found)
        bits: list[pl.Series] = []
        if self._ahead(self._newest, at):
            # Such leads are asked about one by one; none of them may stand for another.
            bits.append(self._touches.get_column("newest") >= at)
        if self._ahead(self._last_grant, at):
            bits.append(self._granted <= at)
        for place, count in enumerate(found.counts):
            bits.append(self._touches.get_column(f"count {place}") >= at - count.span)
        if found.touched:
            bits.append(self._touches.get_column("oldest") < at)
        for bit in bits:
            key = key * 2 + bit.fill_null(value=False).cast(pl.UInt32)
        return key.alias("key")


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
        self._by_rare: dict[int, int] = {}
        self._rare = pl.Series([], dtype=pl.UInt64), pl.Series([], dtype=pl.UInt32)

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
        top = keys.max()
        missing = top + 1 - len(self._by_key) if isinstance(top, int) else 0
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
        if keys.equals(self._rare[0]):
            return self._rare[1]
        first = keys.arg_unique()
        known = keys.gather(first).to_list()
        unasked = [place for place, key in enumerate(known) if key not in self._by_rare]
        chosen = self.numbers(rows.gather(first).gather(unasked).to_list())
        self._by_rare.update(zip([known[place] for place in unasked], chosen, strict=True))
        numbers = pl.Series([self._by_rare[key] for key in known], dtype=pl.UInt32)
        found = keys.replace_strict(keys.gather(first), numbers, return_dtype=pl.UInt32)
        self._rare = keys, found
        return found

    def answers(self, numbers: pl.Series) -> Answers:
        """Put the answers into a table."""
        rules = [decision.rules for decision in self._rows]
        table = pl.DataFrame(
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
        return Answers(self.bound, numbers, table, self._leads)


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
