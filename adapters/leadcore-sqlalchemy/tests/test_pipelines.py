"""Several statements below psycopg's cursors: the same answers, and a connection left in order."""

from __future__ import annotations

import select
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Integer, bindparam, column, create_engine, text
from sqlalchemy import select as sql_select
from sqlalchemy.exc import DBAPIError

from leadcore.back_office import Received
from leadcore.values import UNLIMITED
from leadcore_sqlalchemy import SqlStore, pipelines, tables
from leadcore_sqlalchemy.engines import engine
from leadcore_sqlalchemy.later import Later, asked
from leadcore_sqlalchemy.pipelines import fitting
from leadcore_sqlalchemy.statements import Numbered, Statement, inserting

EVENT = Statement(inserting(tables.journal, ("stream_kind", "stream_id", "version", "data")))
READ = Statement(sql_select(tables.journal).where(tables.journal.c.stream_id == bindparam("id")))
BROKEN = Statement(text("SELECT 1 / 0 AS found").columns(column("found")))
NAMES = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'leadcore%'"


def event(version, data="{}"):
    return {"stream_kind": "lead", "stream_id": "l", "version": version, "data": data}


def both(connection, *versions):
    later = Later(connection)
    for version in versions:
        later.add(EVENT, event(version))
    later.send()


def counted(engine):
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM leadcore_journal")).scalar_one()


def test_rows_are_those_that_cursors_give(postgres_engine, watched_engine):
    with postgres_engine.begin() as connection:
        both(connection, 1, 2)
    told = []
    for made in (postgres_engine, watched_engine):
        with made.begin() as connection:
            assert (fitting(connection) is None) == (made is watched_engine)
            told.append(asked(connection, (READ, {"id": "l"}), (READ, {"id": "nobody"})))
    assert told[0] == told[1]
    assert [row.version for row in told[0][0]] == [1, 2]
    assert told[0][1] == []


def test_values_arrive_as_they_were_given(postgres_engine):
    at = datetime(2026, 3, 8, 7, 59, 59, 123456, tzinfo=UTC)
    given = {
        "a": 'it\'s \\ "100 %" \u2028 🙂',
        "b": -(2**63),
        "c": None,
        "d": at,
        "e": True,
        "f": "",
        "g": ["a,b", 'c"d', None],
    }
    kinds = {"a": "text", "b": "bigint", "c": "text", "d": "timestamptz", "e": "bool", "f": "text"}
    words = ", ".join(f"%({name})s::{kind}" for name, kind in {**kinds, "g": "text[]"}.items())
    asking = Numbered(f"SELECT {words}, %(a)s::text, 7 %% 4")
    with postgres_engine.begin() as connection:
        pipe = fitting(connection)
        (answer,), failed = pipe.run([(asking, given)])
        assert failed is None
        assert answer.fetchall() == [(*given.values(), given["a"], 3)]
        assert answer.rowcount == 1


def test_the_transaction_is_begun_as_the_connection_says(postgres_engine):
    asking = Statement(
        text("SELECT current_setting('transaction_isolation') AS found").columns(column("found"))
    )
    for level in ("READ COMMITTED", "SERIALIZABLE"):
        with postgres_engine.connect().execution_options(isolation_level=level) as connection:
            driver = connection.connection.driver_connection
            for read_only, deferrable in ((True, True), (False, False), (None, None)):
                driver.read_only, driver.deferrable = read_only, deferrable
                connection.begin()
                assert fitting(connection) is not None
                found = asked(connection, (asking, {}), (asking, {}))
                assert [rows[0].found for rows in found] == [level.lower()] * 2
                words = "SELECT current_setting('transaction_read_only'), "
                words += "current_setting('transaction_deferrable')"
                cursor = driver.execute(words)
                assert cursor.fetchone() == tuple(
                    "on" if each else "off" for each in (read_only, deferrable)
                )
                connection.rollback()


def test_statements_are_prepared_once_on_a_connection(postgres_engine):
    made = engine(postgres_engine.url.render_as_string(hide_password=False))
    for number in range(3):
        with made.begin() as connection:
            both(connection, 2 * number, 2 * number + 1)
            assert connection.execute(text(NAMES)).scalar_one() == 1
    made.dispose()


@pytest.mark.parametrize("busy", [True, False])
def test_after_a_rollback_what_is_prepared_is_known(postgres_engine, busy):
    made = engine(postgres_engine.url.render_as_string(hide_password=False))
    with made.connect() as connection:
        for _ in range(10 if busy else 1):  # what psycopg prepared, it drops, and ours with it
            connection.execute(text(NAMES))
        both(connection, 1, 2)
        connection.rollback()
        connection.begin()
        both(connection, 3, 4)
        both(connection, 5, 6)
        connection.commit()
    assert counted(made) == 4
    for _ in range(2):
        with made.connect() as connection:
            both(connection, 7, 8)  # SQLAlchemy knows of no transaction: its pool rolls back
    assert counted(made) == 4
    made.dispose()


def test_what_a_connection_forgot_is_a_reason_to_try_again(postgres_engine, town):
    made = engine(postgres_engine.url.render_as_string(hide_password=False), pool_size=1)
    store = town.build(SqlStore(made))
    store.run(town.lead(1))
    alone = {"isolation_level": "AUTOCOMMIT"}
    with made.connect() as opened, opened.execution_options(**alone) as connection:
        connection.execute(text("DISCARD ALL"))
    assert store.run(town.lead(2)).outcome is Received.ACCEPTED
    assert store.audit() == ()
    made.dispose()


