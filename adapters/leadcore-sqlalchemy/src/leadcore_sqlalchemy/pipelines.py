"""Several statements in one round trip, by way of libpq itself, below psycopg's cursors.

A cursor looks at its statement and at each value anew, and a pipeline of psycopg's sends and polls
once for each of them: for the twenty small statements of a sale that takes the client longer than
all its rules. Here they are prepared once on a connection, put into libpq's buffer one after the
other, and sent and answered together. Values are written, and rows read, by psycopg's adapters.

This is for connections that nobody wants to look at: psycopg's own class, with its own cursors.
Where statements must not be prepared (`prepare_threshold=None`, as behind a pool that hands each
transaction to another server), or the connection is of a class of the host's that may count or
trace what its cursors say, `fitting` says no, and psycopg's pipeline does it.
"""

from __future__ import annotations

import select
import weakref
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore_sqlalchemy.engines import forget_prepared, is_heard, prepared_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from leadcore_sqlalchemy.statements import Numbered

__all__ = ["ALONE", "UNDONE", "Answer", "Pipe", "fitting"]


@frozen
class Answer:
    """What the server said to one statement; to be read as a cursor is."""

    said: Any
    reader: Any

    @property
    def statusmessage(self) -> str | None:
        """Say that it was done; None where it was not."""
        return None if self.said is None else str(self.said.command_status)

    @property
    def rowcount(self) -> int:
        """How many rows it changed, or gave."""
        return int(self.said.command_tuples or 0)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Give its rows."""
        self.reader.set_pgresult(self.said)
        rows: list[tuple[Any, ...]] = self.reader.load_rows(0, self.said.ntuples, tuple)
        return rows


_CHANGED = "0A000"
"""What was prepared gives other types since a table was altered: its connection is given up."""
_THERE = b"SELECT name FROM pg_prepared_statements WHERE name LIKE 'leadcore%'"
UNDONE = Answer(None, None)
"""Of a statement that failed, or was not tried because one before it had failed."""


ALONE = "leadcore_alone"
"""The execution option that has a connection's only statement sent in no transaction, by a pipe."""


def fitting(connection: Connection, *, alone: bool = False) -> Pipe | None:
    """Give what sends several statements on a connection; None where it must not be used so.

    Args:
        connection: the connection.
        alone: is one statement sent, which needs no transaction?
    """
    if connection.dialect.driver != "psycopg" or connection.dialect.is_async:
        return None
    psycopg: Any = connection.dialect.loaded_dbapi
    driver: Any = connection.connection.driver_connection
    plain = type(driver) is psycopg.Connection and driver.cursor_factory is psycopg.Cursor
    if not plain or driver.prepare_threshold is None or driver.info.encoding != "utf-8":
        return None
    if (driver.autocommit and not alone) or not hasattr(select, "poll"):
        return None
    return Pipe(connection, alone=alone) if is_heard(connection) else None


def _there(psycopg: Any, libpq: Any) -> set[bytes]:  # noqa: ANN401 # psycopg's module and libpq's connection
    """Ask the server what of ours is prepared; in a transaction that has failed it does not say."""
    told = libpq.exec_(_THERE)
    if told.status != psycopg.pq.ExecStatus.TUPLES_OK:
        return set()
    return {told.get_value(row, 0) for row in range(told.ntuples)}


def _begin(psycopg: Any, driver: Any) -> bytes:  # noqa: ANN401 # psycopg's module and connection
    """Give what begins a transaction, as psycopg would."""
    words = ["BEGIN"]
    if driver.isolation_level is not None:
        name = psycopg.IsolationLevel(driver.isolation_level).name
        words.append(f"ISOLATION LEVEL {name.replace('_', ' ')}")
    if driver.read_only is not None:
        words.append("READ ONLY" if driver.read_only else "READ WRITE")
    if driver.deferrable is not None:
        words.append("DEFERRABLE" if driver.deferrable else "NOT DEFERRABLE")
    return " ".join(words).encode()


