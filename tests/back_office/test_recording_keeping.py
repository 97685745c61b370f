"""Recordings as use cases: from facts to one outcome."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound, Refused
from leadcore.leads import AssignLead
from leadcore.recording_life import ShareRecording, UnshareRecording
from leadcore.testing import MemoryStore
from leadcore.testing.desk_contract import add_desk
from leadcore.testing.recording_contract import CLEAN, keeping, recorded_call
from leadcore.testing.scenes import Scene


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore()).set_up()
    recorded_call(made, 1)
    return made


def outcome(scene, case):
    return case.decide(scene.store.load(case.needs))


def opening(scene, viewer, lead="l1", seller=None):
    return bo.OpenRecording(
        seller_id=seller or scene.seller, lead_id=f"{scene.seller}/{lead}", viewer_id=viewer
    )


def test_a_review_and_a_share_are_one_change_each(scene):
    for command in (CLEAN, ShareRecording()):
        found = outcome(scene, keeping(scene, command))
        assert [(each.kind, each.id) for each in found.changes] == [("recording", found.answer.id)]
        scene.store.run(keeping(scene, command))
        assert outcome(scene, keeping(scene, command)).is_empty


def test_it_is_shared_below_the_one_who_works_it_or_somebody_above(scene):
    scene.store.run(keeping(scene, CLEAN))
    for wrong in (scene.user(below=True), "nobody"):
        with pytest.raises(Malformed, match="below: neither works the call"):
            outcome(scene, keeping(scene, ShareRecording(wrong)))
    own = outcome(scene, keeping(scene, ShareRecording(scene.user()))).answer
    assert own.share.below == scene.user()
    top, low = scene.user(), scene.user(below=True)
    command = bo.WorkLead(
        lead_id=f"{scene.seller}/l1",
        viewer_id=top,
        command=AssignLead(user_id=low, by=top),
        at=scene.store.lead(f"{scene.seller}/l1").received_at,
    )
    scene.store.run(command)
    assert outcome(scene, keeping(scene, ShareRecording(top))).answer.share.below == top
    assert outcome(scene, keeping(scene, ShareRecording())).answer.share.below == low


def test_where_there_is_none_nobody_is_told_more(scene):
    scene.receive(2)
    second = f"{scene.seller}/l2"
    missing = (
        keeping(scene, CLEAN, lead_id=second),
        keeping(scene, CLEAN, seller_id="other"),
        keeping(scene, CLEAN, viewer_id="nobody"),
        keeping(scene, UnshareRecording()),
        opening(scene, scene.user(), "l2"),
        opening(scene, scene.user(), "none"),
        opening(scene, "nobody"),
        opening(scene, scene.user(), seller="other"),
        opening(scene, scene.user(below=True)),
    )
    for case in missing:
        with pytest.raises(NotFound):
            outcome(scene, case)
    with pytest.raises(Refused):
        outcome(scene, keeping(scene, ShareRecording()))


def test_who_hears_it_by_a_share_is_shown_nothing_else_of_the_call(scene):
    scene.store.run(keeping(scene, CLEAN))
    kept = scene.store.run(keeping(scene, ShareRecording()))
    heard = outcome(scene, opening(scene, scene.user(below=True)))
    assert heard.is_empty
    assert (heard.answer.lead, heard.answer.kept) == (None, kept)
    (clerk,) = add_desk(scene, "clerk")
    for whole in (scene.user(), clerk):
        found = outcome(scene, opening(scene, whole)).answer
        assert (found.lead.id, found.recording.reference) == (kept.id, "r1")
    unshared = replace(kept, share=None)
    assert outcome(scene, keeping(scene, UnshareRecording())).answer == unshared
