"""Keeps leadcore's records in SQLite or PostgreSQL, sync or async, through SQLAlchemy Core.

>>> from leadcore_sqlalchemy import SqlStore, engine, upgrade
>>> with_tables = engine("sqlite://")
>>> upgrade(with_tables)
>>> SqlStore(with_tables).audit()
()
"""

from leadcore_sqlalchemy.engines import async_engine, engine
from leadcore_sqlalchemy.migrate import upgrade, upgrade_async
from leadcore_sqlalchemy.readers import AsyncSqlReader, SqlReader
from leadcore_sqlalchemy.store import AsyncSqlStore, SqlStore
from leadcore_sqlalchemy.tables import metadata

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
