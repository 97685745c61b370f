"""Core statements run on the driver's own cursor.

A sale is a dozen small statements, and building and executing one through SQLAlchemy takes ten
times as long as SQLite needs for it. So the statements of use cases are written in SQLAlchemy Core
and compiled by it, once for each dialect, with its types' own conversions; only the last step, the
call of the cursor, is ours. Failures come out as SQLAlchemy's, and a lost connection is given up
as SQLAlchemy would.

Lists and audits, where that does not matter, are executed by SQLAlchemy itself.
"""

from __future__ import annotations

import hashlib
import re
from collections import namedtuple
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, Table, bindparam, insert, literal_column, select
from sqlalchemy.exc import DBAPIError

from leadcore_sqlalchemy.pipelines import ALONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Dialect
    from sqlalchemy.sql.compiler import SQLCompiler

    from leadcore_sqlalchemy.pipelines import Pipe

__all__ = ["MOST", "NONE_CHANGED", "Many", "Numbered", "Statement", "inserting", "told"]

NONE_CHANGED = "22012"
"""What PostgreSQL says (a division by zero) where `Statement.changing` changed not one row."""

MOST = 2048
"""So many ids at once: a statement may name each three times, and SQLite takes 32,766 values."""


def inserting(table: Table, names: Iterable[str] | None = None) -> Insert:
    """Give the insertion of rows that say the columns named, or all of them."""
    chosen = [column.name for column in table.columns] if names is None else names
    return insert(table).values({name: bindparam(name) for name in chosen})


class Statement:
    """One Core statement; its parameters are named as its bound ones are."""

    def __init__(self, clause: Any) -> None:  # noqa: ANN401 # any select, insert or update
        self._clause = clause
        self._compiled: dict[tuple[str, str], _Compiled] = {}
        # One assignment of both, so that another thread never sees one without the other.
        self._latest: tuple[Dialect, _Compiled] | None = None
        self._changing: Statement | None = None

    @property
    def changing(self) -> Statement:
        """This one, which writes: where it changes none, or several, PostgreSQL fails.

        It says `NONE_CHANGED` then.

        So a transaction can be sent with its COMMIT: nobody needs to look at what was changed.
        """
        if self._changing is None:
            changed = self._clause.returning(literal_column("1")).cte("changed")
            one: ColumnElement[int] = literal_column("1 / CASE count(*) WHEN 1 THEN 1 ELSE 0 END")
            self._changing = Statement(select(one.label("changed")).select_from(changed))
        return self._changing

    def _for(self, dialect: Dialect) -> _Compiled:
        latest = self._latest
        if latest is not None and latest[0] is dialect:
            return latest[1]
        key = (dialect.name, dialect.driver)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = _Compiled(self._clause.compile(dialect=dialect), dialect)
        self._latest = (dialect, found)
        return found

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it and give all rows; each has its columns as attributes."""
        compiled = self._for(connection.dialect)
        given = compiled.given(values)
        pipe = connection.get_execution_options().get(ALONE)
        if pipe is not None:
            return compiled.read(_alone(connection, pipe, compiled, given))
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.text, given)
            return compiled.read(cursor.fetchall())
        except connection.dialect.loaded_dbapi.Error as error:
            raise told(connection, error, compiled.text, given, cursor) from error
        finally:
            cursor.close()

    def row(self, connection: Connection, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 # a row, or None
        """Run it and give the first row, or None."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def found(self, connection: Connection, values: Mapping[str, Any]) -> bool:
        """Run it and say whether there is a row."""
        compiled = self._for(connection.dialect)
        given = compiled.given(values)
        pipe = connection.get_execution_options().get(ALONE)
        if pipe is not None:
            return bool(_alone(connection, pipe, compiled, given))
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.text, given)
            return cursor.fetchone() is not None
        except connection.dialect.loaded_dbapi.Error as error:
            raise told(connection, error, compiled.text, given, cursor) from error
        finally:
            cursor.close()

    def change(self, connection: Connection, *values: Mapping[str, Any]) -> int:
        """Run it for each set of values, in order, and give how many rows it changed in all."""
        compiled = self._for(connection.dialect)
        given = [compiled.given(each) for each in values]
        cursor = connection.connection.cursor()
        try:
            if len(given) == 1:
                cursor.execute(compiled.text, given[0])
            else:
                cursor.executemany(compiled.text, given)
            return int(cursor.rowcount)
        except connection.dialect.loaded_dbapi.Error as error:
            raise told(connection, error, compiled.text, given, cursor) from error
        finally:
            cursor.close()

    def text(self, dialect: Dialect) -> str:
        """Give it as the dialect has it."""
        return self._for(dialect).text

    def execute(
        self, dialect: Dialect, cursors: Iterable[Any], values: Iterable[Mapping[str, Any]]
    ) -> None:
        """Run it for each set of values, each on a driver's cursor of its own."""
        compiled = self._for(dialect)
        for cursor, each in zip(cursors, values, strict=True):
            cursor.execute(compiled.text, compiled.given(each))

    def numbered(self, dialect: Dialect, values: Mapping[str, Any]) -> tuple[Numbered, Any]:
        """Give it with numbered places, and the values as the driver is given them."""
        compiled = self._for(dialect)
        return compiled.numbered, compiled.given(values)

    def read(self, dialect: Dialect, cursor: Any) -> list[Any]:  # noqa: ANN401 # a driver's
        """Give all rows of a cursor that ran it, as `rows` does."""
        return self._for(dialect).read(cursor.fetchall())


