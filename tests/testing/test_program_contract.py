"""The reference store keeps the contract for programs, and stores that break it are found."""

from threading import Lock

import pytest

from leadcore.errors import LeadcoreError
from leadcore.testing import MemoryStore
from leadcore.testing.program_contract import ProgramContract


class TestMemoryStore(ProgramContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        ProgramContract().make_store()


class KeepsNoAnswer(MemoryStore):
    def kept_answer(self, answer_id):
        return None


class FindsKeysById(MemoryStore):
    def api_key(self, token):
        found = super().api_key(token)
        key = self.row("api_key", token).state
        return found if key is None else (key, self.user(key.user_id))


class TellsTwice(MemoryStore):
    def take_tellings(self, *, at, until, limit=50, seller_id=None):
        return super().take_tellings(at=at, until=at, limit=limit, seller_id=seller_id)


class SettlesForAnybody(MemoryStore):
    def settle_telling(self, telling, *, claim):
        self.told[telling.id] = telling
        return claim is not None


class SaysItWasKept(MemoryStore):
    def settle_telling(self, telling, *, claim):
        super().settle_telling(telling, claim=claim)
        return True


class TellsEverything(MemoryStore):
    def prepare_hooks(self, *, at):
        """Pass over nothing."""


@pytest.mark.parametrize(
    ("store", "name"),
    [
        (FindsKeysById, "test_a_key_is_found_by_its_digest_with_its_user_as_now"),
        (KeepsNoAnswer, "test_an_answer_is_kept_if_and_only_if_it_was_done"),
        (TellsEverything, "test_a_hook_is_told_once_of_what_happens_from_then_on"),
        (SettlesForAnybody, "test_a_telling_is_tried_by_one_at_a_time_until_it_is_settled"),
        (SaysItWasKept, "test_a_telling_is_tried_by_one_at_a_time_until_it_is_settled"),
        (TellsTwice, "test_a_telling_is_tried_by_one_at_a_time_until_it_is_settled"),
    ],
)
def test_a_store_that_breaks_it_is_found(store, name):
    contract = ProgramContract()
    contract.make_store = store
    with pytest.raises((AssertionError, LeadcoreError)):
        getattr(contract, name)()


class Locked(MemoryStore):
    """One at a time."""

    def __init__(self):
        super().__init__()
        self.lock = Lock()

    def run(self, case):
        with self.lock:
            return super().run(case)


def test_many_may_ask_at_once_where_a_store_says_so():
    contract = ProgramContract()
    made = Locked()
    contract.make_store, contract.concurrent = lambda: made, True
    contract.test_of_many_who_ask_at_once_one_is_done()
    assert len(made.answers) == 1
