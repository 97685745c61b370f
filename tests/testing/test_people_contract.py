"""The reference store keeps the part of its contract that lists users."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore.testing import MemoryStore
from leadcore.testing.people_contract import PeopleContract


class TestMemoryStore(PeopleContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        PeopleContract().make_store()


class ListsTheDisabled(MemoryStore):
    def user_places(self, query):
        return super().user_places(replace(query, enabled=None))


class SeesTheCase(MemoryStore):
    def user_places(self, query):
        found = super().user_places(query)
        return tuple(each for each in found if (query.text or "") in each.user.profile.name)


class CountsNobodyBelow(MemoryStore):
    def user_places(self, query):
        return tuple(replace(each, below=each.direct) for each in super().user_places(query))


class ClimbsTooHigh(MemoryStore):
    def uplines(self, account_id, user_ids, *, most):
        return super().uplines(account_id, user_ids, most=most + 1)


@pytest.mark.parametrize("store", [ClimbsTooHigh, ListsTheDisabled, SeesTheCase, CountsNobodyBelow])
def test_a_store_that_breaks_it_is_found(store):
    contract = PeopleContract()
    contract.make_store = store
    with pytest.raises(AssertionError):
        contract.test_users_are_listed_by_name_as_the_reference_lists_them()
