"""Connections whose every statement is a transaction of its own, kept from one to the next.

To take a connection out of the pool, to see whether it may be asked below its driver's cursors, and
to put it back, takes the client longer than a small read or a posting itself. So a few are kept for
what is one statement. SQLAlchemy sets them back however they return to the pool, forgotten ones
too.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from leadcore_sqlalchemy import forks
from leadcore_sqlalchemy.engines import is_watched
from leadcore_sqlalchemy.pipelines import ALONE, fitting
from leadcore_sqlalchemy.prepared import Libpq

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

__all__ = ["Alone", "Line"]

_T = TypeVar("_T")
_P = ParamSpec("_P")


class Line(NamedTuple):
    """A connection whose every statement is a transaction of its own.

    Attributes:
        connection: SQLAlchemy's; where it may be asked below its driver's cursors, its statements
            are.
        cursor: its driver's own.
        libpq: the same connection seen from below; None where it must not be asked so.
    """

    connection: Connection
    cursor: Any
    libpq: Libpq | None

    def is_idle(self) -> bool:
        """Say whether nothing is under way on it, whatever happened to the work it was used for."""
        return self.libpq is not None and not self.connection.invalidated and self.libpq.is_idle()

    def close(self, *, invalid: bool = False) -> None:
        """Give it back to the pool.

        Args:
            invalid: is it given up instead, and closed?
        """
        if invalid:
            self.connection.invalidate()
        else:
            self.cursor.close()
        self.connection.close()


class Alone:
    """Keeps such connections: at most half of the pool's; a pool of another kind keeps its own."""

    def __init__(self, engine: Engine) -> None:
        """Keep them.

        Args:
            engine: whose connections they are. When it is disposed of, they are closed.
        """
        self._engine = engine
        self._idle: list[Line] = []
        self._lock = threading.Lock()
        self._opened = 0
        pool = engine.pool
        self._most = pool.size() // 2 if isinstance(pool, QueuePool) else 0
        own = weakref.WeakMethod(self._drop)

        def disposed(_engine: Engine) -> None:
            if (told := own()) is not None:
                told()

        event.listen(engine, "engine_disposed", disposed)
        forks.when_forked(self)

    def is_watched(self) -> bool:
        """Say whether a host wants to hear of each use; then none of them may be used."""
        return is_watched(self._engine)

    def has_room(self) -> bool:
        """Say whether one is kept that nobody uses, or one more would be kept."""
        return bool(self._idle) or self._opened < self._most

    def do(
        self, work: Callable[Concatenate[Line, _P], _T], *given: _P.args, **named: _P.kwargs
    ) -> _T:
        """Do some work on a connection and give what came of it.

        Args:
            work: is given the connection first.
            given: what it is given besides.
            named: the same, by name.
        """
        idle = self._idle
        try:
            line = idle.pop()
        except IndexError:
            line = self._open()
        try:
            done = work(line, *given, **named)
        except BaseException:
            is_idle = line.is_idle()
            self._close(line, invalid=not is_idle)
            if not is_idle:  # what has ended it may have ended the others
                self._drop()
            raise
        if idle is self._idle and len(idle) < self._most:
            idle.append(line)
        else:
            self._close(line)
        return done

    def forked(self) -> None:
        """See `forks.Forked`."""
        forks.left(self._idle)
        self._idle, self._opened, self._lock = [], 0, threading.Lock()

    def _open(self) -> Line:
        connection = self._engine.connect()
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            pipe = fitting(connection, alone=True)
            if pipe is not None:
                connection = connection.execution_options(**{ALONE: pipe})
        # SQLite's driver begins nothing by itself, as it was told when it connected.
        driver: Any = connection.connection.driver_connection
        line = Line(connection, driver.cursor(), Libpq.fitting(connection))
        with self._lock:
            self._opened += 1
        return line

    def _close(self, line: Line, *, invalid: bool = False) -> None:
        with self._lock:
            self._opened -= 1
        line.close(invalid=invalid)

    def _drop(self) -> None:
        idle, self._idle = self._idle, []
        while idle:
            self._close(idle.pop(), invalid=True)
