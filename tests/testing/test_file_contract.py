"""The reference store keeps the part of its contract that is about files."""

from __future__ import annotations

import threading

import pytest

from leadcore.errors import NotFound
from leadcore.testing import Can, MemoryStore
from leadcore.testing.file_contract import FileContract


class Locked(MemoryStore):
    """The reference store, one use case at a time."""

    def __init__(self):
        super().__init__()
        self._lock = threading.Lock()

    def run(self, case):
        with self._lock:
            return super().run(case)


class Leaky(MemoryStore):
    """Breaks down where several threads use it."""

    def run(self, case):
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("one thread only")
        return super().run(case)


class TestMemoryStore(FileContract):
    can = frozenset({Can.CONCURRENT})

    def make_store(self):
        return Locked()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        FileContract().make_store()


def test_where_one_thread_works_at_a_time_many_are_not_tried():
    contract = FileContract()
    contract.make_store, contract.can = MemoryStore, frozenset()
    with pytest.raises(pytest.skip.Exception, match="one thread at a time"):
        contract.test_many_at_once_never_pass_the_quota()


def test_what_goes_wrong_in_a_thread_is_told():
    contract = FileContract()
    contract.make_store, contract.can = Leaky, frozenset({Can.CONCURRENT})
    with pytest.raises(AssertionError):
        contract.test_many_at_once_never_pass_the_quota()


def test_what_is_neither_refused_nor_missing_is_no_refusal():
    from leadcore.errors import Conflict  # noqa: PLC0415 - of this test only
    from leadcore.testing.file_contract import _tried  # noqa: PLC0415 - the same
    from leadcore.testing.scenes import Scene  # noqa: PLC0415 - the same

    class Broken(MemoryStore):
        def __init__(self, error):
            super().__init__()
            self.error = error

        def run(self, case):
            raise self.error

    with pytest.raises(Conflict):
        _tried(Scene(store=Broken(Conflict("x"))), None, [])
    refused = []
    _tried(Scene(store=Broken(NotFound("file", "x"))), None, refused)
    assert len(refused) == 1
