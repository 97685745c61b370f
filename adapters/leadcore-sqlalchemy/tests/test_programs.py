"""The contract for programs on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from leadcore.testing.program_contract import ProgramContract
from leadcore_sqlalchemy import SqlStore


class TestSqlite(ProgramContract):
    concurrent = True

    @pytest.fixture(autouse=True)
    def given(self, sqlite_engine):
        self.make_store = lambda: SqlStore(sqlite_engine)


class TestPostgres(ProgramContract):
    concurrent = True

    @pytest.fixture(autouse=True)
    def given(self, postgres_engine, emptied):
        self.make_store = lambda: SqlStore(emptied(postgres_engine))
        self.engine = postgres_engine
        yield
        # As before anybody was told of anything, for whoever has the database next.
        with postgres_engine.begin() as connection:
            connection.exec_driver_sql("DROP INDEX IF EXISTS ix_leadcore_journal_unspread")
