"""What a forked process must not take over: its parent's connections, locks, and who waits."""

from __future__ import annotations

import os
import weakref
from typing import Any, Final, Protocol

__all__ = ["Forked", "left", "when_forked"]


class Forked(Protocol):
    """Somebody who holds what belongs to the process it was made in."""

    def forked(self) -> None:
        """Begin anew, as in a process in which nothing was done yet."""


_TOLD: Final[weakref.WeakSet[Forked]] = weakref.WeakSet()
_LEFT: Final[list[Any]] = []


def when_forked(somebody: Forked) -> None:
    """Have somebody told in each forked process, before anything else is done there.

    Args:
        somebody: as long as there is one.
    """
    _TOLD.add(somebody)


def left(theirs: object) -> None:
    """Keep what is the parent's as it is: to use or to close it here could harm the parent."""
    _LEFT.append(theirs)


def _forked() -> None:
    for somebody in list(_TOLD):
        somebody.forked()


if hasattr(os, "register_at_fork"):  # elsewhere nothing forks
    os.register_at_fork(after_in_child=_forked)
