"""Logging in tells a stranger nothing, and lets nobody in twice."""

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.errors import NotFound, WrongState
from leadcore.logins import (
    Invite,
    NotIn,
    SessionRules,
    SetPassword,
    SignedIn,
    Throttled,
    ThrottleRule,
    digest_of,
    token_digest,
)
from leadcore.people import DisableUser
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene

MINUTE = timedelta(minutes=1)
NAME, UNKNOWN = "ann@x.example", "nobody@x.example"
WRONG = bo.Checked(encoded=None, matches=False)


def opened():
    scene = Scene(store=MemoryStore(), accounts=1, funds=0).set_up()
    command = SetPassword(digest_of("hash"), NAME)
    keep = bo.KeepLogin(
        seller_id=scene.seller, user_id=scene.user(), command=command, encoded="hash", at=AT
    )
    scene.store.run(keep)
    return scene


@pytest.fixture
def scene():
    return opened()


def token(number):
    return token_digest(f"the session's own token {number}")


def log_in(scene, number=1, **changed):
    case = bo.LogIn(
        seller_id=scene.seller,
        name=NAME,
        checked=bo.Checked(encoded="hash", matches=True),
        session_id=str(number),
        token=token(number),
        at=AT,
    )
    return scene.store.run(replace(case, **changed))


def check(scene, name=NAME, source=None, at=AT):
    return scene.store.run(bo.CheckLogIn(seller_id=scene.seller, name=name, source=source, at=at))


def use(scene, number=1, at=AT, **changed):
    case = bo.UseSession(seller_id=scene.seller, token=token(number), at=at)
    return scene.store.run(replace(case, **changed))


def change(scene, *, matches=True, encoded="newer", keep=None, was="hash", **changed):
    case = bo.ChangeOwnPassword(
        seller_id=scene.seller,
        user_id=scene.user(),
        checked=bo.Checked(encoded=was, matches=matches),
        encoded=encoded,
        keep_session=keep,
        at=AT,
    )
    return scene.store.run(replace(case, **changed))


def test_what_to_check_is_said_and_what_was_checked_lets_in(scene):
    assert check(scene) == bo.LogInAsk("hash")
    inside = log_in(scene, source="10.0.0.7", device="a browser")
    assert (inside.user, inside.session.source) == (scene.store.user(scene.user()), "10.0.0.7")
    assert scene.store.login(scene.user()).last_at == AT
    told = use(scene)
    assert isinstance(told, SignedIn)
    assert told.session == inside.session


@given(st.lists(st.integers(0, 90), min_size=1, max_size=8), st.sampled_from([None, "10.0.0.7"]))
def test_an_unknown_name_is_answered_as_a_wrong_password(seconds, source):
    """Every answer, however often and soon it is tried, is the same for both."""
    told = []
    for name in (NAME, UNKNOWN):
        scene, at, answers = opened(), AT, []
        for number, each in enumerate(seconds):
            at += timedelta(seconds=each)
            asked = check(scene, name, source, at)
            answers.append(asked if isinstance(asked, bo.NotLoggedIn) else type(asked))
            answers.append(log_in(scene, number, name=name, checked=WRONG, source=source, at=at))
        told.append(answers)
    assert told[0] == told[1]


@pytest.mark.parametrize("how", ["disabled", "invited", "unknown"])
def test_who_may_not_is_answered_as_a_wrong_password(scene, how):
    name = NAME
    if how == "disabled":
        command = DisableUser()
        scene.store.run(
            bo.KeepUser(user_id=scene.user(), account_id=scene.account(), command=command, at=AT)
        )
    elif how == "invited":
        name = "ben@x.example"
        command = Invite(name=name, token=token(0), expires_at=AT + MINUTE)
        below = scene.user(below=True)
        scene.store.run(bo.KeepLogin(seller_id=scene.seller, user_id=below, command=command, at=AT))
    else:
        name = UNKNOWN
    right = log_in(scene, name=name)
    wrong = log_in(opened(), checked=WRONG)
    assert right == wrong == bo.NotLoggedIn(looked_at=True)


def test_the_fifth_failure_makes_wait_and_a_right_password_too_soon_counts_nothing(scene):
    for _ in range(4):
        assert log_in(scene, checked=WRONG).next is None
    wait = Throttled(next_try_at=AT + MINUTE / 2)
    assert log_in(scene, checked=WRONG) == bo.NotLoggedIn(looked_at=True, next=wait)
    assert check(scene) == log_in(scene) == bo.NotLoggedIn(looked_at=False, next=wait)
    assert isinstance(log_in(scene, at=AT + MINUTE / 2), bo.LoggedInAs)
    assert isinstance(log_in(scene, 2), bo.LoggedInAs)


