"""A single posting asks PostgreSQL below its driver's cursors, with the same answers."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from leadcore.balances import Posted
from leadcore_sqlalchemy import SqlStore, direct
from leadcore_sqlalchemy.prepared import Prepared

PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE name = 'leadcore_single_post'"


@pytest.fixture
def store(postgres_engine, town):
    """Give a store that has seen its accounts, and keeps one connection for postings."""
    built = town.build(SqlStore(postgres_engine))
    for name in ("first", "second"):  # the first one looks at the accounts
        built.post([(town.charge(name, 1),)], at=town.at)
    return built


def idle(store):
    (line,) = store._poster._alone._idle  # the connection that is kept
    return line


def test_a_connection_prepares_it_once_and_needs_no_cursor(store, town):
    line = idle(store)
    store._poster._alone._idle[:] = [line._replace(cursor=None)]
    for name in ("a", "b"):
        (posted,) = store.post([(town.charge(name, 2),)], at=town.at)
        assert isinstance(posted, Posted)
    store._poster._alone._idle[:] = [line]
    assert line.connection.execute(text(PREPARED)).scalar_one() == 1
    assert store.balance(town.ledger).posted == 99_994


def test_where_nothing_may_be_prepared_a_cursor_asks(postgres_engine, town):
    made = create_engine(postgres_engine.url, connect_args={"prepare_threshold": None})
    store = town.build(SqlStore(made))
    for name, amount in (("a", 1), ("b", 2)):
        (posted,) = store.post([(town.charge(name, amount),)], at=town.at)
        assert isinstance(posted, Posted)
    assert idle(store).libpq is None
    assert idle(store).connection.execute(text(PREPARED)).scalar_one() == 0
    assert store.balance(town.ledger).posted == 99_997
    made.dispose()


def test_what_a_connection_forgot_is_prepared_again(store, town):
    line = idle(store)
    line.connection.execute(text("DEALLOCATE ALL"))
    for name in ("a", "b"):
        store.post([(town.charge(name, 2),)], at=town.at)
    assert idle(store) is line
    assert store.balance(town.ledger).posted == 99_994


def test_a_lost_connection_is_given_up_and_another_posts(store, town):
    line = idle(store)
    number = line.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with store.engine.connect() as other:  # which waits until it is gone
        other.execute(text("SELECT pg_terminate_backend(:number, 10000)"), {"number": number})
    (posted,) = store.post([(town.charge("lost", 1),)], at=town.at)
    assert isinstance(posted, Posted)
    assert line.connection.closed
    assert line not in store._poster._alone._idle
    assert store.balance(town.ledger).posted == 99_997
    assert store.audit() == ()


def test_what_the_server_refuses_is_the_drivers_error(store):
    libpq = idle(store).libpq
    with pytest.raises(Exception, match="division by zero") as told:
        Prepared("wrong", "SELECT 1 / $1::int", (int,)).row(libpq, ["0"])
    assert told.value.sqlstate == "22012"
    with pytest.raises(Exception, match="NUL"):
        Prepared("cut", "SELECT $1", (bytes.decode,)).row(libpq, ["a\0b"])


def test_a_text_that_postgres_cannot_hold_is_refused_and_nothing_is_cut(store, town):
    with pytest.raises(DBAPIError, match="NUL"):
        store.post([(town.charge("a\0b", 1),)], at=town.at)
    assert store.balance(town.ledger).posted == 99_998


TEXT = st.text(st.sampled_from('ab"\\\0,{} é'))


@given(st.lists(st.none() | TEXT, min_size=1))
@example(["a", "b\0c"])
@example(["same", "same"])
def test_arrays_are_what_each_text_by_itself_gives(texts):
    if texts.count(None) == len(texts):
        assert direct._texts(texts) == "{}"
    else:
        assert direct._texts(texts) == "{" + ",".join(map(direct._quoted, texts)) + "}"


@given(st.lists(st.sampled_from(["a", '"', "\0"]), min_size=1))
def test_one_stands_for_all_where_they_are_the_same(texts):
    said = texts[:1] if len(set(texts)) == 1 else texts
    assert direct._shared_texts(texts) == direct._texts(said)
    numbers = [str(ord(text)) for text in texts]
    several = numbers if len(set(numbers)) > 1 else numbers[:1]
    assert direct._shared(numbers) == "{" + ",".join(several) + "}"
