"""One statement that is prepared once, and asked by way of libpq itself, below psycopg's cursors.

A cursor looks at its statement and at each value anew, and waits in a loop of its own: for a
single posting that takes as long as everything else the client does. It is for connections that
commit each statement by itself and that nobody else uses meanwhile. A signal is heard once the
server has answered; until when it must, `statement_timeout` says, as everywhere. Other threads go
on meanwhile, but greenlets of the same one do not.

Where statements must not be prepared (`prepare_threshold=None`, as behind a pool that hands each
transaction to another server), and with other drivers, `Libpq.fitting` says no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

__all__ = ["Libpq", "Prepared"]

_BINARY = 1
_FORGOTTEN = b"26000"


class Libpq:
    """A connection of psycopg, seen from below."""

    def __init__(self, connection: Connection) -> None:
        """See it; `fitting` says of which connections this can be."""
        self._psycopg: Any = connection.dialect.loaded_dbapi
        driver: Any = connection.connection.driver_connection
        self._libpq = driver.pgconn
        # Kept as long as the driver's connection, which keeps what was prepared on it.
        self._known: set[bytes] = connection.info.setdefault("leadcore_prepared", set())
        told = self._psycopg.pq.ExecStatus
        self._sqlstate = self._psycopg.pq.DiagnosticField.SQLSTATE
        self._fine = (told.TUPLES_OK, told.COMMAND_OK)

    @classmethod
    def fitting(cls, connection: Connection) -> Libpq | None:
        """Give the connection seen from below, or None where it must not be asked so."""
        if connection.dialect.driver != "psycopg":
            return None
        driver: Any = connection.connection.driver_connection
        if driver.prepare_threshold is None or driver.info.encoding != "utf-8":
            return None
        return cls(connection)

    def is_idle(self) -> bool:
        """Say whether it is there, and no statement and no transaction under way on it."""
        pq = self._psycopg.pq
        return bool(
            self._libpq.transaction_status == pq.TransactionStatus.IDLE
            and self._libpq.pipeline_status == pq.PipelineStatus.OFF
        )

    def ask(self, name: bytes, text: bytes, values: Sequence[str | None]) -> Any:  # noqa: ANN401 # libpq's result
        """Run a statement, prepared if it is not yet; its rows are in binary."""
        given = [None if value is None else value.encode() for value in values]
        if b"\0" in b"".join(filter(None, given)):  # libpq would stop reading there
            message = "PostgreSQL text fields cannot contain NUL (0x00) bytes"
            raise self._psycopg.DataError(message)
        if name in self._known:
            told = self._libpq.exec_prepared(name, given, result_format=_BINARY)
            if told.status in self._fine:
                return told
            if told.error_field(self._sqlstate) != _FORGOTTEN:
                return self._checked(told)
            # As `DISCARD ALL` has it, or the driver after a ROLLBACK.
        self._checked(self._libpq.prepare(name, text))
        self._known.add(name)
        return self._checked(self._libpq.exec_prepared(name, given, result_format=_BINARY))

    def _checked(self, told: Any) -> Any:  # noqa: ANN401 # libpq's result
        if told.status in self._fine:
            return told
        if self._libpq.status != self._psycopg.pq.ConnStatus.OK:
            raise self._psycopg.OperationalError(self._psycopg.pq.error_message(self._libpq))
        raise self._psycopg.errors.error_from_result(told)


class Prepared:
    """A statement that answers one value, or none."""

    def __init__(self, name: str, text: str) -> None:
        """Make it.

        Args:
            name: of the prepared statement, on each connection.
            text: the statement, with `$1` and so on for its values.
        """
        self._name = name.encode()
        self._text = text.encode()

    def value(self, libpq: Libpq, values: Sequence[str | None]) -> bytes | None:
        """Ask it and give its value as PostgreSQL sends it in binary, None where there is none.

        Args:
            libpq: the connection, outside of a transaction.
            values: as PostgreSQL writes them.

        Raises:
            psycopg.Error: what a cursor would raise.
        """
        told = libpq.ask(self._name, self._text, values)
        value: bytes | None = told.get_value(0, 0) if told.ntuples else None
        return value
