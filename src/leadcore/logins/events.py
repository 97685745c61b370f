"""What is asked of a log-in, and what happened to it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.values import AccountId, SellerId, UserId, instant

__all__ = [
    "AcceptInvitation",
    "AddressAsked",
    "AskAddress",
    "AskReset",
    "ChangePassword",
    "ConfirmAddress",
    "Invite",
    "Invited",
    "LoggedIn",
    "LoginCommand",
    "LoginEvent",
    "LoginRenamed",
    "PasswordHow",
    "PasswordRehashed",
    "PasswordSet",
    "RecordLogIn",
    "RehashPassword",
    "RenameLogin",
    "ResetAsked",
    "ResetPassword",
    "RevokeSessions",
    "SessionsRevoked",
    "SetPassword",
]


class PasswordHow(Enum):
    """How a password came to be."""

    ACCEPTED = "accepted"
    RESET = "reset"
    CHANGED = "changed"
    SET = "set"


@frozen(kw_only=True)
class Invite:
    """Offer a log-in under a name; a later invitation takes the place of an earlier one.

    Attributes:
        name: the e-mail address, as `login_name` gives it.
        token: the digest of the token that was given to the user.
        expires_at: from this instant on it is too late.
    """

    name: str
    token: str = field(repr=False)
    expires_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class AcceptInvitation:
    """Take the invitation and set the first password."""

    token: str = field(repr=False)
    mark: str = field(repr=False)


@frozen(kw_only=True)
class AskReset:
    """Let the password be set anew by whoever has a token; the old one stays good meanwhile."""

    token: str = field(repr=False)
    expires_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ResetPassword:
    """Set a new password by token; every session is over."""

    token: str = field(repr=False)
    mark: str = field(repr=False)


@frozen
class ChangePassword:
    """Set a new password, the old one having been checked; every other session is over.

    Attributes:
        was: the mark of the hash the old password was checked against.
        mark: that of the new one.
    """

    was: str | None = field(repr=False)
    mark: str = field(repr=False)


@frozen
class SetPassword:
    """Set a password for somebody else; opens the log-in under a name where there is none."""

    mark: str = field(repr=False)
    name: str | None = None


@frozen
class RehashPassword:
    """Keep the same password with newer parameters."""

    was: str | None = field(repr=False)
    mark: str = field(repr=False)


@frozen
class RenameLogin:
    """Log in under another name."""

    name: str


@frozen(kw_only=True)
class AskAddress:
    """Wish for another name, of which a token sent there shows whose it is.

    Attributes:
        name: the e-mail address, as `login_name` gives it; until it is confirmed the old one holds.
        token: the digest of the token that is sent.
        expires_at: from this instant on it is too late.
    """

    name: str
    token: str = field(repr=False)
    expires_at: datetime = field(converter=instant)


@frozen
class ConfirmAddress:
    """Log in under the name that was wished for, having its token."""

    token: str = field(repr=False)


@frozen
class RevokeSessions:
    """End every session, but for one that may be kept."""


@frozen
class RecordLogIn:
    """Note that the user logged in."""

    session_id: str


@frozen(kw_only=True)
class Invited:
    """A log-in was offered."""

    user_id: UserId
    seller_id: SellerId
    account_id: AccountId
    name: str
    token: str = field(repr=False)
    expires_at: datetime = field(converter=instant)
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class PasswordSet:
    """A password was set; every session that began before is over.

    Attributes:
        mark: the SHA-256 of its hash: which hash it is, and nothing to try passwords on.
        name: where it opens the log-in, the name; with it come the ids.
    """

    how: PasswordHow
    mark: str = field(repr=False)
    user_id: UserId | None = None
    seller_id: SellerId | None = None
    account_id: AccountId | None = None
    name: str | None = None
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ResetAsked:
    """A token to set the password anew was given away."""

    token: str = field(repr=False)
    expires_at: datetime = field(converter=instant)
    at: datetime = field(converter=instant)


@frozen
class PasswordRehashed:
    """The same password was hashed with newer parameters; nothing else changed."""

    mark: str = field(repr=False)
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class AddressAsked:
    """Another name was wished for, and a token sent there."""

    name: str
    token: str = field(repr=False)
    expires_at: datetime = field(converter=instant)
    at: datetime = field(converter=instant)


@frozen
class LoginRenamed:
    """The user logs in under another name now."""

    name: str
    at: datetime = field(converter=instant)


@frozen
class SessionsRevoked:
    """Every session that began before is over, but for one that may have been kept."""

    at: datetime = field(converter=instant)


@frozen
class LoggedIn:
    """The user logged in."""

    session_id: str
    at: datetime = field(converter=instant)


LoginCommand = (
    Invite
    | AcceptInvitation
    | AskReset
    | ResetPassword
    | ChangePassword
    | SetPassword
    | RehashPassword
    | RenameLogin
    | AskAddress
    | ConfirmAddress
    | RevokeSessions
    | RecordLogIn
)
LoginEvent = (
    Invited
    | PasswordSet
    | ResetAsked
    | PasswordRehashed
    | AddressAsked
    | LoginRenamed
    | SessionsRevoked
    | LoggedIn
)
