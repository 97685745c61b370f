"""Connections that are kept for single statements: who uses them, and what becomes of them."""

from __future__ import annotations

import pytest
from psycopg.errors import DivisionByZero, OperationalError
from sqlalchemy import Engine, event, text
from sqlalchemy.pool import Pool, StaticPool

from leadcore.ports import LeadQuery
from leadcore_sqlalchemy import SqlStore
from leadcore_sqlalchemy.alone import Alone
from leadcore_sqlalchemy.engines import engine

KILL = text("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid = :pid")


def number_of(line):
    (number,) = line.cursor.execute("SELECT pg_backend_pid()").fetchone()
    return number


@pytest.fixture
def one(postgres_engine):
    """Give an engine of four connections, of which two are kept."""
    made = engine(postgres_engine.url.render_as_string(hide_password=False), pool_size=4)
    yield made
    made.dispose()


def url_of(any_engine):
    return any_engine.url.render_as_string(hide_password=False)


def taken(alone, count):
    """Use so many at a time, and give them."""
    lines = []
    alone.do(use, alone, count, lines)
    return lines


def use(line, alone, count, lines):
    # Not a function that names itself: such a circle would keep the lines beyond the engine.
    lines.append(line)
    if len(lines) < count:
        alone.do(use, alone, count, lines)


def test_half_of_the_pools_are_kept_and_used_again(any_engine):
    made = engine(url_of(any_engine), pool_size=4)
    alone = Alone(made)
    lines = taken(alone, 3)
    assert len({id(line.connection) for line in lines}) == 3
    assert len(alone._idle) == 2  # the third went back to the pool
    assert made.pool.checkedout() == 2
    again = taken(alone, 2)
    assert {id(line.connection) for line in again} <= {id(line.connection) for line in lines}
    made.dispose()
    assert made.pool.checkedout() == 0


def test_there_is_room_while_one_is_idle_or_fewer_are_open_than_are_kept(any_engine):
    made = engine(url_of(any_engine), pool_size=2)
    alone = Alone(made)
    assert alone.has_room()
    assert alone.do(lambda _: alone.has_room()) is False
    assert alone.has_room()
    made.dispose()
    assert alone.has_room()


def test_a_pool_of_another_kind_or_of_one_connection_has_no_room(any_engine):
    options = ({"pool_size": 1}, {"poolclass": StaticPool})
    for each in options:
        made = engine(url_of(any_engine), **each)
        alone = Alone(made)
        assert not alone.has_room()
        alone.do(lambda _: None)
        assert alone._idle == []
        made.dispose()


def test_work_that_fails_gives_the_connection_back_and_others_stay(one):
    alone = Alone(one)
    lines = taken(alone, 2)
    with pytest.raises(KeyError):
        alone.do(lambda _: {}["nothing"])
    with pytest.raises(DivisionByZero):
        alone.do(lambda line: line.cursor.execute("SELECT 1 / 0"))
    assert not any(line.connection.invalidated for line in alone._idle)
    assert len(alone._idle) <= len(lines)
    assert alone.do(number_of)


def test_when_one_was_lost_none_of_the_others_is_used(one):
    alone = Alone(one)
    taken(alone, 2)
    pid = alone.do(number_of)
    with one.connect() as other:
        other.execute(KILL, {"pid": pid})
    with pytest.raises(OperationalError):
        alone.do(number_of)
    assert alone._idle == []
    assert alone.do(number_of) != pid


def test_a_read_whose_connection_was_lost_is_done_on_another(one, town):
    store = town.build(SqlStore(one))
    assert store.api_key("nobody") == (None, None)
    (line,) = store._alone._idle
    with one.connect() as other:
        other.execute(KILL, {"pid": number_of(line)})
    assert store.api_key("nobody") == (None, None)
    assert line.connection.closed


def test_reads_of_one_statement_use_them_and_see_what_was_just_written(any_engine, town):
    store = town.build(SqlStore(any_engine))
    before = store.ledger_account(town.ledger)
    store.post([(town.charge("a", 5),)], at=town.at)
    after = store.ledger_account(town.ledger)
    assert after.posted == before.posted - 5
    assert store._alone._idle != []


HEARD = {
    "checkout": lambda heard: ("pool", lambda *_: heard.append("checkout")),
    "checkin": lambda heard: ("pool", lambda *_: heard.append("checkin")),
    "engine_connect": lambda heard: ("engine", lambda *_: heard.append("engine_connect")),
    "begin": lambda heard: ("engine", lambda *_: heard.append("begin")),
}


@pytest.mark.parametrize("name", HEARD)
def test_a_host_that_listens_hears_of_every_read_and_posting(one, town, name):
    """As one does that tells the database each time whose rows may be seen."""
    store = town.build(SqlStore(one))
    store.post([(town.charge("warm", 1),)], at=town.at)
    heard = []
    where, listener = HEARD[name](heard)
    event.listen(one.pool if where == "pool" else one, name, listener)
    for number, use in enumerate(
        (
            lambda: store.api_key("nobody"),
            lambda: store.ledger_account(town.ledger),
            lambda: store.leads(LeadQuery(seller_id=town.seller)),
            lambda: store.post([(town.charge("a", 1),)], at=town.at),
        ),
        start=1,
    ):
        use()
        assert len(heard) >= number, "a connection that was kept"
    assert store.audit() == ()


@pytest.mark.parametrize(("kind", "name"), [(Pool, "checkout"), (Engine, "engine_connect")])
def test_one_that_listens_to_every_engine_is_heard_of_too(one, kind, name):
    alone = Alone(one)
    assert not alone.is_watched()

    def listener(*_args):
        pass

    event.listen(kind, name, listener)
    try:
        assert alone.is_watched()
    finally:
        event.remove(kind, name, listener)
    assert not alone.is_watched()
