"""Statements that wait for each other and are sent together.

What a use case writes is a dozen small statements, and nobody needs the answer to one before the
next; the same is true of what a sale asks for. On PostgreSQL they go in one pipeline of psycopg's:
one round trip instead of a dozen, and whoever waits for an order's or an account's row waits for as
much less. The last of them take the COMMIT along, so that nobody waits until we have read what the
server said. SQLite has no round trips, and an async connection no pipeline from here: there, each
is run as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore.errors import Conflict
from leadcore_sqlalchemy import pipelines
from leadcore_sqlalchemy.statements import NONE_CHANGED, Statement, told

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from leadcore_sqlalchemy.pipelines import Pipe

    _Run = tuple[Statement, tuple[Mapping[str, Any], ...]]

__all__ = ["Later", "asked"]


@frozen
class _Waiting:
    """A statement, its values, and how many rows it must change in all, or what is the matter."""

    statement: Statement
    values: tuple[Mapping[str, Any], ...]
    wanted: int | None
    otherwise: str

    @property
    def tells(self) -> bool:
        """Can the server check it, too: is it a row for each of the values?"""
        return self.wanted is None or self.wanted == len(self.values)

    def guarded(self) -> _Run:
        """Give it so that the server fails where it changes another number than one."""
        which = self.statement if self.wanted is None else self.statement.changing
        return which, self.values

    def check(self, changed: int) -> None:
        """Check what it changed.

        Raises:
            Conflict: that is another number of rows.
        """
        if self.wanted is not None and changed != self.wanted:
            raise Conflict(self.otherwise)


class Later:
    """The writes of one transaction, in order.

    Whoever looks at what was written, or writes by itself, calls `send` before.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._piped = _has_pipeline(connection)
        self._waiting: list[_Waiting] = []

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
            Conflict: that is so; here, or from `send`.
        """
        waiting = _Waiting(statement, values, wanted, otherwise)
        if self._piped:
            self._waiting.append(waiting)
        else:
            waiting.check(statement.change(self.connection, *values))

    def send(self, *, ends: bool = False) -> None:
        """Send what waits.

        Args:
            ends: may the COMMIT go behind it? For whoever began the transaction and says nothing
                more in it; there is nothing left to commit afterwards, or as much as before.

        Raises:
            Conflict: a statement has changed another number of rows than it must; nothing was
                committed.
            DBAPIError: as SQLAlchemy tells it, of the first statement that failed; likewise.
        """
        waiting, self._waiting = self._waiting, []
        if ends and waiting and all(each.tells for each in waiting):
            self._end(waiting)
        elif len(waiting) == 1:
            (one,) = waiting
            one.check(one.statement.change(self.connection, *one.values))
        elif waiting:
            cursors, failed = _piped(
                self.connection, [(each.statement, each.values) for each in waiting]
            )
            if failed is not None:
                raise failed.told(self.connection)
            for each, said in zip(waiting, cursors, strict=True):
                each.check(sum(cursor.rowcount for cursor in said))

    def _end(self, waiting: list[_Waiting]) -> None:
        _, failed = _piped(self.connection, [each.guarded() for each in waiting], ends=True)
        if failed is None:
            return
        if failed.place is not None and failed.state == NONE_CHANGED:
            asked_for = waiting[failed.place]
            if asked_for.wanted is not None:  # else somebody's trigger divided by zero
                raise Conflict(asked_for.otherwise) from failed.error
        raise failed.told(self.connection)


def asked(connection: Connection, *asks: tuple[Statement, Mapping[str, Any]]) -> list[list[Any]]:
    """Ask several things together, and give the rows of each.

    Args:
        connection: in a transaction.
        asks: statements that give rows, and their values; none needs the answer to another.
    """
    if not _has_pipeline(connection):
        return [statement.rows(connection, values) for statement, values in asks]
    cursors, failed = _piped(connection, [(statement, (values,)) for statement, values in asks])
    if failed is not None:
        raise failed.told(connection)
    return [
        statement.read(connection.dialect, cursor)
        for (statement, _), (cursor,) in zip(asks, cursors, strict=True)
    ]


@frozen
class _Failed:
    """What a pipeline ended with: an error of the driver's.

    Attributes:
        place: the number of the statement that failed; None where all were done.
        text: what that statement is.
    """

    error: Exception
    place: int | None
    text: str

    @property
    def state(self) -> str | None:
        """PostgreSQL's code for it."""
        state: str | None = getattr(self.error, "sqlstate", None)
        return state

    def told(self, connection: Connection) -> BaseException:
        """Give it as SQLAlchemy's."""
        failure = told(connection, self.error, self.text)
        failure.__cause__ = self.error
        return failure


def _piped(
    connection: Connection, waiting: list[_Run], *, ends: bool = False
) -> tuple[list[list[Any]], _Failed | None]:
    """Run statements in one pipeline; give the driver's cursors of each, and what failed.

    Args:
        connection: in a transaction.
        waiting: the statements, in order.
        ends: is the transaction committed if all were done?
    """
    pipe = pipelines.fitting(connection)
    if pipe is None:
        cursors, error = _by_cursors(connection, waiting, ends=ends)
    else:
        cursors, error = _below(pipe, connection, waiting, ends=ends)
    if error is None:
        return cursors, None
    undone = (
        place
        for place, each in enumerate(cursors)
        if any(cursor.statusmessage is None for cursor in each)
    )
    place = next(undone, None)
    text = "" if place is None else waiting[place][0].text(connection.dialect)
    return cursors, _Failed(error, place, text)


def _below(
    pipe: Pipe, connection: Connection, waiting: list[_Run], *, ends: bool
) -> tuple[list[list[Any]], Exception | None]:
    dialect = connection.dialect
    asks = [statement.numbered(dialect, each) for statement, values in waiting for each in values]
    answers: list[pipelines.Answer] = []
    error: Exception | None = None
    failure: type[Exception] = dialect.loaded_dbapi.Error
    try:
        answers, error = pipe.run(asks, ends=ends)
    except failure as raised:
        error = raised
    said = iter(answers)
    return [[next(said, pipelines.UNDONE) for _ in values] for _, values in waiting], error


def _by_cursors(
    connection: Connection, waiting: list[_Run], *, ends: bool
) -> tuple[list[list[Any]], Exception | None]:
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
                if ends:
                    driver.commit()
            except failure as error:
                failed = error
    except failure as error:
        failed = failed or error
    return cursors, failed


def _has_pipeline(connection: Connection) -> bool:
    dialect = connection.dialect
    if dialect.name != "postgresql" or dialect.driver != "psycopg" or dialect.is_async:
        return False
    from psycopg import Pipeline  # noqa: PLC0415 # only there with PostgreSQL

    return Pipeline.is_supported()
