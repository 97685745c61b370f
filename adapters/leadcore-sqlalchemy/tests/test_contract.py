"""The store's contract on SQLite and PostgreSQL, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadcore.testing import Awaited, Can, Loop, StoreContract
from leadcore_sqlalchemy import AsyncSqlStore, SqlStore, async_engine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with Loop() as made:
        yield made


class TestSqlite(StoreContract):
    can = frozenset({Can.CONCURRENT, Can.REOPEN})

    @pytest.fixture(autouse=True)
    def given(self, sqlite_engine, emptied):
        self.make = lambda: SqlStore(emptied(sqlite_engine))

    def make_store(self):
        return self.make()

    def reopen(self, store):
        store.engine.dispose()  # every connection anew
        return SqlStore(store.engine)


class TestPostgres(StoreContract):
    can = frozenset({Can.CONCURRENT, Can.REOPEN})

    @pytest.fixture(autouse=True)
    def given(self, postgres_engine, emptied):
        self.make = lambda: SqlStore(emptied(postgres_engine))

    def make_store(self):
        return self.make()

    def reopen(self, store):
        store.engine.dispose()  # every connection anew
        return SqlStore(store.engine)


class TestAsyncSqlite(StoreContract):
    @pytest.fixture(autouse=True)
    def given(self, sqlite_engine, emptied, loop):
        made = async_engine(sqlite_engine.url.render_as_string(hide_password=False))
        self.make = lambda: Awaited(AsyncSqlStore(made), emptied(sqlite_engine) and loop)
        yield
        loop.wait(made.dispose())

    def make_store(self):
        return self.make()


class TestAsyncPostgres(StoreContract):
    @pytest.fixture(autouse=True)
    def given(self, postgres_engine, emptied, loop):
        made = async_engine(postgres_engine.url.render_as_string(hide_password=False))
        self.make = lambda: Awaited(AsyncSqlStore(made), emptied(postgres_engine) and loop)
        yield
        loop.wait(made.dispose())

    def make_store(self):
        return self.make()
