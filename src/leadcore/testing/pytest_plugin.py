"""Fixtures for pytest: stores to run use cases on.

It is asked for by name, in the `conftest.py` at the top of your tests, so that no other run of
pytest pays for it:

    pytest_plugins = ["leadcore.testing.pytest_plugin"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.ports import Store
    from leadcore.testing.memory import MemoryStore

__all__ = ["leadcore_memory_store", "leadcore_sqlite_store", "leadcore_store"]


@pytest.fixture
def leadcore_memory_store() -> MemoryStore:
    """Give an empty reference store; it knows every use case and keeps nothing."""
    from leadcore.testing.memory import MemoryStore  # noqa: PLC0415 - only whoever asks pays

    return MemoryStore()


@pytest.fixture
def leadcore_sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give an empty store in a new SQLite file; skips where `leadcore-sqlalchemy` is not there."""
    # By name: the core knows no adapter.
    adapter: Any = pytest.importorskip("leadcore_sqlalchemy")
    file = tmp_path_factory.mktemp("leadcore") / "leadcore.db"
    database = adapter.engine(f"sqlite:///{file}")
    try:
        adapter.upgrade(database)
        yield adapter.SqlStore(database)
    finally:
        database.dispose()


@pytest.fixture(params=["memory", "sqlite"])
def leadcore_store(request: pytest.FixtureRequest) -> Store:
    """Give each of the stores in turn, for a test that must hold on all of them."""
    store: Store = request.getfixturevalue(f"leadcore_{request.param}_store")
    return store
