"""The reference store keeps the part of its contract that is about orders."""

from __future__ import annotations

import pytest

from leadcore.testing import MemoryStore
from leadcore.testing.order_contract import OrderContract


class TestMemoryStore(OrderContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        OrderContract().make_store()
