"""Stores whose pages begin at the row that was shown last are told apart from sound ones."""

import pytest
from attrs import evolve as replace

from leadcore.testing import MemoryStore
from leadcore.testing.paging_contract import PagingContract


class TestSound(PagingContract):
    def make_store(self):
        return MemoryStore()


class LooksItUp(MemoryStore):
    """Gives no page behind a lead that has left the list."""

    def leads(self, query):
        if query.after is None:
            return super().leads(query)
        whole = super().leads(replace(query, after=None, limit=1_000))
        ids = [lead.id for lead in whole]
        start = ids.index(query.after.id) + 1 if query.after.id in ids else len(ids)
        return whole[start : start + query.limit]


class WhereItStandsNow(MemoryStore):
    """Goes on where the last lead stands by now."""

    def leads(self, query):
        last = None if query.after is None else self.lead(query.after.id)
        moved = last is not None and query.key(last) is not None
        return super().leads(query.behind(last) if moved else query)


class KeysAlone(MemoryStore):
    """Leaves out those with the key of the last one."""

    def leads(self, query):
        if query.after is None:
            return super().leads(query)
        found = super().leads(replace(query, limit=1_000))
        return tuple(each for each in found if query.key(each) != query.after.key)[: query.limit]


@pytest.mark.parametrize("broken", [LooksItUp, WhereItStandsNow, KeysAlone])
def test_a_store_that_goes_on_elsewhere_is_found(broken):
    contract = PagingContract()
    contract.make_store = broken
    with pytest.raises(AssertionError):
        contract.test_no_lead_that_stayed_is_left_out_or_shown_twice()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        PagingContract().make_store()
