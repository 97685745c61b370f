"""Reports on SQLite and PostgreSQL, sync and async; and how they are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import evolve as replace
from sqlalchemy import event

from leadcore.dashboard import ReportQuery, two_months
from leadcore.downline import Reach, Scope
from leadcore.testing import Awaited, Loop, ReportContract
from leadcore.testing.scenes import AT
from leadcore_sqlalchemy import AsyncSqlStore, SqlStore, async_engine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with Loop() as made:
        yield made


class TestSqlite(ReportContract):
    @pytest.fixture(autouse=True)
    def given(self, sqlite_engine, emptied):
        self.make = lambda: SqlStore(emptied(sqlite_engine))

    def make_store(self):
        return self.make()


class TestPostgres(ReportContract):
    @pytest.fixture(autouse=True)
    def given(self, postgres_engine, emptied):
        self.make = lambda: SqlStore(emptied(postgres_engine))

    def make_store(self):
        return self.make()


class TestAsyncSqlite(ReportContract):
    @pytest.fixture(autouse=True)
    def given(self, sqlite_engine, emptied, loop):
        made = async_engine(sqlite_engine.url.render_as_string(hide_password=False))
        self.make = lambda: Awaited(AsyncSqlStore(made), emptied(sqlite_engine) and loop)
        yield
        loop.wait(made.dispose())

    def make_store(self):
        return self.make()


class TestAsyncPostgres(ReportContract):
    @pytest.fixture(autouse=True)
    def given(self, postgres_engine, emptied, loop):
        made = async_engine(postgres_engine.url.render_as_string(hide_password=False))
        self.make = lambda: Awaited(AsyncSqlStore(made), emptied(postgres_engine) and loop)
        yield
        loop.wait(made.dispose())

    def make_store(self):
        return self.make()


def _plan(made, ask) -> str:
    """Give how a report's last statement is looked up."""
    said: list[str] = []

    def explain(_connection, cursor, statement, parameters, _context, _many) -> None:
        if statement.startswith("SELECT"):
            verb = "EXPLAIN QUERY PLAN" if made.dialect.name == "sqlite" else "EXPLAIN"
            cursor.execute(f"{verb} {statement}", parameters)
            said[:] = ["\n".join(str(row[-1]) for row in cursor.fetchall())]

    event.listen(made, "before_cursor_execute", explain)
    try:
        ask()
    finally:
        event.remove(made, "before_cursor_execute", explain)
    return said[0]


def test_days_are_ranges_of_an_index(sqlite_engine):
    store, days = SqlStore(sqlite_engine), two_months(AT, "UTC")
    staff = ReportQuery(seller_id="s")
    plan = _plan(sqlite_engine, lambda: store.leads_by_day(staff, days))
    assert "USING COVERING INDEX ix_leadcore_leads_seller_id_received_at_id" in plan
    assert "USING INDEX ix_leadcore_leads_test" in plan
    for query in (
        replace(staff, account_id="a"),
        replace(staff, scope=Scope(account_id="a", user_id="u", reach=Reach.OWN)),
    ):
        plan = _plan(sqlite_engine, lambda query=query: store.leads_by_day(query, days))
        assert "USING INDEX ix_leadcore_leads_holder_account_id_sold_at_holder_id" in plan


def test_what_was_held_before_is_read_off_one_line(sqlite_engine):
    store = SqlStore(sqlite_engine)
    plan = _plan(sqlite_engine, lambda: store.statement_summary("ledger", AT))
    assert (
        "ix_leadcore_ledger_entries_account_recorded_at_seq (account=? AND recorded_at<?)" in plan
    )
    assert "SCAN leadcore" not in plan
