"""What log-ins need of a store: the facts of their use cases, and what lists are asked with."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from leadcore.accounts import Seller
from leadcore.decider import Versioned
from leadcore.logins import Deed, Login, LoginName, Session, SessionFacts, Tries, reset_key
from leadcore.people import User
from leadcore.ports.cursors import Cursor, Paged
from leadcore.values import AccountId, SellerId, UserId, optional_instant

__all__ = [
    "DeedQuery",
    "LogInFacts",
    "LogInNeeds",
    "LoginFacts",
    "LoginNeeds",
    "SessionCaseFacts",
    "SessionNeeds",
]


@frozen(kw_only=True)
class LoginNeeds:
    """One log-in: by its user, by the digest of the token that is good for it, or by its name.

    Attributes:
        name: as `logins.login_name` gives it; beside a user it is the name to be taken. Beside a
            token it is not given: what is to be taken then is what the log-in wished for.
        viewer_id: who does it; None for the seller's staff, and for the user.
        resets: also how often a link was asked for under the name, and from `source` or by the
            user.
        source: the address the request comes from; None where nobody knows.
        by_user: is it the user who asks for the link, so that it is the user who is counted?
    """

    seller_id: SellerId
    user_id: UserId | None = None
    token: str | None = field(default=None, repr=False)
    name: str | None = None
    viewer_id: UserId | None = None
    resets: bool = False
    source: str | None = None
    by_user: bool = False

    def reset_keys(self) -> tuple[str | None, str | None]:
        """Give the keys under which requests for a link are counted, if asked for."""
        # By a key of its own, so that no stranger's requests for resets stop what a user asks for.
        given = (("name", self.name), ("source", self.source))
        if self.by_user:
            given = (("address", self.name), ("user", self.user_id))
        by_name, by_source = (
            reset_key(self.seller_id, by, value) if self.resets and value is not None else None
            for by, value in given
        )
        return by_name, by_source


@frozen(kw_only=True)
class LoginFacts:
    """One log-in and what hangs on it.

    Attributes:
        user: whose it is; None where there is no such user.
        login: the log-in.
        held: the name it has now; nobody's where it has none.
        wanted: the name that is to be taken; None where none is.
        tries: what failed under the name it has now.
        sessions: those of the user that were not ended, by id.
        viewer: who does it, of whatever account.
        seller: in whose words the user is told.
        resets: how often a link was asked for, by name, and by source or user.
    """

    user: User | None
    login: Versioned[Login | None]
    held: Versioned[LoginName]
    wanted: Versioned[LoginName] | None
    tries: Versioned[Tries]
    sessions: tuple[Versioned[Session], ...]
    viewer: User | None = None
    seller: Seller | None = None
    resets: tuple[Versioned[Tries] | None, Versioned[Tries] | None] = (None, None)


@frozen(kw_only=True)
class LogInNeeds:
    """A try to log in: by name, from an address where it is known."""

    seller_id: SellerId
    name: str
    source: str | None = None


@frozen(kw_only=True)
class LogInFacts:
    """What a try to log in meets; the same reads whether there is such a log-in or not.

    Attributes:
        encoded: the hash of the password; None where there is none.
        by_name, by_source: what failed under the name, and from the address.
        sessions: those of the user that were not ended, by id.
    """

    user: User | None
    login: Versioned[Login | None]
    encoded: str | None = field(repr=False)
    by_name: Versioned[Tries]
    by_source: Versioned[Tries] | None
    sessions: tuple[Versioned[Session], ...]


@frozen(kw_only=True)
class SessionNeeds:
    """One session, by its token's digest or by its id.

    Attributes:
        viewer_id: who does something to it; None for the seller's staff, and for the user.
    """

    token: str | None = field(default=None, repr=False)
    session_id: str | None = None
    viewer_id: UserId | None = None


@frozen(kw_only=True)
class SessionCaseFacts:
    """One session and what it depends on; `viewer` is who does something to it."""

    session: Versioned[Session | None]
    login: Login | None
    user: User | None
    viewer: User | None = None

    @property
    def facts(self) -> SessionFacts:
        """The same for `logins.who`."""
        return SessionFacts(session=self.session.state, login=self.login, user=self.user)


@frozen(kw_only=True)
class DeedQuery(Paged[Deed]):
    """Which deeds to list, newest first.

    Attributes:
        seller_id: whose list; the seller's staff reads all of it.
        account_id: of one account; None for all of the seller.
        actor_id: of one actor; None for all.
        stream_kind, stream_id: on one thing, by the id it is told by (`statement_lines.told_deed`);
            None for all.
        since, until: from the first to before the second.
        limit: at most so many.
        after: behind which row the page begins.
    """

    seller_id: SellerId
    account_id: AccountId | None = None
    actor_id: str | None = None
    stream_kind: str | None = None
    stream_id: str | None = None
    since: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)
    limit: int = 50

    @property
    def order(self) -> str:
        """Which list it is, and what it is sorted by, in words."""
        return "deeds by instant"

    @property
    def falling(self) -> tuple[bool, bool]:
        """Say whether the list falls: in its key, and among equal keys in the id."""
        return (True, True)

    def cursor(self, row: Deed) -> Cursor:
        """Give where a deed stands."""
        return Cursor(row.at, row.id)