def test_after_a_savepoint_was_given_up_what_is_prepared_is_known(postgres_engine):
    with postgres_engine.begin() as connection:
        both(connection, 1, 2)
        with pytest.raises(DBAPIError), connection.begin_nested():
            both(connection, 3, 3)
        both(connection, 4, 5)
        with pytest.raises(DBAPIError), connection.begin_nested():
            asked(connection, (BROKEN, {}), (READ, {"id": "l"}))
        assert len(asked(connection, (READ, {"id": "l"}))[0]) == 4
    assert counted(postgres_engine) == 4


def test_on_a_hosts_own_engine_cursors_say_it(postgres_engine):
    made = create_engine(postgres_engine.url)
    with made.begin() as connection:
        assert fitting(connection) is None
        both(connection, 1, 2)
    assert counted(made) == 2
    made.dispose()


@pytest.mark.parametrize(
    "options", [{"prepare_threshold": None}, {"autocommit": True}, {"client_encoding": "latin1"}]
)
def test_where_it_must_not_be_prepared_or_is_no_transaction_cursors_say_it(
    postgres_engine, options
):
    made = engine(postgres_engine.url.render_as_string(hide_password=False), connect_args=options)
    with made.begin() as connection:
        assert fitting(connection) is None
        both(connection, 1, 2)
    assert counted(made) == 2
    made.dispose()


def test_more_than_any_buffer_holds_is_sent_and_read(postgres_engine):
    with postgres_engine.begin() as connection:
        later = Later(connection)
        for version in range(1, 21):
            later.add(EVENT, event(version, "x" * 1_000_000))
        later.send()
        found = asked(connection, *[(READ, {"id": "l"})] * 3)
        assert [sum(len(row.data) for row in rows) for rows in found] == [20_000_000] * 3


def test_a_text_that_no_database_keeps_is_refused_before_anything_is_sent(postgres_engine):
    with postgres_engine.connect() as connection:
        later = Later(connection)
        later.add(EVENT, event(1))
        later.add(EVENT, event(2, "a\0b"))
        connection.begin()
        with pytest.raises(DBAPIError, match="NUL"):
            later.send()
        both(connection, 3, 4)
        connection.commit()
    assert counted(postgres_engine) == 2


def test_a_lost_connection_is_given_up(postgres_engine, town):
    made = engine(postgres_engine.url.render_as_string(hide_password=False), pool_size=1)
    with made.connect() as connection, postgres_engine.connect() as other:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        # Which waits until it is gone.
        other.execute(text("SELECT pg_terminate_backend(:number, 10000)"), {"number": number})
        with pytest.raises(DBAPIError) as caught:
            both(connection, 1, 2)
        assert caught.value.connection_invalidated
        assert connection.invalidated
    assert counted(made) == 0  # by way of another
    store = town.build(SqlStore(made), quantity=UNLIMITED)
    assert store.run(town.lead(1)).outcome is Received.ACCEPTED
    made.dispose()


def test_after_a_table_was_altered_another_connection_reads_it(postgres_engine):
    made = engine(postgres_engine.url.render_as_string(hide_password=False), pool_size=1)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE altered AS SELECT 1 AS found"))
    found = Statement(text("SELECT found FROM altered").columns(column("found")))

    def look():
        with made.begin() as connection:
            return asked(connection, (found, {}), (found, {}))[0][0].found

    assert look() == 1
    with made.begin() as connection:
        connection.execute(text("ALTER TABLE altered ALTER found TYPE text"))
    with pytest.raises(DBAPIError, match="cached plan"):
        look()
    assert look() == "1"
    with made.begin() as connection:
        connection.execute(text("DROP TABLE altered"))
    made.dispose()


def test_who_is_interrupted_leaves_no_answers_behind(postgres_engine, monkeypatch):
    class Interrupted:
        POLLIN, POLLOUT = select.POLLIN, select.POLLOUT

        @staticmethod
        def poll():
            raise KeyboardInterrupt

    made = engine(postgres_engine.url.render_as_string(hide_password=False), pool_size=1)
    drivers = []

    def work():
        with made.begin() as connection:
            drivers.append(connection.connection.driver_connection)
            both(connection, 1, 2)
            monkeypatch.setattr(pipelines, "select", Interrupted)
            both(connection, 3, 4)

    with pytest.raises(KeyboardInterrupt):
        work()
    monkeypatch.undo()
    assert drivers[0].closed
    assert counted(made) == 0
    made.dispose()


def test_others_go_on_while_one_waits_for_a_row(postgres_engine):
    with postgres_engine.begin() as connection:
        both(connection, 1, 2)
    taking = Statement(
        text("SELECT version FROM leadcore_journal WHERE version = 1 FOR UPDATE").columns(
            column("version", Integer)
        )
    )
    taken, done = threading.Event(), []

    def wait():
        with postgres_engine.begin() as connection:
            taken.set()
            done.append(asked(connection, (taking, {}), (taking, {})))

    with postgres_engine.begin() as connection:
        asked(connection, (taking, {}), (taking, {}))
        other = threading.Thread(target=wait)
        other.start()
        assert taken.wait(timedelta(seconds=10).total_seconds())
        assert not done  # we go on, and it waits
    other.join()
    assert [[row.version for row in rows] for rows in done[0]] == [[1], [1]]
