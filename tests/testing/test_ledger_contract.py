"""The reference keeps the ledger's contract; a contract without a store says so."""

import pytest

from leadcore.testing import MemoryStore
from leadcore.testing.ledger_contract import LedgerContract


class TestLedger(LedgerContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        LedgerContract().make_store()
