"""The journal as it is published: nothing passed over, whoever commits when; in order; once."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import text

from leadcore import back_office as bo
from leadcore import wire
from leadcore.accounts import SellerTerms
from leadcore.ports.feeds import KEPT_IN
from leadcore_sqlalchemy import SqlStore, feeds, tables
from leadcore_sqlalchemy.migrate import downgrade, upgrade


def all_of(store, **more):
    """Read everything that waits, a page at a time."""
    found = []
    while page := store.unpublished(after=found[-1].place if found else None, **more):
        found += page
    return found


@pytest.mark.plans
def test_the_pages_are_read_by_the_index_of_what_waits(any_engine, store):
    def has_index():
        name = "ix_leadcore_journal_unpublished"
        catalogue = {"sqlite": "sqlite_master WHERE name", "postgresql": "pg_class WHERE relname"}
        query = f"SELECT count(*) FROM {catalogue[any_engine.dialect.name]} = '{name}'"  # noqa: S608 # two fixed texts
        with any_engine.connect() as connection:
            return connection.execute(text(query)).scalar_one()

    assert has_index() == 0
    store.prepare_publishing()
    store.prepare_publishing()
    assert has_index() == 1
    query = (
        "SELECT stream_id FROM leadcore_journal WHERE stream_kind = 'lead' AND"
        " published_at IS NULL AND (stream_id, version) > ('x', 1)"
        " ORDER BY stream_id, version LIMIT 9"
    )
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[any_engine.dialect.name]
    with any_engine.begin() as connection:
        if explain == "EXPLAIN ":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(str(row) for row in connection.execute(text(explain + query)))
        assert "ix_leadcore_journal_unpublished" in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan
        connection.execute(text("DROP INDEX ix_leadcore_journal_unpublished"))


@pytest.mark.postgres
def test_what_commits_late_is_given_late_but_given(postgres_engine, town):
    """A writer that began first commits last: what it wrote sorts before what was published."""
    store = town.build(SqlStore(postgres_engine))
    assert store.mark_all_published(at=town.at)
    wrote, go = Event(), Event()

    class Slow:
        """Receives a lead, and waits with the commit."""

        case = town.lead(1, lead_id="a-first")
        needs = case.needs

        def decide(self, facts):
            outcome = self.case.decide(facts)
            wrote.set()
            assert go.wait(30)
            return outcome

    early = Thread(target=store.run, args=(Slow(),))
    early.start()
    try:
        assert wrote.wait(30)
        terms = bo.SetSellerTerms(seller_id="z", terms=SellerTerms(name="Z"), at=town.at)
        store.run(terms)
        seen = all_of(store)
        assert {entry.key for entry in seen} == {"z"}
        store.mark_published(seen, at=town.at)
    finally:
        go.set()
        early.join()
    late = all_of(store)
    assert "a-first" in {entry.key for entry in late}
    assert [entry.number for entry in late if entry.key == "a-first"] == [1, 2]


def test_every_kind_of_stream_is_published_or_kept_in():
    """Whoever adds a kind says which; what holds a secret, however well digested, is kept in."""
    assert set(wire.EVENTS) == {*feeds.PUBLISHED, *KEPT_IN}
    assert list(feeds.PUBLISHED) == sorted(feeds.PUBLISHED)
    for kind in feeds.PUBLISHED:
        key, seller = feeds.seller_columns(kind)
        assert (key.name, seller.table) == ("id", key.table)


def test_what_lets_people_in_is_never_given(store, town, any_engine):
    store.mark_all_published(at=town.at)
    with any_engine.begin() as connection:
        for kind in (*KEPT_IN, "something_new"):
            row = {"stream_kind": kind, "stream_id": "x", "version": 1, "data": "{}"}
            connection.execute(tables.journal.insert().values(row))
    assert all_of(store) == []


def test_a_revision_back_forgets_the_marks_and_their_index(sqlite_engine, town):
    store = town.build(SqlStore(sqlite_engine))
    store.prepare_publishing()
    store.mark_all_published(at=town.at + timedelta(days=1))
    downgrade(sqlite_engine, "0012")
    upgrade(sqlite_engine)
    assert len(all_of(store)) > 1
    assert tables.journal.c.published_at.nullable
