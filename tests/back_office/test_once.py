"""Asked for once or ten times, it is done once; and only to what was seen."""

from datetime import timedelta

import pytest

from leadcore import back_office as bo
from leadcore.accounts import StopAccount
from leadcore.back_office import AtVersion, Once, Stale
from leadcore.errors import Conflict, WrongState
from leadcore.kept_answers import KeyUsedDifferently
from leadcore.people import EditUser, Profile
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene


@pytest.fixture
def scene():
    return Scene(store=MemoryStore(), accounts=2).set_up()


def editing(scene, name="Ann"):
    return bo.KeepUser(
        user_id=scene.user(),
        account_id=scene.account(),
        command=EditUser(Profile(name=name)),
        at=AT,
    )


def once(scene, case, key="key", fingerprint="f", at=AT):
    return Once(
        seller_id=scene.seller,
        answer_id=key,
        fingerprint=fingerprint,
        case=case,
        tell=lambda user: f"{user.profile.name}!",
        at=at,
    )


def test_the_same_key_is_done_once_and_answered_alike(scene):
    first = scene.store.run(once(scene, editing(scene)))
    assert first.data == "Ann!"
    scene.store.run(editing(scene, "Ben"))
    later = once(scene, editing(scene), at=AT + timedelta(hours=1))
    assert scene.store.run(later) == first
    assert scene.store.user(scene.user()).profile.name == "Ben"
    assert scene.store.kept_answer("key") == first


def test_another_request_with_the_same_key_is_refused(scene):
    scene.store.run(once(scene, editing(scene)))
    with pytest.raises(KeyUsedDifferently):
        scene.store.run(once(scene, editing(scene, "Ben"), fingerprint="g"))
    assert scene.store.user(scene.user()).profile.name == "Ann"


def test_what_is_refused_is_not_kept(scene):
    with pytest.raises(WrongState):
        scene.store.run(once(scene, editing_at(scene, 7)))
    assert scene.store.kept_answer("key") is None


def editing_at(scene, expected):
    return AtVersion(case=editing(scene), kind="user", key=scene.user(), expected=expected)


def test_of_two_who_ask_at_the_same_time_one_is_committed(scene):
    store, case = scene.store, once(scene, editing(scene))
    outcome = case.decide(store.load(case.needs))
    store.commit(outcome)
    with pytest.raises(Conflict):
        store.commit(outcome)


def test_what_was_changed_meanwhile_is_left_as_it_is(scene):
    version = len(scene.store.journal("user", scene.user()))
    assert editing_at(scene, version).needs == editing(scene).needs
    assert scene.store.run(editing_at(scene, version)).profile.name == "Ann"
    with pytest.raises(Stale, match="read it again"):
        scene.store.run(
            AtVersion(case=editing(scene, "Ben"), kind="user", key=scene.user(), expected=version)
        )


def test_a_change_of_something_else_is_no_concern(scene):
    stopping = bo.KeepAccount(
        seller_id=scene.seller, account_id=scene.account(), command=StopAccount("why"), at=AT
    )
    case = AtVersion(case=stopping, kind="user", key=scene.user(), expected=99)
    assert not scene.store.run(case).is_active
