"""The store's contract on SQLite and PostgreSQL, sync and async."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from leadcore.testing import StoreContract
from leadcore_sqlalchemy import (
    AsyncSqlStore,
    SqlStore,
    async_engine,
    engine,
    upgrade,
    upgrade_async,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Loop:
    """An event loop in a thread of its own, for calling async stores from sync tests."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def wait(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class Waiting:
    """An async store whose every method is awaited for the caller."""

    def __init__(self, store: AsyncSqlStore, loop: Loop) -> None:
        self._store = store
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return lambda *args, **kwargs: self._loop.wait(method(*args, **kwargs))


@pytest.fixture(scope="class")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


class TestSqlite(StoreContract):
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def store(cls, tmp_path_factory):
        made = engine(f"sqlite:///{tmp_path_factory.mktemp('sync') / 'leads.db'}")
        upgrade(made)
        cls.kept = SqlStore(made)
        yield
        made.dispose()

    def make_store(self):
        return self.kept


class TestPostgres(StoreContract):
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def store(cls, postgres_server):
        made = engine(postgres_server.create("contract_sync"))
        upgrade(made)
        cls.kept = SqlStore(made)
        yield
        made.dispose()

    def make_store(self):
        return self.kept


class TestAsyncSqlite(StoreContract):
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def store(cls, tmp_path_factory, loop):
        path = tmp_path_factory.mktemp("async") / "leads.db"
        made = async_engine(f"sqlite:///{path}")
        loop.wait(upgrade_async(made))
        cls.kept = Waiting(AsyncSqlStore(made), loop)
        yield
        loop.wait(made.dispose())

    def make_store(self):
        return self.kept


class TestAsyncPostgres(StoreContract):
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def store(cls, postgres_server, loop):
        made = async_engine(postgres_server.create("contract_async"))
        loop.wait(upgrade_async(made))
        cls.kept = Waiting(AsyncSqlStore(made), loop)
        yield
        loop.wait(made.dispose())

    def make_store(self):
        return self.kept
