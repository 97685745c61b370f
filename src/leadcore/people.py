"""Users of an account: who may log in, who stands above whom, and what each may do.

Parent links are the truth about the tree; they never leave the account and never make a cycle.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Malformed, Problem, WrongState
from leadcore.values import AccountId, SellerId, UserId, instant

if TYPE_CHECKING:
    from leadcore.downline import Tree

__all__ = [
    "AccountTree",
    "AddUser",
    "DisableUser",
    "EditUser",
    "EnableUser",
    "MoveUser",
    "Profile",
    "User",
    "UserAdded",
    "UserCommand",
    "UserDisabled",
    "UserEdited",
    "UserEnabled",
    "UserEvent",
    "UserMoved",
    "decide",
    "evolve",
    "evolve_tree",
]


@frozen(kw_only=True)
class Profile:
    """What people edit about a user.

    Attributes:
        name: as the person is called.
        email: for notices; None where there is none.
        cell: a cell number in E.164 form for notices by text; None where there is none.
        phone: the office number told to leads; a toll-free override goes before it.
        toll_free: the toll-free number told to leads instead.
        website: told to leads.
        admin: Admin Access, all areas of the account's portal.
        view_downline: View Downline, all leads of everybody below.
        notify_new_lead: the user's switch for courtesy notices.
    """

    name: str
    email: str | None = None
    cell: str | None = None
    phone: str | None = None
    toll_free: str | None = None
    website: str | None = None
    admin: bool = False
    view_downline: bool = False
    notify_new_lead: bool = True


@frozen(kw_only=True)
class User:
    """The present state of a user's stream.

    Attributes:
        times_disabled: how often the log-in was taken away: what began before stays over.
    """

    id: UserId
    seller_id: SellerId
    account_id: AccountId
    parent_id: UserId | None
    profile: Profile
    enabled: bool = True
    times_disabled: int = 0


@frozen(kw_only=True)
class AddUser:
    """Add a user to an account, below `parent_id` or at the top of its tree."""

    user_id: UserId
    seller_id: SellerId
    account_id: AccountId
    parent_id: UserId | None
    profile: Profile


@frozen
class EditUser:
    """Change the profile."""

    profile: Profile


@frozen
class MoveUser:
    """Move the user, with everybody below, to another place in the account's tree."""

    parent_id: UserId | None


@frozen
class DisableUser:
    """Take the log-in away; a disabled user sees nothing."""


@frozen
class EnableUser:
    """Give the log-in back."""


@frozen(kw_only=True)
class UserAdded:
    """A user was added."""

    user_id: UserId
    seller_id: SellerId
    account_id: AccountId
    parent_id: UserId | None
    profile: Profile
    at: datetime = field(converter=instant)


@frozen
class UserEdited:
    """The profile was changed."""

    profile: Profile
    at: datetime = field(converter=instant)


@frozen
class UserMoved:
    """The user stands elsewhere in the tree now."""

    parent_id: UserId | None
    at: datetime = field(converter=instant)


@frozen
class UserDisabled:
    """The log-in was taken away."""

    at: datetime = field(converter=instant)


@frozen
class UserEnabled:
    """The log-in was given back."""

    at: datetime = field(converter=instant)


UserCommand = AddUser | EditUser | MoveUser | DisableUser | EnableUser
UserEvent = UserAdded | UserEdited | UserMoved | UserDisabled | UserEnabled


@frozen
class AccountTree:
    """How often somebody was moved within an account: the version that guards against cycles.

    Two moves that are fine one by one may make a cycle together; as each adds to this stream, the
    second of two at the same time is a `Conflict` and is judged again.
    """

    account_id: AccountId
    moves: int = 0


def evolve_tree(state: AccountTree, _event: UserMoved) -> AccountTree:
    """Count a move."""
    return AccountTree(state.account_id, state.moves + 1)


