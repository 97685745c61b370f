"""Users and their tree: opened level by level, found by name; one user with log-in and place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound
from leadcore.logins import stage_of
from leadcore.ports import UserCounts
from leadcore.values import UserId
from leadcore_portal.finding import account_of, user_of
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names
from leadcore_portal.people_tree import level_of, named, paths_of
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.accounts import Account
    from leadcore.people import User
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES", "account_asked"]

_LEVEL = 50
_FOUND = 25
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
    """Show a page of a level of the tree, or of those who have a name."""
    words, under, after = visit.asked("text").strip(), visit.asked("under"), visit.asked("after")
    with visit.reading() as reader:
        account = account_asked(visit, reader)
        accounts = account_names(reader, visit) if visit.staff else dict[str, str]()
        above = _above(reader, account, under)
        level = (
            named(reader, account.id, words, after=after, most=_FOUND, counts=UserCounts.DIRECT)
            if words
            else level_of(reader, account.id, above, after=after, most=_LEVEL)
        )
        alone = not words and len(level.places) == 1 and (level.places[0].direct or 0) > 0
        # Where one stands at the top of all, the tree begins with those directly below.
        top = level.places[0].user if alone else None
        inner = None if top is None else level_of(reader, account.id, top, most=_LEVEL)
        found = [each.user for each in level.places] if words else []
        uplines = paths_of(reader, account.id, (*found, *((above,) if above else ())))
        path = () if above is None else uplines[above.id]
        count = reader.user_count(account.id)
    of = {"account": account.id} if visit.staff else {}
    kept = {"text": words} if words else ({"under": under} if under else {})
    here = f"/users?{urlencode({**of, **kept})}"
    return visit.page(
        "pages/users.html",
        form=Form.of({"text": words, "account": account.id}),
        account=account,
        accounts=sorted(accounts.items(), key=lambda pair: pair[1]),
        count=count,
        words=words,
        uplines=uplines,
        level=level,
        path=path,
        inner=inner,
        suffix=f"&{urlencode(of)}" if of else "",
        query=urlencode(of),
        next=f"{here}&{urlencode({'after': level.next})}" if words and level.next else None,
        first=here if after else None,
    )


def _above(reader: SqlReader, account: Account, under: str) -> User | None:
    if not under:
        return None
    found = reader.user(UserId(under))
    if found is None or found.account_id != account.id:
        raise NotFound("user", under)
    return found


def show_one(visit: Visit) -> Response:
    """Show a user, the log-in, the place in the tree, and who stands directly below."""
    with visit.reading() as reader:
        user = user_of(visit, reader, visit.path["user_id"])
        account = account_of(visit, reader, user.account_id)
        level = level_of(reader, user.account_id, user, most=_LEVEL)
        path = paths_of(reader, user.account_id, (user,))[user.id]
        login = reader.login(user.id)
    return visit.page(
        "pages/user.html",
        user=user,
        account=account,
        login=login,
        stage=STAGES[stage_of(login).value],
        level=level,
        path=path,
        suffix=f"&account={account.id}" if visit.staff else "",
        keeps=visit.may("users", "write"),
        own=user.id == visit.user.id,
    )


_READ = Permission(Area.USERS, Way.READ)
PAGES = (
    Page(path="/users", make=show, needs=_READ),
    Page(path="/users/{user_id}", make=show_one, needs=_READ),
)
