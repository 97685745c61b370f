"""Which failures are worth another turn, and how long to wait before it."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError

from leadcore.errors import Conflict

__all__ = ["TURNS", "Turns", "is_passing"]

TURNS = 24
"""How often a transaction is tried before its `Conflict` is handed to the caller."""

_LONGEST_PAUSE = 0.25
_PASSING_STATES = frozenset(
    {
        "26000",  # a statement that was prepared is not there any more
        "23505",  # another writer made this row first
        "40001",  # serialization failure
        "40P01",  # deadlock
        "40003",  # it is not known whether the statement was completed
        "55P03",  # a lock was not available
        "57P01",  # the server is being shut down
        "57P02",  # the server crashed
        "57P03",  # the server is starting
    }
)
_LOST_CONNECTION = "08"
_SQLITE_BUSY, _SQLITE_LOCKED = 5, 6
_SQLITE_DOUBLE = frozenset({1555, 2067})  # a primary key, a unique constraint


def is_passing(error: BaseException) -> bool:
    """Say whether the same transaction may well succeed when it is tried again.

    Trying again is safe even where a commit's outcome is not known: use cases are decided anew on
    what is there, and the ids of what they make are the idempotency keys.
    """
    if isinstance(error, Conflict):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause: Any = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in {_SQLITE_BUSY, _SQLITE_LOCKED} or code in _SQLITE_DOUBLE
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # A driver that lost its connection, or never had one, has no state to tell.
        return error.connection_invalidated or isinstance(error, OperationalError)
    return state in _PASSING_STATES or state.startswith(_LOST_CONNECTION)


def _named(error: Exception) -> str:
    # Not its text: a database may quote the row it refused, and what people told is in there.
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return f"{type(cause).__name__} {code or ''}".strip()


class Turns:
    """Counts the turns of one transaction.

    Attributes:
        first: has no turn failed yet?
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._pause = 0.001
        self.first = True

    def after(self, error: Exception) -> float:
        """Give how many seconds to wait before the next turn.

        Raises:
            Conflict: there are no turns left.
            Exception: the error itself, where another turn would not help.
        """
        if not is_passing(error):
            raise error
        self._left -= 1
        self.first = False
        if self._left < 1:
            if isinstance(error, Conflict):
                raise error
            raise Conflict(f"the database: {_named(error)}") from error
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        # Of those who met, each waits another time, or they would meet again.
        return self._pause * random.random()  # noqa: S311 # no secret
