"""Add, edit, move, disable and enable users, invite them, and change what they log in with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from attrs import evolve

from leadcore import back_office as bo
from leadcore import logins
from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound, WrongState
from leadcore.logins import Invite, RenameLogin, TokenUse, stage_of
from leadcore.people import AddUser, DisableUser, EditUser, EnableUser, MoveUser, Profile
from leadcore.ports import UserCounts
from leadcore.values import UserId
from leadcore_argon2 import fresh_token
from leadcore_portal import formats
from leadcore_portal.finding import account_of, id_sent, user_of
from leadcore_portal.forms import Form
from leadcore_portal.pages.own import profile_values, read_profile
from leadcore_portal.pages.passwords import link_to
from leadcore_portal.pages.users import account_asked
from leadcore_portal.people_tree import level_of, named, paths_of
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.people import User, UserCommand
    from leadcore.values import AccountId
    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]

_GOOD_FOR = logins.LINKS_LAST[TokenUse.INVITATION]
_PLACES = 25
_EMPTY = Profile(name="")


def _here(visit: Visit) -> User:
    with visit.reading() as reader:
        return user_of(visit, reader, visit.path["user_id"])


def _keep(visit: Visit, user_id: UserId, account_id: AccountId, command: UserCommand) -> User:
    case = bo.KeepUser(
        user_id=user_id,
        account_id=account_id,
        command=command,
        viewer_id=visit.viewer_id,
        at=visit.at,
    )
    return visit.run(case)


# ------------------------------------------------------------------------------ add, edit


def ask_new(visit: Visit) -> Response:
    """Show the form of a new user, below somebody or at the top."""
    form = profile_values(None)
    form.values["under"] = [visit.asked("under")]
    form.values["user_id"] = [visit.fresh_id()]
    form.values["invite"] = ["on"]
    return _form(visit, form, None)


def _form(visit: Visit, form: Form, user: User | None, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        account = (
            account_of(visit, reader, user.account_id) if user else account_asked(visit, reader)
        )
        under = form.raw("under")
        above = user_of(visit, reader, under) if under else None
    if above is not None and above.account_id != account.id:
        raise NotFound("user", under)
    return visit.page(
        "pages/user_form.html",
        status=status,
        form=form,
        user=user,
        account=account,
        above=above,
    )


def _profile(form: Form, before: Profile) -> Profile:
    told = read_profile(form, before)
    admin, downline = form.ticked("admin"), form.ticked("view_downline")
    return evolve(told, admin=admin, view_downline=downline)


def add(visit: Visit) -> Response:
    """Add a user; sent twice, one is added. An invitation goes out where one was wanted."""
    form = visit.form
    with visit.reading() as reader:
        account = account_asked(visit, reader)
    with form.telling({"parent_id": ""}):
        profile = _profile(form, _EMPTY)
        key, under = UserId(id_sent(form, "user_id")), form.raw("under")
        if form.ticked("invite") and profile.email is None:
            form.wrong("email", "An invitation needs an address.")
        form.check()
        command = AddUser(
            user_id=key,
            seller_id=visit.seller.id,
            account_id=account.id,
            parent_id=UserId(under) if under else None,
            profile=profile,
        )
        user = _keep(visit, key, account.id, command)
        told = f"{profile.name} is added."
        if form.ticked("invite"):
            told = _invited(visit, user, profile.email or "", told)
        return visit.go(f"/users/{key}", told)
    return _form(visit, form, None, status=422)


def _invited(visit: Visit, user: User, address: str, told: str) -> str:
    try:
        _invite(visit, user, address)
    except WrongState as error:
        return f"{told} No invitation was sent: {error.state}."
    return f"{told} An invitation is on its way."


def ask_edit(visit: Visit) -> Response:
    """Show a user's profile and rights."""
    user = _here(visit)
    return _form(visit, profile_values(user.profile), user)


def edit(visit: Visit) -> Response:
    """Change a user's profile and rights."""
    form, user = visit.form, _here(visit)
    with form.telling():
        profile = _profile(form, user.profile)
        form.check()
        _keep(visit, user.id, user.account_id, EditUser(profile))
        return visit.go(f"/users/{user.id}", f"{profile.name} is changed.")
    return _form(visit, form, user, status=422)


# ----------------------------------------------------------------------- move, disable


def ask_move(visit: Visit) -> Response:
    """Show where a user stands, and places to move to."""
    return _moving(visit, Form.of({"text": visit.asked("text"), "after": visit.asked("after")}))


def _moving(visit: Visit, form: Form, *, status: int = 200) -> Response:
    user = _here(visit)
    words, after = form.raw("text").strip(), form.raw("after")
    with visit.reading() as reader:
        found = named(reader, user.account_id, words, after=after, most=_PLACES)
        above = None if user.parent_id is None else reader.user(user.parent_id)
        below = level_of(reader, user.account_id, user, most=1, counts=UserCounts.NONE).places
        others = [each.user for each in found.places if each.user.id != user.id]
        if above is not None and all(each.id != above.id for each in others):
            others.insert(0, above)
        paths = paths_of(reader, user.account_id, others)
        places = [(each, paths[each.id]) for each in others]
    form.values.setdefault("parent_id", [above.id if above else "top"])
    here = f"/users/{quote(user.id, safe='')}/move?{urlencode({'text': words})}"
    return visit.page(
        "pages/user_move.html",
        status=status,
        form=form,
        user=user,
        places=places,
        above=above,
        below=bool(below),
        first=here if after else None,
        next=f"{here}&{urlencode({'after': found.next})}" if found.next else None,
    )


