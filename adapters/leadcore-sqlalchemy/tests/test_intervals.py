"""The intervals follow the parent links, whoever joins and moves, one by one and at once."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text, update

from leadcore import back_office as bo
from leadcore.downline import Tree
from leadcore.errors import LeadcoreError
from leadcore.people import AddUser, MoveUser, Profile
from leadcore.testing.strategies import parent_links
from leadcore_sqlalchemy import engine, intervals, upgrade
from leadcore_sqlalchemy.tables import downlines, leads, users
from leadcore_sqlalchemy.tables import intervals as places

STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 30), st.none() | st.integers(0, 30)), max_size=25
)
FEW = settings(
    max_examples=max(5, settings().max_examples // 6),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def add(connection, user, above, account="a"):
    """Write a user's row as a commit does, and let the intervals follow."""
    row = {"id": user, "seller_id": "s", "account_id": account, "parent_id": above}
    connection.execute(insert(users).values(**row, enabled=True, version=1, data="{}"))
    intervals.join(connection, account, user, above)


def put(connection, user, above, account="a"):
    connection.execute(update(users).where(users.c.id == user).values(parent_id=above))
    intervals.move(connection, account, user, above)


def audit(connection):
    return list(intervals.audit_intervals(connection))


@pytest.mark.parametrize("span", [1 << 18, 1 << 62], ids=["little room", "all room"])
@FEW
@given(links=parent_links(most=5), steps=STEPS)
def test_they_follow_whoever_joins_and_moves(any_engine, span, links, steps):
    with any_engine.connect() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(intervals, "_SPAN", span)
        patch.setattr(intervals, "_NEAR", 2)
        for user, above in links.items():
            add(connection, user, above)
        for joins, who, where in steps:
            names = list(links)
            above = None if where is None else names[where % len(names)]
            user = f"new{len(links)}" if joins else names[who % len(names)]
            tree = Tree(links)
            if not joins and above is not None and (above == user or tree.is_below(above, user)):
                continue
            (add if joins else put)(connection, user, above)
            links[user] = above
        assert audit(connection) == []
        among = intervals.tree_among(connection, "a", [*names_of(links), None, "nobody"])
        same(among, Tree(links), names_of(links))
        intervals.rebuild(connection)
        assert audit(connection) == []
        assert len(intervals.tree_among(connection, "b", links)) == 0
        connection.rollback()


def names_of(links):
    return sorted(links)[::2]


def same(some, whole, names):
    assert len(some) == len(names)
    for one in names:
        for other in names:
            assert some.is_below(one, other) == whole.is_below(one, other)


@pytest.mark.parametrize("shape", ["chain", "wide", "at the top"])
def test_many_may_join_at_one_place(any_engine, shape):
    with any_engine.begin() as connection:
        for number in range(120):
            above = {"chain": number - 1, "wide": 0}.get(shape, -1)
            add(connection, f"u{number}", f"u{above}" if number and above >= 0 else None)
        assert audit(connection) == []
        assert connection.execute(select(downlines.c.changes)).scalar_one() == 120


@FEW
@given(parent_links(shape="damaged"))
def test_damaged_links_count_for_nothing(any_engine, links):
    with any_engine.connect() as connection:
        for account, parents in (("a", links), ("b", {f"b/{user}": None for user in links})):
            for user, above in parents.items():
                # A link to another account's user is one to nobody.
                row = {"id": user, "account_id": account, "parent_id": above or "b/u00"}
                connection.execute(
                    insert(users).values(**row, seller_id="s", enabled=True, version=1, data="{}")
                )
        intervals.rebuild(connection)
        assert audit(connection) == []
        same(intervals.tree_among(connection, "a", links), Tree(links), sorted(links))
        connection.rollback()


def grown(connection):
    for user, above in (("boss", None), ("left", "boss"), ("right", "boss"), ("low", "left")):
        add(connection, user, above)


@pytest.mark.parametrize(
    "change",
    [
        update(places).where(places.c.id == "low").values(low=1),
        update(places).where(places.c.id == "left").values(high=places.c.low + 1),
        update(places).where(places.c.id == "boss").values(high=intervals._SPAN + 1),
        update(places).where(places.c.id == "low").values(account_id="b"),
        delete(places).where(places.c.id == "right"),
        insert(places).values(id="nobody", account_id="a", low=1, high=2),
        update(users).where(users.c.id == "low").values(parent_id="right"),
    ],
    ids=["elsewhere", "too narrow", "too wide", "other account", "lost", "nobody's", "links moved"],
)
def test_what_does_not_fit_the_links_is_told_and_mended(any_engine, change):
    with any_engine.begin() as connection:
        grown(connection)
        assert audit(connection) == []
        connection.execute(change)
        assert audit(connection)
        intervals.rebuild(connection)
        assert audit(connection) == []


