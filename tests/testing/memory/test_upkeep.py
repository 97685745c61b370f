"""The reference store's feed, and what it forgets."""

from leadcore.testing import FeedContract, MemoryStore, UpkeepContract


class TestFeed(FeedContract):
    def make_store(self):
        return MemoryStore()


class TestUpkeep(UpkeepContract):
    def make_store(self):
        return MemoryStore()
