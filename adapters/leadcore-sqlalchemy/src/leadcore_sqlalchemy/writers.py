"""The connection a process writes to SQLite with, kept from one transaction to the next.

SQLite has one writer at a time, so one connection is enough for it, and taking it out of the pool
and putting it back for each sale takes as long as several of the sale's statements. It goes back to
the pool as soon as anything goes wrong, and it is closed when the engine is disposed of.
"""

from __future__ import annotations

import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from leadcore.errors import Conflict
from leadcore_sqlalchemy import forks
from leadcore_sqlalchemy.statements import told

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from sqlalchemy import Connection, Engine

__all__ = ["Writer"]

A = TypeVar("A")


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
        pool = engine.pool
        # A pool of one connection would have none left for readers; other kinds of pools have
        # ideas of their own.
        self._keeps = isinstance(pool, QueuePool) and pool.size() != 1
        self._kept: tuple[Connection, Any] | None = None
        self._disposals = 0
        own = weakref.WeakMethod(self._on_disposed)

        def disposed(_engine: Engine) -> None:
            if (told := own()) is not None:
                told()

        event.listen(engine, "engine_disposed", disposed)
        forks.when_forked(self)

    @contextmanager
    def begin(self) -> Generator[Connection]:
        """Give a connection in a transaction: committed at the end, rolled back on a failure."""
        with self._turn:
            disposals = self._disposals
            connection, driver = self._open()
            try:
                # By the driver itself: SQLAlchemy's way takes longer than many a statement. What
                # it begins of its own accord in between is this very transaction.
                _say(connection, lambda: driver.execute("BEGIN IMMEDIATE"))
                yield connection
                _commit(connection, driver)
            except BaseException:
                self._give_back(connection, driver, disposals, keep=False)
                raise
            self._give_back(connection, driver, disposals, keep=True)

    def do(self, work: Callable[[Any], A], words: str) -> A:
        """Do some work in a transaction, of which SQLAlchemy hears only when it fails.

        Args:
            work: is given the driver's connection; what it raises takes the transaction back.
            words: what the work says to the database, for errors of the driver's.

        Returns:
            What the work gives.

        Raises:
            DBAPIError: as SQLAlchemy tells it.
        """
        with self._turn:
            disposals = self._disposals
            connection, driver = self._open()
            try:
                driver.execute("BEGIN IMMEDIATE")
                done = work(driver)
                driver.commit()
            except BaseException as error:
                failure: BaseException = error
                if isinstance(error, connection.dialect.loaded_dbapi.Error):
                    failure = told(connection, error, words)
                self._give_back(connection, driver, disposals, keep=False)
                if failure is error:
                    raise
                raise failure from error
            self._give_back(connection, driver, disposals, keep=True)
        return done

    def _give_back(
        self, connection: Connection, driver: object, disposals: int, *, keep: bool
    ) -> None:
        if disposals != self._disposals:
            _close(connection)
        elif keep and self._keeps:
            self._kept = (connection, driver)
        else:
            connection.close()

    def _open(self) -> tuple[Connection, Any]:
        kept, self._kept = self._kept, None
        if kept is None:
            connection = self._engine.connect()
            kept = (connection, connection.connection.dbapi_connection)
        return kept

    def forked(self) -> None:
        """See `forks.Forked`."""
        forks.left(self._kept)
        self._kept, self._turn = None, threading.Lock()

    def _on_disposed(self) -> None:
        # Whoever writes just now notices at the end.
        self._disposals += 1
        if not self._turn.acquire(blocking=False):
            return
        try:
            kept, self._kept = self._kept, None
            if kept is not None:
                _close(kept[0])
        finally:
            self._turn.release()
