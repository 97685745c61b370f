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

__all__ = ["Id", "Row", "UtcDateTime", "instant_of", "instant_text"]

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
        return instant_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ANN401 # as above
        """Give the conversion back; on SQLite in one step."""
        if dialect.name == "sqlite":
            return instant_of
        return super().result_processor(dialect, coltype)


# A sale writes and reads the same few instants a dozen times; equal ones have equal texts.
@lru_cache(maxsize=_CACHED)
def instant_text(value: datetime | None) -> str | None:
    """Give an instant as SQLite keeps it."""
    if value is None:
        return None
    return instant(value).replace(tzinfo=None).isoformat(" ", "microseconds")


# A host's connection may have read the text already: sqlite3 does so where converters are set.
@lru_cache(maxsize=_CACHED)
def instant_of(value: str | datetime | None) -> datetime | None:
    """Give the instant that SQLite keeps as this text."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return None if read is None else read.replace(tzinfo=UTC)
