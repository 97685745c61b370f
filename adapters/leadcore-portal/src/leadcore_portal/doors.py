"""The door: who comes in with a browser's session, and whether a form is that browser's own."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore import logins
from leadcore.access import caller
from leadcore.errors import Malformed
from leadcore.logins import SignedIn, token_digest

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from leadcore.access import Caller
    from leadcore.accounts import Seller
    from leadcore.logins import Session
    from leadcore_portal.settings import Settings

__all__ = ["Door", "same_origin", "signed"]

_LONGEST = 200


class Door:
    """Knows sessions by their cookies.

    A session's cookie is `__Host-leadcore`, which browsers take from this host alone, over HTTPS
    alone; without `secure` it is `leadcore`. A browser without a session has a cookie of its own by
    which the forms outside (log-in, reset) are known to be its own.
    """

    def __init__(self, settings: Settings) -> None:
        """Make it for a portal."""
        self._settings = settings
        prefix = "__Host-" if settings.secure else ""
        self.session_cookie = f"{prefix}leadcore"
        self.browser_cookie = f"{prefix}leadcore-browser"

    def token(self, request: Request) -> str | None:
        """Give the session's token; None where the browser brings none."""
        found = request.cookies.get(self.session_cookie)
        return found if found and len(found) <= _LONGEST else None

    def who(self, token: str, seller: Seller, at: datetime) -> tuple[Caller, Session] | None:
        """Say who comes in with a token; None where nobody does."""
        store = self._settings.store
        try:
            digest = token_digest(token)
        except Malformed:
            return None
        found = logins.who(store.session(digest), seller_id=seller.id, at=at)
        if not isinstance(found, SignedIn):
            return None
        if found.touch:
            store.run(bo.UseSession(seller_id=seller.id, token=digest, at=at))
        inside = caller(found.user, seller, store.scope(found.user.id))
        return None if inside is None else (inside, found.session)

    def browser(self, request: Request) -> str:
        """Give what only this browser knows, or something new it is to know."""
        found = request.cookies.get(self.browser_cookie)
        return found if found and len(found) <= _LONGEST else secrets.token_urlsafe(24)

    def open(self, response: Response, token: str) -> None:
        """Let a browser in: whatever session it had before is not this one's."""
        self._set(response, self.session_cookie, token)

    def know(self, response: Response, request: Request, secret: str) -> None:
        """Let a browser without a session remember what only it knows."""
        if request.cookies.get(self.browser_cookie) != secret:
            self._set(response, self.browser_cookie, secret)

    def close(self, response: Response) -> None:
        """Take the session out of a browser."""
        secure = self._settings.secure
        response.delete_cookie(
            self.session_cookie, path="/", secure=secure, httponly=True, samesite="lax"
        )

    def _set(self, response: Response, name: str, value: str) -> None:
        # `lax`: whoever follows a link in an e-mail is still logged in; forms need their own mark.
        secure = self._settings.secure
        response.set_cookie(name, value, path="/", secure=secure, httponly=True, samesite="lax")


def same_origin(request: Request) -> bool:
    """Say whether a form comes from a page of ours, as far as the browser tells."""
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def signed(given: str, wanted: str) -> bool:
    """Compare what a form brought with what it must bring, in the same time for every form."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
