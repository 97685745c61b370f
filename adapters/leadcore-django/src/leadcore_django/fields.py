"""The column types of leadcore's tables as Django fields, and models made of those tables."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.db import models
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Integer, Text, UniqueConstraint
from sqlalchemy.sql import operators

from leadcore.values import instant
from leadcore_sqlalchemy.types import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Table

__all__ = ["Id", "Instant", "Kept", "model_of"]


class Id(models.TextField):  # type: ignore[type-arg]  # generic for type checkers alone
    """A text that identifies; sorted by code point on every database."""

    def db_type(self, connection: Any) -> str:  # noqa: ANN401 # Django's wrapper
        """Give the type; spelt out on PostgreSQL, where Django adds an index to any `varchar`."""
        return "character varying" if connection.vendor == "postgresql" else "varchar"

    def db_parameters(self, connection: Any) -> Any:  # noqa: ANN401 # Django's own dictionary
        """Give the type and the collation."""
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class Instant(models.DateTimeField):  # type: ignore[type-arg]  # as above
    """An instant: any aware datetime goes in, UTC comes out, whatever zone the host lives in."""

    def get_internal_type(self) -> str:
        """Give a name Django's backends convert nothing for."""
        return "LeadcoreInstant"

    def db_type(self, connection: Any) -> str:  # noqa: ANN401 # Django's wrapper
        """Give the type."""
        return "datetime" if connection.vendor == "sqlite" else "timestamp with time zone"

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 # Django's signature
        """Give UTC.

        Raises:
            ValueError: a datetime without a zone is no instant.
        """
        return None if value is None else instant(self.to_python(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002 # Django's signature
        """Give the driver's own; on SQLite the text that is compared as the instants are."""
        if not isinstance(value, datetime):
            return value
        moved = instant(value)
        if connection.vendor == "sqlite":
            return moved.replace(tzinfo=None).isoformat(" ", "microseconds")
        return moved

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> Any:  # noqa: ANN401 # Django's signature
        """Give UTC."""
        read = datetime.fromisoformat(value) if isinstance(value, str) else value
        if read is None:
            return None
        return read.replace(tzinfo=UTC) if read.tzinfo is None else instant(read)


class Kept(models.Model):
    """A row that leadcore keeps: to be read, filtered and joined; written by the store alone."""

    class Meta:
        """It has no table of its own."""

        abstract = True

    def save(self, *_given: object, **_named: object) -> None:
        """Refuse.

        Raises:
            TypeError: always.
        """
        raise TypeError("rows of leadcore are written by leadcore_django.store()")

    def delete(self, *_given: object, **_named: object) -> Any:  # noqa: ANN401 # never returns
        """Refuse; see `save`."""
        self.save()


_CHECK = re.compile(r"(\w+) (>=?) 0")
_COMPARED = {">": "gt", ">=": "gte"}
_NULL = {operators.is_: True, operators.is_not: False}


def _field(column: Column[Any]) -> models.Field[Any, Any]:
    options: dict[str, Any] = {"null": column.nullable, "blank": column.nullable}
    if column.primary_key and len(column.table.primary_key) == 1:
        options["primary_key"] = True
    if column.server_default is not None:
        told: Any = column.server_default
        options["db_default"] = _default(column, str(told.arg))
    kinds: tuple[tuple[type[Any], type[models.Field[Any, Any]]], ...] = (
        (UtcDateTime, Instant),
        (BigInteger, models.BigIntegerField),
        (Integer, models.IntegerField),
        (Boolean, models.BooleanField),
        (Text, models.TextField),
    )
    kind = next((field for known, field in kinds if isinstance(column.type, known)), Id)
    return kind(**options)


def _default(column: Column[Any], text: str) -> Any:  # noqa: ANN401 # of the column's type
    if isinstance(column.type, Boolean):
        return text == "true"
    return int(text) if isinstance(column.type, Integer) else text


def _rules(table: Table) -> Iterator[models.BaseConstraint]:
    for rule in sorted(table.constraints, key=lambda each: str(each.name)):
        if isinstance(rule, UniqueConstraint):
            names = [column.name for column in rule.columns]
            yield models.UniqueConstraint(fields=names, name="_".join(["uq", table.name, *names]))
        elif isinstance(rule, CheckConstraint):
            name, sign = _CHECK.fullmatch(str(rule.sqltext)).groups()  # type: ignore[union-attr]  # such are all there are
            condition = models.Q(**{f"{name}__{_COMPARED[sign]}": 0})
            yield models.CheckConstraint(condition=condition, name=f"ck_{table.name}_{name}")


def _lookup(where: Any) -> str:  # noqa: ANN401 # SQLAlchemy's, of a column and what it is compared with
    name: str = where.left.name
    return f"{name}__isnull" if where.operator in _NULL else name


def _wanted(where: Any) -> Any:  # noqa: ANN401 # as above
    if where.operator in _NULL:
        return _NULL[where.operator]
    literal = getattr(where.right, "name", None)  # a text in quotes; none for TRUE
    return True if literal is None else literal.strip("'")


def _indexes(table: Table) -> Iterator[models.Index]:
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        names = [column.name for column in index.columns]
        where: Any = index.dialect_options["postgresql"]["where"]
        if where is None:
            yield models.Index(fields=names)
        else:
            condition = models.Q(**{_lookup(where): _wanted(where)})
            # Django wants a name here, of thirty letters at most, and would not make one itself.
            name = f"lc_{crc32('_'.join([table.name, *names]).encode()):08x}_{names[0]}"[:30]
            yield models.Index(fields=names, condition=condition, name=name)


def model_of(name: str, table: Table, module: str) -> type[Kept]:
    """Make the model of one of leadcore's tables: its columns, indexes and constraints.

    Args:
        name: of the class.
        table: SQLAlchemy's.
        module: where the class is told to live; the caller's `__name__`.
    """
    meta = type(
        "Meta",
        (),
        {
            "app_label": "leadcore",
            "db_table": table.name,
            "indexes": list(_indexes(table)),
            "constraints": list(_rules(table)),
            "ordering": tuple(column.name for column in table.primary_key),
        },
    )
    held: dict[str, Any] = {column.name: _field(column) for column in table.columns}
    keys = [column.name for column in table.primary_key]
    if len(keys) > 1:
        held["pk"] = models.CompositePrimaryKey(*keys)
    doc = f"A row of `{table.name}`; see `leadcore_sqlalchemy.tables`."
    return type(name, (Kept,), {"__module__": module, "__doc__": doc, "Meta": meta, **held})