def test_who_joins_or_moves_where_the_intervals_were_lost_brings_them_back(any_engine):
    with any_engine.begin() as connection:
        grown(connection)
        connection.execute(delete(places))
        add(connection, "new", "low")
        assert audit(connection) == []
        connection.execute(delete(places).where(places.c.id == "left"))
        put(connection, "left", "right")
        assert audit(connection) == []


def adding(town, user, above):
    command = AddUser(
        user_id=user,
        seller_id=town.seller,
        account_id=town.account,
        parent_id=above,
        profile=Profile(name="U", view_downline=True),
    )
    return bo.KeepUser(user_id=user, account_id=town.account, command=command, at=town.at)


def moving(town, user, above):
    return bo.KeepUser(user_id=user, account_id=town.account, command=MoveUser(above), at=town.at)


def at_once(store, *cases):
    """Run use cases in threads that begin together; give what each said."""
    ready = threading.Barrier(len(cases))

    def run(case):
        ready.wait(10)
        try:
            store.run(case)
        except LeadcoreError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(cases)) as pool:
        return sorted(pool.map(run, cases))


def test_of_two_moves_that_make_a_circle_together_one_is_refused(store, town):
    store.run_many([adding(town, user, None) for user in ("one", "two", "low")])
    for turn in range(6):
        store.run_many([moving(town, user, None) for user in ("one", "two")])
        store.run(moving(town, "low", ("one", "two")[turn % 2]))
        said = at_once(store, moving(town, "one", "low"), moving(town, "two", "one"))
        tree = Tree.of(store.users(town.account))
        if "WrongState" in said:
            assert said == ["WrongState", "done"]
        assert sum(tree.top(user) == user for user in ("one", "two", "low")) >= 1
        with store.engine.connect() as connection:
            assert audit(connection) == []


def test_of_two_that_would_stand_below_each_other_one_is_refused(store, town):
    store.run_many([adding(town, user, None) for user in ("one", "two")])
    for _ in range(8):
        said = at_once(store, moving(town, "one", "two"), moving(town, "two", "one"))
        assert said == ["WrongState", "done"]
        store.run_many([moving(town, user, None) for user in ("one", "two")])
    assert store.audit() == ()


def test_those_who_join_at_once_each_get_a_place_of_their_own(store, town):
    store.run(adding(town, "boss", None))
    cases = [adding(town, f"u{number}", "boss") for number in range(6)]
    assert at_once(store, *cases[:3], moving(town, "boss", "seller/a0/u")) == ["done"] * 4
    assert at_once(store, *cases[3:], moving(town, "boss", None)) == ["done"] * 4
    assert store.audit() == ()
    seen = store.scope("boss")
    assert len(store.covered(seen, [f"u{number}" for number in range(6)])) == 6


def test_the_tree_of_a_few_is_read_in_one_statement(store, town, monkeypatch):
    store.run_many([adding(town, "low", "seller/a0/u"), adding(town, "lower", "low")])
    asked = []
    honest = intervals._READ_SOME.rows
    monkeypatch.setattr(
        intervals._READ_SOME, "rows", lambda *given: asked.append(given) or honest(*given)
    )
    store.run(moving(town, "lower", None))
    assert len(asked) == 1
    with store.engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(places)).scalar_one()
    assert count == len(store.users("seller/a0")) + len(store.users("seller/a1"))


def test_people_and_leads_from_before_get_their_places_and_columns(tmp_path):
    made = engine(f"sqlite:///{tmp_path / 'before.db'}")
    upgrade(made, "0015")
    given = {
        "name": {"first": " Zoë ", "last": "STRASSE"},
        "vertical": "Legal",
        "address": {"state": "NY"},
    }
    with made.begin() as connection:
        for user, above in (("low", "boss"), ("boss", None), ("lost", "nobody")):
            connection.execute(
                text(
                    "INSERT INTO leadcore_users (id, seller_id, account_id, parent_id, enabled,"
                    " version, data) VALUES (:id, 's', 'a', :above, true, 1, :data)"
                ),
                {"id": user, "above": above, "data": '{"profile": {"name": "Somebody"}}'},
            )
        for lead, submission in (("full", given), ("bare", {"area": "Family LAW", "name": {}})):
            connection.execute(
                text(
                    "INSERT INTO leadcore_leads (id, seller_id, source_key, status, kind,"
                    " received_at, search, version, data) VALUES (:id, 's', :id, 'unsold', 'web',"
                    " '2026-11-16 15:00:00', '', 1, :data)"
                ),
                {"id": lead, "data": json.dumps({"submission": submission})},
            )
    upgrade(made)
    with made.connect() as connection:
        assert audit(connection) == []
        rows = connection.execute(select(leads.c.name, leads.c.area, leads.c.state, leads.c.id))
        assert sorted(map(tuple, rows), key=lambda row: row[3]) == [
            ("", "family law", "", "bare"),
            ("zoë strasse", "legal", "NY", "full"),
        ]
    made.dispose()
