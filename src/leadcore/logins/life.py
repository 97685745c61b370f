"""The life of a log-in: offered, open; what may be asked when is a table.

Beside the stage a log-in has at most one token that is good: of an invitation, to set the password
anew, or to confirm another name. Setting a password uses it up, however it is set, and a later one
takes its place: who sets the password anew ends what somebody else wished for. Whether its user is
enabled is the user's own state (`leadcore.people`), and is asked wherever somebody is let in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Malformed, WrongState
from leadcore.logins import kernel
from leadcore.logins.events import (
    AcceptInvitation,
    AddressAsked,
    AskAddress,
    AskReset,
    ChangePassword,
    ConfirmAddress,
    Invite,
    Invited,
    LoggedIn,
    LoginCommand,
    LoginEvent,
    LoginRenamed,
    PasswordHow,
    PasswordRehashed,
    PasswordSet,
    RecordLogIn,
    RehashPassword,
    RenameLogin,
    ResetAsked,
    ResetPassword,
    RevokeSessions,
    SessionsRevoked,
    SetPassword,
)
from leadcore.logins.tokens import same_digest
from leadcore.values import AccountId, SellerId, UserId, instant, micros, optional_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadcore.people import User

__all__ = [
    "LINKS_LAST",
    "NO_TOKEN",
    "TABLE",
    "Login",
    "LoginStage",
    "TokenUse",
    "decide",
    "evolve",
    "stage_of",
    "token_good",
]


class LoginStage(Enum):
    """How far a log-in has come."""

    NONE = "none"
    INVITED = "invited"
    OPEN = "open"


class TokenUse(Enum):
    """What a token is for."""

    INVITATION = "invitation"
    RESET = "reset"
    ADDRESS = "address"


LINKS_LAST: Mapping[TokenUse, timedelta] = {
    TokenUse.INVITATION: timedelta(hours=72),
    TokenUse.RESET: timedelta(hours=1),
    TokenUse.ADDRESS: timedelta(days=1),
}
"""How long a link that is e-mailed is good for, where nobody says otherwise."""

_ANY_OPEN = (
    *(ChangePassword, SetPassword, AskReset, ResetPassword),
    *(RehashPassword, RenameLogin, AskAddress, ConfirmAddress, RevokeSessions, RecordLogIn),
)

TABLE: Mapping[LoginStage, Mapping[type, LoginStage]] = {
    LoginStage.NONE: {Invite: LoginStage.INVITED, SetPassword: LoginStage.OPEN},
    LoginStage.INVITED: {
        Invite: LoginStage.INVITED,
        RenameLogin: LoginStage.INVITED,
        AcceptInvitation: LoginStage.OPEN,
        SetPassword: LoginStage.OPEN,
    },
    LoginStage.OPEN: dict.fromkeys(_ANY_OPEN, LoginStage.OPEN),
}
"""What may be asked at each stage, and the stage it leads to; what is not here is refused."""

_WORDS = {
    LoginStage.NONE: "the user has no log-in yet",
    LoginStage.INVITED: "the invitation was not accepted yet",
    LoginStage.OPEN: "the log-in is open already",
}
NO_TOKEN = "the token is unknown, used up or too old"  # noqa: S105 - a sentence
"""All that is told of a token that is not good, whatever is wrong with it."""
_NOT_CHECKED = "the password is not the one that was checked"


@frozen(kw_only=True)
class Login:
    """The present state of a log-in's stream; its id is the user's.

    Attributes:
        name: the e-mail address it is used with.
        mark: the SHA-256 of the password's hash; None before there is one.
        token: the digest of the one token that is good, if there is one.
        token_use, token_expires_at: what it is for, and from when on it is too late.
        wished: the name that it confirms; None where it is for something else.
        revokes: how often all sessions were ended; a session knows the number it began under.
        last_at: when somebody last logged in.
    """

    id: UserId
    seller_id: SellerId
    account_id: AccountId
    name: str
    mark: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    token_use: TokenUse | None = None
    token_expires_at: datetime | None = field(default=None, converter=optional_instant)
    wished: str | None = None
    revokes: int = 0
    last_at: datetime | None = field(default=None, converter=optional_instant)


def stage_of(state: Login | None) -> LoginStage:
    """Say how far a log-in has come."""
    if state is None:
        return LoginStage.NONE
    return LoginStage.INVITED if state.mark is None else LoginStage.OPEN


def decide(
    command: LoginCommand, state: Login | None, user: User, at: datetime
) -> tuple[LoginEvent, ...]:
    """Decide a command on a user's log-in.

    Args:
        command: what is asked.
        state: the log-in; None where there is none.
        user: whose it is.
        at: now.

    Raises:
        WrongState: the table has no such step, the token is not good, the password that was checked
            is not the present one; or the user is disabled, but for what takes something away.
        Malformed: a token would be too late from the beginning, or the first password has no name.
    """
    at = instant(at)
    name, stage = type(command).__name__, stage_of(state)
    if type(command) not in TABLE[stage]:
        raise WrongState(name, _WORDS[stage])
    if isinstance(command, AcceptInvitation | ResetPassword | ConfirmAddress):
        return _by_token(command, state, user, at)
    if not user.enabled and not isinstance(command, RevokeSessions | RenameLogin):
        raise WrongState(name, "the user is disabled")
    if isinstance(command, Invite | AskReset | AskAddress):
        return _given(command, user, at)
    if isinstance(command, ChangePassword | RehashPassword):
        return _checked(command, state, at)
    return _plain(command, state, user, at)


def _given(
    command: Invite | AskReset | AskAddress, user: User, at: datetime
) -> tuple[LoginEvent, ...]:
    token, expires_at = command.token, command.expires_at
    if expires_at <= at:
        raise Malformed.at("expires_at", "is later than now")
    match command:
        case AskReset():
            return (ResetAsked(token=token, expires_at=expires_at, at=at),)
        case AskAddress():
            return (AddressAsked(name=command.name, token=token, expires_at=expires_at, at=at),)
        case _:
            invited = Invited(
                user_id=user.id,
                seller_id=user.seller_id,
                account_id=user.account_id,
                name=command.name,
                token=token,
                expires_at=expires_at,
                at=at,
            )
            return (invited,)


_USES: Mapping[type, TokenUse] = {
    AcceptInvitation: TokenUse.INVITATION,
    ResetPassword: TokenUse.RESET,
    ConfirmAddress: TokenUse.ADDRESS,
}


def _by_token(
    command: AcceptInvitation | ResetPassword | ConfirmAddress,
    state: Login | None,
    user: User,
    at: datetime,
) -> tuple[LoginEvent, ...]:
    # The same words for a disabled user: a stranger learns nothing.
    if not token_good(state, user, command.token, _USES[type(command)], at):
        raise WrongState(type(command).__name__, NO_TOKEN)
    match command:
        case AcceptInvitation(mark=mark):
            return (PasswordSet(how=PasswordHow.ACCEPTED, mark=mark, at=at),)
        case ResetPassword(mark=mark):
            return (PasswordSet(how=PasswordHow.RESET, mark=mark, at=at),)
        case _:
            return (LoginRenamed(str(state and state.wished), at),)


def token_good(
    state: Login | None, user: User | None, token: str, use: TokenUse, at: datetime
) -> bool:
    """Say whether a token's digest is the one that is good for this, and not too late.

    Args:
        state: the log-in; None where there is none.
        user: whose it is; a disabled one's token is no good until the user is enabled again.
        token: the digest.
        use: what it must be for.
        at: now.
    """
    if user is None or not user.enabled or state is None or state.token_expires_at is None:
        return False
    return kernel.usable(
        int(same_digest(state.token, token)),
        int(state.token_use is not use),
        micros(at),
        micros(state.token_expires_at),
    )


def _checked(
    command: ChangePassword | RehashPassword, state: Login | None, at: datetime
) -> tuple[LoginEvent, ...]:
    if state is None or not same_digest(state.mark, command.was):
        raise WrongState(type(command).__name__, _NOT_CHECKED)
    if isinstance(command, RehashPassword):
        return (PasswordRehashed(command.mark, at),)
    return (PasswordSet(how=PasswordHow.CHANGED, mark=command.mark, at=at),)


def _plain(
    command: SetPassword | RenameLogin | RevokeSessions | RecordLogIn,
    state: Login | None,
    user: User,
    at: datetime,
) -> tuple[LoginEvent, ...]:
    match command:
        case SetPassword():
            return (_set(command, state, user, at),)
        case RenameLogin(name):
            # What was wished for meanwhile is not wanted any more.
            same = state is not None and (state.name, state.wished) == (name, None)
            return () if same else (LoginRenamed(name, at),)
        case RevokeSessions():
            return (SessionsRevoked(at),)
        case _:
            return (LoggedIn(command.session_id, at),)


def _set(command: SetPassword, state: Login | None, user: User, at: datetime) -> PasswordSet:
    if state is not None:
        if command.name not in {None, state.name}:
            raise Malformed.at("name", "the log-in has another name; rename it")
        return PasswordSet(how=PasswordHow.SET, mark=command.mark, at=at)
    if command.name is None:
        raise Malformed.at("name", "the first password comes with the name to log in with")
    return PasswordSet(
        how=PasswordHow.SET,
        mark=command.mark,
        user_id=user.id,
        seller_id=user.seller_id,
        account_id=user.account_id,
        name=command.name,
        at=at,
    )


def evolve(state: Login | None, event: LoginEvent) -> Login:
    """Give the state after an event.

    Raises:
        WrongState: the event speaks of a log-in that was never offered or opened.
    """
    if isinstance(event, Invited):
        return _invited(state, event)
    if isinstance(event, PasswordSet):
        return _with_password(state, event)
    if state is None:
        raise WrongState(type(event).__name__, _WORDS[LoginStage.NONE])
    match event:
        case ResetAsked() | AddressAsked():
            return _with_token(state, event)
        case PasswordRehashed(mark):
            return replace(state, mark=mark)
        case LoginRenamed(name):
            # A token was sent to the address before; who reads that may be somebody else.
            return _without_token(replace(state, name=name))
        case SessionsRevoked():
            # Whoever wished for another address may be whom this is to put out.
            left = state if state.wished is None else _without_token(state)
            return replace(left, revokes=state.revokes + 1)
        case _:
            return replace(state, last_at=event.at)


def _invited(state: Login | None, event: Invited) -> Login:
    made = state or Login(
        id=event.user_id,
        seller_id=event.seller_id,
        account_id=event.account_id,
        name=event.name,
    )
    return replace(_with_token(made, event), name=event.name)


def _with_password(state: Login | None, event: PasswordSet) -> Login:
    made = state
    if made is None:
        ids = (event.user_id, event.seller_id, event.account_id, event.name)
        user_id, seller_id, account_id, name = ids
        if user_id is None or seller_id is None or account_id is None or name is None:
            raise WrongState("PasswordSet", _WORDS[LoginStage.NONE])
        made = Login(id=user_id, seller_id=seller_id, account_id=account_id, name=name)
    return _without_token(replace(made, mark=event.mark, revokes=made.revokes + 1))


_GOOD_FOR: Mapping[type, TokenUse] = {
    Invited: TokenUse.INVITATION,
    ResetAsked: TokenUse.RESET,
    AddressAsked: TokenUse.ADDRESS,
}


def _with_token(state: Login, event: Invited | ResetAsked | AddressAsked) -> Login:
    return replace(
        state,
        token=event.token,
        token_use=_GOOD_FOR[type(event)],
        token_expires_at=event.expires_at,
        wished=event.name if isinstance(event, AddressAsked) else None,
    )


def _without_token(state: Login) -> Login:
    return replace(state, token=None, token_use=None, token_expires_at=None, wished=None)
