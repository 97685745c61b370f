"""Keys and hooks are made, listed and ended by those whose they are."""

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
