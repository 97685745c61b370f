"""What a store can is tested, what it can't is skipped, and nothing is overridden in silence."""

import threading

import pytest

from leadcore.balances import Posted
from leadcore.testing import Can, MemoryStore, StoreContract
from leadcore.testing.capabilities import CapabilityContract, together


class Locked(MemoryStore):
    """The reference, one at a time, and the same when it is opened again."""

    lock = threading.RLock()

    def run(self, case):
        with self.lock:
            return super().run(case)

    def post(self, batches, *, at):
        with self.lock:
            return super().post(batches, at=at)


class TestLocked(CapabilityContract):
    can = frozenset(Can)

    def make_store(self):
        return Locked()

    def reopen(self, store):
        again = Locked()
        again._restore(store._snapshot())
        return again


def test_what_a_store_does_not_say_is_skipped():
    class Plain(CapabilityContract):
        def make_store(self):
            return MemoryStore()

    for name in vars(CapabilityContract):
        if name.startswith("test_"):
            with pytest.raises(pytest.skip.Exception, match="does not say that it can"):
                getattr(Plain(), name)()


def test_what_must_be_said_is_asked_for():
    with pytest.raises(TypeError, match="make_store"):
        CapabilityContract().make_store()
    with pytest.raises(TypeError, match="reopen"):
        CapabilityContract().reopen(MemoryStore())


def test_a_test_of_the_contract_is_not_overridden():
    with pytest.raises(TypeError, match="Sly overrides test_money_is_spent_once"):

        class Sly(StoreContract):
            def test_money_is_spent_once(self):
                assert Posted


def test_what_a_thread_raises_is_raised():
    def work(worker):
        if worker:
            raise LookupError(worker)

    with pytest.raises(LookupError):
        together(work)
