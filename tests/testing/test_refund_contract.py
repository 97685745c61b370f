"""The reference store keeps the part of its contract that is about lists of requests."""

import pytest
from attrs import evolve as replace

from leadcore.ports import RefundCaseFacts
from leadcore.testing import MemoryStore
from leadcore.testing.refund_contract import RefundContract


class TestMemoryStore(RefundContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        RefundContract().make_store()


class Wide(MemoryStore):
    """Lists the requests of every sale."""

    def refunds(self, query):
        return super().refunds(replace(query, sale_id=None))


class Silent(MemoryStore):
    """Knows of nobody to tell but whoever asked."""

    def load(self, needs):
        facts = super().load(needs)
        return replace(facts, admins=()) if isinstance(facts, RefundCaseFacts) else facts


def test_a_store_that_tells_nobody_is_found():
    broken = type("Broken", (RefundContract,), {"make_store": lambda _self: Silent()})()
    with pytest.raises(AssertionError):
        broken.test_news_of_a_return_reach_somebody()


def test_a_store_that_lists_those_of_other_sales_is_found():
    broken = type("Broken", (RefundContract,), {"make_store": lambda _self: Wide()})()
    with pytest.raises(AssertionError):
        broken.test_the_requests_of_one_sale_are_listed_alone()
