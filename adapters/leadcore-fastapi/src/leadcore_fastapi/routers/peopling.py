"""Users and their tree: listed, added, edited as they were seen, moved, enabled, invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore import logins, wire
from leadcore.access import Area, Way
from leadcore.errors import Malformed
from leadcore.people import (
    AddUser,
    DisableUser,
    EditUser,
    EnableUser,
    MoveUser,
    Profile,
    User,
    UserCommand,
)
from leadcore.values import AccountId, UserId
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("users")
_READ, _WRITE = (Area.USERS, Way.READ), (Area.USERS, Way.WRITE)
_ANN = {"name": "Ann Lee", "email": "ann@example.com", "view_downline": True}


@frozen(kw_only=True)
class NewUser:
    """A user to be added, below somebody or at the top."""

    account_id: AccountId
    parent_id: UserId | None = None
    profile: Profile


@frozen(kw_only=True)
class Place:
    """Where a user is to stand; null: at the top."""

    parent_id: UserId | None


@frozen(kw_only=True)
class Invitation:
    """The address to log in with; the profile's if not said."""

    email: str | None = None


_INVITED = {
    "type": "object",
    "required": ["user_id", "name", "expires_at"],
    "properties": {
        "user_id": {"type": "string"},
        "name": {"type": "string"},
        "expires_at": {"type": "string", "format": "date-time"},
        "token": {"type": "string", "description": "Told once, here."},
    },
}


def _kept(user: User) -> Reply:
    return Reply(data=wire.dump(user))


def _keep(call: Call, user: User, command: UserCommand, *, edits: bool = False) -> Act:
    case = bo.KeepUser(
        user_id=user.id,
        account_id=user.account_id,
        command=command,
        viewer_id=call.viewer_id,
        at=call.at,
    )
    return Act(case=case, tell=_kept, edits=("user", user.id) if edits else None)


def _named(call: Call) -> User:
    return call.teammate(call.path("user_id"))


@group.get(
    "/users",
    "List users of an account",
    may=_READ,
    query=(Param(name="account", kind=str, says="For the staff: whose; their own if not said."),),
    gives=page_of(User),
    others=(404,),
)
def list_users(call: Call) -> Reply:
    """By id; `parent_id` says who stands directly above."""
    asked = call.query.get("account")
    home = call.account(asked).id if asked else call.user.account_id
    return Reply(data={"items": wire.dump(call.store.users(home)), "next": None})


@group.get("/users/{user_id}", "Show a user", may=_READ, gives=User)
def show_user(call: Call) -> Reply:
    """With the ETag that an edit of the profile says."""
    version = call.version("user", call.path("user_id"))
    return Reply(data=wire.dump(_named(call)), version=version)


@group.post(
    "/users",
    "Add a user",
    may=_WRITE,
    body=NewUser,
    gives=User,
    status=201,
    example={"account_id": "north", "profile": _ANN},
)
def add_user(call: Call) -> Act:
    """To an account's tree; whoever is added logs in once they were invited."""
    asked = call.load(NewUser)
    account = call.account(asked.account_id)
    key = UserId(call.steady("user"))
    command = AddUser(
        user_id=key,
        seller_id=call.seller.id,
        account_id=account.id,
        parent_id=asked.parent_id,
        profile=asked.profile,
    )
    case = bo.KeepUser(
        user_id=key,
        account_id=account.id,
        command=command,
        viewer_id=call.viewer_id,
        at=call.at,
    )
    return Act(case=case, tell=_kept)


@group.put(
    "/users/{user_id}/profile",
    "Edit a user's profile",
    may=_WRITE,
    body=Profile,
    gives=User,
    example=_ANN,
)
def edit_user(call: Call) -> Act:
    """Everything about the user that people edit, rights among them."""
    return _keep(call, _named(call), EditUser(call.load(Profile)), edits=True)


@group.post(
    "/users/{user_id}/move",
    "Move a user, with everybody below",
    may=_WRITE,
    body=Place,
    gives=User,
    example={"parent_id": None},
)
def move_user(call: Call) -> Act:
    """Within the account's tree; nobody can stand below themselves."""
    return _keep(call, _named(call), MoveUser(call.load(Place).parent_id))


@group.post("/users/{user_id}/disable", "Take a user's log-in away", may=_WRITE, gives=User)
def disable_user(call: Call) -> Act:
    """Every session and key of the user is over."""
    return _keep(call, _named(call), DisableUser())


@group.post("/users/{user_id}/enable", "Give a user's log-in back", may=_WRITE, gives=User)
def enable_user(call: Call) -> Act:
    """What was over stays so."""
    return _keep(call, _named(call), EnableUser())


@group.post(
    "/users/{user_id}/invitation",
    "Offer a user a log-in",
    may=_WRITE,
    body=Invitation,
    gives=_INVITED,
    status=201,
    example={"email": "ann@example.com"},
)
def invite_user(call: Call) -> Act:
    """By e-mail, where links are set up; else the token is told once, by the first answer alone."""
    user, asked = _named(call), call.load(Invitation)
    address = asked.email or user.profile.email
    if address is None:
        raise Malformed.at("$.email", "say which address to log in with; the profile has none")
    token = call.token()
    expires_at = call.at + logins.LINKS_LAST[logins.TokenUse.INVITATION]
    command = logins.Invite(
        name=logins.login_name(address, path="$.email"),
        token=logins.token_digest(token),
        expires_at=expires_at,
    )
    case = bo.KeepLogin(
        seller_id=call.seller.id,
        user_id=user.id,
        command=command,
        viewer_id=call.viewer_id,
        link=call.link(logins.TokenUse.INVITATION, token),
        at=call.at,
    )
    told = {"token": token} if call.settings.links is None else None

    def tell(login: logins.Login) -> Reply:
        data: dict[str, Any] = {"user_id": login.id, "name": login.name}
        data["expires_at"] = wire.dump(expires_at)
        return Reply(data=data, secret=told)

    return Act(case=case, tell=tell)


# ------------------------------------------------------------------------------------- oneself


@group.get("/me", "Show oneself", may=(Area.PROFILE, Way.READ), gives={"type": "object"})
def show_me(call: Call) -> Reply:
    """Who one is, what one's role is, and what is open to it."""
    user, caller = call.user, call.caller
    open_ = [f"{area.value}:{way.value}" for area in Area for way in Way if caller.may(area, way)]
    data = {"user": wire.dump(user), "role": caller.role.value, "permissions": open_}
    return Reply(data=data, version=call.version("user", user.id))


@group.put(
    "/me/profile",
    "Edit one's own profile",
    may=(Area.PROFILE, Way.WRITE),
    body=Profile,
    gives=User,
    example=_ANN,
)
def edit_me(call: Call) -> Act:
    """All but one's own rights, which somebody else gives."""
    user = call.user
    case = bo.KeepUser(
        user_id=user.id,
        account_id=user.account_id,
        command=EditUser(call.load(Profile)),
        viewer_id=user.id,
        at=call.at,
    )
    return Act(case=case, tell=_kept, edits=("user", user.id))
