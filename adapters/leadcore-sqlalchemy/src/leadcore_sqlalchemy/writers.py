"""The connection a process writes to SQLite with, kept from one transaction to the next.

SQLite has one writer at a time, so one connection is enough for it, and taking it out of the pool
and putting it back for each sale takes as long as several of the sale's statements. It goes back to
the pool as soon as anything goes wrong, and it is closed when the engine is disposed of.
"""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from leadcore.errors import Conflict
from leadcore_sqlalchemy.statements import told

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from sqlalchemy import Connection, Engine

__all__ = ["Writer"]

_FORKED: list[Connection] = []
"""Connections of a parent process: to use or to close them here could harm its file."""


def _say(connection: Connection, what: Callable[[], object]) -> None:
    try:
        what()
    except connection.dialect.loaded_dbapi.Error as error:
        raise told(connection, error, "BEGIN or COMMIT") from error


def _commit(connection: Connection, driver: object) -> None:
    proxied = connection.connection
    if proxied.dbapi_connection is not driver:
        raise Conflict("the connection was lost")  # and a part of the transaction with it
    if connection.in_transaction():
        connection.commit()
    else:
        _say(connection, lambda: connection.dialect.do_commit(proxied))


def _close(connection: Connection) -> None:
    """Close a connection whose pool is gone and would only forget it."""
    connection.invalidate()
    connection.close()


class Writer:
    """Begins write transactions, one at a time: threads queue here, fairly and without polling.

    Processes wait for each other in SQLite itself.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._kept: Connection | None = None
        self._process = os.getpid()
        self._disposals = 0
        own = weakref.WeakMethod(self._on_disposed)

        def disposed(_engine: Engine) -> None:
            if (told := own()) is not None:
                told()

        event.listen(engine, "engine_disposed", disposed)

    @contextmanager
    def begin(self) -> Generator[Connection]:
        """Give a connection in a transaction: committed at the end, rolled back on a failure."""
        with self._turn:
            disposals = self._disposals
            connection = self._open()
            try:
                # By the driver itself: SQLAlchemy's way takes longer than many a statement. What
                # it begins of its own accord in between is this very transaction.
                driver: Any = connection.connection.dbapi_connection
                _say(connection, lambda: driver.execute("BEGIN IMMEDIATE"))
                yield connection
                _commit(connection, driver)
            except BaseException:
                self._give_back(connection, disposals, keep=False)
                raise
            self._give_back(connection, disposals, keep=True)

    def _give_back(self, connection: Connection, disposals: int, *, keep: bool) -> None:
        pool = self._engine.pool
        if disposals != self._disposals:
            _close(connection)
        # A pool of one connection would have none left for readers; other kinds of pools have
        # ideas of their own.
        elif keep and isinstance(pool, QueuePool) and pool.size() != 1:
            self._kept = connection
        else:
            connection.close()

    def _open(self) -> Connection:
        kept, self._kept = self._kept, None
        if self._process != os.getpid():
            self._process = os.getpid()
            if kept is not None:
                _FORKED.append(kept)
            kept = None
        return self._engine.connect() if kept is None else kept

    def _on_disposed(self) -> None:
        # Whoever writes just now notices at the end.
        self._disposals += 1
        if not self._turn.acquire(blocking=False):
            return
        try:
            kept, self._kept = self._kept, None
            if kept is None:
                return
            if self._process != os.getpid():
                _FORKED.append(kept)
                return
            _close(kept)
        finally:
            self._turn.release()
