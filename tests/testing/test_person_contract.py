"""The reference store keeps the part of its contract that is about a person's other leads."""

import pytest
from attrs import evolve as replace

from leadcore.ports import LetterFacts
from leadcore.testing import MemoryStore
from leadcore.testing.person_contract import PersonContract


class TestMemoryStore(PersonContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        PersonContract().make_store()


class Narrow(MemoryStore):
    """Tells a relay nothing of a person's other leads."""

    def load(self, needs):
        facts = super().load(needs)
        return replace(facts, others=()) if isinstance(facts, LetterFacts) else facts


def test_a_store_that_tells_a_relay_of_one_lead_only_is_found():
    broken = type("Broken", (PersonContract,), {"make_store": lambda _self: Narrow()})()
    with pytest.raises(AssertionError):
        broken.test_the_relay_counts_the_calls_of_every_account()
