"""The connection that writes to SQLite: kept while all goes well, given up when it does not."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from leadcore.errors import Conflict
from leadcore_sqlalchemy import SqlStore, engine
from leadcore_sqlalchemy.writers import Writer


@pytest.fixture
def writer(sqlite_engine):
    return Writer(sqlite_engine)


def count(writer: Writer) -> int:
    with writer.begin() as connection:
        return connection.execute(text("SELECT count(*) FROM leadcore_trees")).scalar_one()


def put(connection, key: str) -> None:
    connection.execute(text("INSERT INTO leadcore_trees VALUES (:id, 1, '{}')"), {"id": key})


def driver_of(writer: Writer) -> object:
    with writer.begin() as connection:
        return connection.connection.dbapi_connection


def test_one_connection_serves_one_transaction_after_the_other(writer, sqlite_engine):
    with writer.begin() as connection:
        put(connection, "a")
    first = driver_of(writer)
    assert driver_of(writer) is first
    assert sqlite_engine.pool.checkedout() == 1
    with sqlite_engine.connect() as other:
        assert other.execute(text("SELECT id FROM leadcore_trees")).all() == [("a",)]


def test_a_failure_rolls_back_and_gives_the_connection_up(writer, sqlite_engine):
    assert count(writer) == 0

    def fail() -> None:
        with writer.begin() as connection:
            put(connection, "a")
            put(connection, "a")

    with pytest.raises(IntegrityError):
        fail()
    assert sqlite_engine.pool.checkedout() == 0
    assert count(writer) == 0


def test_a_lost_connection_is_replaced(writer):
    def lose() -> None:
        with writer.begin() as connection:
            connection.invalidate()
            put(connection, "a")

    first = driver_of(writer)
    with pytest.raises(Conflict, match="connection was lost"):
        lose()
    assert driver_of(writer) is not first
    assert count(writer) == 0


def test_what_sqlalchemy_executes_is_of_the_same_transaction(writer):
    def fail() -> None:
        with writer.begin() as connection:
            assert not connection.in_transaction()
            driver_of_it = connection.connection.dbapi_connection
            driver_of_it.execute("INSERT INTO leadcore_trees VALUES ('a', 1, '{}')")
            put(connection, "b")
            assert connection.in_transaction()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert count(writer) == 0
    with writer.begin() as connection:
        connection.connection.dbapi_connection.execute(
            "INSERT INTO leadcore_trees VALUES ('a', 1, '{}')"
        )
        put(connection, "b")
    assert count(writer) == 2


def test_a_database_that_stays_busy_is_a_failure_of_sqlalchemys_own(writer, sqlite_engine):
    with writer.begin() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA busy_timeout = 0")
    with sqlite_engine.connect() as other:
        other.execute(text("SELECT 1"))  # begins, and so keeps others from writing
        with pytest.raises(DBAPIError, match="locked"), writer.begin():
            pass
        other.rollback()
    assert count(writer) == 0


def test_a_disposed_engine_has_no_connection_left(writer, sqlite_engine):
    first = driver_of(writer)
    sqlite_engine.dispose()
    with pytest.raises(Exception, match="closed"):
        first.execute("SELECT 1")
    assert driver_of(writer) is not first
    assert sqlite_engine.pool.checkedout() == 1


def test_an_engine_disposed_of_in_mid_transaction_keeps_nothing(writer, sqlite_engine):
    with writer.begin() as connection:
        put(connection, "a")
        sqlite_engine.dispose()
    assert sqlite_engine.pool.checkedout() == 0
    assert count(writer) == 1


def test_an_engine_disposed_of_before_anything_was_written(writer, sqlite_engine):
    sqlite_engine.dispose()
    assert count(writer) == 0


@pytest.mark.parametrize("disposes", [False, True])
def test_a_forked_process_opens_its_own(writer, sqlite_engine, disposes):
    first = driver_of(writer)
    writer.forked()
    if disposes:
        sqlite_engine.dispose(close=False)
    second = driver_of(writer)
    assert second is not first
    assert first.execute("SELECT 1").fetchall() == [(1,)], "the parent's is left as it was"
    assert driver_of(writer) is second


@pytest.mark.parametrize("options", [{"poolclass": NullPool}, {"pool_size": 1, "max_overflow": 0}])
def test_a_pool_that_has_none_to_spare_gets_it_back(sqlite_engine, town, options):
    made = engine(str(sqlite_engine.url), **options)
    store = town.build(SqlStore(made))
    assert store.run(town.lead(1)).lead.sale is not None
    assert store.lead("lead-1") is not None
    made.dispose()


def test_an_engine_outlives_its_stores(sqlite_engine):
    assert count(Writer(sqlite_engine)) == 0
    sqlite_engine.dispose()
    assert sqlite_engine.pool.checkedout() == 0
