"""Logging in, whole, on the reference store."""

from __future__ import annotations

import asyncio

import pytest

from leadcore import back_office as bo
from leadcore.errors import Malformed
from leadcore.logins import SetPassword, SignedIn, digest_of, token_digest, who
from leadcore.ports import DeedQuery
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene
from leadcore_argon2 import Argon2Hasher, Cost, Entered, Wish, async_log_in, fresh_token, log_in

HASHER = Argon2Hasher(Cost(passes=1, memory_kib=8, lanes=1))
STRONGER = Argon2Hasher(Cost(passes=2, memory_kib=8, lanes=1))
GOOD = "four green bottles hang"


class Async:
    """The reference store, awaited."""

    def __init__(self, store):
        self.store = store

    async def run(self, case):
        return self.store.run(case)


@pytest.fixture(params=["sync", "async"])
def enter(request):
    if request.param == "sync":
        return log_in
    return lambda store, *args, **more: asyncio.run(async_log_in(Async(store), *args, **more))


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=1, funds=0).set_up()
    set_password(made, GOOD, "ann@x.example")
    return made


def set_password(scene, password, name=None):
    encoded = HASHER.hash(password)
    command = SetPassword(digest_of(encoded), name)
    case = bo.KeepLogin(
        seller_id=scene.seller, user_id=scene.user(), command=command, encoded=encoded, at=AT
    )
    scene.store.run(case)


def wish(scene, password=GOOD, name=" Ann@X.example", **more):
    return Wish(seller_id=scene.seller, name=name, password=password, **more)


def test_the_right_password_lets_in_with_a_token(scene, enter):
    told = enter(scene.store, HASHER, wish(scene, source="10.0.0.7", device="a browser"), at=AT)
    assert isinstance(told, Entered)
    assert (told.user.id, told.session.device) == (scene.user(), "a browser")
    facts = scene.store.session(token_digest(told.token))
    assert isinstance(who(facts, seller_id=scene.seller, at=AT), SignedIn)
    assert told.token not in repr(told) + repr(scene.store.rows)
    (actor,) = {each.actor_id for each in scene.store.deeds(DeedQuery(seller_id=scene.seller))}
    assert actor == "log-in"


@pytest.mark.parametrize(("password", "name"), [("wrong", "ann@x.example"), (GOOD, "b@x.example")])
def test_anything_else_lets_in_nobody(scene, enter, password, name):
    told = [enter(scene.store, HASHER, wish(scene, password, name), at=AT) for _ in range(6)]
    assert [each.looked_at for each in told] == [*[True] * 5, False]
    assert scene.store.sessions(scene.user()) == ()


def test_newer_parameters_are_kept(scene, enter):
    before = scene.store.password_hash(scene.user())
    assert isinstance(enter(scene.store, STRONGER, wish(scene)), Entered)
    after = scene.store.password_hash(scene.user())
    assert before != after
    assert "t=2" in after


class Changing(Argon2Hasher):
    """Somebody changes the password while it is being checked, so many times."""

    def __init__(self, scene, times):
        super().__init__(Cost(passes=1, memory_kib=8, lanes=1))
        self._scene, self._times = scene, times

    def check(self, password, encoded):
        found = super().check(password, encoded)
        if self._times:
            self._times -= 1
            set_password(self._scene, GOOD)
        return found


def test_a_password_that_changes_meanwhile_is_checked_again(scene, enter):
    assert isinstance(enter(scene.store, Changing(scene, 1), wish(scene), at=AT), Entered)
    told = enter(scene.store, Changing(scene, 9), wish(scene), at=AT)
    assert told == bo.NotLoggedIn(looked_at=False)


def test_what_is_no_address_is_said_to_be_none(scene, enter):
    with pytest.raises(Malformed, match="e-mail address"):
        enter(scene.store, HASHER, wish(scene, name="ann"), at=AT)


def test_tokens_are_long_and_never_the_same():
    assert len({fresh_token() for _ in range(100)}) == 100
    assert all(len(fresh_token()) >= 43 for _ in range(3))
    assert "four green" not in repr(Wish(seller_id="s", name="a@b", password=GOOD))
