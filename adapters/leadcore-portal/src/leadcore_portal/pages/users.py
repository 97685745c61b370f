"""Users and their tree: opened level by level, found by name; one user with log-in and place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound
from leadcore.logins import stage_of
from leadcore.values import UserId
from leadcore_portal.finding import account_of, user_of
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names
from leadcore_portal.people_tree import People
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.accounts import Account
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES", "account_asked"]

_LEVEL = 50
_FOUND = 50
_DIGITS = 8
STAGES = {
    "none": ("Not invited", ""),
    "invited": ("Invited", "info"),
    "open": ("Logs in", "good"),
}


def account_asked(visit: Visit, reader: SqlReader) -> Account:
    """Give whose users are asked for: one's own account's, or for staff any that is named."""
    wanted = visit.asked("account") or visit.form.raw("account")
    return account_of(visit, reader, wanted or visit.user.account_id)


def show(visit: Visit) -> Response:
    """Show a level of the tree, or whoever has a name."""
    words, under = visit.asked("text").strip(), visit.asked("under")
    with visit.reading() as reader:
        account = account_asked(visit, reader)
        people = People(reader.users(account.id))
        accounts = account_names(reader, visit) if visit.staff else dict[str, str]()
    above = people.users.get(UserId(under)) if under else None
    if under and above is None:
        raise NotFound("user", under)
    start = _count(visit.asked("start"))
    level = people.level(above, start=start, most=_LEVEL)
    alone = len(level.places) == 1 and level.places[0].direct > 0
    of = {"account": account.id} if visit.staff else {}
    here = {**of, **({"under": under} if under else {})}
    return visit.page(
        "pages/users.html",
        form=Form.of({"text": words, "account": account.id}),
        account=account,
        accounts=sorted(accounts.items(), key=lambda pair: pair[1]),
        count=len(people),
        words=words,
        found=people.named(words, _FOUND) if words else (),
        upline=people.upline,
        level=level,
        # Where one stands at the top of all, the tree begins with those directly below.
        inner=people.level(level.places[0].user, start=0, most=_LEVEL) if alone else None,
        here=f"/users?{urlencode(here)}",
        suffix=f"&{urlencode(of)}" if of else "",
        query=urlencode(of),
        next=f"/users?{urlencode({**here, 'start': start + _LEVEL})}" if level.left_out else None,
        first=f"/users?{urlencode(here)}" if start else None,
    )


def _count(told: str) -> int:
    fits = told.isascii() and told.isdigit() and len(told) <= _DIGITS
    return int(told) if fits else 0


def show_one(visit: Visit) -> Response:
    """Show a user, the log-in, the place in the tree, and who stands directly below."""
    with visit.reading() as reader:
        user = user_of(visit, reader, visit.path["user_id"])
        account = account_of(visit, reader, user.account_id)
        people = People(reader.users(user.account_id))
        login = reader.login(user.id)
    level = people.level(user, start=0, most=_LEVEL)
    return visit.page(
        "pages/user.html",
        user=user,
        account=account,
        login=login,
        stage=STAGES[stage_of(login).value],
        level=level,
        path=level.path,
        suffix=f"&account={account.id}" if visit.staff else "",
        keeps=visit.may("users", "write"),
        own=user.id == visit.user.id,
    )


_READ = Permission(Area.USERS, Way.READ)
PAGES = (
    Page(path="/users", make=show, needs=_READ),
    Page(path="/users/{user_id}", make=show_one, needs=_READ),
)