def test_a_source_waits_for_all_names_it_tries(scene):
    rule = ThrottleRule(free=2, step_seconds=10, longest_seconds=60)
    for number in range(3):
        log_in(
            scene,
            name=f"u{number}@x.example",
            checked=WRONG,
            source="10.0.0.7",
            by_source=rule,
        )
    at = AT + MINUTE / 6
    told = log_in(scene, source="10.0.0.7", by_source=rule)
    assert told.next == Throttled(next_try_at=at)
    assert isinstance(log_in(scene, source="10.0.0.8", by_source=rule), bo.LoggedInAs)
    assert isinstance(log_in(scene, 2, source="10.0.0.7", by_source=rule, at=at), bo.LoggedInAs)


def test_a_password_that_changed_meanwhile_is_checked_again(scene):
    change(scene)
    told = log_in(scene)
    assert told == bo.CheckAgain("newer")
    assert "newer" not in repr(told)


def test_newer_parameters_are_kept_with_the_log_in(scene):
    log_in(scene)
    again = bo.Checked(encoded="hash", matches=True, rehashed="stronger")
    assert isinstance(log_in(scene, 2, checked=again), bo.LoggedInAs)
    assert scene.store.password_hash(scene.user()) == "stronger"
    assert isinstance(use(scene), SignedIn)


def test_run_again_after_a_lost_answer_it_is_the_same_session(scene):
    assert log_in(scene) == log_in(scene)
    assert len(scene.store.journal("login", scene.user())) == 2


def test_so_many_sessions_and_the_one_unused_for_longest_ends(scene):
    few = SessionRules(most=2, idle_minutes=100)
    for number in (1, 2):
        log_in(scene, number, sessions=few)
    use(scene, 1, at=AT + 10 * MINUTE)
    log_in(scene, 3, sessions=few, at=AT + 11 * MINUTE)
    assert {each.id for each in scene.store.sessions(scene.user())} == {"1", "3"}
    late = AT + 112 * MINUTE
    log_in(scene, 4, sessions=few, at=late)
    assert {each.id for each in scene.store.sessions(scene.user())} == {"4"}
    one = SessionRules(most=1)
    log_in(scene, 5, sessions=one, at=late)
    assert {each.id for each in scene.store.sessions(scene.user())} == {"5"}


def test_a_changed_password_ends_every_other_session(scene):
    for number in (1, 2):
        log_in(scene, number)
    assert change(scene, keep="2").id == scene.user()
    assert [each.id for each in scene.store.sessions(scene.user())] == ["2"]
    assert isinstance(use(scene, 2), SignedIn)
    assert isinstance(use(scene, 1), NotIn)


def test_a_wrong_old_password_counts_as_a_failed_try(scene):
    for _ in range(5):
        told = change(scene, matches=False)
    wait = Throttled(next_try_at=AT + MINUTE / 2)
    assert told == bo.NotLoggedIn(looked_at=True, next=wait)
    assert change(scene) == bo.NotLoggedIn(looked_at=False, next=wait)
    assert scene.store.password_hash(scene.user()) == "hash"


def test_only_the_password_that_was_checked_is_changed(scene):
    with pytest.raises(WrongState, match="not the one that was checked"):
        change(scene, was="older")
    for changed in ({"user_id": "nobody"}, {"seller_id": "another"}):
        with pytest.raises(NotFound, match="user"):
            change(scene, **changed)


def test_the_use_of_a_session_is_recorded_now_and_then(scene):
    log_in(scene)
    for minutes, recorded in ((4, 1), (5, 2), (9, 2), (10, 3)):
        use(scene, at=AT + minutes * MINUTE)
        assert len(scene.store.journal("session", "1")) == recorded
    assert isinstance(use(scene, at=AT + 20 * 60 * MINUTE), NotIn)
    assert isinstance(use(scene, 7), NotIn)
    assert isinstance(use(scene, seller_id="another"), NotIn)


def test_nothing_secret_is_shown():
    checked = bo.Checked(encoded="$argon2id$a", matches=True, rehashed="$argon2id$b")
    case = bo.LogIn(
        seller_id="s", name=NAME, checked=checked, session_id="1", token=token(1), at=AT
    )
    shown = repr((case, bo.LogInAsk("$argon2id$c"), bo.CheckAgain("$argon2id$d")))
    assert "argon2id" not in shown
    assert token(1) not in shown
