"""The reference store keeps the part of its contract that is about a person's other leads."""

import pytest

from leadcore.testing import MemoryStore
from leadcore.testing.person_contract import PersonContract


class TestMemoryStore(PersonContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        PersonContract().make_store()
