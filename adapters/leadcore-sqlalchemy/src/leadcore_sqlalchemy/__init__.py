"""Keeps leadcore's records in SQLite or PostgreSQL, sync or async, through SQLAlchemy Core.

>>> from leadcore_sqlalchemy import SqlStore, engine, upgrade
>>> with_tables = engine("sqlite://")
>>> upgrade(with_tables)
>>> SqlStore(with_tables).audit()
()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadcore_sqlalchemy.engines import async_engine, engine
from leadcore_sqlalchemy.readers import AsyncSqlReader, SqlReader
from leadcore_sqlalchemy.store import AsyncSqlStore, SqlStore
from leadcore_sqlalchemy.tables import metadata

if TYPE_CHECKING:
    from leadcore_sqlalchemy.migrate import upgrade, upgrade_async

__all__ = [
    "AsyncSqlReader",
    "AsyncSqlStore",
    "SqlReader",
    "SqlStore",
    "async_engine",
    "engine",
    "metadata",
    "upgrade",
    "upgrade_async",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 # what a module holds
    """Load the migrations, and Alembic with them, when they are first asked for."""
    if name in {"upgrade", "upgrade_async"}:
        from leadcore_sqlalchemy import migrate  # noqa: PLC0415 # a quarter of the start-up time

        return getattr(migrate, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
