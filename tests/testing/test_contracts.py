"""The reference store keeps its own contract."""

import pytest

from leadcore.testing import Can, MemoryStore, StoreContract


class TestMemoryStore(StoreContract):
    can = frozenset({Can.STEPPED})

    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        StoreContract().make_store()
