"""What the reference store knows of recordings."""

from __future__ import annotations

from attrs import evolve as replace

from leadcore.decider import Versioned
from leadcore.downline import Reach, Scope
from leadcore.ports import RecordingNeeds, RecordingQuery
from leadcore.recording_life import ShareRecording
from leadcore.testing import MemoryStore
from leadcore.testing.recording_contract import CLEAN, RecordingContract, keeping, recorded_call
from leadcore.testing.scenes import Scene


class TestContract(RecordingContract):
    def make_store(self):
        return MemoryStore()


def test_where_there_is_nothing_facts_are_empty():
    store = MemoryStore()
    facts = store.load(RecordingNeeds(lead_id="none", viewer_id="nobody"))
    assert (facts.recording.state, facts.lead.state, facts.viewer, facts.seller) == (None,) * 4
    assert store.recording("none") is None


def test_a_call_that_nobody_works_is_heard_by_nobody_else():
    scene = Scene(store=MemoryStore()).set_up()
    recorded_call(scene, 1)
    store, key = scene.store, f"{scene.seller}/l1"
    store.run(keeping(scene, CLEAN))
    store.run(keeping(scene, ShareRecording()))
    lead, version = store.lead(key), store.row("lead", key).version
    store.rows["lead", key] = Versioned(replace(lead, assigned_to=None), version)
    seen = Scope(account_id=scene.account(), user_id=scene.user(), reach=Reach.OWN)
    query = RecordingQuery(seller_id=scene.seller, scope=seen)
    assert store.shared_recordings(query) == ()
    below = replace(query, scope=replace(seen, user_id=scene.user(below=True)))
    assert store.shared_recordings(below) == ()
    assert len(store.shared_recordings(replace(query, scope=None))) == 1
