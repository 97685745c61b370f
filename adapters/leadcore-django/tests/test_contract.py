"""The store's contract on Django's own connections."""

from __future__ import annotations

import pytest

from leadcore.testing import Can, StoreContract


class TestSqlite(StoreContract):
    can = frozenset({Can.CONCURRENT, Can.REOPEN})

    @pytest.fixture(autouse=True)
    def given(self, sqlite):
        self.make = lambda: sqlite

    def make_store(self):
        return self.make()

    def reopen(self, store):
        return type(store)(store.using)


class TestPostgres(StoreContract):
    can = frozenset({Can.CONCURRENT, Can.REOPEN})

    @pytest.fixture(autouse=True)
    def given(self, postgres):
        self.make = lambda: postgres

    def make_store(self):
        return self.make()

    def reopen(self, store):
        return type(store)(store.using)
