"""Do again what was done, on a store of its own: in the order that explains what was recorded.

The record keeps the order within each stream and each account, and the instant of everything. What
was done at one instant by itself is tried in turn until what comes of it is what was recorded:
nothing is committed that is not. Where something that fitted too soon leaves another thing without
its place, all is done once more with that one first. The order found so is kept for every other
run.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.balances import Rejected
from leadcore.errors import LeadcoreError, Malformed, WrongState
from leadcore.what_if.again import Expecting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from leadcore.ports import Store
    from leadcore.what_if.script import Script, Step

__all__ = ["LeftOut", "Played", "explain", "explained", "perform"]

_RUNS = 12
"""So often an order is looked for at most; one run will do where instants differ."""


@frozen(kw_only=True)
class LeftOut:
    """Something that was done once and could not be done again, or came out differently.

    Attributes:
        key: of the step: the kind and id of its stream, and the number of its event.
        why: in words.
    """

    key: str
    at: datetime
    why: str


@frozen
class Played:
    """What was done again: the keys in their order, and what was left out or not explained."""

    order: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def explained(script: Script, scratch: Callable[[], Store]) -> tuple[Played, Store]:
    """Do everything again as `explain`, as often as another order may explain more of the record.

    Args:
        script: of the terms as they were.
        scratch: gives an empty store each time it is asked.

    Returns:
        The run that left the least out, and its store.
    """
    early: Counter[str] = Counter()
    store = scratch()
    best = played = explain(script, store)
    for _ in range(_RUNS - 1):
        stuck = next((out for out in played.left_out if _crowded(script, out)), None)
        if stuck is None:
            break
        early[stuck.key] += 1
        another = scratch()
        played = explain(script, another, early=early)
        if len(played.left_out) < len(best.left_out):
            best, store = played, another
    return best, store


def _crowded(script: Script, out: LeftOut) -> bool:
    """Say whether another order may help: something else was done at that very instant."""
    return sum(step.at == out.at for step in script.steps.values()) > 1


def explain(script: Script, store: Store, *, early: Mapping[str, int] | None = None) -> Played:
    """Do everything again, in the order that gives what was recorded, as far as there is one.

    Args:
        script: of the terms as they were.
        store: an empty one.
        early: for keys of steps, how much sooner than others of the same instant they are tried.
    """
    ready = _Ready(script, early or {})
    order: list[str] = []
    left_out: list[LeftOut] = []
    while (step := ready.next(store)) is not None:
        order.append(step.key)
        if ready.refused is not None:
            left_out.append(LeftOut(key=step.key, at=step.at, why=str(ready.refused)))
            _done(step, store, expecting=False)
    return Played(tuple(order), tuple(left_out))


def perform(script: Script, order: Iterable[str], store: Store) -> Played:
    """Do everything again in an order; what can't be done any more is left out.

    Args:
        script: of the terms as changed.
        order: the keys of its steps.
        store: an empty one.

    Raises:
        Malformed: changed terms make no sense.
    """
    keys = tuple(order)
    left_out: list[LeftOut] = []
    for key in keys:
        step = script.steps[key]
        refused = _done(step, store, expecting=False)
        if isinstance(refused, Malformed) and step.kind in {"seller", "order"}:
            raise refused
        if refused is not None:
            left_out.append(LeftOut(key=key, at=step.at, why=str(refused)))
    return Played(keys, tuple(left_out))


def _done(step: Step, store: Store, *, expecting: bool) -> LeadcoreError | None:
    try:
        if step.kind == "post":
            _post(step, store)
        elif expecting and step.lead is not None:
            store.run(Expecting(step.case, step.lead))
        else:
            store.run(step.case)
    except LeadcoreError as error:
        return error
    return None


def _post(step: Step, store: Store) -> None:
    (answer,) = store.post([(step.case,)], at=step.at)
    if isinstance(answer, Rejected):
        raise WrongState(step.key, answer.sentence)


_Entry = tuple[datetime, int, tuple[bool, bool, int, str], str]


class _Ready:
    """The steps of a script that may be done next; not for several threads.

    Attributes:
        refused: why the last one that was given could not be explained; None where it was.
    """

    def __init__(self, script: Script, early: Mapping[str, int]) -> None:
        self._steps = script.steps
        self._early = early
        self._next: dict[str, set[str]] = defaultdict(set)
        self._waits: dict[str, set[str]] = {key: set() for key in script.steps}
        for first, then in _pairs(script):
            self._next[first].add(then)
            self._waits[then].add(first)
        self._urgent = self._urgencies()
        self._heap = [self._entry(key) for key, waits in self._waits.items() if not waits]
        heapify(self._heap)
        self.refused: LeadcoreError | None = None

    def _urgencies(self) -> dict[str, datetime]:
        """Give the instant by which each step was done: its own, or that of any that came after."""
        urgent = {key: step.at for key, step in self._steps.items()}
        waits = {key: len(first) for key, first in self._waits.items()}
        free = [key for key, count in waits.items() if not count]
        sorted_: list[str] = []
        while free:
            key = free.pop()
            sorted_.append(key)
            for then in self._next[key]:
                waits[then] -= 1
                if not waits[then]:
                    free.append(then)
        for key in reversed(sorted_):
            urgent[key] = min([urgent[key], *(urgent[then] for then in self._next[key])])
        return urgent

    def _entry(self, key: str) -> _Entry:
        return (self._urgent[key], -self._early.get(key, 0), self._steps[key].rank, key)

    def next(self, store: Store) -> Step | None:
        """Do the next step that explains what was recorded; where none does, give the first.

        Then it was not done, and `refused` says why.
        """
        if not self._heap:
            self._break()
        if not self._heap:
            return None
        self.refused = None
        tried: list[_Entry] = []
        errors: list[LeadcoreError] = []
        now, done = self._heap[0][0], ""
        while self._heap and self._heap[0][0] == now and not done:
            entry = heappop(self._heap)
            refused = _done(self._steps[entry[-1]], store, expecting=True)
            if refused is None:
                done = entry[-1]
            else:
                tried.append(entry)
                errors.append(refused)
        if not done:
            done, self.refused = tried.pop(0)[-1], errors[0]
        for entry in tried:
            heappush(self._heap, entry)
        self._release(done)
        return self._steps[done]

    def _release(self, key: str) -> None:
        del self._waits[key]
        for then in self._next[key]:
            waits = self._waits[then]
            waits.discard(key)
            if not waits:
                heappush(self._heap, self._entry(then))

    def _break(self) -> None:
        """Let one go first where each waits for another: records that no order explains."""
        if self._waits:
            key = min(self._waits, key=self._entry)
            for first in self._waits[key]:
                self._next[first].discard(key)
            self._waits[key] = set()
            heappush(self._heap, self._entry(key))


def _pairs(script: Script) -> Iterable[tuple[str, str]]:
    for chain in script.chains:
        yield from itertools.pairwise(chain)
    for key, step in script.steps.items():
        for first in step.after:
            if first in script.steps:
                yield first, key
