"""The contracts of the feed and of what is forgotten, on SQLite and PostgreSQL, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from leadcore.testing import Awaited, FeedContract, Loop, UpkeepContract
from leadcore_sqlalchemy import AsyncSqlStore, SqlStore, async_engine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with Loop() as made:
        yield made


class Kept(FeedContract, UpkeepContract):
    """Both, on one store."""

    def make_store(self):
        return self.make()


class TestSync(Kept):
    @pytest.fixture(autouse=True)
    def given(self, any_engine, emptied):
        self.make = lambda: SqlStore(emptied(any_engine))
        yield
        _without_index(any_engine)


class TestAsync(Kept):
    @pytest.fixture(autouse=True)
    def given(self, any_engine, emptied, loop):
        made = async_engine(any_engine.url.render_as_string(hide_password=False))
        self.make = lambda: Awaited(AsyncSqlStore(made), emptied(any_engine) and loop)
        yield
        loop.wait(made.dispose())
        _without_index(any_engine)


def _without_index(made):
    """Leave the database as it comes, for whoever has it next."""
    with made.begin() as connection:
        connection.execute(text("DROP INDEX IF EXISTS ix_leadcore_journal_unpublished"))
