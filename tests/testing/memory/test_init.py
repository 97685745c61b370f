"""The reference store has one public name."""

from leadcore.testing import memory
from leadcore.testing.memory.store import MemoryStore


def test_the_store_is_what_the_package_gives():
    assert memory.__all__ == ["MemoryStore"]
    assert memory.MemoryStore is MemoryStore
