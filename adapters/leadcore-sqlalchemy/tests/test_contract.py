"""The store's contract on SQLite and PostgreSQL, sync and async."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from leadcore.testing import StoreContract
from leadcore_sqlalchemy import AsyncSqlStore, SqlStore, async_engine

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


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


class TestSqlite(StoreContract):
    @pytest.fixture(autouse=True)
    def given(self, sqlite_engine, emptied):
        self.make = lambda: SqlStore(emptied(sqlite_engine))

    def make_store(self):
        return self.make()


class TestPostgres(StoreContract):
    @pytest.fixture(autouse=True)
    def given(self, postgres_engine, emptied):
        self.make = lambda: SqlStore(emptied(postgres_engine))

    def make_store(self):
        return self.make()


class TestAsyncSqlite(StoreContract):
    @pytest.fixture(autouse=True)
    def given(self, sqlite_engine, emptied, loop):
        made = async_engine(sqlite_engine.url.render_as_string(hide_password=False))
        self.make = lambda: Waiting(AsyncSqlStore(made), emptied(sqlite_engine) and loop)
        yield
        loop.wait(made.dispose())

    def make_store(self):
        return self.make()


class TestAsyncPostgres(StoreContract):
    @pytest.fixture(autouse=True)
    def given(self, postgres_engine, emptied, loop):
        made = async_engine(postgres_engine.url.render_as_string(hide_password=False))
        self.make = lambda: Waiting(AsyncSqlStore(made), emptied(postgres_engine) and loop)
        yield
        loop.wait(made.dispose())

    def make_store(self):
        return self.make()
