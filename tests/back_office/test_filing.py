"""Files as use cases: from facts to one outcome."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.errors import Malformed, NotFound
from leadcore.files import FileLimits, account_room, lead_room
from leadcore.testing import MemoryStore
from leadcore.testing.file_contract import added
from leadcore.testing.scenes import AT, Scene


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=2).set_up()
    made.receive(1)
    return made


def outcome(scene, case):
    return case.decide(scene.store.load(case.needs))


def test_a_kept_file_is_one_change_one_claim_and_two_rooms(scene):
    found = outcome(scene, added(scene, "a"))
    assert [each.kind for each in found.changes] == ["file"]
    assert [each.key for each in found.claims] == [f"kept/{scene.seller}/l1"]
    limits = FileLimits()
    assert [(each.key, each.bytes, each.most_bytes, each.most_files) for each in found.rooms] == [
        (lead_room(f"{scene.seller}/l1"), 100, limits.lead_bytes, limits.lead_files),
        (account_room(scene.account()), 100, limits.account_bytes, -1),
    ]


def test_asking_changes_nothing_and_says_what_keeping_would(scene):
    case = added(scene, "a")
    found = outcome(scene, bo.MayKeepFile(case))
    assert found.is_empty
    assert found.answer == outcome(scene, case).answer
    with pytest.raises(Malformed, match="media_type"):
        outcome(scene, bo.MayKeepFile(replace(case, media_type="text/html")))


def test_the_same_again_is_nothing_even_over_a_limit(scene):
    case = added(scene, "a")
    scene.store.run(case)
    small = SellerTerms(name="Seller", files=FileLimits(file_bytes=1))
    scene.store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=small, at=AT))
    assert outcome(scene, case).is_empty
    with pytest.raises(Malformed, match=r"size: is 100 bytes, over 1"):
        outcome(scene, added(scene, "b"))


def test_limits_that_make_no_sense_are_no_terms(scene):
    terms = SellerTerms(name="Seller", files=FileLimits(file_bytes=-1))
    with pytest.raises(Malformed, match=r"terms\.files\.file_bytes"):
        scene.store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=terms, at=AT))


@pytest.mark.parametrize("viewer", ["nobody", "below", "stranger"])
def test_who_does_not_see_the_lead_has_no_files(scene, viewer):
    kept = scene.store.run(added(scene, "a"))
    viewers = {"below": scene.user(below=True), "stranger": scene.user(1)}
    viewer_id = viewers.get(viewer, viewer)
    for case in (
        added(scene, "b", viewer_id=viewer_id),
        bo.OpenFile(file_id=kept.id, viewer_id=viewer_id),
        bo.RemoveLeadFile(file_id=kept.id, viewer_id=viewer_id, at=AT),
    ):
        with pytest.raises(NotFound):
            outcome(scene, case)


def test_a_removal_gives_its_room_back_once(scene):
    kept = scene.store.run(added(scene, "a"))
    case = bo.RemoveLeadFile(file_id=kept.id, viewer_id=scene.user(), at=AT)
    found = outcome(scene, case)
    assert [(each.bytes, each.files) for each in found.rooms] == [(-100, -1)] * 2
    opened = bo.OpenFile(file_id=kept.id, viewer_id=scene.user())
    assert outcome(scene, opened).answer == kept
    scene.store.run(case)
    assert outcome(scene, case).is_empty
    with pytest.raises(NotFound, match="there is no file"):
        outcome(scene, opened)


def test_a_file_that_is_not_there_is_not_there_for_anybody(scene):
    facts = scene.store.load(added(scene, "a").needs)
    for case in (
        bo.OpenFile(file_id="none", viewer_id=scene.user()),
        bo.RemoveLeadFile(file_id="none", viewer_id=scene.user(), at=AT),
    ):
        with pytest.raises(NotFound):
            outcome(scene, case)
        # Nor where a store gives a lead that was not asked for.
        with pytest.raises(NotFound):
            case.decide(facts)


def test_without_terms_of_its_own_a_seller_has_the_common_limits(scene):
    case = added(scene, "a")
    facts = replace(scene.store.load(case.needs), seller=None)
    assert case.decide(facts).rooms[1].most_bytes == FileLimits().account_bytes