def told(
    connection: Connection,
    error: Any,  # noqa: ANN401 # a driver's error
    text: str,
    given: Any = None,  # noqa: ANN401 # what the driver was given
    cursor: Any = None,  # noqa: ANN401 # a driver's cursor
) -> BaseException:
    """Give a driver's error as SQLAlchemy's; a connection that is lost is given up."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
    if lost:
        connection.invalidate(error)
    failure: BaseException = DBAPIError.instance(
        text,
        given,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,  # they may hold what people told in confidence
        connection_invalidated=lost,
        dialect=dialect,
    )
    return failure


class Many:
    """A statement about several ids: one for each length, lengths rounded up to powers of two."""

    def __init__(self, make: Callable[[Sequence[Any]], Any]) -> None:
        """Make it.

        Args:
            make: gives the Core statement for so many bound ids.
        """
        self._make = make
        self._statements: dict[int, tuple[Statement, tuple[str, ...]]] = {}

    def rows(
        self, connection: Connection, ids: Sequence[str], values: Mapping[str, Any] | None = None
    ) -> list[Any]:
        """Run it for the ids, at least one, and give all rows; many ids in several turns."""
        if len(ids) <= MOST:
            return self._rows(connection, ids, values)
        return [
            row
            for start in range(0, len(ids), MOST)
            for row in self._rows(connection, ids[start : start + MOST], values)
        ]

    def _rows(
        self, connection: Connection, ids: Sequence[str], values: Mapping[str, Any] | None
    ) -> list[Any]:
        statement, given = self.about(ids, values)
        return statement.rows(connection, given)

    def about(
        self, ids: Sequence[str], values: Mapping[str, Any] | None = None
    ) -> tuple[Statement, dict[str, Any]]:
        """Give the statement for the ids, a few at the most, and its values."""
        length = 1 << (len(ids) - 1).bit_length()
        found = self._statements.get(length)
        if found is None:
            names = tuple(f"id_{number}" for number in range(length))
            made = Statement(self._make([bindparam(name) for name in names]))
            found = self._statements[length] = (made, names)
        statement, names = found
        # An id asked for twice is found once.
        filled = [*ids, *[ids[-1]] * (length - len(ids))]
        given = dict(zip(names, filled, strict=True))
        return statement, ({**given, **values} if values else given)


def _row_class(names: list[str]) -> Any:  # noqa: ANN401 # a named tuple
    # The names are known at run time only.
    return namedtuple("Row", names, rename=True)  # noqa: PYI024 # pyright: ignore[reportUntypedNamedTuple]


def _in_order(names: list[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Give what puts named values in order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _alone(
    connection: Connection, pipe: Pipe, compiled: _Compiled, given: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Give the rows of a statement that is sent in no transaction."""
    failed: BaseException | None
    try:
        answers, failed = pipe.run([(compiled.numbered, given)])
    except connection.dialect.loaded_dbapi.Error as error:
        failed = error
    if failed is not None:
        raise told(connection, failed, compiled.text, given) from failed
    return answers[0].fetchall()


class Numbered:
    """A statement as PostgreSQL itself has it, with `$1` and so on for its values.

    Attributes:
        name: what it is prepared under: the same for the same text.
    """

    def __init__(self, text: str) -> None:
        """Make it of a statement with `%(name)s` for its values."""
        names: dict[str, int] = {}

        def place(found: re.Match[str]) -> str:
            name = found[1]
            return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

        self.text = _PLACE.sub(place, text).encode()
        self.name = b"leadcore_" + hashlib.sha256(self.text).hexdigest()[:32].encode()
        self._order = _in_order(list(names))

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """Give the values in order."""
        return self._order(given)


_PLACE = re.compile(r"%(?:%|\((\w+)\)s)")


class _Compiled:
    """A statement in one dialect: its text, and what turns values to the driver's and back."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        self.text = str(compiled)
        self._fixed: dict[str, Any] = {}
        converts: dict[str, Any] = {}
        for bound, name in compiled.bind_names.items():
            converts[name] = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if not bound.required:
                self._fixed[name] = bound.effective_value
        self._order: Callable[[Mapping[str, Any]], Any] | None = None
        places: Iterable[Any] = converts
        named = list(converts)
        if compiled.positional:
            named = list(compiled.positiontup or ())
            places = range(len(named))
            self._order = _in_order(named)
        # Most values are the driver's own kind already: only the others are touched.
        self._writes = [
            (place, convert)
            for place, name in zip(places, named, strict=True)
            for convert in (converts[name],)
            if convert is not None
        ]
        self._prepare_rows(compiled, dialect)

    def _prepare_rows(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        clause: Any = compiled.statement
        columns = getattr(clause, "exported_columns", ())
        self._row = _row_class([column.key for column in columns])
        converts = [
            (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for place, column in enumerate(columns)
        ]
        self._reads = [(place, convert) for place, convert in converts if convert is not None]

    @cached_property
    def numbered(self) -> Numbered:
        return Numbered(self.text)

    def given(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 # a list or a dict, as the driver asks
        named = {**self._fixed, **values} if self._fixed else values
        given: Any = dict(named) if self._order is None else self._order(named)
        if not self._writes:
            return given
        if self._order is not None:
            given = list(given)
        for place, convert in self._writes:
            given[place] = convert(given[place])
        return given

    def read(self, found: Sequence[Any]) -> list[Any]:
        if not self._reads:
            return [self._row._make(each) for each in found]
        return [self._read(list(each)) for each in found]

    def _read(self, row: list[Any]) -> Any:  # noqa: ANN401 # a named tuple
        for place, convert in self._reads:
            row[place] = convert(row[place])
        return self._row._make(row)
