"""Stores that forget too much, or a part, are told apart from sound ones."""

from datetime import timedelta

import pytest

from leadcore.testing import MemoryStore, UpkeepContract


class TestSound(UpkeepContract):
    def make_store(self):
        return MemoryStore()


class Early(MemoryStore):
    def forget_tries(self, *, before, limit=1_000):
        return super().forget_tries(before=before + timedelta(days=2), limit=limit)


class Everything(MemoryStore):
    """Forgets what counts as well."""

    def forget_tries(self, *, before, limit=1_000):
        for key in [key for key in self.rows if key[0] == "tries"]:
            del self.rows[key], self.events[key]
        return 0


class Half(MemoryStore):
    """Forgets the rows and keeps their journal."""

    def forget_tries(self, *, before, limit=1_000):
        events = dict(self.events)
        gone = super().forget_tries(before=before, limit=limit)
        self.events = events
        return gone


@pytest.mark.parametrize("broken", [Early, Everything, Half])
def test_a_store_that_forgets_wrongly_is_found(broken):
    contract = UpkeepContract()
    contract.make_store = broken
    with pytest.raises(AssertionError):
        contract.test_tries_are_forgotten_a_day_after_they_count_no_more()
    if broken is Everything:
        with pytest.raises(AssertionError):
            contract.test_whatever_is_forgotten_every_try_is_answered_alike()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        UpkeepContract().make_store()
