"""Users are told of their log-ins: a link to choose a password, and that something was changed."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.back_office.login_telling import changed_told, taken_told, with_link
from leadcore.errors import Malformed
from leadcore.logins import Invite, RenameLogin, SetPassword, TokenUse, digest_of, token_digest
from leadcore.notices import MessageKind, NoticeTerms
from leadcore.outcomes import Outcome
from leadcore.people import DisableUser, EditUser, Profile
from leadcore.ports.logins import LoginNeeds
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene

DAY = timedelta(days=1)
TOKEN = token_digest("a token of many letters")
LINK = "https://portal.example/choose?token=abc"
NAME = "ann@x.example"


@pytest.fixture
def scene():
    return Scene(store=MemoryStore(), funds=0).set_up()


def keep(scene, command, **more):
    return scene.store.run(
        bo.KeepLogin(seller_id=scene.seller, user_id=scene.user(), command=command, at=AT, **more)
    )


def set_password(scene, encoded, name=None):
    return keep(scene, SetPassword(digest_of(encoded), name), encoded=encoded)


def told(scene):
    return [(each.kind, each.to) for each in scene.store.messages(100, scene.seller)]


def test_an_invitation_and_a_reset_are_sent_with_their_link(scene):
    invite = Invite(name=NAME, token=TOKEN, expires_at=AT + DAY)
    keep(scene, invite)
    assert told(scene) == []
    keep(scene, invite, link=LINK)
    (message,) = scene.store.messages(10, scene.seller)
    assert (message.kind, message.to, message.not_after) == (
        MessageKind.INVITATION,
        NAME,
        AT + DAY,
    )
    assert LINK in message.body
    use = bo.UseToken(
        seller_id=scene.seller, token=TOKEN, use=TokenUse.INVITATION, encoded="h", at=AT
    )
    scene.store.run(use)
    reset = bo.RequestReset(
        seller_id=scene.seller,
        name=NAME,
        token=TOKEN,
        expires_at=AT + DAY,
        link=LINK,
        at=AT,
    )
    assert LINK not in repr(reset)
    scene.store.run(reset)
    assert told(scene)[1:] == [(MessageKind.PASSWORD_RESET, NAME)]
    with pytest.raises(Malformed, match="link"):
        scene.store.run(replace(reset, link="javascript:alert(1)"))


def test_a_changed_password_and_name_are_told_to_the_address_there_was(scene):
    set_password(scene, "first", NAME)
    assert told(scene) == []
    set_password(scene, "second")
    keep(scene, RenameLogin("new@x.example"))
    keep(scene, RenameLogin("new@x.example"))
    expected = [(MessageKind.PASSWORD_CHANGED, NAME), (MessageKind.ADDRESS_CHANGED, NAME)]
    assert sorted(told(scene), key=str) == sorted(expected, key=str)
    assert not any("new@x.example" in each.body for each in scene.store.messages(9, scene.seller))


def test_a_profiles_former_address_is_told_in_the_sellers_language(scene):
    spanish = SellerTerms(name="Abogados", notices=NoticeTerms(language="es"))
    scene.store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=spanish, at=AT))

    def edit(**changed):
        profile = replace(scene.store.user(scene.user()).profile, **changed)
        case = bo.KeepUser(
            user_id=scene.user(), account_id=scene.account(), command=EditUser(profile), at=AT
        )
        scene.store.run(case)

    edit(name="Ana")
    edit(email="new@x.example")
    (message,) = scene.store.messages(10, scene.seller)
    assert (message.kind, message.to) == (MessageKind.ADDRESS_CHANGED, "u@x.example")
    assert message.subject == "Se cambió su correo electrónico"
    assert "new@x.example" not in message.body + message.html
    edit(email=None)
    edit(email="third@x.example")
    assert len(told(scene)) == 2


def test_another_address_is_told_of_at_that_address(scene):
    set_password(scene, "first", NAME)
    facts = scene.store.load(LoginNeeds(seller_id=scene.seller, user_id=scene.user()))
    (taken,) = taken_told(facts, facts.user, "other@x.example", AT)
    assert (taken.kind, taken.to) == (MessageKind.ADDRESS_TAKEN, "other@x.example")
    assert taken_told(replace(facts, seller=None), facts.user, "other@x.example", AT) == ()
    wished = replace(
        facts.login.state,
        wished="other@x.example",
        token_use=TokenUse.ADDRESS,
        token_expires_at=AT + DAY,
    )
    (sent,) = with_link(Outcome(answer=wished), facts, facts.user, LINK, AT).messages
    assert (sent.kind, sent.to) == (MessageKind.ADDRESS_CONFIRM, "other@x.example")


def test_whoever_is_disabled_and_a_seller_nobody_knows_are_told_nothing(scene):
    set_password(scene, "first", NAME)
    facts = scene.store.load(LoginNeeds(seller_id=scene.seller, user_id=scene.user()))
    user, login = facts.user, facts.login.state
    after = replace(login, name="other@x.example")
    assert len(changed_told(facts, user, after, AT)) == 1
    assert changed_told(facts, replace(user, enabled=False), after, AT) == ()
    assert changed_told(replace(facts, seller=None), user, after, AT) == ()
    kept = Outcome(answer=login)
    assert with_link(kept, facts, user, LINK, AT) == kept
    off = bo.KeepUser(
        user_id=scene.user(), account_id=scene.account(), command=DisableUser(), at=AT
    )
    scene.store.run(off)
    editing = EditUser(Profile(name="User", email="new@x.example"))
    scene.store.run(replace(off, command=editing))
    assert told(scene) == []
