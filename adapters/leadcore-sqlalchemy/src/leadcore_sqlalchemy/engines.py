"""Engines as the store needs them: what SQLite must be told on every connection and transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, make_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = [
    "BUSY_SECONDS",
    "CACHE_KIBIBYTES",
    "READING",
    "async_engine",
    "engine",
    "forget_prepared",
    "is_heard",
    "is_watched",
    "prepare",
    "prepared_on",
]

BUSY_SECONDS = 30
"""How long a writer waits for another one's turn on SQLite."""

CACHE_KIBIBYTES = 16 * 1024
"""The most of its file that a connection to SQLite keeps; by itself, 2 MiB, it reads much anew."""

READING = "leadcore_reading"
"""The execution option of connections that only read: they need not wait for a writer's turn."""

_PREPARED = "leadcore_prepared"
_NAMES = "leadcore_names"


def engine(url: str, **options: Any) -> Engine:  # noqa: ANN401 # SQLAlchemy's own options
    """Make an engine for a store.

    Args:
        url: SQLAlchemy's, such as `sqlite:///leads.db` or `postgresql+psycopg://…`. Without a
            driver, PostgreSQL is reached through psycopg 3. Behind a pooler that gives every
            transaction another connection (PgBouncer, whatever it knows of prepared statements),
            say `connect_args={"prepare_threshold": None}`.
        options: passed on to `sqlalchemy.create_engine`.
    """
    return prepare(create_engine(_with_driver(url, "postgresql+psycopg"), **options))


def async_engine(url: str, **options: Any) -> AsyncEngine:  # noqa: ANN401 # SQLAlchemy's own options
    """Make an async engine for a store; SQLite is reached through aiosqlite.

    Args:
        url: as for `engine`.
        options: passed on to `sqlalchemy.ext.asyncio.create_async_engine`.
    """
    # Needs greenlet, which only async use asks for (the extras name it).
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 # see above

    named = make_url(_with_driver(url, "postgresql+psycopg"))
    if named.drivername == "sqlite":
        named = named.set(drivername="sqlite+aiosqlite")
    made = create_async_engine(named, **options)
    prepare(made.sync_engine)
    return made


def _with_driver(url: str, driver: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{driver}://{rest}" if scheme in {"postgres", "postgresql"} else url


def prepare(given: Engine) -> Engine:
    """Set an engine up for a store; does nothing the second time.

    On PostgreSQL it hears when psycopg forgets what is prepared on a connection. SQLite gets
    write-ahead logging, full durability, foreign keys, a time-out for waiting writers, and
    transactions that begin as writers: one that reads first and writes later could never wait its
    turn, because what it read would be stale.
    """
    if given.get_execution_options().get(_PREPARED):
        return given
    given.update_execution_options(**{_PREPARED: True})
    if given.dialect.name == "postgresql":
        event.listen(given, "rollback", _on_rollback)
        event.listen(given, "reset", _on_reset)
        return given
    event.listen(given, "connect", _on_connect)
    event.listen(given, "begin", _on_begin)
    return given


def is_watched(given: Engine) -> bool:
    """Say whether a host listens when a connection is taken or a transaction begins.

    Such a host may say there what the database must know (whose rows may be seen, say), so every
    statement goes to it in a transaction, on a connection that was taken for it.
    """
    # By what their truth is made of: this is asked for each statement, and to ask for the truth
    # takes a function of Python's each.
    pool, heard = given.pool.dispatch, given.dispatch
    for listeners in (pool.checkout, pool.checkin, heard.engine_connect):
        if listeners.listeners or listeners.parent_listeners:
            return True
    # To SQLite's we listen ourselves.
    return bool(given.dialect.name != "sqlite" and heard.begin)


def is_heard(connection: Connection) -> bool:
    """Say whether we would hear of a ROLLBACK: the connection's engine is set up for a store."""
    return bool(connection.get_execution_options().get(_PREPARED))


def prepared_on(connection: Connection, ask: Callable[[], set[bytes]]) -> set[bytes]:
    """Give the names of what we prepared on a connection of psycopg's, to be added to.

    Args:
        connection: the connection, one that `is_heard`; they are kept as long as the driver's.
        ask: asks the server for them, where they are not known: after a ROLLBACK, with which
            psycopg may drop everything that is prepared, or nothing.
    """
    known: set[bytes] | None = connection.info.get(_NAMES)
    if known is None:
        known = connection.info[_NAMES] = ask()
    return known


def forget_prepared(connection: Connection) -> None:
    """Have the server asked again what is prepared on a connection."""
    if not connection.invalidated:
        connection.info.pop(_NAMES, None)


def _on_rollback(connection: Connection) -> None:
    if not connection.invalidated:
        _on_reset(connection.connection.driver_connection, connection, None)


def _on_reset(driver: Any, record: Any, _state: object) -> None:  # noqa: ANN401 # a driver's connection, and what knows of it
    # The pool rolls back what SQLAlchemy's own transaction has not ended; and SQLAlchemy ends
    # transactions that the driver knows nothing of.
    libpq = getattr(driver, "pgconn", None)
    if libpq is not None and libpq.transaction_status:
        record.info.pop(_NAMES, None)


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 # a driver's connection
    # Python's sqlite3 begins transactions by itself, and only before the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"cache_size = -{CACHE_KIBIBYTES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        return  # begun by a `leadcore_sqlalchemy.writers.Writer`
    reading = connection.get_execution_options().get(READING)
    cursor = connection.connection.cursor()
    try:
        cursor.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
    finally:
        cursor.close()