def move(visit: Visit) -> Response:
    """Move a user, with everybody below; nobody can stand below themselves."""
    form, user = visit.form, _here(visit)
    with form.telling():
        told = form.text("parent_id")
        form.check()
        place = None if told == "top" else UserId(told)
        _keep(visit, user.id, user.account_id, MoveUser(place))
        return visit.go(f"/users/{user.id}", f"{user.profile.name} is moved.")
    return _moving(visit, form, status=422)


def ask_turn(visit: Visit) -> Response:
    """Ask before a user is disabled, or enabled again."""
    return visit.page("pages/user_turn.html", user=_here(visit))


def disable(visit: Visit) -> Response:
    """Take a user's log-in away: every session is over."""
    user = _here(visit)
    _keep(visit, user.id, user.account_id, DisableUser())
    return visit.go(f"/users/{user.id}", f"{user.profile.name} is disabled.")


def enable(visit: Visit) -> Response:
    """Give a user's log-in back."""
    user = _here(visit)
    _keep(visit, user.id, user.account_id, EnableUser())
    return visit.go(f"/users/{user.id}", f"{user.profile.name} is enabled.")


# ------------------------------------------------------------------------------- invite


def ask_invite(visit: Visit) -> Response:
    """Show where an invitation would go."""
    return _inviting(visit, Form.of({"email": _here(visit).profile.email}))


def _inviting(visit: Visit, form: Form, *, status: int = 200) -> Response:
    user = _here(visit)
    login = visit.store.login(user.id)
    return visit.page(
        "pages/user_invite.html",
        status=status,
        form=form,
        user=user,
        stage=stage_of(login).value,
        hours=_GOOD_FOR.total_seconds() // 3_600,
    )


def invite(visit: Visit) -> Response:
    """Send a link with which the user chooses a password."""
    form, user = visit.form, _here(visit)
    with form.telling({"name": "email", "command.name": "email"}):
        address = form.text("email")
        form.check()
        _invite(visit, user, address)
        until = formats.moment(visit.at + _GOOD_FOR, visit.zone)
        return visit.go(f"/users/{user.id}", f"An invitation is on its way; good until {until}.")
    return _inviting(visit, form, status=422)


def _invite(visit: Visit, user: User, address: str) -> None:
    token = fresh_token()
    name = logins.login_name(address, path="email")
    expires_at = visit.at + _GOOD_FOR
    command = Invite(name=name, token=logins.token_digest(token), expires_at=expires_at)
    case = bo.KeepLogin(
        seller_id=visit.seller.id,
        user_id=user.id,
        command=command,
        viewer_id=visit.viewer_id,
        link=link_to(visit, TokenUse.INVITATION, token),
        at=visit.at,
    )
    visit.run(case)


# ------------------------------------------------------------------------- log-in address


def ask_login(visit: Visit) -> Response:
    """Show the address a user logs in with, to be changed; one's own is changed elsewhere."""
    if visit.path["user_id"] == visit.user.id:
        return visit.go("/security")
    return _renaming(visit, Form())


def _renaming(visit: Visit, form: Form, *, status: int = 200) -> Response:
    user = _here(visit)
    login = visit.store.login(user.id)
    if login is None:
        raise NotFound("login", user.id)
    form.values.setdefault("address", [login.name])
    return visit.page("pages/user_login.html", status=status, form=form, user=user, login=login)


def rename_login(visit: Visit) -> Response:
    """Give a user's log-in another address; the one there was is told."""
    form, user = visit.form, _here(visit)
    with form.telling({"name": "address", "command.name": "address"}):
        address = form.text("address")
        form.check()
        case = bo.KeepLogin(
            seller_id=visit.seller.id,
            user_id=user.id,
            command=RenameLogin(logins.login_name(address)),
            viewer_id=visit.viewer_id,
            at=visit.at,
        )
        done = visit.run(case)
        return visit.go(f"/users/{user.id}", f"{user.profile.name} logs in as {done.name} now.")
    return _renaming(visit, form, status=422)


_WRITE = Permission(Area.USERS, Way.WRITE)
_ONE = "/users/{user_id}"
PAGES = (
    Page(path="/users/new", make=ask_new, needs=_WRITE),
    Page(path="/users/new", make=add, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/edit", make=ask_edit, needs=_WRITE),
    Page(path=f"{_ONE}/edit", make=edit, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/move", make=ask_move, needs=_WRITE),
    Page(path=f"{_ONE}/move", make=move, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/turn", make=ask_turn, needs=_WRITE),
    Page(path=f"{_ONE}/disable", make=disable, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/enable", make=enable, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/login", make=ask_login, needs=_WRITE),
    Page(path=f"{_ONE}/login", make=rename_login, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/invite", make=ask_invite, needs=_WRITE),
    Page(path=f"{_ONE}/invite", make=invite, method="POST", needs=_WRITE),
)
