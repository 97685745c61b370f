"""A single posting asks PostgreSQL below its driver's cursors, with the same answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text, update
from sqlalchemy.exc import DBAPIError

from leadcore.balances import Posted
from leadcore.values import UNLIMITED
from leadcore_sqlalchemy import SqlStore, direct, tables
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


@pytest.mark.parametrize("options", [{}, {"connect_args": {"prepare_threshold": None}}])
@pytest.mark.parametrize(("floor", "owner"), [(None, None), (-7, "ünder"), (0, "a" * 300)])
def test_the_answer_tells_the_account_as_it_is_kept(postgres_engine, town, options, floor, owner):
    made = create_engine(postgres_engine.url, **options)
    store = town.build(SqlStore(made))
    with made.begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")  # no such account
        connection.execute(
            update(tables.ledger_accounts)
            .where(tables.ledger_accounts.c.id == town.ledger)
            .values(floor=floor, account_id=owner)
        )
        connection.exec_driver_sql("SET session_replication_role = DEFAULT")
    store.post([(town.charge("first", 1),)], at=town.at)
    (posted,) = store.post([(town.charge("second", 1),)], at=town.at)
    assert isinstance(posted, Posted)
    assert (idle(store).libpq is None) is bool(options)
    (account,) = posted.accounts
    assert account == store.ledger_account(town.ledger)
    assert (account.floor, account.account_id) == (UNLIMITED if floor is None else floor, owner)
    assert account.moved_at.utcoffset() == timedelta(0)
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
        Prepared("wrong", "SELECT 1 / $1::int").value(libpq, ["0"])
    assert told.value.sqlstate == "22012"
    with pytest.raises(Exception, match="NUL"):
        Prepared("cut", "SELECT $1").value(libpq, ["a\0b"])


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
