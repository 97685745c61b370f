"""Who comes in with a session."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.errors import WrongState
from leadcore.logins import (
    SESSIONS,
    Login,
    NotIn,
    SessionEnded,
    SessionFacts,
    SessionKept,
    SessionOpened,
    SessionRules,
    SessionUsed,
    SignedIn,
    WhyOver,
    evolve_session,
    who,
)
from leadcore.people import Profile, User

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)
USER = User(id="ann", seller_id="s", account_id="a", parent_id=None, profile=Profile(name="Ann"))
LOGIN = Login(id="ann", seller_id="s", account_id="a", name="ann@x.example", revokes=2)
OPENED = SessionOpened(
    session_id="1",
    seller_id="s",
    account_id="a",
    user_id="ann",
    token="digest",
    revokes=2,
    disables=0,
    at=AT,
)
SESSION = evolve_session(None, OPENED)
FACTS = SessionFacts(session=SESSION, login=LOGIN, user=USER)


def asked(facts=FACTS, *, at=AT, seller="s", rules=SESSIONS):
    return who(facts, seller_id=seller, at=at, rules=rules)


def test_the_user_comes_in():
    told = asked()
    assert told == SignedIn(user=USER, session=SESSION, touch=False)
    assert "digest" not in repr(told)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"session": None}, WhyOver.UNKNOWN),
        ({"login": None}, WhyOver.UNKNOWN),
        ({"user": None}, WhyOver.UNKNOWN),
        ({"session": replace(SESSION, seller_id="t")}, WhyOver.UNKNOWN),
        ({"session": replace(SESSION, user_id="ben")}, WhyOver.UNKNOWN),
        ({"login": replace(LOGIN, id="ben")}, WhyOver.UNKNOWN),
        ({"login": replace(LOGIN, seller_id="t")}, WhyOver.UNKNOWN),
        ({"session": evolve_session(SESSION, SessionEnded(AT))}, WhyOver.ENDED),
        ({"login": replace(LOGIN, revokes=3)}, WhyOver.REVOKED),
        ({"user": replace(USER, enabled=False)}, WhyOver.DISABLED),
        ({"user": replace(USER, times_disabled=1)}, WhyOver.DISABLED),
    ],
)
def test_nobody_comes_in(changed, why):
    assert asked(replace(FACTS, **changed)) == NotIn(why)


def test_a_session_of_another_seller_is_none_here():
    assert asked(seller="t") == NotIn(WhyOver.UNKNOWN)


def test_it_grows_old_and_idle_on_the_instant():
    rules = SessionRules(age_minutes=100, idle_minutes=10)
    used = evolve_session(SESSION, SessionUsed(AT + 95 * MINUTE))
    facts = replace(FACTS, session=used)
    assert isinstance(asked(at=AT + 10 * MINUTE - TICK, rules=rules), SignedIn)
    assert asked(at=AT + 10 * MINUTE, rules=rules) == NotIn(WhyOver.IDLE)
    assert isinstance(asked(facts, at=AT + 100 * MINUTE - TICK, rules=rules), SignedIn)
    assert asked(facts, at=AT + 100 * MINUTE, rules=rules) == NotIn(WhyOver.AGE)


def test_its_use_is_recorded_now_and_then():
    assert not asked(at=AT + 5 * MINUTE - TICK).touch
    assert asked(at=AT + 5 * MINUTE).touch


@given(st.lists(st.integers(-10, 10), max_size=5))
def test_a_slow_clock_takes_no_use_back(minutes):
    session = SESSION
    for each in minutes:
        session = evolve_session(session, SessionUsed(AT + each * MINUTE))
    assert session.used_at == AT + max([0, *minutes]) * MINUTE


def test_one_may_be_kept_and_an_ended_one_stays_ended():
    kept = evolve_session(SESSION, SessionKept(3, AT))
    facts = SessionFacts(session=kept, login=replace(LOGIN, revokes=3), user=USER)
    assert isinstance(asked(facts), SignedIn)
    ended = evolve_session(kept, SessionEnded(AT))
    assert asked(replace(facts, session=ended)) == NotIn(WhyOver.ENDED)


@given(
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_whatever_takes_away_adds_nobody(revokes, disables, ended, enabled, more, again):
    session = replace(SESSION, ended=ended)
    login = replace(LOGIN, revokes=revokes)
    user = replace(USER, enabled=enabled, times_disabled=disables)
    before = asked(SessionFacts(session=session, login=login, user=user))
    after = asked(
        SessionFacts(
            session=session,
            login=replace(login, revokes=revokes + more),
            user=replace(user, times_disabled=disables + again),
        )
    )
    good = not ended and enabled
    assert isinstance(before, SignedIn) == (good and (revokes, disables) == (2, 0))
    if revokes >= 2:
        assert isinstance(before, SignedIn) or isinstance(after, NotIn)


def test_an_event_of_a_session_that_never_began():
    with pytest.raises(WrongState, match="never began"):
        evolve_session(None, SessionEnded(AT))
