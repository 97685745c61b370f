"""Every plan of a page gives the same page, and each runs along its own index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from attrs import evolve as replace
from sqlalchemy import event, insert, text, update

from leadcore.downline import Reach, Scope
from leadcore.ports import Cursor, LeadQuery, LeadSort
from leadcore_sqlalchemy import lead_lists
from leadcore_sqlalchemy.holders import fill
from leadcore_sqlalchemy.moments import Moment, moment_of
from leadcore_sqlalchemy.tables import intervals, leads

pytestmark = pytest.mark.plans
AT = datetime(2026, 1, 1, tzinfo=UTC)
NUMBER = 1_000


@pytest.fixture
def crowd(any_engine):
    """An account with a user and a thousand below, two leads each."""
    with any_engine.begin() as connection:
        people = [
            {"id": f"u{one:04d}", "account_id": "a", "low": one + 1, "high": one + 2}
            for one in range(1, NUMBER)
        ]
        whole = {"id": "u0000", "account_id": "a", "low": 1, "high": NUMBER + 2}
        connection.execute(insert(intervals), [whole, *people])
        row = {"seller_id": "s", "status": "sold", "kind": "web", "search": "", "version": 1}
        made = [
            {
                **row,
                "id": f"l{one:05d}",
                "source_key": f"l{one:05d}",
                "received_at": AT + timedelta(seconds=one % 3600),
                "holder_account_id": "a",
                "holder_id": f"u{one % NUMBER:04d}",
                "name": f"name {one % 977:03d}",
                "area": "area",
                "state": "NY",
                "data": f"l{one:05d}",
            }
            for one in range(2 * NUMBER)
        ]
        connection.execute(insert(leads), made)
        fill(connection)
        connection.execute(text("ANALYZE"))
    return any_engine


PLANS = {"gathered": (10**6, 1), "walked": (1, 10**6), "a short way": (1, 300), "in vain": (1, 1)}


@pytest.mark.parametrize(("few", "walked"), PLANS.values(), ids=PLANS)
def test_every_plan_gives_the_same_page(crowd, monkeypatch, few, walked):
    monkeypatch.setattr(lead_lists, "FEW", few)
    monkeypatch.setattr(lead_lists, "WALKED", walked)
    monkeypatch.setattr(lead_lists.states, "load_state", lambda _kind, told: told)
    numbers = range(2 * NUMBER)
    keys = {
        LeadSort.RECEIVED: lambda one: (one % 3600, one),
        LeadSort.NAME: lambda one: (one % 977, one),
        LeadSort.KIND: lambda one: one,
    }
    reaches = {
        ("u0000", Reach.DOWNLINE): lambda _one: True,
        ("u0007", Reach.DOWNLINE): lambda one: one % NUMBER == 7,
        ("u0007", Reach.OWN): lambda one: one % NUMBER == 7,
        ("u0007", Reach.ACCOUNT): lambda _one: True,
        ("nobody", Reach.DOWNLINE): lambda _one: False,
        ("the seller's staff", None): lambda _one: True,
    }
    with crowd.connect() as connection:
        for (user, reach), mine in reaches.items():
            for (sort, key), reverse in product(keys.items(), (False, True)):
                falling = sort.newest_first is not reverse
                found = sorted(filter(mine, numbers), key=key, reverse=falling)
                wanted = [f"l{one:05d}" for one in found]
                seen = reach and Scope(account_id="a", user_id=user, reach=reach)
                query = LeadQuery(seller_id="s", scope=seen, sort=sort, reverse=reverse, limit=7)
                assert [*lead_lists.leads(connection, query)] == wanted[:7]
                if len(wanted) > 7:
                    last = found[6]
                    at = {LeadSort.RECEIVED: AT + timedelta(seconds=last % 3600)}
                    text = {LeadSort.NAME: f"name {last % 977:03d}", LeadSort.KIND: "web"}
                    again = replace(query, after=Cursor((at | text)[sort], wanted[6]))
                    assert [*lead_lists.leads(connection, again)] == wanted[7:14]


@pytest.mark.parametrize("limit", [1, 10, 11, 25, 26, 999, 1_000, 1_001])
def test_a_plain_page_has_as_many_as_are_wanted_whatever_is_kept(crowd, monkeypatch, limit):
    monkeypatch.setattr(lead_lists.states, "load_state", lambda _kind, told: told)
    first = LeadQuery(seller_id="s", sort=LeadSort.NAME, limit=limit)
    behind = replace(first, after=Cursor("name 003", "l00003"))
    elsewhere = replace(first, seller_id="another")
    wanted = Moment.STATED if limit <= 1_000 else Moment.EXECUTED
    assert {moment_of(lead_lists.leads, each) for each in (first, behind)} == {wanted}
    with crowd.connect() as connection:
        found = [lead_lists.leads(connection, each) for each in (first, behind, elsewhere)]
    texts = tuple(f"l{one:05d}" for one in sorted(range(2 * NUMBER), key=_by_name))
    start = texts.index("l00003") + 1
    assert found == [texts[:limit], texts[start : start + limit], ()]


def _by_name(one):
    return (one % 977, one)


def test_whatever_limits_are_asked_for_few_statements_are_kept(monkeypatch):
    monkeypatch.setattr(lead_lists, "_PAGES", {})
    for limit in range(1, 1_200):
        moment_of(lead_lists.leads, LeadQuery(seller_id="s", limit=limit))
    assert len(lead_lists._PAGES) == len(lead_lists._LIMITS)


def explained(engine, query, monkeypatch):
    """Give the plan of the statement that reads the page, as the database tells it.

    What else is asked is told by its statement, behind it.
    """
    found, pages, counts = [], [], []

    def listen(_connection, _cursor, statement, parameters, _context, _many):
        if "leadcore_leads.data" in statement:
            pages.append((statement, parameters))
        elif "count(*)" in statement:
            counts.append(statement)

    monkeypatch.setattr(lead_lists.states, "load_state", lambda _kind, _text: "a lead")
    event.listen(engine, "before_cursor_execute", listen)
    with engine.connect() as connection:
        shown = lead_lists.leads(connection, query)
        event.remove(engine, "before_cursor_execute", listen)
        words = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        for statement, parameters in pages:
            rows = connection.exec_driver_sql(f"{words} {statement}", parameters)
            found.append("\n".join(str(row) for row in rows))
    return found, [*(statement for statement, _ in pages), *counts], shown


@pytest.mark.parametrize("sort", [LeadSort.RECEIVED, LeadSort.NAME])
def test_whoever_sees_many_walks_the_index_of_the_column(crowd, monkeypatch, sort):
    monkeypatch.setattr(lead_lists, "FEW", 10)
    monkeypatch.setattr(lead_lists, "WALKED", 1_000)
    seen = Scope(account_id="a", user_id="u0000", reach=Reach.DOWNLINE)
    query = LeadQuery(seller_id="s", scope=seen, sort=sort)
    (plan,), (statement, count), shown = explained(crowd, query, monkeypatch)
    column = "received_at" if sort is LeadSort.RECEIVED else sort.value
    assert f"ix_leadcore_leads_seller_id_{column}_id" in plan
    assert "pk_leadcore_intervals" in plan or "leadcore_intervals USING PRIMARY KEY" in plan
    assert len(shown) == query.limit
    # To count the leads of so many would take as long as the wrong plan.
    assert "leadcore_leads" not in count
    # Sent as literals: a plan for any bounds is the plan for the wrong ones.
    assert f"low < {NUMBER + 2}" in statement
    assert "LIMIT 50" in statement


@pytest.mark.parametrize("sort", [LeadSort.RECEIVED, LeadSort.SOLD])
@pytest.mark.parametrize("reach", [Reach.DOWNLINE, Reach.OWN])
def test_whoever_sees_few_has_them_gathered_by_owner(crowd, monkeypatch, reach, sort):
    with crowd.begin() as connection:
        connection.execute(update(leads).values(sold_at=leads.c.received_at))
        connection.execute(text("ANALYZE"))
    seen = Scope(account_id="a", user_id="u0007", reach=reach)
    query = LeadQuery(seller_id="s", scope=seen, sort=sort, since=AT)
    (plan,), _, shown = explained(crowd, query, monkeypatch)
    assert "ix_leadcore_leads_holder_account_id_holder_id" in plan
    assert "seller_id_received_at" not in plan
    assert "sold_at_holder_id" not in plan
    assert len(shown) == 2


def test_the_walk_ends_after_so_many_leads_and_their_owners_are_gathered(crowd, monkeypatch):
    monkeypatch.setattr(lead_lists, "FEW", 1)
    monkeypatch.setattr(lead_lists, "WALKED", 100)
    seen = Scope(account_id="a", user_id="u0007", reach=Reach.DOWNLINE)
    query = LeadQuery(seller_id="s", scope=seen)
    plans, statements, shown = explained(crowd, query, monkeypatch)
    assert len(plans) == 2
    assert "received_at, leadcore_leads.id) >=" in statements[0]
    # Sorted by the keys, found by who holds them; only the page's rows are read whole.
    # No lead's owner is looked up by itself, as the walk does.
    by_owner = "ix_leadcore_leads_holder_account_id_holder_id"
    assert by_owner in plans[1] if crowd.dialect.name == "sqlite" else "SubPlan" not in plans[1]
    assert "IN (SELECT leadcore_leads.id" in statements[1]
    assert len(shown) == 2


def test_where_the_walk_is_in_vain_those_who_got_the_newest_are_looked_at(crowd, monkeypatch):
    monkeypatch.setattr(lead_lists, "FEW", 50)
    monkeypatch.setattr(lead_lists, "WALKED", 100)
    with crowd.begin() as connection:
        old = update(leads).where(leads.c.holder_id < "u0500")
        connection.execute(old.values(received_at=AT - timedelta(days=1)))
        connection.execute(update(intervals).values(newest=None))
        half = update(intervals).where(intervals.c.id == "u0000").values(high=500)
        connection.execute(half)
        fill(connection)
        late = update(leads).where(leads.c.id < "l00490", leads.c.id > "l00479")
        connection.execute(late.values(received_at=AT - timedelta(hours=1)))
        noted = update(intervals).where(intervals.c.id > "u0479", intervals.c.id < "u0490")
        connection.execute(noted.values(newest=AT + timedelta(hours=1)))
        connection.execute(text("ANALYZE"))
    seen = Scope(account_id="a", user_id="u0000", reach=Reach.DOWNLINE)
    query = LeadQuery(seller_id="s", scope=seen, limit=8)
    plans, statements, shown = explained(crowd, query, monkeypatch)
    # The walk, and the leads of a few people, found by owner: nobody else's are looked at.
    assert len(plans) == 2
    assert "ix_leadcore_leads_holder_account_id_holder_id" in plans[1]
    assert "leadcore_intervals" not in statements[1]
    assert len(shown) == 8
    # A page that is not found so is still the right one.
    monkeypatch.setattr(lead_lists.states, "load_state", lambda _kind, told: told)
    with crowd.connect() as connection:
        few = lead_lists.leads(connection, replace(query, limit=12))
        none = lead_lists.leads(connection, replace(query, text="nobody"))
    assert [*few] == [f"l{one:05d}" for one in (*range(489, 479, -1), 1498, 1497)]
    assert none == ()


def test_who_never_held_a_lead_is_not_looked_at(crowd, monkeypatch):
    monkeypatch.setattr(lead_lists, "FEW", 10)
    with crowd.begin() as connection:
        gone = update(leads).where(leads.c.holder_id != "u0007").values(holder_id=None)
        connection.execute(gone)
        connection.execute(update(intervals).values(newest=None))
        fill(connection)
    seen = Scope(account_id="a", user_id="u0000", reach=Reach.DOWNLINE)
    plans, _, shown = explained(crowd, LeadQuery(seller_id="s", scope=seen), monkeypatch)
    assert len(plans) == 1
    assert len(shown) == 2
