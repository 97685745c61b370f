"""Feeds that are broken on purpose are told apart from sound ones."""

import pytest
from attrs import evolve as replace

from leadcore.testing import FeedContract, MemoryStore


class TestSound(FeedContract):
    def make_store(self):
        return MemoryStore()


class Forgetful(MemoryStore):
    def mark_published(self, entries, *, at):
        super().mark_published(entries, at=at)
        return len(entries)


class Loose(MemoryStore):
    """Gives what lets people in, as if it were an account's."""

    def _places(self):
        yield from super()._places()
        yield from ((kind, key, 1) for kind, key in self.events if kind == "login_name")


class Gapped(MemoryStore):
    def unpublished(self, *, after=None, limit=256):
        return super().unpublished(after=after, limit=limit + 1)[1:]


class Nameless(MemoryStore):
    def _entry(self, kind, key, number):
        return replace(super()._entry(kind, key, number), seller_id="seller")


@pytest.mark.parametrize("broken", [Forgetful, Loose, Gapped, Nameless])
def test_a_broken_feed_is_found(broken):
    contract = FeedContract()
    contract.make_store = broken

    def keep():
        contract.test_every_event_is_given_in_its_place_with_its_seller()
        contract.test_what_is_marked_is_not_given_again_and_marked_once()

    with pytest.raises(AssertionError):
        keep()


def test_a_contract_without_a_store_says_so():
    with pytest.raises(TypeError, match="make_store"):
        FeedContract().make_store()
