"""Stateful things as pure functions: `decide` makes events of a command, `evolve` folds them.

A *stream* is the history of one thing. Its state is nothing but the fold of its events, so the
journal can always give the rows again. A `Change` is what a use case wants to add to one stream:
the events, the version it saw, and the state they lead to.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Change", "Versioned", "change", "fold"]

S = TypeVar("S")
E = TypeVar("E")


@frozen
class Versioned(Generic[S]):
    """A state and the number of events that led to it (0: nothing recorded yet)."""

    state: S
    version: int


@frozen(kw_only=True)
class Change:
    """What a use case adds to one stream.

    Attributes:
        kind: which sort of thing (`lead`, `refund`, `order`, `user`, `account`, `seller`).
        id: whose history.
        expected: the version the use case saw; another one there means `Conflict`.
        events: what happened, in order; never empty.
        state: the state after the events; what the row will say.
    """

    kind: str
    id: str
    expected: int
    events: tuple[Any, ...]
    state: Any

    @property
    def version(self) -> int:
        """The version after the change."""
        return self.expected + len(self.events)


def fold(evolve: Callable[[S, E], S], state: S, events: Iterable[E]) -> S:
    """Give the state that the events lead to."""
    return reduce(evolve, events, state)


def change(
    kind: str,
    key: str,
    seen: Versioned[S],
    events: Iterable[E],
    evolve: Callable[[S, E], S],
) -> tuple[Change, ...]:
    """Make the change of one stream; no events, no change.

    Returns:
        One change or none, so that callers can join them with `+`.
    """
    happened = tuple(events)
    if not happened:
        return ()
    state = fold(evolve, seen.state, happened)
    return (Change(kind=kind, id=key, expected=seen.version, events=happened, state=state),)
