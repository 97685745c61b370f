"""Log in, and come in with a session.

Logging in is two use cases with the hash between them, because hashing is slow on purpose and not
the core's: `CheckLogIn` says what to check the password against, or when the next try is looked at;
whoever hashes checks it; `LogIn` says what follows. An unknown name is answered as a wrong password
is, and counted the same; where there is no hash a made-up one is checked, so it takes as long.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from attrs import field, frozen

from leadcore import logins
from leadcore.back_office.login_keeping import kept_login
from leadcore.back_office.trying import count_tries, longest_wait
from leadcore.decider import Versioned, change, fold
from leadcore.errors import NotFound
from leadcore.logins import (
    BY_NAME,
    BY_SOURCE,
    SESSIONS,
    ChangePassword,
    Login,
    LoginStage,
    NotIn,
    RecordLogIn,
    RehashPassword,
    Session,
    SessionEnded,
    SessionFacts,
    SessionOpened,
    SessionRules,
    SessionUsed,
    SignedIn,
    Throttled,
    ThrottleRule,
    Tries,
    TriesForgotten,
    digest_of,
    same_digest,
    throttled,
)
from leadcore.outcomes import Outcome, PasswordHash
from leadcore.people import User
from leadcore.ports.logins import (
    LogInFacts,
    LoginFacts,
    LogInNeeds,
    LoginNeeds,
    SessionCaseFacts,
    SessionNeeds,
)
from leadcore.values import SellerId, UserId, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.decider import Change

__all__ = [
    "ChangeOwnPassword",
    "CheckAgain",
    "CheckLogIn",
    "Checked",
    "LogIn",
    "LogInAsk",
    "LoggedInAs",
    "NotLoggedIn",
    "UseSession",
]


@frozen
class LogInAsk:
    """Check the password against this hash, or against a made-up one where it is None."""

    encoded: str | None = field(repr=False)


@frozen(kw_only=True)
class NotLoggedIn:
    """Nobody was let in. Why is not told: not even whether there is such a log-in.

    Attributes:
        looked_at: was the password looked at? Not where it was too soon.
        next: when the next try is looked at; None for at once.
    """

    looked_at: bool
    next: Throttled | None = None


@frozen(kw_only=True)
class LoggedInAs:
    """The user was let in, with this session."""

    user: User
    session: Session


@frozen
class CheckAgain:
    """The password was changed or hashed anew meanwhile; check it against this hash."""

    encoded: str | None = field(repr=False)


@frozen(kw_only=True)
class Checked:
    """What whoever hashes found.

    Attributes:
        encoded: what the password was checked against; None where a made-up hash was.
        matches: is it that password?
        rehashed: where the hash is of older parameters, the same password's with newer ones.
    """

    encoded: str | None = field(repr=False)
    matches: bool
    rehashed: str | None = field(default=None, repr=False)

    @property
    def mark(self) -> str | None:
        """The mark of the hash that was checked."""
        return None if self.encoded is None else digest_of(self.encoded)


@frozen(kw_only=True)
class CheckLogIn:
    """Ask what to check a password against; changes nothing.

    Attributes:
        name: as `login_name` gives it.
        source: the address the try comes from; None where nobody knows.
        by_name, by_source: how tries are slowed down.
    """

    seller_id: SellerId
    name: str
    source: str | None = None
    by_name: ThrottleRule = BY_NAME
    by_source: ThrottleRule = BY_SOURCE
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LogInNeeds:
        """What a try to log in meets."""
        return LogInNeeds(seller_id=self.seller_id, name=self.name, source=self.source)

    def decide(self, facts: LogInFacts) -> Outcome[LogInAsk | NotLoggedIn]:
        """Say what to check, or when the next try is looked at."""
        wait = _waits(facts, self.by_name, self.by_source, self.at)
        if wait is not None:
            return Outcome(answer=NotLoggedIn(looked_at=False, next=wait))
        return Outcome(answer=LogInAsk(facts.encoded))


@frozen(kw_only=True)
class LogIn:
    """Log in with a password that was checked.

    Attributes:
        checked: what whoever hashes found.
        session_id, token: for the session that begins: its id, and the digest of its token.
        device: what a person knows the session by.
    """

    seller_id: SellerId
    name: str
    checked: Checked
    session_id: str
    token: str = field(repr=False)
    source: str | None = None
    device: str | None = None
    by_name: ThrottleRule = BY_NAME
    by_source: ThrottleRule = BY_SOURCE
    sessions: SessionRules = SESSIONS
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LogInNeeds:
        """What a try to log in meets."""
        return LogInNeeds(seller_id=self.seller_id, name=self.name, source=self.source)

    def decide(self, facts: LogInFacts) -> Outcome[LoggedInAs | NotLoggedIn | CheckAgain]:
        """Say what follows: a session, or one more failure, or that it is too soon."""
        mine = next((each for each in facts.sessions if each.state.id == self.session_id), None)
        if mine is not None and mine.state.token == self.token and facts.user is not None:
            # A retry after a commit whose answer was lost finds its own work.
            return Outcome(answer=LoggedInAs(user=facts.user, session=mine.state))
        wait = _waits(facts, self.by_name, self.by_source, self.at)
        if wait is not None:
            return Outcome(answer=NotLoggedIn(looked_at=False, next=wait))
        user, login = facts.user, facts.login.state
        if not self.checked.matches or user is None or login is None or not user.enabled:
            return self._failed(facts)
        if logins.stage_of(login) is not LoginStage.OPEN:
            return self._failed(facts)
        if not same_digest(login.mark, self.checked.mark):
            return Outcome(answer=CheckAgain(facts.encoded))
        return self._let_in(facts, user, login)

    def _failed(self, facts: LogInFacts) -> Outcome[LoggedInAs | NotLoggedIn | CheckAgain]:
        changes, wait = count_tries(
            self.seller_id,
            ((facts.by_name, self.by_name), (facts.by_source, self.by_source)),
            self.at,
        )
        return Outcome(answer=NotLoggedIn(looked_at=True, next=wait), changes=changes)

    def _let_in(
        self, facts: LogInFacts, user: User, login: Login
    ) -> Outcome[LoggedInAs | NotLoggedIn | CheckAgain]:
        events = list(logins.decide(RecordLogIn(self.session_id), login, user, self.at))
        passwords: tuple[PasswordHash, ...] = ()
        if self.checked.rehashed is not None:
            again = RehashPassword(was=login.mark, mark=digest_of(self.checked.rehashed))
            events += logins.decide(again, login, user, self.at)
            passwords = (PasswordHash(user.id, self.checked.rehashed),)
        opened = (self._opened(user, login),)
        empty: Versioned[Session | None] = Versioned(None, 0)
        changes = (
            *change("login", user.id, facts.login, events, logins.evolve),
            *change("session", self.session_id, empty, opened, logins.evolve_session),
            *_ended(facts.sessions, self._too_many(facts, user, login), self.at),
            *_forget(facts.by_name, self.at),
        )
        session = cast("Session", fold(logins.evolve_session, None, opened))
        answer = LoggedInAs(user=user, session=session)
        return Outcome(answer=answer, changes=changes, passwords=passwords)

    def _opened(self, user: User, login: Login) -> SessionOpened:
        return SessionOpened(
            session_id=self.session_id,
            seller_id=self.seller_id,
            account_id=user.account_id,
            user_id=user.id,
            token=self.token,
            source=self.source,
            device=self.device,
            revokes=login.revokes,
            disables=user.times_disabled,
            at=self.at,
        )

    def _too_many(self, facts: LogInFacts, user: User, login: Login) -> frozenset[str]:
        """Give the sessions that are over, and those unused for longest past what is allowed."""
        good = [
            seen.state
            for seen in facts.sessions
            if isinstance(
                logins.who(
                    SessionFacts(session=seen.state, login=login, user=user),
                    seller_id=self.seller_id,
                    at=self.at,
                    rules=self.sessions,
                ),
                SignedIn,
            )
        ]
        good.sort(key=lambda session: (session.used_at, session.id), reverse=True)
        kept = {session.id for session in good[: max(0, self.sessions.most - 1)]}
        return frozenset(seen.state.id for seen in facts.sessions) - kept


@frozen(kw_only=True)
class ChangeOwnPassword:
    """Change a password, the old one having been checked; every other session is over.

    Attributes:
        checked: what whoever hashes found of the old one; a wrong one counts as a failed try.
        encoded: the hash of the new one.
        keep_session: the session it is done in.
    """

    seller_id: SellerId
    user_id: UserId
    checked: Checked
    encoded: str = field(repr=False)
    keep_session: str | None = None
    by_name: ThrottleRule = BY_NAME
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LoginNeeds:
        """The user's log-in and its sessions."""
        return LoginNeeds(seller_id=self.seller_id, user_id=self.user_id)

    def decide(self, facts: LoginFacts) -> Outcome[Login | NotLoggedIn]:
        """Say what follows.

        Raises:
            NotFound: the seller has no such user.
            WrongState: as `logins.decide` says: there is no password yet, the user is disabled, or
                the password that was checked is not the present one any more.
        """
        user = facts.user
        if user is None or user.seller_id != self.seller_id:
            raise NotFound("user", self.user_id)
        wait = throttled(facts.tries.state, self.by_name, self.at)
        if wait is not None:
            return Outcome(answer=NotLoggedIn(looked_at=False, next=wait))
        if not self.checked.matches:
            changes, wait = count_tries(self.seller_id, ((facts.tries, self.by_name),), self.at)
            return Outcome(answer=NotLoggedIn(looked_at=True, next=wait), changes=changes)
        command = ChangePassword(was=self.checked.mark, mark=digest_of(self.encoded))
        return kept_login(
            facts, user, command, self.at, encoded=self.encoded, keep=self.keep_session
        )


