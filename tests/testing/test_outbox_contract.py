"""The contract of the outbox, on the reference store."""

from __future__ import annotations

import threading

import pytest
from attrs import evolve as replace

from leadcore.ports import DueLetter, OutboxFacts, OutboxNeeds
from leadcore.testing import MemoryStore
from leadcore.testing.capabilities import Can
from leadcore.testing.outbox_contract import OutboxContract, RecordingCourier, outbox_message


class Queued(MemoryStore):
    """The reference store, one thread at a time."""

    def __init__(self):
        super().__init__()
        self.turn = threading.RLock()

    def run(self, case):
        with self.turn:
            return super().run(case)

    def messages(self, limit=100, seller_id=None):
        with self.turn:
            return super().messages(limit, seller_id)


class TestReference(OutboxContract):
    can = frozenset({Can.CONCURRENT})

    def make_store(self):
        return Queued()


class Unordered(MemoryStore):
    """Forgets the order of a lane."""

    def load(self, needs):
        if isinstance(needs, OutboxNeeds):
            found = [
                DueLetter(each, self.started("letter", each.id))
                for each in self.messages(10**6, needs.seller_id)
            ]
            return OutboxFacts(tuple(each for each in found if _due(each, needs)))
        return super().load(needs)


def _due(each, needs):
    return (each.letter.state.due_at or each.message.at) <= needs.at


class Leaky(MemoryStore):
    """Lists everybody's letters to everybody."""

    def letters(self, query):
        sellers = [each.id for each in self.sellers()]
        return tuple(
            entry
            for seller in sellers or [query.seller_id]
            for entry in super(Leaky, self).letters(replace(query, seller_id=seller))
        )


class Forgetful(MemoryStore):
    """Keeps no opt-out."""

    def commit(self, outcome):
        kept = tuple(each for each in outcome.changes if each.kind != "contact_point")
        super().commit(replace(outcome, changes=kept))


@pytest.mark.parametrize(
    ("store", "test"),
    [
        (Unordered, "test_a_lane_is_delivered_in_order"),
        (Leaky, "test_letters_are_listed_page_by_page"),
        (Forgetful, "test_an_opt_out_that_a_courier_knows_of_is_recorded"),
    ],
)
def test_a_store_that_is_broken_on_purpose_is_found(store, test):
    broken = type("Broken", (OutboxContract,), {"make_store": lambda _self: store()})()
    with pytest.raises((AssertionError, ValueError)):
        getattr(broken, test)()


def test_a_store_that_can_not_is_not_asked():
    class Alone(OutboxContract):
        def make_store(self):
            return MemoryStore()

    with pytest.raises(pytest.skip.Exception, match="concurrent"):
        Alone().test_several_relays_at_once_deliver_each_message_once()


def test_a_recording_courier_says_that_it_was_sent():
    courier = RecordingCourier()
    message = outbox_message("s", 1)
    assert courier.deliver(message).reference == f"ref {message.id}"
    assert courier.taken == [message]
