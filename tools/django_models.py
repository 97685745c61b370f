"""leadcore's tables as models of Django; Django's settings must be there before it is imported."""

# The stubs of Django leave out what its fields are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.apps.registry import Apps
from django.db import models
from django.db.migrations.state import ModelState, ProjectState
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Integer, Text, UniqueConstraint
from sqlalchemy.sql import operators

from leadcore_django.fields import Id, Instant, Kept
from leadcore_sqlalchemy import metadata
from leadcore_sqlalchemy.types import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Index, Table

__all__ = ["model_of", "wanted"]

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
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        if index.unique:
            names = [column.name for column in index.columns]
            yield models.UniqueConstraint(
                fields=names, condition=_condition(index), name=str(index.name)
            )


def _lookup(where: Any) -> str:  # noqa: ANN401 # SQLAlchemy's, of a column and what it is compared with
    name: str = where.left.name
    return f"{name}__isnull" if where.operator in _NULL else name


def _wanted(where: Any) -> Any:  # noqa: ANN401 # as above
    if where.operator in _NULL:
        return _NULL[where.operator]
    literal = getattr(where.right, "name", None)  # a text in quotes; none for TRUE
    return True if literal is None else literal.strip("'")


def _condition(index: Index) -> models.Q | None:
    where: Any = index.dialect_options["postgresql"]["where"]
    return None if where is None else models.Q(**{_lookup(where): _wanted(where)})


def _indexes(table: Table) -> Iterator[models.Index]:
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        names = [column.name for column in index.columns]
        condition = _condition(index)
        if index.unique:
            continue  # which is a rule
        if condition is None:
            yield models.Index(fields=names)
        else:
            # Django wants a name here, of thirty letters at most, and would not make one itself.
            name = f"lc_{crc32('_'.join([table.name, *names]).encode()):08x}_{names[0]}"[:30]
            yield models.Index(fields=names, condition=condition, name=name)


def model_of(name: str, table: Table, apart: Apps) -> type[Kept]:
    """Make the model of one of leadcore's tables: its columns, indexes and constraints.

    Args:
        name: of the class.
        table: SQLAlchemy's.
        apart: where it is registered; not among the apps in use, which have one of that name.
    """
    meta = type(
        "Meta",
        (),
        {
            "app_label": "leadcore",
            "apps": apart,
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
    return type(name, (Kept,), {"__module__": __name__, "Meta": meta, **held})


def named(table: str) -> str:
    """Give the name of a table's model."""
    return "".join(word.capitalize() for word in table.removeprefix("leadcore_").split("_"))


def wanted(apps: Apps) -> ProjectState:
    """Give a project as it is, but for the models that the tables ask for.

    Args:
        apps: those in use.
    """
    state, apart = ProjectState(), Apps()
    for table in metadata.sorted_tables:
        state.add_model(ModelState.from_model(model_of(named(table.name), table, apart)))
    for model in apps.get_models():
        told = ModelState.from_model(model)
        if told.app_label != "leadcore" or told.name == "LeadFacts":
            state.add_model(told)
    return state
