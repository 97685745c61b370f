"""One's own log-in gets another name: with the password, and a link that is opened there."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.logins import (
    RenameLogin,
    RevokeSessions,
    SetPassword,
    TokenUse,
    digest_of,
    token_digest,
)
from leadcore.notices import MessageKind
from leadcore.people import DisableUser
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene

NAME, NEW, BOBS = "ann@x.example", "ann@new.example", "bob@x.example"
RIGHT = bo.Checked(encoded="hash", matches=True)
TOKEN = token_digest("a token of many letters")
LINK = "https://portal.example/address/a-token-of-many-letters"
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=1, funds=0).set_up()
    for below, name in ((False, NAME), (True, BOBS)):
        command = SetPassword(digest_of("hash"), name)
        user = made.user(below=below)
        keep = bo.KeepLogin(
            seller_id=made.seller, user_id=user, command=command, encoded="hash", at=AT
        )
        made.store.run(keep)
    return made


def ask(scene, name=NEW, **changed):
    case = bo.AskOwnAddress(
        seller_id=scene.seller,
        user_id=scene.user(),
        checked=RIGHT,
        name=name,
        token=TOKEN,
        link=LINK,
        expires_at=AT + DAY,
        at=AT,
    )
    return scene.store.run(replace(case, **changed))


def confirm(scene, **changed):
    case = bo.ConfirmOwnAddress(seller_id=scene.seller, token=TOKEN, at=AT)
    return scene.store.run(replace(case, **changed))


def told(scene):
    return [(each.kind, each.to) for each in scene.store.messages(20, scene.seller)]


def holder(scene, name):
    asked = bo.CheckLogIn(seller_id=scene.seller, name=name, at=AT)
    return scene.store.run(asked).encoded


def test_the_new_name_lets_in_once_its_link_was_used_and_the_old_one_is_told(scene):
    asked = ask(scene)
    assert (asked.name, asked.wished) == (NAME, NEW)
    assert ask(scene) == asked
    assert (holder(scene, NEW), holder(scene, NAME)) == (None, "hash")
    (letter,) = scene.store.messages(20, scene.seller)
    assert (letter.kind, letter.to, LINK in letter.body) == (MessageKind.ADDRESS_CONFIRM, NEW, True)
    assert letter.not_after == AT + DAY
    assert confirm(scene, at=AT + DAY - TICK).name == NEW
    assert (holder(scene, NEW), holder(scene, NAME)) == ("hash", None)
    assert told(scene)[1:] == [(MessageKind.ADDRESS_CHANGED, NAME)]
    with pytest.raises(WrongState, match="used up"):
        confirm(scene)
    assert scene.store.audit() == ()


def test_whoever_asks_does_not_learn_who_has_an_address_and_its_mailbox_does(scene):
    free, taken = ask(scene), ask(scene, BOBS, token=digest_of("t2"))
    assert replace(free, wished=None, token=None) == replace(taken, wished=None, token=None)
    assert told(scene) == [(MessageKind.ADDRESS_CONFIRM, NEW), (MessageKind.ADDRESS_TAKEN, BOBS)]
    letter = scene.store.messages(20, scene.seller)[1]
    assert "https:" not in letter.body
    # Nobody was told this token; whoever has it all the same gets nobody else's address by it.
    with pytest.raises(WrongState, match="another user"):
        confirm(scene, token=digest_of("t2"))
    assert holder(scene, BOBS) == "hash"


@pytest.mark.parametrize(
    "changed",
    [
        {"at": AT + DAY},
        {"token": digest_of("another")},
        {"seller_id": "another"},
    ],
)
def test_what_does_not_confirm_is_answered_alike(scene, changed):
    ask(scene)
    with pytest.raises(WrongState, match="unknown, used up or too old"):
        confirm(scene, **changed)
    with pytest.raises(WrongState, match="unknown, used up or too old"):
        scene.store.run(
            bo.UseToken(
                seller_id=scene.seller, token=TOKEN, use=TokenUse.ADDRESS, encoded="x", at=AT
            )
        )
    assert scene.store.login(scene.user()).name == NAME


def test_a_new_password_ends_what_somebody_else_wished_for(scene):
    ask(scene)
    case = bo.ChangeOwnPassword(
        seller_id=scene.seller, user_id=scene.user(), checked=RIGHT, encoded="new", at=AT
    )
    assert scene.store.run(case).wished is None
    with pytest.raises(WrongState):
        confirm(scene)


@pytest.mark.parametrize("command", [RevokeSessions(), RenameLogin(NAME)])
def test_a_wish_ends_when_sessions_do_or_an_admin_sets_the_name(scene, command):
    ask(scene)
    case = bo.KeepLogin(seller_id=scene.seller, user_id=scene.user(), command=command, at=AT)
    assert scene.store.run(case).wished is None
    with pytest.raises(WrongState, match="unknown, used up or too old"):
        confirm(scene)


def test_a_wrong_password_asks_for_nothing_and_counts(scene):
    wrong = bo.Checked(encoded="hash", matches=False)
    answers = [ask(scene, checked=wrong, at=AT + timedelta(seconds=n)) for n in range(5)]
    assert all(each.looked_at for each in answers)
    waiting = ask(scene, at=AT + timedelta(seconds=5))
    assert not waiting.looked_at
    assert told(scene) == []


def test_nobody_floods_a_mailbox_and_nobody_learns_that_it_is_full(scene):
    def asked(number, name=NEW):
        at = AT + timedelta(seconds=number)
        return ask(scene, name, token=digest_of(str(number)), at=at)

    for number in range(5):
        assert asked(number).wished == NEW
    assert len(told(scene)) == 4
    assert scene.store.login(scene.user()).token == digest_of("3")  # the last one that was sent
    below = ask(
        scene,
        user_id=scene.user(below=True),
        token=digest_of("below"),
        at=AT + timedelta(seconds=5),
    )
    assert (below.wished, len(told(scene))) == (NEW, 4)
    other = asked(5, "ann@third.example")
    assert other.wished == "ann@third.example"
    waiting = asked(6, "ann@fourth.example")
    assert (waiting.looked_at, waiting.next.next_try_at) == (False, AT + timedelta(seconds=905))
    assert len(told(scene)) == 5


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"name": "Ann@New.example"}, Malformed, "name"),
        ({"name": NAME}, Malformed, "is the one there is"),
        ({"link": "javascript:x"}, Malformed, "link"),
        ({"name": BOBS, "link": "javascript:x"}, Malformed, "link"),
        ({"expires_at": AT}, Malformed, "later than now"),
        ({"checked": bo.Checked(encoded="older", matches=True)}, WrongState, "meanwhile"),
        ({"user_id": "nobody"}, NotFound, "nobody"),
        ({"seller_id": "another"}, NotFound, "user"),
    ],
)
def test_what_can_not_be_is_told(scene, changed, error, words):
    with pytest.raises(error, match=words):
        ask(scene, **changed)
    assert scene.store.login(scene.user()).wished is None


def test_who_is_disabled_asks_for_nothing_and_confirms_nothing(scene):
    ask(scene)
    off = bo.KeepUser(
        user_id=scene.user(), account_id=scene.account(), command=DisableUser(), at=AT
    )
    scene.store.run(off)
    with pytest.raises(WrongState, match="disabled"):
        ask(scene, token=digest_of("t2"))
    with pytest.raises(WrongState, match="unknown, used up or too old"):
        confirm(scene)
