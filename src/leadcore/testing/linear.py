"""Was a concurrent history possible at all? Wing and Gong's check, with Lowe's memory of dead ends.

A store that is used by many at once must answer as if the calls had come one after another, each
somewhere between its beginning and its end. Record what was called and answered, and ask:

    recorder = Recorder(time.perf_counter_ns)
    with recorder.call("a1", ("charge", 100)) as call:      # from as many threads as you like
        call.answer = isinstance(store.post([batch], at=at)[0], Posted)
    assert linearizable(recorder.history(), balance_step, start=0) is None

Operations on different objects cannot get in each other's way, so each object's history is judged
by itself. That, and trying the earliest call first, makes a hundred thousand operations a matter of
a second.

J. M. Wing, C. Gong, *Testing and verifying concurrent objects*, 1993; G. Lowe, *Testing for
linearizability*, 2017.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable, Iterable

__all__ = ["Call", "Recorder", "balance_step", "linearizable"]


class Call(NamedTuple):
    """One call of a history.

    Attributes:
        of: the object it was about.
        what: what was asked for.
        answer: what was answered; None where nobody knows, because no answer came.
        begun: when it began, by a clock all callers share.
        ended: when it ended; None where it may still be under way.
    """

    of: str
    what: Hashable
    answer: Hashable
    begun: int
    ended: int | None


class _Open:
    """A call under way: put its answer here."""

    def __init__(self) -> None:
        self.answer: Hashable = None


class Recorder:
    """Writes down what is called and answered, from any number of threads."""

    def __init__(self, clock: Callable[[], int]) -> None:
        """Begin an empty history.

        Args:
            clock: gives a number that never goes back, the same for all threads.
        """
        self._clock = clock
        self._calls: list[Call] = []
        self._lock = threading.Lock()

    @contextmanager
    def call(self, of: str, what: Hashable) -> Generator[_Open]:
        """Record a call; one that fails may or may not have had its effect."""
        begun, under_way = self._clock(), _Open()
        ended: int | None = None
        try:
            yield under_way
            ended = self._clock()
        finally:
            answer = under_way.answer if ended is not None else None
            with self._lock:
                self._calls.append(Call(of, what, answer, begun, ended))

    def history(self) -> tuple[Call, ...]:
        """Give what was recorded so far."""
        with self._lock:
            return tuple(self._calls)


def balance_step(state: int, what: Any, answer: Any) -> int | None:  # noqa: ANN401 # any call
    """Say what a balance is after a call with that answer, or None where it can't be answered so.

    Knows `("charge", amount)`, answered with whether there was enough; `("pay", amount)`, answered
    with True; and `"look"`, answered with the balance. An answer of None fits everything.
    """
    if what == "look":
        return state if answer in {None, state} else None
    kind: str = what[0]
    amount: int = what[1]
    if kind == "pay":
        return state + amount
    enough = state >= amount
    if answer not in {None, enough}:
        return None
    return state - amount if enough else state


def linearizable(
    history: Iterable[Call],
    step: Callable[[Any, Any, Any], Any],
    *,
    start: Any,  # noqa: ANN401 # whatever the step knows
) -> str | None:
    """Say whether some order of the calls explains all answers.

    Args:
        history: what was recorded, in any order.
        step: gives the state after a call was answered so in a state (hashable), or None where it
            can't have been; such as `balance_step`.
        start: the state every object begins in, or a mapping of objects to theirs.

    Returns:
        None where there is such an order; else a sentence that names the object and the call that
        nothing explains.
    """
    by_object: dict[str, list[Call]] = {}
    for call in history:
        by_object.setdefault(call.of, []).append(call)
    for name in sorted(by_object):
        begins_at: Any = cast("dict[str, Any]", start)[name] if isinstance(start, dict) else start
        stuck = _judge(sorted(by_object[name], key=lambda call: call.begun), step, begins_at)
        if stuck is not None:
            return (
                f"{name}: no order of the calls explains that {stuck.what!r} was answered with "
                f"{stuck.answer!r}"
            )
    return None


class _Place(NamedTuple):
    """How far an order has come.

    All answered calls before `first`, those in `done` and, of those whose answer was lost, those in
    `lost`; and the state they led to.
    """

    first: int
    done: frozenset[int]
    lost: frozenset[int]
    state: Any


def _judge(calls: list[Call], step: Callable[[Any, Any, Any], Any], state: object) -> Call | None:
    answered = [call for call in calls if call.ended is not None]
    lost = [call for call in calls if call.ended is None]
    farthest = 0
    start = _Place(0, frozenset(), frozenset(), state)
    met = {start}
    ways = [_next(start, answered, lost, step)]
    while ways:
        place = next(ways[-1], None)
        if place is None:
            ways.pop()
        elif place.first == len(answered):
            return None  # a call without an answer need not have had an effect
        elif place not in met:
            met.add(place)
            farthest = max(farthest, place.first)
            ways.append(_next(place, answered, lost, step))
    return answered[farthest] if answered else None


def _next(
    place: _Place, answered: list[Call], lost: list[Call], step: Callable[[Any, Any, Any], Any]
) -> Generator[_Place]:
    """Give where one more call can lead: any that began before all that are left had ended."""
    first, done, gone, state = place
    deadline: int | None = None
    for index in range(first, len(answered)):
        call = answered[index]
        if index in done:
            continue
        if deadline is not None and call.begun > deadline:
            break
        deadline = call.ended if deadline is None else min(deadline, call.ended or deadline)
        after = step(state, call.what, call.answer)
        if after is not None:
            yield _Place(*_moved_on(first, done, index), gone, after)
    for index, call in enumerate(lost):
        if index not in gone and (deadline is None or call.begun <= deadline):
            after = step(state, call.what, None)
            if after is not None:
                yield _Place(first, done, gone | {index}, after)


def _moved_on(first: int, done: frozenset[int], index: int) -> tuple[int, frozenset[int]]:
    if index != first:
        return first, done | {index}
    first += 1
    if not done:
        return first, done
    left = set(done)
    while first in left:
        left.remove(first)
        first += 1
    return first, frozenset(left)
