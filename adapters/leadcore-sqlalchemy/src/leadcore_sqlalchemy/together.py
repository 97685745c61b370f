"""Threads that post to one account at the same time post together.

They would wait for the account's row one after the other, each for a whole commit. Instead, whoever
comes while one of them is on its way waits here, and all who waited go in one call. Nobody who
comes alone waits, and nobody waits for another account's.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Together"]

_MOST = 100
"""So many go in one call at most."""

Q = TypeVar("Q")
A = TypeVar("A")


class _Waiting(Generic[Q, A]):
    """One who waits: to be told the answer, or that it is their turn to ask for a group."""

    __slots__ = ("answer", "asked", "group", "woken")

    def __init__(self, asked: Q) -> None:
        self.asked: Final = asked
        self.answer: A | None = None
        self.group: list[_Waiting[Q, A]] = []
        self.woken: Final = threading.Event()


class Together(Generic[Q, A]):
    """Gathers questions about the same thing, by its key."""

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._lines: Final[dict[str, list[_Waiting[Q, A]]]] = {}

    def ask(
        self,
        key: str,
        asked: Q,
        alone: Callable[[Q], A | None],
        many: Callable[[list[Q]], Sequence[A] | None],
    ) -> A | None:
        """Answer a question, by itself or with others that are asked meanwhile.

        Args:
            key: what it is about.
            asked: the question.
            alone: answers one question.
            many: answers several, in order; None where each must be asked alone.
        """
        with self._lock:
            line = self._lines.get(key)
            if line is None:
                self._lines[key] = []
            else:
                me: _Waiting[Q, A] = _Waiting(asked)
                line.append(me)
        if line is None:
            try:
                return alone(asked)
            finally:
                self._pass_on(key)
        me.woken.wait()
        if me.group:
            self._ask_for(key, me.group, many)
        return alone(asked) if me.answer is None else me.answer

    def _ask_for(
        self,
        key: str,
        group: list[_Waiting[Q, A]],
        many: Callable[[list[Q]], Sequence[A] | None],
    ) -> None:
        try:
            answers = many([each.asked for each in group]) if len(group) > 1 else None
            for each, answer in zip(group, answers or (), strict=False):
                each.answer = answer
        finally:
            # Whatever happened, nobody may be left waiting: who has no answer asks alone.
            self._pass_on(key)
            for each in group[1:]:
                each.woken.set()

    def _pass_on(self, key: str) -> None:
        with self._lock:
            line = self._lines[key]
            if not line:
                del self._lines[key]
                return
            group = line[:_MOST]
            del line[:_MOST]
        group[0].group = group
        group[0].woken.set()
