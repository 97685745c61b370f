"""Give users log-ins and keep them: invitations, names, passwords, sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import logins
from leadcore.back_office.administering import check_administering
from leadcore.back_office.login_telling import changed_told, with_link
from leadcore.back_office.trying import count_tries, longest_wait
from leadcore.decider import change, fold
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.logins import (
    RESETS_BY_NAME,
    RESETS_BY_SOURCE,
    AcceptInvitation,
    AskReset,
    Invite,
    Login,
    PasswordSet,
    RenameLogin,
    ResetPassword,
    RevokeSessions,
    Session,
    SessionEnded,
    SessionKept,
    SetPassword,
    ThrottleRule,
    TokenUse,
    TriesForgotten,
    digest_of,
)
from leadcore.outcomes import Outcome, PasswordHash
from leadcore.ports.logins import LoginFacts, LoginNeeds, SessionCaseFacts, SessionNeeds
from leadcore.values import SellerId, UserId, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.decider import Change
    from leadcore.logins import LoginCommand
    from leadcore.people import User

__all__ = ["EndSession", "KeepLogin", "RequestReset", "UseToken", "kept_login", "token_holder"]


@frozen(kw_only=True)
class KeepLogin:
    """Invite a user, set a password for one, rename a log-in, or end its sessions.

    Attributes:
        encoded: with `SetPassword`, the hash whose mark the command has.
        keep_session: with `RevokeSessions`, the one session that goes on.
        viewer_id: who does it: another user who is an admin of the user's account, or where
            sessions are ended the user; None for the seller's staff.
        link: with `Invite`, the web address that takes the invitation, token and all, to be sent to
            the name; None where the caller tells it.
    """

    seller_id: SellerId
    user_id: UserId
    command: Invite | SetPassword | RenameLogin | RevokeSessions
    encoded: str | None = field(default=None, repr=False)
    keep_session: str | None = None
    viewer_id: UserId | None = None
    link: str | None = field(default=None, repr=False)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LoginNeeds:
        """The user's log-in, its sessions, the name it is to have, and who does it."""
        name = None if isinstance(self.command, RevokeSessions) else self.command.name
        return LoginNeeds(
            seller_id=self.seller_id, user_id=self.user_id, name=name, viewer_id=self.viewer_id
        )

    def decide(self, facts: LoginFacts) -> Outcome[Login]:
        """Say what follows.

        Raises:
            NotFound: the seller has no such user, or the user is not of the viewer's account.
            Refused: whoever does it may not.
            Malformed: the hash is not the one the command speaks of, the name is no log-in name;
                and as `logins.decide` says.
            WrongState: another user has the name; and as `logins.decide` says.
        """
        user = facts.user
        if user is None or user.seller_id != self.seller_id:
            raise NotFound("user", self.user_id)
        ends = isinstance(self.command, RevokeSessions)
        if self.viewer_id is not None:
            check_administering(facts.viewer, user, own=ends, secret=not ends, at=self.at)
        name = None if isinstance(self.command, RevokeSessions) else self.command.name
        if name is not None and name != logins.login_name(name):
            raise Malformed.at("command.name", "is a name as login_name gives it")
        kept = kept_login(
            facts, user, self.command, self.at, encoded=self.encoded, keep=self.keep_session
        )
        if self.link is None or not isinstance(self.command, Invite):
            return kept
        return with_link(kept, facts, user, self.link, self.at)


@frozen(kw_only=True)
class UseToken:
    """Set a password with the token of an invitation or of a reset, once.

    Attributes:
        token: its digest.
        use: what the token must be for.
        encoded: the hash of the new password.
    """

    seller_id: SellerId
    token: str = field(repr=False)
    use: TokenUse
    encoded: str = field(repr=False)
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LoginNeeds:
        """The log-in the token is good for."""
        return LoginNeeds(seller_id=self.seller_id, token=self.token)

    def decide(self, facts: LoginFacts) -> Outcome[Login]:
        """Say what follows.

        Raises:
            WrongState: the token is unknown, used up, too old, for something else, of another
                seller, or of a disabled user; the words are the same.
        """
        mark = digest_of(self.encoded)
        command = (
            AcceptInvitation(token=self.token, mark=mark)
            if self.use is TokenUse.INVITATION
            else ResetPassword(token=self.token, mark=mark)
        )
        if (user := token_holder(facts, self.seller_id, self.token, self.use, at=self.at)) is None:
            raise WrongState(type(command).__name__, logins.NO_TOKEN)
        return kept_login(facts, user, command, self.at, encoded=self.encoded)


def token_holder(
    facts: LoginFacts, seller_id: SellerId, token: str, use: TokenUse, *, at: datetime
) -> User | None:
    """Give whose log-in a token's digest is good for, with a seller; None where it is not."""
    user = facts.user
    mine = user is not None and user.seller_id == seller_id
    return user if mine and logins.token_good(facts.login.state, user, token, use, at) else None


