"""Keys and hooks are made, listed and ended by those whose they are."""

from datetime import timedelta

import pytest

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene


@pytest.fixture
def scene():
    return Scene(store=MemoryStore(), accounts=2).set_up()


def issuing(scene, **more):
    given = {"user_id": scene.user(), "token": "t" * 64, "permissions": ("leads:read",), **more}
    return bo.IssueKey(seller_id=scene.seller, key_id="k", name="crm", at=AT, **given)


def opening(scene, **more):
    given = {"account_id": scene.account(), "url": "https://x.example/", "events": ("*",), **more}
    return bo.OpenHook(seller_id=scene.seller, hook_id="h", at=AT, **given)


def test_a_key_is_made_once_and_ended_once(scene):
    made = scene.store.run(issuing(scene))
    assert scene.store.run(issuing(scene)) == made
    assert scene.store.api_key("t" * 64) == (made, scene.store.user(scene.user()))
    with pytest.raises(WrongState, match="exists"):
        scene.store.run(issuing(scene, token="u" * 64))
    ending = bo.RevokeKey(seller_id=scene.seller, key_id="k", account_id=scene.account(), at=AT)
    assert scene.store.run(ending).revoked_at == AT
    assert scene.store.run(ending).revoked_at == AT
    assert len(scene.store.journal("api_key", "k")) == 2


def test_a_key_of_nobody_or_for_nothing_is_not_made(scene):
    with pytest.raises(NotFound):
        scene.store.run(issuing(scene, user_id="nobody"))
    with pytest.raises(Malformed) as told:
        scene.store.run(issuing(scene, permissions=()))
    assert told.value.problems[0].path == "permissions"


def editing(scene, **more):
    given = {"user_id": scene.user(), "name": "other", "permissions": ("calls:read",), **more}
    return bo.EditKey(**{"seller_id": scene.seller, "key_id": "k", "at": AT, **given})


def test_a_key_is_edited_and_stays_what_lets_in(scene):
    made = scene.store.run(issuing(scene))
    edited = scene.store.run(editing(scene, account_id=scene.account()))
    assert (edited.name, edited.permissions) == ("other", ("calls:read",))
    assert edited.token == made.token
    assert scene.store.run(editing(scene)) == edited
    assert len(scene.store.journal("api_key", "k")) == 2
    assert scene.store.audit() == ()


def test_a_key_is_for_no_more_than_its_user_and_whoever_edits_it_may_do(scene):
    scene.store.run(issuing(scene))
    for more in (
        {"permissions": ("terms:write",)},
        {"permissions": ("leads:read",), "within": frozenset()},
    ):
        with pytest.raises(Malformed, match=r"permissions\[0\]"):
            scene.store.run(editing(scene, **more))


def test_nobody_edits_what_is_anothers_or_over(scene):
    scene.store.run(issuing(scene, expires_at=AT + timedelta(hours=1)))
    for more in (
        {"seller_id": "other"},
        {"account_id": scene.account(1)},
        {"user_id": scene.user(1)},
        {"user_id": "nobody"},
        {"key_id": "none"},
    ):
        with pytest.raises(NotFound):
            scene.store.run(editing(scene, **more))
    with pytest.raises(WrongState, match="lets nobody in"):
        scene.store.run(editing(scene, at=AT + timedelta(hours=1)))
    scene.store.run(bo.RevokeKey(seller_id=scene.seller, key_id="k", at=AT))
    with pytest.raises(WrongState, match="lets nobody in"):
        scene.store.run(editing(scene))


@pytest.mark.parametrize("account", ["other", None])
def test_nobody_ends_what_is_anothers(scene, account):
    scene.store.run(issuing(scene))
    scene.store.run(opening(scene))
    whose = {"seller_id": scene.seller if account else "other", "account_id": account, "at": AT}
    for case in (
        bo.RevokeKey(key_id="k", **whose),
        bo.RenewHook(hook_id="h", **whose),
        bo.CloseHook(hook_id="h", **whose),
        bo.CloseHook(hook_id="none", **whose),
    ):
        with pytest.raises(NotFound):
            scene.store.run(case)


def test_a_hook_is_opened_renewed_and_closed(scene):
    made = scene.store.run(opening(scene))
    assert scene.store.run(opening(scene)) == made
    with pytest.raises(WrongState, match="exists"):
        scene.store.run(opening(scene, events=("lead.*",)))
    with pytest.raises(Malformed):
        scene.store.run(opening(scene, url="http://x.example/"))
    whose = {"seller_id": scene.seller, "hook_id": "h", "account_id": None, "at": AT}
    assert scene.store.run(bo.RenewHook(**whose)).turn == 1
    assert scene.store.run(bo.CloseHook(**whose)).closed_at == AT
    assert scene.store.run(bo.CloseHook(**whose)).closed_at == AT
    with pytest.raises(WrongState, match="closed"):
        scene.store.run(bo.RenewHook(**whose))
    assert scene.store.audit() == ()


@pytest.mark.parametrize("account", ["nobody's", "another seller's"])
def test_a_hook_is_told_of_an_account_of_the_sellers_own_alone(scene, account):
    other = Scene(store=scene.store).set_up()
    named = other.account() if account == "another seller's" else "none"
    with pytest.raises(NotFound, match="account"):
        scene.store.run(opening(scene, account_id=named))
    assert scene.store.run(opening(scene, account_id=None)).account_id is None