@frozen(kw_only=True)
class UseSession:
    """Come in with a session; now and then its use is recorded.

    Attributes:
        token: the digest of the token that was shown.
        rules: how long sessions last.
    """

    seller_id: SellerId
    token: str = field(repr=False)
    rules: SessionRules = SESSIONS
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> SessionNeeds:
        """The session and what it depends on."""
        return SessionNeeds(token=self.token)

    def decide(self, facts: SessionCaseFacts) -> Outcome[SignedIn | NotIn]:
        """Say who comes in, or why nobody does."""
        answer = logins.who(facts.facts, seller_id=self.seller_id, at=self.at, rules=self.rules)
        if isinstance(answer, NotIn) or not answer.touch:
            return Outcome(answer=answer)
        events = (SessionUsed(self.at),)
        seen = facts.session
        changes = change("session", answer.session.id, seen, events, logins.evolve_session)
        return Outcome(answer=answer, changes=changes)


def _waits(
    facts: LogInFacts, by_name: ThrottleRule, by_source: ThrottleRule, at: datetime
) -> Throttled | None:
    return longest_wait(((facts.by_name, by_name), (facts.by_source, by_source)), at)


def _forget(tries: Versioned[Tries], at: datetime) -> Iterator[Change]:
    events = (TriesForgotten(at),) if tries.state.failures else ()
    yield from change("tries", tries.state.id, tries, events, logins.evolve_tries)


def _ended(
    sessions: tuple[Versioned[Session], ...], over: frozenset[str], at: datetime
) -> Iterator[Change]:
    """End the sessions named."""
    for seen in sessions:
        if seen.state.id in over:
            yield from change(
                "session", seen.state.id, seen, (SessionEnded(at),), logins.evolve_session
            )
