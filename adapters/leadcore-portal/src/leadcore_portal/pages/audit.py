"""Who did what: the deeds of an account, or for staff of all, found by day, person and thing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from leadcore.access import Area, Permission, Way
from leadcore.intervals import start_of_local_day
from leadcore.ports import DeedQuery
from leadcore.statement_lines import told_deed
from leadcore.values import UserId
from leadcore_portal.choosing import people_of
from leadcore_portal.finding import account_of
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names, user_names
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.logins import Deed
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["KINDS", "PAGES", "said_of", "what_of"]

_PAGE = 50
_DAY = timedelta(days=1)
_FILTERS = ("actor", "kind", "since", "until", "account", "thing")
KINDS = (
    ("account", "Account"),
    ("appointment", "Appointment"),
    ("file", "File"),
    ("lead", "Lead"),
    ("letter", "Message"),
    ("login", "Log-in"),
    ("order", "Order"),
    ("payment", "Payment"),
    ("contact_point", "Number or address"),
    ("refund", "Return"),
    ("seller", "Terms of the seller"),
    ("session", "Session"),
    ("transfer", "Movement of money"),
    ("user", "User"),
)
_ADDRESSES = {"lead": "/leads/", "refund": "/returns/", "order": "/orders/", "user": "/users/"}
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def said_of(deed: Deed) -> str:
    """Give what was done in words: `KeepUser.DisableUser` is “Disable user”.

    >>> from types import SimpleNamespace
    >>> said_of(SimpleNamespace(did="KeepUser.DisableUser"))
    'Disable user'
    """
    return _WORDS.sub(" ", deed.did.rpartition(".")[2]).capitalize()


def what_of(deed: Deed) -> tuple[str, str | None]:
    """Give what it was done to, and where that is shown; None where it is nowhere by itself."""
    words = dict(KINDS).get(deed.stream_kind, deed.stream_kind.replace("_", " ").capitalize())
    base = _ADDRESSES.get(deed.stream_kind)
    return words, None if base is None else f"{base}{deed.stream_id}"


def show(visit: Visit) -> Response:
    """Show a page of deeds, newest first."""
    form = Form.of({name: visit.asked(name) for name in _FILTERS})
    with visit.reading() as reader:
        query = _query(visit, reader, form)
        found = reader.deeds(query)
        page = found[:_PAGE]
        accounts = account_names(reader, visit)
        names = user_names(reader, (UserId(each.actor_id) for each in page))
        who = people_of(
            visit, reader, visit.user.account_id, chosen=form.raw("actor"), enabled=None
        )
    kept = {name: form.raw(name) for name in _FILTERS if form.raw(name)}
    more = None
    if len(found) > _PAGE:
        more = f"/audit?{urlencode({**kept, 'after': query.closed(page[-1])})}"
    return visit.page(
        "pages/audit.html",
        form=form,
        deeds=[(each, said_of(each), *what_of(each)) for each in map(told_deed, page)],
        names=names,
        accounts=accounts,
        choice=who,
        kinds=KINDS,
        filtered=bool(kept),
        next=more,
        first=f"/audit?{urlencode(kept)}" if visit.asked("after") else None,
    )


def _query(visit: Visit, reader: SqlReader, form: Form) -> DeedQuery:
    since, until = form.day("since"), form.day("until")
    wanted = form.raw("account")
    home = account_of(visit, reader, wanted).id if visit.staff and wanted else visit.of_account
    return DeedQuery(
        seller_id=visit.seller.id,
        account_id=home,
        actor_id=form.raw("actor") or None,
        stream_kind=form.raw("kind") or None,
        stream_id=form.raw("thing") or None,
        since=None if since is None else start_of_local_day(since, visit.zone),
        until=None if until is None else start_of_local_day(until + _DAY, visit.zone),
        limit=_PAGE + 1,
    ).opened(visit.asked("after"))


PAGES = (Page(path="/audit", make=show, needs=Permission(Area.DEEDS, Way.READ)),)
