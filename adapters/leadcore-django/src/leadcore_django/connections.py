"""SQLAlchemy's connection over Django's own: what leadcore writes is in the host's transaction.

The statements of `leadcore_sqlalchemy` are functions of a SQLAlchemy connection. Here that is one
made over the very connection of the driver that Django holds for the thread and the alias, so
`transaction.atomic`, `on_commit`, a test case's rollback, database routers and whatever the host
set on its connection (a row-level security context) hold for leadcore's rows as for the host's own.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["lent"]

_URLS = {"psycopg": "postgresql+psycopg://", "sqlite3": "sqlite://"}
_OPTIONS: dict[str, dict[str, Any]] = {"psycopg": {"use_native_hstore": False}}


class _Lent:
    """Django's connection as far as SQLAlchemy may use it: it begins, ends and sets up nothing."""

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 # psycopg's or sqlite3's
        self._driver = driver

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # the driver's
        return getattr(self._driver, name)

    def _nothing(self, *_given: object, **_named: object) -> None:
        """Leave to Django what is Django's."""

    # Transactions, and what SQLAlchemy sets on each connection it opens: notices, its own REGEXP.
    add_notice_handler = close = commit = create_function = rollback = _nothing


@cache
def _engine(using: str) -> Engine:
    driver = getattr(connections[using], "Database", None)
    name = getattr(driver, "__name__", "").partition(".")[0]
    if connections[using].vendor == "sqlite":
        name = "sqlite3"
    if name not in _URLS:
        vendor = connections[using].vendor
        raise ImproperlyConfigured(
            f"leadcore is kept in SQLite, or in PostgreSQL through psycopg 3; database {using!r} is"
            f" {vendor} through {name or 'another driver'}"
        )

    def borrow() -> _Lent:
        return _Lent(connections[using].connection)

    options = _OPTIONS.get(name, {})
    return create_engine(_URLS[name], creator=borrow, poolclass=NullPool, **options)


def lent(using: str) -> Connection:
    """Give a SQLAlchemy connection over the one Django holds in this thread for an alias.

    It is for a `with` block, and closing it does nothing to Django's.

    Raises:
        ImproperlyConfigured: the database is none that leadcore's statements are written for.
    """
    connections[using].ensure_connection()
    return _engine(using).connect()
