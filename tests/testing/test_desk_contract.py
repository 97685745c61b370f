"""The reference store keeps the part of its contract that is about the seller's staff."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore.downline import Tree
from leadcore.ports import LeadFacts
from leadcore.testing import MemoryStore
from leadcore.testing.desk_contract import DeskContract


class TestMemoryStore(DeskContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        DeskContract().make_store()


class NoTree(MemoryStore):
    """Knows nobody of the account that holds the lead."""

    def load(self, needs):
        found = super().load(needs)
        return replace(found, tree=Tree({})) if isinstance(found, LeadFacts) else found


def test_a_store_that_gives_the_wrong_tree_is_found():
    contract = DeskContract()
    contract.make_store = NoTree
    with pytest.raises(Exception, match=r"no such user|there is no"):
        contract.test_staff_work_leads_of_every_account()
