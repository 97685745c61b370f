"""The life of a log-in follows its table; a token is good once."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.errors import LeadcoreError, Malformed, WrongState
from leadcore.logins import (
    TABLE,
    AcceptInvitation,
    AskAddress,
    AskReset,
    ChangePassword,
    ConfirmAddress,
    Invite,
    LoggedIn,
    LoginCommand,
    LoginRenamed,
    LoginStage,
    PasswordHow,
    PasswordRehashed,
    PasswordSet,
    RecordLogIn,
    RehashPassword,
    RenameLogin,
    ResetPassword,
    RevokeSessions,
    SessionsRevoked,
    SetPassword,
    TokenUse,
    decide,
    evolve,
    stage_of,
    token_good,
)
from leadcore.people import Profile, User

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
USER = User(id="ann", seller_id="s", account_id="a", parent_id=None, profile=Profile(name="Ann"))
GONE = replace(USER, enabled=False, times_disabled=1)
INVITE = Invite(name="ann@x.example", token="t1", expires_at=AT + HOUR)
SET = SetPassword("m1", "ann@x.example")
ASK = AskAddress(name="new@x.example", token="t2", expires_at=AT + HOUR)
COMMANDS = (
    INVITE,
    AcceptInvitation(token="t1", mark="m2"),
    AskReset(token="t2", expires_at=AT + HOUR),
    ResetPassword(token="t1", mark="m3"),
    ChangePassword("m1", "m4"),
    SetPassword("m5", None),
    RehashPassword("m1", "m6"),
    RenameLogin("new@x.example"),
    RevokeSessions(),
    RecordLogIn("session"),
    ASK,
    ConfirmAddress("t2"),
)


def done(*commands, state=None, user=USER, at=AT):
    for command in commands:
        state = fold(evolve, state, decide(command, state, user, at))
    return state


STATES = {
    LoginStage.NONE: None,
    LoginStage.INVITED: done(INVITE),
    LoginStage.OPEN: done(SET),
}


def test_every_command_is_tried():
    assert {type(each) for each in COMMANDS} == set(get_args(LoginCommand))


@pytest.mark.parametrize(("stage", "command"), [*product(LoginStage, COMMANDS)])
def test_only_what_the_table_has(stage, command):
    state = STATES[stage]
    assert stage_of(state) is stage
    if type(command) not in TABLE[stage]:
        with pytest.raises(WrongState, match=type(command).__name__):
            decide(command, state, USER, AT)
        return
    if isinstance(command, ResetPassword):
        state = done(AskReset(token="t1", expires_at=AT + HOUR), state=state)
    if isinstance(command, ConfirmAddress):
        state = done(ASK, state=state)
    if isinstance(command, SetPassword) and state is None:
        command = SET
    assert stage_of(done(command, state=state)) is TABLE[stage][type(command)]


@pytest.mark.parametrize(("stage", "command"), [*product(LoginStage, COMMANDS)])
def test_a_disabled_user_is_only_taken_from(stage, command):
    try:
        events = decide(command, STATES[stage], GONE, AT)
    except LeadcoreError:
        return
    assert all(isinstance(each, SessionsRevoked | LoginRenamed) for each in events)


def test_an_invitation_is_taken_once_and_in_time():
    accept = AcceptInvitation(token="t1", mark="m")
    (event,) = decide(accept, done(INVITE), USER, AT + HOUR - TICK)
    assert (event.how, event.mark) == (PasswordHow.ACCEPTED, "m")
    opened = done(INVITE, accept)
    assert (opened.token, opened.token_use, opened.token_expires_at) == (None, None, None)
    for state, at in ((done(INVITE), AT + HOUR), (done(INVITE), AT + 2 * HOUR)):
        with pytest.raises(WrongState, match="unknown, used up or too old"):
            decide(accept, state, USER, at)
    with pytest.raises(WrongState):
        decide(accept, opened, USER, AT)


def test_the_later_token_takes_the_place_of_the_earlier():
    again = done(INVITE, replace(INVITE, token="t9", name="other@x.example"))
    assert (again.token, again.name) == ("t9", "other@x.example")
    with pytest.raises(WrongState):
        done(AcceptInvitation(token="t1", mark="m"), state=again)


@pytest.mark.parametrize("user", [USER, GONE])
def test_no_token_is_answered_like_another(user):
    told = set()
    asked = done(SET, AskReset(token="t2", expires_at=AT + HOUR))
    for state, token in ((asked, "t3"), (done(SET), "t2"), (done(SET), "t1")):
        with pytest.raises(WrongState) as caught:
            decide(ResetPassword(token=token, mark="m"), state, user, AT)
        told.add(str(caught.value))
    assert len(told) == 1


@given(st.sampled_from(TokenUse), st.sampled_from(["t1", "t2"]), st.integers(-1, 1))
def test_a_token_is_for_one_thing(use, token, ticks):
    asked = done(SET, AskReset(token="t2", expires_at=AT + HOUR))
    at = AT + HOUR + ticks * TICK
    good = token_good(asked, USER, token, use, at)
    assert good == (use is TokenUse.RESET and token == "t2" and ticks < 0)
    assert not token_good(None, USER, token, use, AT)
    assert not token_good(done(SET), USER, token, use, AT)
    for nobody in (None, GONE):
        assert not token_good(asked, nobody, token, use, at)


@pytest.mark.parametrize(
    "command",
    [ResetPassword(token="t2", mark="m"), ChangePassword("m1", "m"), SetPassword("m")],
)
def test_a_new_password_uses_up_the_token_and_ends_the_sessions(command):
    asked = done(SET, AskReset(token="t2", expires_at=AT + HOUR))
    after = done(command, state=asked)
    assert (after.mark, after.token, after.revokes) == ("m", None, asked.revokes + 1)


def test_newer_parameters_end_nothing():
    before = done(SET, AskReset(token="t2", expires_at=AT + HOUR))
    (event,) = decide(RehashPassword("m1", "m"), before, USER, AT)
    assert event == PasswordRehashed("m", AT)
    assert evolve(before, event) == replace(before, mark="m")


@pytest.mark.parametrize("kind", [ChangePassword, RehashPassword])
@pytest.mark.parametrize("was", [None, "m0"])
def test_only_the_password_that_was_checked_is_changed(kind, was):
    with pytest.raises(WrongState, match="not the one that was checked"):
        decide(kind(was, "m"), done(SET), USER, AT)


def test_a_token_would_not_be_too_late_from_the_beginning():
    for command in (replace(INVITE, expires_at=AT), replace(COMMANDS[2], expires_at=AT)):
        state = None if isinstance(command, Invite) else done(SET)
        with pytest.raises(Malformed, match="later than now"):
            decide(command, state, USER, AT)


def test_the_first_password_comes_with_a_name():
    with pytest.raises(Malformed, match="comes with the name"):
        decide(SetPassword("m"), None, USER, AT)
    with pytest.raises(Malformed, match="rename it"):
        decide(SetPassword("m", "other@x.example"), done(SET), USER, AT)
    assert done(SET, SetPassword("m", "ann@x.example")).mark == "m"
    opened = done(SET)
    assert (opened.id, opened.seller_id, opened.account_id) == ("ann", "s", "a")


def test_another_name_takes_the_token_with_it():
    asked = done(SET, AskReset(token="t2", expires_at=AT + HOUR), RenameLogin("new@x.example"))
    assert (asked.name, asked.token) == ("new@x.example", None)
    assert decide(RenameLogin("new@x.example"), asked, USER, AT) == ()


def test_a_name_that_was_wished_for_waits_for_its_token():
    asked = done(SET, ASK)
    assert (asked.name, asked.wished, asked.token_use) == (
        "ann@x.example",
        "new@x.example",
        TokenUse.ADDRESS,
    )
    after = done(ConfirmAddress("t2"), state=asked, at=AT + HOUR - TICK)
    assert (after.name, after.wished, after.token) == ("new@x.example", None, None)
    for state, at in ((asked, AT + HOUR), (done(AskReset(token="t2", expires_at=AT + HOUR),
                                                state=asked), AT), (done(SET), AT)):  # fmt: skip
        with pytest.raises(WrongState, match="unknown, used up or too old"):
            decide(ConfirmAddress("t2"), state, USER, at)


def test_logging_in_is_noted():
    assert done(SET, RecordLogIn("1")).last_at == AT
    assert decide(RecordLogIn("1"), done(SET), USER, AT) == (LoggedIn("1", AT),)


@given(st.lists(st.sampled_from(COMMANDS), max_size=12), st.lists(st.booleans(), max_size=12))
def test_sessions_are_never_unrevoked_and_nothing_secret_is_shown(commands, enabled):
    state, seen = None, 0
    for command, user in zip(commands, [USER if each else GONE for each in enabled], strict=False):
        try:
            state = done(command, state=state, user=user)
        except LeadcoreError:
            continue
        assert state.revokes >= seen
        seen = state.revokes
        assert not {"t1", "t2", "m1", "m2"} & set(repr((state, command)).split("'"))


@pytest.mark.parametrize(
    "event", [SessionsRevoked(AT), PasswordSet(how=PasswordHow.SET, mark="m", at=AT)]
)
def test_an_event_of_a_log_in_that_never_was(event):
    with pytest.raises(WrongState, match="no log-in yet"):
        evolve(None, event)