@frozen(kw_only=True)
class RequestReset:
    """Let somebody who knows a log-in name ask for a token to set the password anew.

    The answer is for whoever sends the token, to the address the log-in has. Whoever asked is told
    the same in any case, also where there were too many requests: then nothing follows.

    Attributes:
        name: as `login_name` gives it.
        token: the digest of the token that will be sent.
        link: the web address that sets the password, token and all, to be sent to the log-in's
            name; None where the caller sends it.
        source: the address the request comes from; None where nobody knows.
        by_name, by_source: how requests are slowed down; None, for the seller's staff, not at all.
    """

    seller_id: SellerId
    name: str
    token: str = field(repr=False)
    expires_at: datetime = field(converter=instant)
    link: str | None = field(default=None, repr=False)
    source: str | None = None
    by_name: ThrottleRule | None = RESETS_BY_NAME
    by_source: ThrottleRule | None = RESETS_BY_SOURCE
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LoginNeeds:
        """The log-in of that name, and how often it was asked for."""
        return LoginNeeds(seller_id=self.seller_id, name=self.name, resets=True, source=self.source)

    def decide(self, facts: LoginFacts) -> Outcome[Login | None]:
        """Say what follows; None where nothing is to be sent.

        Raises:
            Malformed: the token would be too late from the beginning.
        """
        # Before anything is looked up: else only a known name would be told.
        if self.expires_at <= self.at:
            raise Malformed.at("expires_at", "is later than now")
        counts = tuple(zip(facts.resets, (self.by_name, self.by_source), strict=True))
        if longest_wait(counts, self.at) is not None:
            return Outcome(answer=None)
        # Counted whether there is such a name or not: the same is written in any case.
        counted, _ = count_tries(self.seller_id, counts, self.at)
        user, login = facts.user, facts.login.state
        if user is None or user.seller_id != self.seller_id or not user.enabled:
            return Outcome(answer=None, changes=counted)
        if logins.stage_of(login) is not logins.LoginStage.OPEN:
            return Outcome(answer=None, changes=counted)
        command = AskReset(token=self.token, expires_at=self.expires_at)
        kept = kept_login(facts, user, command, self.at)
        if self.link is not None:
            kept = with_link(kept, facts, user, self.link, self.at)
        return replace(kept, changes=(*kept.changes, *counted))


@frozen(kw_only=True)
class EndSession:
    """End one session; ended already, nothing happens.

    Attributes:
        user_id: only one of this user's; None for anybody's.
        viewer_id: who does it: the user, or an admin of the user's account; None for the seller's
            staff.
    """

    seller_id: SellerId
    session_id: str
    user_id: UserId | None = None
    viewer_id: UserId | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> SessionNeeds:
        """The session, whose it is, and who does it."""
        return SessionNeeds(session_id=self.session_id, viewer_id=self.viewer_id)

    def decide(self, facts: SessionCaseFacts) -> Outcome[Session]:
        """Say what follows.

        Raises:
            NotFound: there is no such session, or it is another's.
            Refused: whoever does it may not.
        """
        state = facts.session.state
        if (
            state is None
            or state.seller_id != self.seller_id
            or self.user_id not in {None, state.user_id}
        ):
            raise NotFound("session", self.session_id)
        if self.viewer_id is not None:
            self._check_viewer(facts.viewer, facts.user)
        events = () if state.ended else (SessionEnded(self.at),)
        changes = change("session", state.id, facts.session, events, logins.evolve_session)
        return Outcome(answer=fold(logins.evolve_session, state, events), changes=changes)

    def _check_viewer(self, viewer: User | None, user: User | None) -> None:
        # Whoever guesses the id of another account's session is not told whose it is.
        if viewer is None or user is None or viewer.account_id != user.account_id:
            raise NotFound("session", self.session_id)
        check_administering(viewer, user, own=True, at=self.at)


def kept_login(
    facts: LoginFacts,
    user: User,
    command: LoginCommand,
    at: datetime,
    *,
    encoded: str | None = None,
    keep: str | None = None,
) -> Outcome[Login]:
    """Give all that follows from a command: name, password, sessions, what failed before.

    Args:
        facts: the log-in and what hangs on it.
        user: whose.
        command: what is asked.
        at: now.
        encoded: the hash of the password it sets.
        keep: the session that goes on where all are ended.

    Raises:
        Malformed: it sets a password and the hash is not given, or is another one, or the reverse.
        WrongState: as `logins.decide` says; another user has the name.
    """
    events = logins.decide(command, facts.login.state, user, at)
    mark = next((each.mark for each in events if isinstance(each, PasswordSet)), None)
    if mark != (None if encoded is None else digest_of(encoded)):
        raise Malformed.at("encoded", "is the hash whose mark the command has")
    after = cast("Login", fold(logins.evolve, facts.login.state, events))
    changes = (
        *change("login", user.id, facts.login, events, logins.evolve),
        *_named(facts, after, at),
        *_sessions(facts, after, keep, at),
        *(_forgotten(facts, at) if mark is not None else ()),
    )
    passwords = () if encoded is None else (PasswordHash(user.id, encoded),)
    messages = changed_told(facts, user, after, at)
    return Outcome(answer=after, changes=changes, passwords=passwords, messages=messages)


def _named(facts: LoginFacts, after: Login, at: datetime) -> Iterator[Change]:
    before, wanted = facts.login.state, facts.wanted
    if wanted is None or (before is not None and before.name == after.name):
        return
    taken = logins.take_name(wanted.state, after.seller_id, after.id, at)
    yield from change("login_name", wanted.state.id, wanted, taken, logins.evolve_name)
    freed = logins.free_name(facts.held.state, after.id, at)
    yield from change("login_name", facts.held.state.id, facts.held, freed, logins.evolve_name)


def _sessions(facts: LoginFacts, after: Login, keep: str | None, at: datetime) -> Iterator[Change]:
    before = facts.login.state
    if before is None or before.revokes == after.revokes:
        return
    for seen in facts.sessions:
        event: SessionKept | SessionEnded = SessionEnded(at)
        # One that was over already does not come back by being kept.
        if seen.state.id == keep and seen.state.revokes == before.revokes:
            event = SessionKept(after.revokes, at)
        yield from change("session", seen.state.id, seen, (event,), logins.evolve_session)


def _forgotten(facts: LoginFacts, at: datetime) -> tuple[Change, ...]:
    events = (TriesForgotten(at),) if facts.tries.state.failures else ()
    return change("tries", facts.tries.state.id, facts.tries, events, logins.evolve_tries)
