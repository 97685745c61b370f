"""The reference store keeps the part of its contract that is about credit limits."""

import pytest

from leadcore.outcomes import FloorSet
from leadcore.testing import MemoryStore
from leadcore.testing.credit_contract import CreditContract


class TestMemoryStore(CreditContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        CreditContract().make_store()


class KeepsOldLimits(MemoryStore):
    """Notes that a limit was changed, and guards the old one."""

    def _set_floor(self, limit: FloorSet) -> None:
        assert limit.account in self.book.accounts


@pytest.mark.parametrize(
    "name",
    [
        "test_a_limit_counts_from_when_it_is_set",
        "test_a_limit_is_journalled_with_who_and_why",
    ],
)
def test_a_store_that_keeps_old_limits_is_found(name):
    contract = CreditContract()
    contract.make_store = KeepsOldLimits
    with pytest.raises(AssertionError):
        getattr(contract, name)()
