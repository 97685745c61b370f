"""What a read of several statements tells fits together, whoever writes meanwhile."""

from __future__ import annotations

import pytest
from attrs import evolve as replace
from sqlalchemy import text
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import DBAPIError

from leadcore import back_office as bo
from leadcore.downline import Reach, Scope
from leadcore.people import DisableUser
from leadcore.ports import LeadQuery
from leadcore.submissions import LeadKind
from leadcore_sqlalchemy import SqlStore, current, engine, lead_lists, scoped
from leadcore_sqlalchemy.moments import Moment, alone_where, moment_of


def _looks_twice(connection, user_id, between):
    first = current.seen(connection, "user", user_id).version
    between()
    return first, current.seen(connection, "user", user_id).version


@pytest.mark.parametrize("way", ["read", "reading"])
def test_two_looks_of_one_read_see_one_moment(any_engine, store, town, way):
    other = SqlStore(any_engine)
    user = store.users(town.account)[0]

    def disable():
        case = bo.KeepUser(
            user_id=user.id, account_id=town.account, command=DisableUser(), at=town.at
        )
        other.run(case)

    if way == "read":
        first, second = store._read(_looks_twice, user.id, disable)
    else:
        with store.reading() as reader:
            first, second = reader._read(_looks_twice, user.id, disable)
    assert first == second
    assert not store.user(user.id).enabled


def test_only_what_is_one_statement_is_let_off():
    assert moment_of(current.lead, "l") is Moment.STATED
    assert moment_of(_looks_twice, "u", None) is Moment.SEEN
    whole = LeadQuery(seller_id="s")
    assert moment_of(lead_lists.leads, whole) is Moment.STATED
    narrower = replace(whole, kind=LeadKind.WEB)
    assert moment_of(lead_lists.leads, narrower) is Moment.EXECUTED
    seen = Scope(account_id="a", user_id="u", reach=Reach.OWN)
    assert moment_of(lead_lists.leads, LeadQuery(seller_id="s", scope=seen)) is Moment.SEEN
    assert moment_of(scoped.covered, seen, ["u"]) is Moment.STATED
    assert moment_of(scoped.covered, seen, ["u"] * 2_049) is Moment.SEEN
    assert moment_of(scoped.covered, seen, iter(["u"])) is Moment.SEEN
    even = alone_where(lambda number: number % 2 == 0)(lambda _connection, number: number)
    assert (moment_of(even, 2), moment_of(even, 3)) == (Moment.EXECUTED, Moment.SEEN)


@pytest.mark.parametrize("kept", [True, False])
def test_one_statement_begins_nothing_and_is_prepared(postgres_engine, town, monkeypatch, kept):
    store = town.build(SqlStore(postgres_engine))
    began = []
    # Who listens is a host that is to hear of everything; here, it only looks on.
    monkeypatch.setattr("leadcore_sqlalchemy.alone.is_watched", lambda _engine: False)
    monkeypatch.setattr(store._alone, "has_room", lambda: kept)

    def note(connection):
        began.append(connection)

    listen(postgres_engine, "begin", note)
    try:
        (user,) = store.users(town.account)
        for _ in range(2):
            assert store.user(user.id) == user
            assert store.balance(town.ledger).posted == 100_000
            assert store.balance(town.ledger, town.at).posted == 100_000
            assert store.user("nobody") is None
            assert store.leads(LeadQuery(seller_id=town.seller)) == ()
        seen = Scope(account_id=town.account, user_id=user.id, reach=Reach.DOWNLINE)
        assert store.covered(seen, [user.id]) == {user.id}
        assert not began
        with pytest.raises(DBAPIError, match="NUL"):
            store.user("a\0b")
        assert store.user(user.id) == user
    finally:
        remove(postgres_engine, "begin", note)


def test_a_read_whose_statement_was_forgotten_is_done_again(postgres_engine, town):
    made = engine(postgres_engine.url.render_as_string(hide_password=False), pool_size=1)
    store = town.build(SqlStore(made))
    assert store.lead("nobody") is None
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DISCARD ALL"))
    assert store.lead("nobody") is None
    made.dispose()


def test_a_read_on_a_lost_connection_is_done_on_another(postgres_engine, town):
    made = engine(postgres_engine.url.render_as_string(hide_password=False), pool_size=1)
    store = town.build(SqlStore(made))
    with made.connect() as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with postgres_engine.connect() as other:  # which waits until it is gone
        other.execute(text("SELECT pg_terminate_backend(:number, 10000)"), {"number": number})
    assert store.seller(town.seller).id == town.seller
    made.dispose()