class Pipe:
    """A connection of psycopg, seen from below."""

    def __init__(self, connection: Connection, *, alone: bool = False) -> None:
        """See it; `fitting` says of which connections this can be.

        Args:
            connection: the connection.
            alone: is no transaction begun? Then it can be used as long as the connection.
        """
        # It may be kept with the connection: whoever forgets that one must forget both.
        self._connection: Connection = weakref.proxy(connection)
        self._psycopg: Any = connection.dialect.loaded_dbapi
        driver: Any = connection.connection.driver_connection
        self._libpq = driver.pgconn
        self._reader = self._psycopg.adapt.Transformer(driver)
        begun = self._libpq.transaction_status != self._psycopg.pq.TransactionStatus.IDLE
        self._begin = None if begun or alone else _begin(self._psycopg, driver)

    def run(
        self, asked: Sequence[tuple[Numbered, Any]], *, ends: bool = False
    ) -> tuple[list[Answer], Exception | None]:
        """Run statements in order, all of them or up to the first that fails.

        Args:
            asked: each with its values, as its `given` makes them.
            ends: is the transaction committed if all were done?

        Returns:
            What was said to those that were done, and the driver's error if one failed.

        Raises:
            psycopg.Error: nothing was sent, or the connection was lost.
        """
        known = prepared_on(self._connection, lambda: _there(self._psycopg, self._libpq))
        dumped = [(statement, self._written(statement.values(given))) for statement, given in asked]
        try:
            self._libpq.enter_pipeline_mode()
            kinds = self._put(dumped, known, ends=ends)
            answers, failed = self._read(kinds)
            self._libpq.exit_pipeline_mode()
        except self._psycopg.Error:
            self._libpq.finish()  # whoever tells the error gives the connection up
            raise
        except BaseException:
            # What the server still says would be taken for the answer to something else, and a
            # ROLLBACK would fail instead of what failed here.
            self._libpq.finish()
            self._connection.invalidate()
            raise
        if failed is not None:
            # Not all that was to be is prepared; or `DISCARD ALL` has dropped what was.
            forget_prepared(self._connection)
            if getattr(failed, "sqlstate", None) == _CHANGED:
                self._libpq.finish()
        return answers, failed

    def _written(self, values: Sequence[Any]) -> list[Any]:
        text = self._psycopg.adapt.PyFormat.TEXT
        written: list[Any] = self._reader.dump_sequence(values, [text] * len(values))
        return written

    def _put(
        self, dumped: list[tuple[Numbered, list[Any]]], known: set[bytes], *, ends: bool
    ) -> list[bool]:
        """Put everything into the buffer; say of each answer whether it will be a statement's."""
        libpq, kinds = self._libpq, list[bool]()
        if self._begin is not None:
            libpq.send_query_params(self._begin, None)
            kinds.append(False)
        for statement, values in dumped:
            if statement.name not in known:
                libpq.send_prepare(statement.name, statement.text)
                known.add(statement.name)
                kinds.append(False)
            libpq.send_query_prepared(statement.name, values)
            kinds.append(True)
        if ends:
            libpq.send_query_params(b"COMMIT", None)
            kinds.append(False)
        libpq.pipeline_sync()
        return kinds

    def _read(self, kinds: list[bool]) -> tuple[list[Answer], Exception | None]:
        told = self._psycopg.pq.ExecStatus
        fine = (told.TUPLES_OK, told.COMMAND_OK)
        answers: list[Answer] = []
        failed: Any = None
        self._flush()
        for is_asked in kinds:
            said = self._next()
            if failed is None and said.status not in fine:
                failed = self._psycopg.errors.error_from_result(said, encoding="utf-8")
            if failed is None and is_asked:
                answers.append(Answer(said, self._reader))
        self._next()  # that all of it was read
        return answers, failed

    def _flush(self) -> None:
        libpq, watched = self._libpq, select.poll()
        watched.register(libpq.socket, select.POLLIN | select.POLLOUT)
        while libpq.flush():
            # The server stops reading when nobody reads what it says.
            if any(ready & ~select.POLLOUT for _, ready in watched.poll()):
                libpq.consume_input()

    def _next(self) -> Any:  # noqa: ANN401 # libpq's result
        """Give the next result; what stands between those of two statements is passed over."""
        libpq = self._libpq
        while True:
            while libpq.is_busy():
                watched = select.poll()
                watched.register(libpq.socket, select.POLLIN)
                watched.poll()
                libpq.consume_input()
            said = libpq.get_result()
            if said is not None:
                return said
            if libpq.status != self._psycopg.pq.ConnStatus.OK:
                raise self._psycopg.OperationalError(self._psycopg.pq.error_message(libpq))
