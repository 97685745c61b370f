"""Stores that find too few duties, or too many, are told apart from sound ones."""

import pytest
from attrs import evolve as replace

from leadcore.testing import MemoryStore
from leadcore.testing.duty_contract import DutyContract


class TestSound(DutyContract):
    def make_store(self):
        return MemoryStore()


class NotYet(MemoryStore):
    """Leaves out what is due just now, and with it what is due first."""

    def leads(self, query):
        page = super().leads(query)
        return page if query.duty_by is None or query.after else page[1:]


class AllOfThem(MemoryStore):
    def leads(self, query):
        return super().leads(replace(query, duty_after=None))


class Unsorted(MemoryStore):
    def leads(self, query):
        return super().leads(replace(query, reverse=query.duty_by is not None))


@pytest.mark.parametrize("broken", [NotYet, AllOfThem, Unsorted])
def test_a_store_that_finds_others_is_found(broken):
    contract = DutyContract()
    contract.make_store = broken
    with pytest.raises(AssertionError):
        contract.test_what_is_due_is_found_and_nothing_else()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        DutyContract().make_store()
