"""Statements that are sent together: in order, changing what they must; the first failure told."""

from __future__ import annotations

import asyncio
import logging

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import bindparam, text, update
from sqlalchemy.exc import DataError, IntegrityError

from leadcore.errors import Conflict
from leadcore_sqlalchemy import tables
from leadcore_sqlalchemy.engines import async_engine
from leadcore_sqlalchemy.later import Later
from leadcore_sqlalchemy.statements import Statement, inserting

EVENT = Statement(inserting(tables.journal, ("stream_kind", "stream_id", "version", "data")))
_VERSION = tables.journal.c.version
RAISED = Statement(
    update(tables.journal)
    .where(tables.journal.c.stream_id == bindparam("b_id"), bindparam("b_from") == _VERSION)
    .values(version=bindparam("b_to"))
)


@pytest.fixture
def any_engine(every_engine):
    return every_engine


def event(version, data="{}"):
    return {"stream_kind": "lead", "stream_id": "l", "version": version, "data": data}


def versions(connection):
    found = text("SELECT version FROM leadcore_journal WHERE stream_id = 'l' ORDER BY version")
    return [row[0] for row in connection.execute(found)]


def test_what_waits_is_done_in_order_and_counted(store):
    with store.engine.begin() as connection:
        later = Later(connection)
        later.add(EVENT, event(1), event(2))
        later.add(RAISED, {"b_id": "l", "b_from": 2, "b_to": 7}, wanted=1)
        raises = [{"b_id": "l", "b_from": version, "b_to": version + 10} for version in (1, 7)]
        later.add(RAISED, *raises, wanted=2)
        later.send()
        later.send()  # nothing waits any more
        assert versions(connection) == [11, 17]


def test_what_is_said_last_takes_the_commit_along(store, any_engine):
    with store.engine.begin() as connection:
        later = Later(connection)
        later.add(EVENT, event(1), event(2))
        raises = [{"b_id": "l", "b_from": version, "b_to": version + 10} for version in (1, 2)]
        later.add(RAISED, *raises, wanted=2)
        later.send(ends=True)
        later.send(ends=True)  # nothing waits any more
        if any_engine.dialect.name == "postgresql":
            status = connection.connection.driver_connection.info.transaction_status
            assert status == TransactionStatus.IDLE
    with store.engine.connect() as connection:
        assert versions(connection) == [11, 12]


def test_nothing_is_committed_where_a_statement_changes_another_number(store):
    raises = [{"b_id": "l", "b_from": version, "b_to": version + 10} for version in (1, 5)]
    for wanted in (2, 1):  # a row for each, and a number that only we can check
        with pytest.raises(Conflict, match="somebody was faster"):
            _end(store, raises, wanted)
        with store.engine.connect() as connection:
            assert versions(connection) == []


def _end(store, raises, wanted, *more):
    with store.engine.begin() as line:
        later = Later(line)
        later.add(EVENT, event(1), event(2), *more)
        if wanted == 1:
            later.add(RAISED, {"b_id": "l", "b_from": 2, "b_to": 5})
        later.add(RAISED, *raises, wanted=wanted, otherwise="somebody was faster")
        later.add(EVENT, event(3))
        later.send(ends=True)


def test_what_the_server_refuses_at_the_end_is_told(store):
    with pytest.raises(IntegrityError, match="journal"):
        _end(store, [], 0, event(1))
    with store.engine.connect() as connection:
        assert versions(connection) == []


@pytest.mark.parametrize("others", [0, 2])
def test_another_number_of_rows_is_a_conflict(store, others):
    with store.engine.connect() as connection:
        connection.begin()
        later = Later(connection)
        for number in range(others):
            later.add(EVENT, event(number + 1))
        with pytest.raises(Conflict, match="somebody was faster"):
            _raise(later)
        connection.rollback()
        assert versions(connection) == []


def _raise(later):
    gone = {"b_id": "l", "b_from": 9, "b_to": 10}
    later.add(RAISED, gone, wanted=1, otherwise="somebody was faster")
    later.send()


def test_the_first_that_fails_is_told_and_nothing_else(store, caplog):
    with store.engine.connect() as connection, caplog.at_level(logging.DEBUG, "psycopg"):
        connection.begin()
        later = Later(connection)
        with pytest.raises(IntegrityError) as caught:
            _fill(later)
        assert "INSERT INTO leadcore_journal" in str(caught.value)
        assert "secret" not in str(caught.value)
        connection.rollback()
        assert versions(connection) == []
        later.add(EVENT, event(1))
        later.send()
        assert versions(connection) == [1]
    assert not caplog.records


def _fill(later):
    # More than a buffer holds, so that answers come while others are still sent.
    later.add(EVENT, *(event(version, "secret" * 4_000) for version in (1, 1, *range(2, 60))))
    later.add(EVENT, event(99))
    later.send()


def test_a_value_the_database_cannot_hold_is_told_too(postgres_engine):
    with postgres_engine.connect() as connection:
        connection.begin()
        later = Later(connection)
        with pytest.raises(DataError):
            _overflow(later)
        connection.rollback()
        assert versions(connection) == []


def _overflow(later):
    later.add(EVENT, event(1))
    later.add(EVENT, event(1 << 40))
    later.send()


def test_an_async_connection_does_them_as_they_come(postgres_engine):
    made = async_engine(postgres_engine.url.render_as_string(hide_password=False))

    def work(connection):
        later = Later(connection)
        later.add(EVENT, event(1), event(2))
        assert versions(connection) == [1, 2]
        later.send()
        connection.rollback()
        return versions(connection)

    async def run():
        try:
            async with made.connect() as connection:
                return await connection.run_sync(work)
        finally:
            await made.dispose()

    assert asyncio.run(run()) == []


def _told(engine, ends, *added):
    with engine.begin() as connection:
        later = Later(connection)
        later.add(EVENT, event(1), event(2))
        for statement, values, more in added:
            later.add(statement, values, **more)
        later.send(ends=ends)


@pytest.mark.parametrize("ends", [False, True])
def test_several_rows_where_one_was_wanted_are_a_conflict_at_the_end_too(store, ends):
    whole = Statement(
        update(tables.journal)
        .where(tables.journal.c.stream_id == bindparam("b_id"))
        .values(data=bindparam("b_data"))
    )
    asked = (whole, {"b_id": "l", "b_data": "[]"}, {"wanted": 1, "otherwise": "two of them"})
    with pytest.raises(Conflict, match="two of them"):
        _told(store.engine, ends, asked)
    with store.engine.connect() as connection:
        assert versions(connection) == []


@pytest.mark.parametrize("ends", [False, True])
def test_somebodys_division_by_zero_is_no_conflict(postgres_engine, ends):
    divides = Statement(text("UPDATE leadcore_journal SET version = version / 0"))
    with pytest.raises(DataError, match="division"):
        _told(postgres_engine, ends, (divides, {}, {}))
