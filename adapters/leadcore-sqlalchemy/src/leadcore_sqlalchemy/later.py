"""Statements that wait for each other and are sent together.

What a use case writes is a dozen small statements, and nobody needs the answer to one before the
next; the same is true of what a sale asks for. On PostgreSQL they go in one pipeline of psycopg's:
one round trip instead of a dozen, and whoever waits for an order's or an account's row waits for as
much less. SQLite has no round trips, and an async connection no pipeline from here: there, each is
run as it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadcore.errors import Conflict
from leadcore_sqlalchemy.statements import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Dialect

    from leadcore_sqlalchemy.statements import Statement

    _Run = tuple[Statement, tuple[Mapping[str, Any], ...]]

__all__ = ["Later", "asked"]


class Later:
    """The writes of one transaction, in order.

    Whoever looks at what was written, or writes by itself, calls `send` before.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._piped = _has_pipeline(connection)
        self._waiting: list[tuple[Statement, tuple[Mapping[str, Any], ...], int | None, str]] = []

    def add(
        self,
        statement: Statement,
        *values: Mapping[str, Any],
        wanted: int | None = None,
        otherwise: str = "",
    ) -> None:
        """Have a statement run for each set of values.

        Args:
            statement: the statement; one that gives no rows.
            values: its values.
            wanted: how many rows it must change in all; None where that says nothing.
            otherwise: what is the matter where it changes another number.

        Raises:
            Conflict: that is so; here or from `send`.
        """
        if self._piped:
            self._waiting.append((statement, values, wanted, otherwise))
        else:
            _check(statement.change(self.connection, *values), wanted, otherwise)

    def send(self) -> None:
        """Send what waits.

        Raises:
            Conflict: a statement has changed another number of rows than it must.
            DBAPIError: as SQLAlchemy tells it, of the first statement that failed.
        """
        waiting, self._waiting = self._waiting, []
        if len(waiting) == 1:
            statement, values, wanted, otherwise = waiting[0]
            _check(statement.change(self.connection, *values), wanted, otherwise)
        elif waiting:
            changed = self._sent([(statement, values) for statement, values, _, _ in waiting])
            for (_, _, wanted, otherwise), rows in zip(waiting, changed, strict=True):
                _check(rows, wanted, otherwise)

    def _sent(self, waiting: list[_Run]) -> list[int]:
        cursors = _piped(self.connection, waiting)
        return [sum(cursor.rowcount for cursor in each) for each in cursors]


def asked(connection: Connection, *asks: tuple[Statement, Mapping[str, Any]]) -> list[list[Any]]:
    """Ask several things together, and give the rows of each.

    Args:
        connection: in a transaction.
        asks: statements that give rows, and their values; none needs the answer to another.
    """
    if not _has_pipeline(connection):
        return [statement.rows(connection, values) for statement, values in asks]
    cursors = _piped(connection, [(statement, (values,)) for statement, values in asks])
    return [
        statement.read(connection.dialect, cursor)
        for (statement, _), (cursor,) in zip(asks, cursors, strict=True)
    ]


def _piped(connection: Connection, waiting: list[_Run]) -> list[list[Any]]:
    """Run statements in one pipeline; give the driver's cursors of each."""
    dialect = connection.dialect
    driver: Any = connection.connection.driver_connection
    failure: type[Exception] = dialect.loaded_dbapi.Error
    failed: Exception | None = None
    cursors = [[driver.cursor() for _ in values] for _, values in waiting]
    try:
        with driver.pipeline():
            # What one says while others are still sent: leaving the pipeline would log the rest,
            # which only says that the first one failed.
            try:
                for (statement, values), each in zip(waiting, cursors, strict=True):
                    statement.execute(dialect, each, values)
            except failure as error:
                failed = error
    except failure as error:
        failed = failed or error
    if failed is not None:
        raise told(connection, failed, _failing(dialect, waiting, cursors)) from failed
    return cursors


def _failing(dialect: Dialect, waiting: list[_Run], cursors: list[list[Any]]) -> str:
    """Give the text of the first statement that was not done."""
    undone = (
        statement.text(dialect)
        for (statement, _), each in zip(waiting, cursors, strict=True)
        if any(cursor.statusmessage is None for cursor in each)
    )
    return next(undone, "")


def _check(changed: int, wanted: int | None, otherwise: str) -> None:
    if wanted is not None and changed != wanted:
        raise Conflict(otherwise)


def _has_pipeline(connection: Connection) -> bool:
    dialect = connection.dialect
    if dialect.name != "postgresql" or dialect.driver != "psycopg" or dialect.is_async:
        return False
    from psycopg import Pipeline  # noqa: PLC0415 # only there with PostgreSQL

    return Pipeline.is_supported()
