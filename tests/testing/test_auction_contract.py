"""The reference keeps the contract about auctions, and a store must be given."""

from __future__ import annotations

import pytest

from leadcore.testing import MemoryStore
from leadcore.testing.auction_contract import AuctionContract


class TestMemory(AuctionContract):
    def make_store(self):
        return MemoryStore()


def test_a_store_must_be_given():
    with pytest.raises(TypeError, match="make_store"):
        AuctionContract().make_store()
