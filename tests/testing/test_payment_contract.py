"""The contract passes for the reference, and finds stores that are broken on purpose."""

import pytest

from leadcore.decider import Versioned
from leadcore.testing import MemoryStore
from leadcore.testing.payment_contract import PaymentContract


class TestReference(PaymentContract):
    def make_store(self):
        return MemoryStore()


class Blind(MemoryStore):
    """Finds no payment by the processor's id of it."""

    def by_reference(self, seller_id, reference):
        return Versioned(None, 0)


class Oldest(MemoryStore):
    """Lists the wrong way round."""

    def payments(self, query):
        return super().payments(query)[::-1]


class Careless(MemoryStore):
    """Keeps no stray."""

    def strays(self, seller_id, limit=100):
        return ()


class Deaf(MemoryStore):
    """Finds no crossing."""

    def load(self, needs):
        self.entries = type(self.entries)()
        return super().load(needs)


class Spending(MemoryStore):
    """Says that reserved money may be spent."""

    def balance(self, ledger_id, at=None):
        held = super().balance(ledger_id, at)
        return type(held)(held.posted, 0)


BROKEN = {
    Blind: "test_a_payment_is_credited_once",
    Oldest: "test_payments_are_listed_newest_first",
    Careless: "test_what_nobody_asked_for_is_kept",
    Deaf: "test_a_crossing_fires_once",
    Spending: "test_money_goes_back_or_is_free_again",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_store_is_found(kind):
    class Broken(PaymentContract):
        def make_store(self):
            return kind()

    with pytest.raises((AssertionError, ValueError)):
        getattr(Broken(), BROKEN[kind])()
