"""The life of a recording: what may follow on what, and who hears it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import recording_life as life
from leadcore.decider import fold
from leadcore.downline import Reach, Scope, Tree
from leadcore.errors import Refused, WrongState
from leadcore.leads import LeadStatus
from leadcore.recording_life import (
    RecordingReviewed,
    RecordingShared,
    RecordingUnshared,
    ReviewRecording,
    ShareRecording,
    UnshareRecording,
)
from leadcore.testing import MemoryStore
from leadcore.testing.recording_contract import CLEAN, recorded_call
from leadcore.testing.scenes import AT, Scene


@pytest.fixture(scope="module")
def lead():
    return recorded_call(Scene(store=MemoryStore()).set_up(), 1)


def follows(command, state, lead, at=AT, by="ann"):
    events = life.decide(command, state, at, lead=lead, by=by)
    return fold(life.evolve, state, events), [type(each) for each in events]


FOUND = st.booleans()


@given(pan=FOUND, sad=FOUND, cut=FOUND)
def test_only_what_a_review_found_clean_is_shared(lead, pan, sad, cut):
    review = ReviewRecording(contains_pan=pan, contains_sad=sad, redacted=cut)
    kept, _ = follows(review, None, lead)
    assert (kept.id, kept.account_id, kept.recording) == (
        lead.id,
        lead.sale.account_id,
        lead.submission.recording,
    )
    if pan or sad:
        with pytest.raises(Refused):
            follows(ShareRecording(), kept, lead)
        return
    shared, told = follows(ShareRecording(), kept, lead)
    assert (shared.share.below, shared.share.by, told) == (
        lead.assigned_to,
        "ann",
        [RecordingShared],
    )


def test_what_is_so_already_adds_nothing(lead):
    kept, _ = follows(CLEAN, None, lead)
    assert follows(CLEAN, kept, lead) == (kept, [])
    shared, _ = follows(ShareRecording("top"), kept, lead)
    assert follows(ShareRecording("top"), shared, lead) == (shared, [])
    other, told = follows(ShareRecording("above"), shared, lead)
    assert (other.share.below, told) == ("above", [RecordingShared])
    alone, told = follows(UnshareRecording(), other, lead)
    assert (alone.share, told) == (None, [RecordingUnshared])
    assert follows(UnshareRecording(), alone, lead) == (alone, [])
    assert follows(UnshareRecording(), None, lead) == (None, [])


def test_a_second_review_keeps_the_share_or_ends_it(lead):
    shared, _ = follows(ShareRecording(), follows(CLEAN, None, lead)[0], lead)
    later = AT + timedelta(hours=1)
    again, told = follows(CLEAN, shared, lead, at=later)
    assert (again.share, again.review.at, told) == (shared.share, later, [RecordingReviewed])
    ended, told = follows(replace(CLEAN, contains_sad=True), shared, lead, at=later)
    assert (ended.share, told) == (None, [RecordingReviewed, RecordingUnshared])


def test_there_must_be_a_recording_that_somebody_holds(lead):
    mute = replace(lead, submission=replace(lead.submission, recording=None))
    with pytest.raises(WrongState, match="has no recording"):
        follows(CLEAN, None, mute)
    gone = replace(lead, status=LeadStatus.REFUNDED)
    for command in (CLEAN, ShareRecording()):
        with pytest.raises(WrongState, match="refunded"):
            follows(command, None, gone)
    with pytest.raises(Refused):
        follows(ShareRecording(), None, lead)
    with pytest.raises(WrongState, match="nobody reviewed"):
        life.evolve(None, RecordingUnshared("ann", AT))


def test_what_a_transcript_holds_is_counted_and_not_repeated():
    said = "card 4111 1111 1111 1111, security code 123"
    assert ReviewRecording.of_transcript(said) == ReviewRecording(
        contains_pan=True, contains_sad=True
    )
    assert ReviewRecording.of_transcript("good morning", redacted=True) == replace(
        CLEAN, redacted=True
    )
    assert ReviewRecording.of_transcript("", contains_sad=True).contains_sad


TREE = Tree({"top": None, "mid": "top", "low": "mid", "side": None})


def test_whoever_stands_below_hears_it_and_nobody_else(lead):
    mine = replace(lead, assigned_to="top", sale=replace(lead.sale, account_id="north"))
    kept, _ = follows(ShareRecording("top"), follows(CLEAN, None, mine)[0], mine)

    def hearing(call=mine, one=kept, account="north", reach=Reach.OWN):
        return {
            user
            for user in ("top", "mid", "low", "side")
            if life.hears(Scope(account_id=account, user_id=user, reach=reach), one, call, TREE)
        }

    assert hearing() == {"mid", "low"}
    moved = {who: hearing(call=replace(mine, assigned_to=who)) for who in ("low", "side", None)}
    assert moved == {"low": {"mid", "low"}, "side": set(), None: set()}
    assert hearing(reach=Reach.NOTHING) == set()
    assert hearing(account="south") == set()
    assert hearing(one=None) == hearing(one=replace(kept, share=None)) == set()
    assert hearing(call=replace(mine, status=LeadStatus.REFUNDED)) == set()
    assert hearing(call=replace(mine, sale=None)) == set()
    sold_elsewhere = replace(mine, sale=replace(mine.sale, account_id="south"))
    assert hearing(call=sold_elsewhere) == set()
