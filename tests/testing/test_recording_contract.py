"""The reference store keeps the part of its contract that is about recordings."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore.testing import MemoryStore
from leadcore.testing.recording_contract import RecordingContract


class TestMemoryStore(RecordingContract):
    def make_store(self):
        return MemoryStore()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        RecordingContract().make_store()


class SharesWithAll(MemoryStore):
    def shared_recordings(self, query):
        return super().shared_recordings(replace(query, scope=None))


class ForgetsThatItLeft(MemoryStore):
    def shared_recordings(self, query):
        everything = (each for each, _ in self.every("recording"))
        return tuple(each for each in everything if each.share)


class ForgetsWhoWorksIt(MemoryStore):
    def shared_recordings(self, query):
        kept = next(each for each, _ in self.every("recording"))
        seen = query.scope
        below = seen and self.tree(seen.account_id).is_below(seen.user_id, kept.share.below)
        return (kept,) if below else super().shared_recordings(query)


@pytest.mark.parametrize(
    ("store", "name"),
    [
        (ForgetsWhoWorksIt, "test_a_call_that_somebody_else_works_is_heard_where_it_went"),
        (SharesWithAll, "test_nobody_hears_it_sideways_upward_or_elsewhere"),
        (ForgetsThatItLeft, "test_a_call_that_left_is_heard_by_nobody"),
    ],
)
def test_a_store_that_breaks_it_is_found(store, name):
    contract = RecordingContract()
    contract.make_store = store
    with pytest.raises(AssertionError):
        getattr(contract, name)()
