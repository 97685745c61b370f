"""What type checkers make of the kit: an adapter's author fills in one method."""

from typing import assert_type

from hypothesis.strategies import SearchStrategy

from leadcore.leads import Lead
from leadcore.ports import Store
from leadcore.submissions import Submission
from leadcore.testing import MemoryStore, Play, StoreContract, perform, plays, violations
from leadcore.testing.records import records
from leadcore.testing.strategies import submissions


class TestMine(StoreContract):
    def make_store(self) -> Store:
        return MemoryStore()


assert_type(plays(), SearchStrategy[Play])
assert_type(submissions(), SearchStrategy[Submission])
assert_type(records(Lead), SearchStrategy[Lead])


def judged(play: Play) -> tuple[str, ...]:
    store = MemoryStore()
    assert_type(perform(store, play, "s"), tuple[object, ...])
    return violations(store, "s")