def decide(
    command: UserCommand, state: User | None, tree: Tree, at: datetime
) -> tuple[UserEvent, ...]:
    """Decide a command on a user; `tree` holds the parent links of the user's whole account.

    Raises:
        Malformed: the profile has no name, or the place does not exist in this account.
        WrongState: the user exists already or not yet, or the move would make a cycle.
    """
    if isinstance(command, AddUser):
        if state is not None:
            return _added_before(command, state)
        _check(command.profile, command.parent_id, tree)
        return (
            UserAdded(
                user_id=command.user_id,
                seller_id=command.seller_id,
                account_id=command.account_id,
                parent_id=command.parent_id,
                profile=command.profile,
                at=at,
            ),
        )
    if state is None:
        raise WrongState(type(command).__name__, "there is no such user")
    return _change(command, state, tree, at)


def _added_before(command: AddUser, state: User) -> tuple[UserEvent, ...]:
    # A retry after a commit whose answer was lost finds its own work.
    same = (state.account_id, state.parent_id, state.profile)
    if same == (command.account_id, command.parent_id, command.profile):
        return ()
    raise WrongState("AddUser", "a user with this id exists")


def _change(
    command: EditUser | MoveUser | DisableUser | EnableUser, state: User, tree: Tree, at: datetime
) -> tuple[UserEvent, ...]:
    match command:
        case MoveUser(parent_id):
            _check(state.profile, parent_id, tree)
            _check_no_cycle(state.id, parent_id, tree)
            return () if parent_id == state.parent_id else (UserMoved(parent_id, at),)
        case DisableUser():
            return (UserDisabled(at),) if state.enabled else ()
        case EnableUser():
            return () if state.enabled else (UserEnabled(at),)
        case _:
            _check(command.profile, None, tree)
            return () if command.profile == state.profile else (UserEdited(command.profile, at),)


def _check(profile: Profile, parent_id: UserId | None, tree: Tree) -> None:
    problems: list[Problem] = []
    if not profile.name.strip():
        problems.append(Problem("profile.name", "a user has a name"))
    problems += [
        Problem(f"profile.{name}", words)
        for name, form, words in _FORMS
        if (given := getattr(profile, name)) is not None and not form.fullmatch(given)
    ]
    if parent_id is not None and parent_id not in tree:
        problems.append(Problem("parent_id", f"there is no user {parent_id!r} in this account"))
    if problems:
        raise Malformed(problems)


_LINE = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f\u2028\u2029]*")
_FORMS = (
    ("name", _LINE, "is one line"),
    ("email", re.compile(r"[^@\s\x00-\x1f,;<>]+@[^@\s\x00-\x1f,;<>]+"), "is an e-mail address"),
    ("cell", re.compile(r"\+[1-9]\d{6,14}"), "is a number in E.164 form, such as +12125550100"),
    ("phone", _LINE, "is one line"),
    ("toll_free", _LINE, "is one line"),
    ("website", _LINE, "is one line"),
)
"""What goes into messages must not be able to carry a second address or header."""


def _check_no_cycle(user_id: UserId, parent_id: UserId | None, tree: Tree) -> None:
    if parent_id is not None and (parent_id == user_id or tree.is_below(parent_id, user_id)):
        raise WrongState("MoveUser", "nobody can stand below themselves")


def evolve(state: User | None, event: UserEvent) -> User:
    """Give the state after an event.

    Raises:
        WrongState: the event speaks of a user that was never added.
    """
    if isinstance(event, UserAdded):
        return User(
            id=event.user_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            parent_id=event.parent_id,
            profile=event.profile,
        )
    if state is None:
        raise WrongState(type(event).__name__, "its user was never added")
    match event:
        case UserMoved(parent_id):
            return replace(state, parent_id=parent_id)
        case UserDisabled():
            return replace(state, enabled=False, times_disabled=state.times_disabled + 1)
        case UserEnabled():
            return replace(state, enabled=True)
        case _:
            return replace(state, profile=event.profile)
