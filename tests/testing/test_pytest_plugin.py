"""The fixtures give stores that work, each test its own."""

from __future__ import annotations

import sys

import pytest

from leadcore.testing import pytest_plugin
from leadcore.testing.scenes import Scene

# Not by `pytest_plugins`: in one process with all the other tests it may have been imported before.
leadcore_memory_store = pytest_plugin.leadcore_memory_store
leadcore_sqlite_store = pytest_plugin.leadcore_sqlite_store
leadcore_store = pytest_plugin.leadcore_store


def test_use_cases_run_on_every_store(leadcore_store):
    scene = Scene(store=leadcore_store).set_up()
    assert [each.id for each in leadcore_store.accounts(scene.seller)] == [scene.account()]
    assert leadcore_store.audit() == ()


def test_a_store_is_empty(leadcore_memory_store, leadcore_sqlite_store):
    scene = Scene(store=leadcore_memory_store).set_up()
    assert leadcore_memory_store.seller(scene.seller) is not None
    assert leadcore_sqlite_store.seller(scene.seller) is None


def test_without_the_adapter_the_test_is_skipped(monkeypatch, request):
    monkeypatch.setitem(sys.modules, "leadcore_sqlalchemy", None)
    with pytest.raises(pytest.skip.Exception, match="leadcore_sqlalchemy"):
        request.getfixturevalue("leadcore_sqlite_store")
    assert "leadcore_sqlite_store" not in request.fixturenames
