"""What a page is given: who asks, when, what was sent; and how it answers."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from attrs import field, frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from leadcore.access import Area, Caller, Way
from leadcore.accounts import Account, Seller
from leadcore.back_office import By
from leadcore.logins import Session
from leadcore.values import AccountId, UserId, time_ordered_id
from leadcore_portal.forms import Form
from leadcore_portal.known import KnownAccounts
from leadcore_portal.looks import Looks
from leadcore_portal.settings import Settings
from leadcore_portal.views import SAID, Views

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from leadcore.people import User
    from leadcore.ports import UseCase
    from leadcore_sqlalchemy import SqlReader, SqlStore

__all__ = ["Call", "Visit", "local_path"]

A = TypeVar("A")

_SOURCE = "portal"
_SEED = b"leadcore portal form"


def local_path(path: str | None, default: str = "/") -> str:
    """Give a path of this portal; whatever could lead elsewhere becomes the default.

    >>> local_path("/leads?page=2"), local_path("//evil.example"), local_path("https://evil.example")
    ('/leads?page=2', '/', '/')
    """
    told = path or ""
    plain = told.isprintable() and told.isascii() and "\\" not in told
    return told if plain and told.startswith("/") and not told.startswith("//") else default


@frozen(kw_only=True, slots=False)
class Call:
    """Somebody asks, logged in or not.

    Attributes:
        request: what the browser sent.
        settings: of the portal.
        views: makes pages of templates.
        seller: whose portal it is.
        at: when.
        looks: zone and theme, as whoever asks prefers.
        known: what accounts are called.
        secret: what only this browser knows; forms are signed with it.
        form: what was sent; empty where nothing was.
        said: what the page before wants said once.
    """

    request: Request
    settings: Settings
    views: Views
    seller: Seller
    at: datetime
    looks: Looks
    known: KnownAccounts
    secret: str = field(repr=False)
    form: Form = field(factory=Form)
    said: str | None = None

    @property
    def store(self) -> SqlStore:
        """The store, for reads; what changes something goes through `run`."""
        return self.settings.store

    @property
    def path(self) -> dict[str, Any]:
        """The named parts of the address."""
        return self.request.path_params

    @property
    def zone(self) -> str:
        """The zone that instants are shown in."""
        return self.looks.zone

    @property
    def csrf(self) -> str:
        """What a form of this browser must bring along."""
        return hmac.new(self.secret.encode(), _SEED, hashlib.sha256).hexdigest()

    @property
    def partial(self) -> bool:
        """Does htmx ask, for a part of the page?"""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and "hx-history-restore-request" not in headers

    def asked(self, name: str) -> str:
        """Give what the address asks for behind `?`; empty for nothing."""
        return self.request.query_params.get(name, "")

    def fresh_id(self) -> str:
        """Make a new time-ordered id."""
        return time_ordered_id(self.at, entropy=secrets.token_bytes(10))

    def reading(self) -> AbstractContextManager[SqlReader]:
        """Give a reader: several reads of one moment, quicker than one by one."""
        return self.store.reading()

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Make a page of a template; `visit` is this, `form` what was sent unless given."""
        values.setdefault("form", self.form)
        return self.views.page(self, template, status, values)

    def go(self, path: str, said: str | None = None) -> Response:
        """Go to another page of the portal, saying something there once."""
        response = RedirectResponse(local_path(path), status_code=303)
        if said is not None:
            self.say(response, said)
        return response

    def say(self, response: Response, said: str) -> None:
        """Let the next page say something once."""
        response.set_cookie(
            SAID,
            quote(said[:300]),
            max_age=60,
            path="/",
            secure=self.settings.secure,
            httponly=True,
            samesite="lax",
        )


@frozen(kw_only=True, slots=False)
class Visit(Call):
    """Somebody asks who is logged in.

    Attributes:
        caller: who, and what is open to them.
        session: which they came in with.
    """

    caller: Caller
    session: Session

    @property
    def user(self) -> User:
        """Who it is."""
        return self.caller.user

    @property
    def staff(self) -> bool:
        """Is it one of the seller's own staff?"""
        return self.caller.role.is_staff

    @cached_property
    def account(self) -> Account | None:
        """The account of whoever asks."""
        found = self.store.accounts(self.seller.id)
        return next((each for each in found if each.id == self.user.account_id), None)

    @property
    def account_name(self) -> str:
        """What the account of whoever asks is called; for staff, the desk's."""
        own = self.user.account_id
        return self.known.names(self.store, self.seller.id, self.at).get(own, own)

    @property
    def viewer_id(self) -> UserId | None:
        """Who asks, as use cases want it that know staff by None."""
        return None if self.staff else self.user.id

    @property
    def of_account(self) -> AccountId | None:
        """The one account lists are about; None for staff, who see all."""
        return None if self.staff else self.user.account_id

    def may(self, area: str, way: str = "read") -> bool:
        """Say whether an area is open, by its name: for links and buttons."""
        return self.caller.may(Area(area), Way(way))

    def by(self, case: UseCase[Any, Any, A]) -> By[A]:
        """Give a use case as this visitor's deed."""
        return By(actor=self.caller.actor(_SOURCE), case=case, act=self.fresh_id(), at=self.at)

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Run a use case as this visitor's deed."""
        return self.store.run(self.by(case))
