"""Column types: instants that come back in UTC everywhere, ids that sort as Python sorts them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, String
from sqlalchemy.types import TypeDecorator

from leadcore.values import instant

if TYPE_CHECKING:
    from sqlalchemy import Dialect

__all__ = ["Id", "Row", "UtcDateTime"]

_CACHED = 1024

Row = Any
"""A row: the columns that were asked for, as attributes. Their types are the mappers' affair."""

Id = String().with_variant(String(collation="C"), "postgresql")
"""Texts that identify. PostgreSQL would sort them by the language of the machine; this sorts them
by code point, as Python and SQLite do, so that pages mean the same everywhere."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: any aware datetime goes in, UTC comes out, to the microsecond.

    SQLite and MariaDB keep no zone, so what is stored there is UTC without one.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC; without its zone where the database knows none."""
        if value is None:
            return None
        moved = instant(value)
        return moved if dialect.name == "postgresql" else moved.replace(tzinfo=None)

    def process_result_value(self, value: Row | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 # the signature is SQLAlchemy's
        """Give UTC of the standard library's own kind."""
        if value is None:
            return None
        read: datetime = value
        return read.replace(tzinfo=UTC) if read.tzinfo is None else instant(read)

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ANN401 # SQLAlchemy's own kinds of callables
        """Give the conversion; on SQLite in one step, to the text SQLAlchemy keeps there."""
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ANN401 # as above
        """Give the conversion back; on SQLite in one step."""
        if dialect.name == "sqlite":
            return _of_text
        return super().result_processor(dialect, coltype)


# A sale writes and reads the same few instants a dozen times; equal ones have equal texts.
@lru_cache(maxsize=_CACHED)
def _to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return instant(value).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=_CACHED)
def _of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)
