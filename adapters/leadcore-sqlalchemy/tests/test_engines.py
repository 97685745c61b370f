from __future__ import annotations

import pytest
from sqlalchemy import create_engine, event, text

from leadcore_sqlalchemy import SqlStore, async_engine, engine
from leadcore_sqlalchemy.engines import BUSY_SECONDS, CACHE_KIBIBYTES, prepare


def test_sqlite_is_durable_checks_keys_and_waits_for_writers(sqlite_engine):
    with sqlite_engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "busy_timeout",
                "cache_size",
            )
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": BUSY_SECONDS * 1000,
        "cache_size": -CACHE_KIBIBYTES,
    }


def begins(made) -> list[str]:
    """Give the list that the beginnings of transactions will be added to."""
    told: list[str] = []

    @event.listens_for(made, "checkout")
    def listen(connection, *_rest) -> None:
        connection.set_trace_callback(
            lambda statement: told.append(statement) if statement.startswith("BEGIN") else None
        )

    return told


def test_who_may_write_begins_as_a_writer_and_who_reads_does_not(sqlite_engine, town):
    told = begins(sqlite_engine)
    store = SqlStore(sqlite_engine)
    store.post([], at=town.at)
    assert told == ["BEGIN IMMEDIATE"]
    store.messages()
    assert told == ["BEGIN IMMEDIATE", "BEGIN"]


def test_preparing_twice_is_preparing_once(tmp_path):
    made = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    assert prepare(prepare(made)) is made
    told = begins(made)
    with made.begin():
        pass
    assert told == ["BEGIN IMMEDIATE"]
    made.dispose()


@pytest.mark.parametrize(
    ("url", "sync", "awaited"),
    [
        ("sqlite:///x.db", "sqlite", "sqlite+aiosqlite"),
        ("postgresql://h/d", "postgresql+psycopg", "postgresql+psycopg"),
        ("postgres://h/d", "postgresql+psycopg", "postgresql+psycopg"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg", "postgresql+psycopg"),
    ],
)
def test_a_url_without_a_driver_gets_the_one_that_is_tested(url, sync, awaited):
    assert engine(url).url.drivername == sync
    assert async_engine(url).url.drivername == awaited


def test_other_databases_are_refused_at_once():
    class Elsewhere:
        class dialect:  # noqa: N801 # as SQLAlchemy's engines have it
            name = "oracle"

    with pytest.raises(ValueError, match="postgresql or sqlite, not in oracle"):
        SqlStore(Elsewhere())
