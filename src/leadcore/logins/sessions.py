"""Sessions: who may come in with a token, for how long, and what ends it.

A session remembers under which numbers it began: how often all sessions of the log-in had been
revoked, and how often its user had been disabled. Numbers, not instants: no clock that is fast or
slow brings back what was ended.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import WrongState
from leadcore.logins import kernel
from leadcore.logins.life import Login
from leadcore.people import User
from leadcore.values import AccountId, SellerId, UserId, instant, micros

__all__ = [
    "SESSIONS",
    "NotIn",
    "Session",
    "SessionEnded",
    "SessionEvent",
    "SessionFacts",
    "SessionKept",
    "SessionOpened",
    "SessionRules",
    "SessionUsed",
    "SignedIn",
    "WhyOver",
    "evolve_session",
    "who",
]

_MINUTE = 60_000_000


class WhyOver(Enum):
    """Why nobody comes in with a session."""

    UNKNOWN = "unknown"
    ENDED = "ended"
    AGE = "age"
    IDLE = "idle"
    REVOKED = "revoked"
    DISABLED = "disabled"


@frozen(kw_only=True)
class SessionRules:
    """How long sessions last. NIST SP 800-63B-4, 2.1.3: at most 30 days with a password alone.

    Attributes:
        age_minutes: from the log-in on, however much it is used; 7 days.
        idle_minutes: since it was last used; 12 hours.
        touch_minutes: its use is recorded at most so often, so it may be found idle that much
            earlier, never later.
        most: so many at a time for one user; a further one ends the one unused for longest.
    """

    age_minutes: int = 7 * 24 * 60
    idle_minutes: int = 12 * 60
    touch_minutes: int = 5
    most: int = 20


SESSIONS = SessionRules()
"""What is meant where nothing else is said."""


@frozen(kw_only=True)
class Session:
    """The present state of a session's stream.

    Attributes:
        id: tells it in lists; it lets nobody in.
        token: the digest of the token that does.
        source: where the log-in came from, as it was told; None where it was not.
        device: what a person knows it by, such as the browser's name.
        revokes, disables: the log-in's and the user's numbers it holds under.
        used_at: when it was last used, as far as that is recorded.
        ended: was it ended by itself?
    """

    id: str
    seller_id: SellerId
    account_id: AccountId
    user_id: UserId
    token: str = field(repr=False)
    source: str | None = None
    device: str | None = None
    revokes: int
    disables: int
    opened_at: datetime = field(converter=instant)
    used_at: datetime = field(converter=instant)
    ended: bool = False


@frozen(kw_only=True)
class SessionOpened:
    """Somebody logged in."""

    session_id: str
    seller_id: SellerId
    account_id: AccountId
    user_id: UserId
    token: str = field(repr=False)
    source: str | None = None
    device: str | None = None
    revokes: int
    disables: int
    at: datetime = field(converter=instant)


@frozen
class SessionUsed:
    """It was used; recorded now and then only."""

    at: datetime = field(converter=instant)


@frozen
class SessionKept:
    """All sessions were revoked but this one."""

    revokes: int
    at: datetime = field(converter=instant)


@frozen
class SessionEnded:
    """It was ended, by whom a list of deeds tells."""

    at: datetime = field(converter=instant)


SessionEvent = SessionOpened | SessionUsed | SessionKept | SessionEnded


def evolve_session(state: Session | None, event: SessionEvent) -> Session:
    """Give the state after an event.

    Raises:
        WrongState: the event speaks of a session that never began.
    """
    if isinstance(event, SessionOpened):
        return Session(
            id=event.session_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            user_id=event.user_id,
            token=event.token,
            source=event.source,
            device=event.device,
            revokes=event.revokes,
            disables=event.disables,
            opened_at=event.at,
            used_at=event.at,
        )
    if state is None:
        raise WrongState(type(event).__name__, "the session never began")
    match event:
        case SessionUsed(at):
            return replace(state, used_at=max(at, state.used_at))
        case SessionKept(revokes):
            return replace(state, revokes=revokes)
        case _:
            return replace(state, ended=True)


@frozen(kw_only=True)
class SessionFacts:
    """A session and what it depends on; None where there is none."""

    session: Session | None
    login: Login | None
    user: User | None


@frozen(kw_only=True)
class SignedIn:
    """Who it is. `touch`: is it time to record that the session was used?"""

    user: User
    session: Session
    touch: bool


@frozen
class NotIn:
    """Nobody comes in. Strangers are told that, and never `why`."""

    why: WhyOver


def who(
    facts: SessionFacts,
    *,
    seller_id: SellerId,
    at: datetime,
    rules: SessionRules = SessionRules(),
) -> SignedIn | NotIn:
    """Say who comes in with a session at an instant, or why nobody does.

    Args:
        facts: the session that a token's digest stands for, its log-in and its user.
        seller_id: at whose door; a session of another seller's is none here.
        at: now.
        rules: how long sessions last.
    """
    session, login, user = facts.session, facts.login, facts.user
    if session is None or login is None or user is None or session.seller_id != seller_id:
        return NotIn(WhyOver.UNKNOWN)
    if (login.id, login.seller_id) != (user.id, user.seller_id) or user.id != session.user_id:
        return NotIn(WhyOver.UNKNOWN)
    now, used = micros(at), micros(session.used_at)
    found = kernel.over(
        int(session.ended),
        micros(session.opened_at),
        used,
        now,
        rules.age_minutes * _MINUTE,
        rules.idle_minutes * _MINUTE,
        login.revokes - session.revokes,
        user.times_disabled - session.disables + int(not user.enabled),
    )
    if found != kernel.Over.NOT:
        return NotIn(_WHY[kernel.Over(found)])
    return SignedIn(user=user, session=session, touch=now - used >= rules.touch_minutes * _MINUTE)


_WHY = {
    kernel.Over.ENDED: WhyOver.ENDED,
    kernel.Over.AGE: WhyOver.AGE,
    kernel.Over.IDLE: WhyOver.IDLE,
    kernel.Over.REVOKED: WhyOver.REVOKED,
    kernel.Over.DISABLED: WhyOver.DISABLED,
}
