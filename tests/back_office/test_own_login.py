"""One's own log-in gets another name: with the password, and known to the name it had."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.logins import SetPassword, digest_of
from leadcore.people import DisableUser
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene

NAME, NEW = "ann@x.example", "ann@new.example"
RIGHT = bo.Checked(encoded="hash", matches=True)


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=1, funds=0).set_up()
    for below, name in ((False, NAME), (True, "bob@x.example")):
        command = SetPassword(digest_of("hash"), name)
        user = made.user(below=below)
        keep = bo.KeepLogin(
            seller_id=made.seller, user_id=user, command=command, encoded="hash", at=AT
        )
        made.store.run(keep)
    return made


def rename(scene, name=NEW, **changed):
    case = bo.RenameOwnLogin(
        seller_id=scene.seller, user_id=scene.user(), checked=RIGHT, name=name, at=AT
    )
    return scene.store.run(replace(case, **changed))


def holder(scene, name):
    asked = bo.CheckLogIn(seller_id=scene.seller, name=name, at=AT)
    return scene.store.run(asked).encoded


def test_the_new_name_lets_in_and_the_old_one_is_told(scene):
    assert rename(scene).name == NEW
    assert (holder(scene, NEW), holder(scene, NAME)) == ("hash", None)
    (letter,) = (m for m in scene.store.messages(20) if m.to == NAME)
    assert letter.user_id == scene.user()
    assert rename(scene).name == NEW
    assert len([m for m in scene.store.messages(20) if m.to in {NAME, NEW}]) == 1


def test_a_wrong_password_renames_nothing_and_counts(scene):
    wrong = bo.Checked(encoded="hash", matches=False)
    told = [rename(scene, checked=wrong, at=AT + timedelta(seconds=n)) for n in range(5)]
    assert all(each.looked_at for each in told)
    waiting = rename(scene, at=AT + timedelta(seconds=5))
    assert not waiting.looked_at
    assert scene.store.login(scene.user()).name == NAME


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"name": "Ann@New.example"}, Malformed, "name"),
        ({"name": "bob@x.example"}, WrongState, "address"),
        ({"checked": bo.Checked(encoded="older", matches=True)}, WrongState, "meanwhile"),
        ({"user_id": "nobody"}, NotFound, "nobody"),
        ({"seller_id": "another"}, NotFound, "user"),
    ],
)
def test_what_can_not_be_is_told(scene, changed, error, words):
    with pytest.raises(error, match=words):
        rename(scene, **changed)
    assert scene.store.login(scene.user()).name == NAME


def test_who_is_disabled_renames_nothing(scene):
    off = bo.KeepUser(
        user_id=scene.user(), account_id=scene.account(), command=DisableUser(), at=AT
    )
    scene.store.run(off)
    with pytest.raises(WrongState, match="disabled"):
        rename(scene)
