"""The reference store keeps its own contract."""

from leadcore.testing import MemoryStore, StoreContract


class TestMemoryStore(StoreContract):
    def make_store(self):
        return MemoryStore()
