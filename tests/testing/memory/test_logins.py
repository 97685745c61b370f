"""What the reference store tells of log-ins, and how it finds what was changed behind its back."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.decider import Versioned
from leadcore.logins import (
    Actor,
    AskAddress,
    Invite,
    SetPassword,
    TokenUse,
    digest_of,
    token_digest,
)
from leadcore.ports import DeedQuery, LogInNeeds, LoginNeeds, SessionNeeds
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene, fund

NAME = "ann@x.example"
TOKEN = token_digest("a token of many letters")


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=1, funds=0).set_up()
    command = SetPassword(digest_of("hash"), NAME)
    by(
        made,
        bo.KeepLogin(
            seller_id=made.seller, user_id=made.user(), command=command, encoded="hash", at=AT
        ),
    )
    return made


def by(scene, case, act="act"):
    return scene.store.run(bo.By(actor=Actor.staff(scene.seller), case=case, act=act, at=AT))


def log_in(scene, number=1):
    case = bo.LogIn(
        seller_id=scene.seller,
        name=NAME,
        checked=bo.Checked(encoded="hash", matches=True),
        session_id=str(number),
        token=token_digest(f"a session's own token {number}"),
        at=AT + timedelta(minutes=number),
    )
    return scene.store.run(case)


def test_a_log_in_is_found_by_user_name_and_token(scene):
    store, seller = scene.store, scene.seller
    command = Invite(name="b@x.example", token=TOKEN, expires_at=AT + timedelta(hours=1))
    below = scene.user(below=True)
    store.run(bo.KeepLogin(seller_id=seller, user_id=below, command=command, at=AT))
    for needs, found in (
        (LoginNeeds(seller_id=seller, user_id=below), below),
        (LoginNeeds(seller_id=seller, name=NAME), scene.user()),
        (LoginNeeds(seller_id=seller, token=TOKEN), below),
        (LoginNeeds(seller_id=seller, token="none"), None),
        (LoginNeeds(seller_id=seller, name="none@x.example"), None),
    ):
        facts = store.load(needs)
        assert (facts.user and facts.user.id) == found
        assert (facts.login.state and facts.login.state.id) == found
        assert facts.held.state.user_id == found
    assert store.login_with_token(TOKEN) == store.login(below)
    assert store.login_named(seller, "none@x.example") is None
    use = TokenUse.INVITATION
    store.run(bo.UseToken(seller_id=seller, token=TOKEN, use=use, encoded="h", at=AT))
    assert store.password_hash(below) == "h"


def test_a_token_for_another_address_finds_who_has_that_address(scene):
    below, name = scene.user(below=True), "b@x.example"
    scene.store.run(
        bo.KeepLogin(
            seller_id=scene.seller,
            user_id=below,
            command=Invite(
                name=name, token=token_digest("b" * 20), expires_at=AT + timedelta(hours=1)
            ),
            at=AT,
        )
    )
    needs = LoginNeeds(seller_id=scene.seller, token=TOKEN)
    for wished, holder in (("free@x.example", None), (name, below)):
        asked = AskAddress(name=wished, token=TOKEN, expires_at=AT + timedelta(hours=1))
        case = bo.KeepLogin(seller_id=scene.seller, user_id=scene.user(), command=asked, at=AT)
        scene.store.run(case)
        facts = scene.store.load(needs)
        assert facts.login.state.id == scene.user()
        assert facts.wanted.state.user_id == holder


def test_a_try_meets_the_same_facts_whoever_it_is(scene):
    log_in(scene)
    known, unknown = (
        scene.store.load(LogInNeeds(seller_id=scene.seller, name=name, source=source))
        for name, source in ((NAME, None), ("none@x.example", "10.0.0.7"))
    )
    assert (known.encoded, len(known.sessions), known.by_source) == ("hash", 1, None)
    assert (unknown.user, unknown.encoded, unknown.sessions) == (None, None, ())
    assert unknown.by_source.state.failures == 0


def test_a_session_is_found_by_its_token_and_its_id(scene):
    for number in (1, 2):
        log_in(scene, number)
    token = token_digest("a session's own token 2")
    one = scene.store.load(SessionNeeds(token=token))
    assert one == scene.store.load(SessionNeeds(session_id="2"))
    assert scene.store.session(token) == one.facts
    assert scene.store.load(SessionNeeds(session_id="3")).user is None
    assert [each.id for each in scene.store.sessions(scene.user())] == ["2", "1"]


def test_deeds_are_asked_for_page_by_page(scene):
    by(scene, fund(scene.account(), scene.seller, "more", 100), "money")
    ask = DeedQuery(seller_id=scene.seller)
    last, first, other = scene.store.deeds(ask)
    assert (last.act, {first.stream_kind, other.stream_kind}) == ("money", {"login", "login_name"})
    assert scene.store.deeds(ask.behind(last)) == (first, other)
    assert scene.store.deeds(replace(ask, since=AT, until=AT)) == ()
    assert scene.store.audit() == ()


@pytest.mark.parametrize("hashes", [{}, {"ann": "another"}])
def test_a_hash_that_was_exchanged_is_found(scene, hashes):
    scene.store.passwords = {scene.user(): each for each in hashes.values()}
    (found,) = scene.store.audit()
    assert "not the one that was set" in found


def test_a_hash_of_nobody_is_found(scene):
    scene.store.passwords["nobody"] = "hash"
    assert "login nobody" in scene.store.audit()[0]


@pytest.mark.parametrize("changed", [{"version": 9}, {"stream_kind": "transfer"}])
def test_a_deed_of_nothing_is_found(scene, changed):
    deed = scene.store.deeds(DeedQuery(seller_id=scene.seller))[0]
    scene.store.deeds_done[deed.id] = replace(deed, **changed)
    assert scene.store.audit() == (f"deed {deed.id}: what it speaks of is not in the journal",)


def test_a_row_that_was_changed_is_found(scene):
    key = ("login", scene.user())
    seen = scene.store.rows[key]
    scene.store.rows[key] = Versioned(replace(seen.state, revokes=7), seen.version)
    assert "not the fold of its journal" in scene.store.audit()[0]
