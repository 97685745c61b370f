"""The reference store keeps the part of its contract that is about orders."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore.decider import Versioned
from leadcore.testing import MemoryStore
from leadcore.testing.order_contract import (
    OrderContract,
    _not_renewed,
    _renewal,
    _returned,
    _turned,
)
from leadcore.testing.scenes import AT, Scene


class TestMemoryStore(OrderContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        OrderContract().make_store()


def test_where_nothing_was_sold_nothing_is_returned():
    scene = Scene(store=MemoryStore()).set_up()
    before = scene.balance()
    _turned(scene, 1, 0, AT)
    assert scene.balance() == before
    with pytest.raises(LookupError):
        _returned(scene, 1)


def test_an_order_that_is_not_there_was_not_renewed():
    scene = Scene(store=MemoryStore()).set_up()
    facts = scene.store.load(_renewal(scene).needs)
    with pytest.raises(LookupError):
        _not_renewed(replace(facts, order=Versioned(None, 0)))
