"""Log-ins are kept: invitations, names, passwords, sessions."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound, Refused, WrongState
from leadcore.logins import (
    RESETS_BY_NAME,
    RESETS_BY_SOURCE,
    Invite,
    LoginStage,
    RenameLogin,
    RevokeSessions,
    SetPassword,
    TokenUse,
    digest_of,
    reset_key,
    stage_of,
    token_digest,
)
from leadcore.people import DisableUser, EditUser
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
LATE = {"expires_at": datetime(2027, 1, 1, tzinfo=UTC)}
TOKEN = token_digest("a token of many letters")
NAME = "ann@x.example"


@pytest.fixture
def scene():
    return Scene(store=MemoryStore(), accounts=2, funds=0).set_up()


def keep(scene, command, *, user=None, encoded=None, session=None, seller=None):
    return scene.store.run(
        bo.KeepLogin(
            seller_id=seller or scene.seller,
            user_id=user or scene.user(),
            command=command,
            encoded=encoded,
            keep_session=session,
            at=AT,
        )
    )


def set_password(scene, encoded="hash", name=NAME, user=None):
    return keep(scene, SetPassword(digest_of(encoded), name), encoded=encoded, user=user)


def log_in(scene, number, encoded="hash"):
    return scene.store.run(
        bo.LogIn(
            seller_id=scene.seller,
            name=NAME,
            checked=bo.Checked(encoded=encoded, matches=True),
            session_id=str(number),
            token=token_digest(f"a session's own token {number}"),
            at=AT,
        )
    )


def use(scene, use=TokenUse.INVITATION, *, token=TOKEN, encoded="hash", at=AT, seller=None):
    case = bo.UseToken(
        seller_id=seller or scene.seller, token=token, use=use, encoded=encoded, at=at
    )
    return scene.store.run(case)


def forget(scene, *, name=NAME, expires_at=AT + HOUR, seller=None):
    case = bo.RequestReset(
        seller_id=seller or scene.seller, name=name, token=TOKEN, expires_at=expires_at, at=AT
    )
    return scene.store.run(case)


def disable(scene):
    scene.store.run(
        bo.KeepUser(user_id=scene.user(), account_id=scene.account(), command=DisableUser(), at=AT)
    )


def names(scene):
    return {
        name
        for name in (NAME, "b@x.example", "c@x.example")
        if scene.store.login_named(scene.seller, name)
    }


def test_an_invited_user_sets_the_first_password(scene):
    invited = keep(scene, Invite(name=NAME, token=TOKEN, expires_at=AT + HOUR))
    assert (stage_of(invited), names(scene)) == (LoginStage.INVITED, {NAME})
    assert stage_of(use(scene)) is LoginStage.OPEN
    assert scene.store.password_hash(scene.user()) == "hash"


def test_another_invitation_takes_another_name(scene):
    keep(scene, Invite(name=NAME, token=TOKEN, expires_at=AT + HOUR))
    again = token_digest("another token of many letters")
    keep(scene, Invite(name="b@x.example", token=again, expires_at=AT + HOUR))
    assert names(scene) == {"b@x.example"}
    keep(scene, RenameLogin("c@x.example"))
    keep(scene, RenameLogin("c@x.example"))
    assert names(scene) == {"c@x.example"}


@pytest.mark.parametrize("name", ["Ann@x.example", " ann@x.example"])
def test_a_name_is_given_as_it_is_kept(scene, name):
    with pytest.raises(Malformed, match="name as login_name gives it"):
        keep(scene, RenameLogin(name))


def test_a_name_is_one_users(scene):
    set_password(scene)
    with pytest.raises(WrongState, match="another user"):
        set_password(scene, user=scene.user(1))


@pytest.mark.parametrize("changed", [{"user": "nobody"}, {"seller": "another"}])
def test_only_the_sellers_own_users(scene, changed):
    with pytest.raises(NotFound, match="user"):
        keep(scene, SetPassword("m", NAME), **changed)


@pytest.mark.parametrize("encoded", [None, "another"])
def test_the_hash_is_the_one_whose_mark_is_told(scene, encoded):
    with pytest.raises(Malformed, match="encoded"):
        keep(scene, SetPassword(digest_of("hash"), NAME), encoded=encoded)
    set_password(scene)
    with pytest.raises(Malformed, match="encoded"):
        keep(scene, RevokeSessions(), encoded="hash")


def test_a_new_password_ends_every_session(scene):
    set_password(scene)
    log_in(scene, 1)
    assert len(scene.store.sessions(scene.user())) == 1
    set_password(scene, "newer", name=None)
    assert scene.store.sessions(scene.user()) == ()


def test_one_session_may_go_on_but_none_comes_back(scene):
    set_password(scene)
    for number in (1, 2):
        log_in(scene, number)
    stale = scene.store.sessions(scene.user())[0]
    keep(scene, RevokeSessions(), session="1")
    assert [each.id for each in scene.store.sessions(scene.user())] == ["1"]
    # As if its end had been written by nobody: it began before all were revoked.
    scene.store.rows["session", "2"] = replace(scene.store.rows["session", "2"], state=stale)
    keep(scene, RevokeSessions(), session="2")
    assert scene.store.sessions(scene.user()) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"token": token_digest("a token nobody ever gave")},
        {"use": TokenUse.RESET},
        {"at": AT + HOUR},
        {"seller": "another"},
    ],
)
def test_a_token_that_is_not_good_is_answered_alike(scene, changed):
    keep(scene, Invite(name=NAME, token=TOKEN, expires_at=AT + HOUR))
    with pytest.raises(WrongState, match="unknown, used up or too old"):
        use(scene, **changed)


def test_a_disabled_user_takes_no_token(scene):
    keep(scene, Invite(name=NAME, token=TOKEN, expires_at=AT + HOUR))
    disable(scene)
    with pytest.raises(WrongState, match="unknown, used up or too old"):
        use(scene)


def test_a_forgotten_password_is_set_anew(scene):
    set_password(scene)
    assert forget(scene).id == scene.user()
    use(scene, TokenUse.RESET, encoded="newer")
    assert scene.store.password_hash(scene.user()) == "newer"


def test_who_may_not_ask_is_told_nothing_else(scene):
    assert forget(scene) is None
    keep(scene, Invite(name=NAME, token=TOKEN, expires_at=AT + HOUR))
    assert forget(scene) is None
    use(scene)
    assert forget(scene, seller="another") is None
    disable(scene)
    assert forget(scene) is None
    for name in (NAME, "nobody@x.example"):
        with pytest.raises(Malformed, match="expires_at"):
            forget(scene, name=name, expires_at=AT)


def test_setting_a_password_forgets_what_failed(scene):
    set_password(scene)
    wrong = bo.LogIn(
        seller_id=scene.seller,
        name=NAME,
        checked=bo.Checked(encoded=None, matches=False),
        session_id="x",
        token=TOKEN,
        at=AT,
    )
    for _ in range(5):
        scene.store.run(wrong)
    assert scene.store.run(wrong).next is not None
    set_password(scene, "newer", name=None)
    assert log_in(scene, 9, encoded="newer").session.id == "9"


def test_a_session_is_ended_once(scene):
    set_password(scene)
    log_in(scene, 1)
    end = bo.EndSession(seller_id=scene.seller, session_id="1", at=AT)
    assert [scene.store.run(end).ended for _ in range(2)] == [True, True]
    assert len(scene.store.journal("session", "1")) == 2
    for wrong in (
        replace(end, session_id="2"),
        replace(end, seller_id="another"),
        replace(end, user_id=scene.user(1)),
    ):
        with pytest.raises(NotFound, match="session"):
            scene.store.run(wrong)


def test_log_ins_are_kept_and_sessions_ended_by_admins_and_by_their_own(scene):
    set_password(scene)
    admin, me = scene.user(below=True), scene.user()
    rights = EditUser(replace(scene.store.user(admin).profile, admin=True))
    scene.store.run(bo.KeepUser(user_id=admin, account_id=scene.account(), command=rights, at=AT))
    naming = bo.KeepLogin(
        seller_id=scene.seller, user_id=me, command=RenameLogin("new@x.example"), at=AT
    )
    with pytest.raises(Refused):
        scene.store.run(replace(naming, viewer_id=me))
    with pytest.raises(NotFound):
        scene.store.run(replace(naming, viewer_id=scene.user(1)))
    ending = replace(naming, command=RevokeSessions())
    assert [scene.store.run(replace(ending, viewer_id=by)).revokes for by in (me, admin)] == [2, 3]
    log_in(scene, 1)
    end = bo.EndSession(seller_id=scene.seller, session_id="1", at=AT)
    for stranger in (scene.user(1), "nobody"):
        with pytest.raises(NotFound, match="session"):
            scene.store.run(replace(end, viewer_id=stranger))
    assert [scene.store.run(replace(end, viewer_id=by)).ended for by in (me, admin)] == [True, True]
    scene.store.run(replace(naming, viewer_id=admin))
    with pytest.raises(Refused, match="present password"):
        scene.store.run(replace(naming, user_id=admin, viewer_id=admin))


def test_requests_for_a_new_password_are_throttled_whether_there_is_such_a_name_or_not(scene):
    set_password(scene)
    asked = bo.RequestReset(
        seller_id=scene.seller,
        name=NAME,
        token=TOKEN,
        expires_at=AT + HOUR,
        source="1.2.3.4",
        at=AT,
    )
    free = RESETS_BY_NAME.free
    assert [scene.store.run(asked) is not None for _ in range(free + 3)] == [
        *[True] * (free + 1),
        *[False] * 2,
    ]
    written = []
    for name in (NAME, "nobody@x.example"):
        before = scene.store.run(replace(asked, name=name, at=AT + 1 * HOUR / 4 - TICK))
        assert before is None
        for _ in range(free + 1):
            scene.store.run(replace(asked, name=name, source=None, at=AT + 50 * HOUR, **LATE))
        key = reset_key(scene.seller, "name", name)
        written.append(scene.store.row("tries", key).state.failures)
    assert written[0] == written[1]
    staff = replace(asked, by_name=None, by_source=None)
    assert all(scene.store.run(staff) is not None for _ in range(free + 3))
    by_source = [
        scene.store.run(replace(asked, name=f"n{number}@x.example", source="5.6.7.8"))
        for number in range(RESETS_BY_SOURCE.free + 2)
    ]
    assert by_source == [None] * len(by_source)
    assert scene.store.run(replace(asked, source="5.6.7.8", by_name=None)) is None


def test_a_hash_is_not_shown(scene):
    case = bo.UseToken(
        seller_id="s", token=TOKEN, use=TokenUse.RESET, encoded="$argon2id$secret", at=AT
    )
    assert "argon2id" not in repr(case)
    assert TOKEN not in repr(case)


def test_with_a_link_the_token_goes_out_by_itself(scene):
    """The link carries the token, so it is in the outbox and nowhere else."""
    scene.store.run(
        bo.KeepUser(
            user_id=scene.user(),
            account_id=scene.account(),
            command=EditUser(replace(scene.store.user(scene.user()).profile, email=NAME)),
            at=AT,
        )
    )
    link = "https://portal.example/invited#a-token-of-many-letters"
    offer = Invite(name=NAME, token=TOKEN, **LATE)
    case = bo.KeepLogin(
        seller_id=scene.seller, user_id=scene.user(), command=offer, link=link, at=AT
    )
    scene.store.run(case)
    assert any(link in each.body for each in scene.store.messages())
    set_password(scene)
    again = "https://portal.example/reset#another-token-of-letters"
    asked = bo.RequestReset(
        seller_id=scene.seller,
        name=NAME,
        token=token_digest("another token of many letters"),
        expires_at=AT + HOUR,
        link=again,
        at=AT,
    )
    assert scene.store.run(asked) is not None
    assert any(again in each.body for each in scene.store.messages())
