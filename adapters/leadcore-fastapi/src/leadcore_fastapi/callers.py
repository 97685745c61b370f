"""Who asks: a session's token or a key in the `Authorization` header, and nowhere else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from attrs import frozen

from leadcore import back_office as bo
from leadcore import logins
from leadcore.access import Caller, caller, role_of
from leadcore.api_keys import holder
from leadcore.errors import Malformed
from leadcore_fastapi.buckets import Buckets
from leadcore_fastapi.problems import Halt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from leadcore.accounts import Seller
    from leadcore.downline import Scope
    from leadcore.people import User
    from leadcore_fastapi.settings import Settings

__all__ = ["KEY_PREFIX", "Came", "Doorway"]

KEY_PREFIX = "lck_"
"""What keys begin with, so that people and scanners of leaked secrets know one when they see it."""


@frozen
class Came:
    """Who came in, and with which session; None for a key's."""

    caller: Caller
    session: str | None = None


class Doorway:
    """What all calls of one app share: the settings, the seller's terms for a moment, the rates."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.known = Buckets(settings.rate, settings.callers)
        self.strangers = Buckets(settings.stranger_rate, settings.callers)
        self.turns = CapacityLimiter(settings.threads)
        self._seller: tuple[float, Seller] | None = None
        self._lock = threading.Lock()

    def seller(self, at: datetime) -> Seller:
        """Give the seller, with terms of a few seconds ago at most.

        Raises:
            Halt: there is none yet.
        """
        kept = self._seller
        now = at.timestamp()
        if kept is not None and 0 <= now - kept[0] < self.settings.seller_seconds:
            return kept[1]
        found = self.settings.store.seller(self.settings.seller_id)
        if found is None:
            raise Halt(503, "there is no such seller yet")
        with self._lock:
            self._seller = (now, found)
        return found

    def enter(self, headers: Mapping[str, str], source: str | None, at: datetime) -> Came | None:
        """Say who comes in; None where nobody is named.

        Raises:
            Halt: whoever is named does not come in, or asks too often.
        """
        given = headers.get("authorization")
        came = None if given is None else self._entered(given, at)
        if came is not None:
            self._wait(self.known, came.caller.user.id, at)
            return came
        self._wait(self.strangers, source or "", at)
        if given is not None:
            raise Halt(401)
        return None

    def _wait(self, buckets: Buckets, who: str, at: datetime) -> None:
        seconds = buckets.take(who, at.timestamp())
        if seconds:
            raise Halt(429, headers=(("Retry-After", str(int(seconds) + 1)),))

    def _entered(self, given: str, at: datetime) -> Came | None:
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            digest = logins.token_digest(token.strip())
        except Malformed:
            return None
        if token.startswith(KEY_PREFIX):
            return self._with_key(digest, at)
        return self._with_session(digest, at)

    def _with_key(self, digest: str, at: datetime) -> Came | None:
        seller = self.seller(at)
        key, user = self.settings.store.api_key(digest)
        found = holder(key, user, seller_id=seller.id, at=at)
        if found is None:
            return None
        made = caller(found.user, seller, self._scope(found.user, seller), only=found.only)
        return None if made is None else Came(made)

    def _with_session(self, digest: str, at: datetime) -> Came | None:
        seller, store = self.seller(at), self.settings.store
        answer = logins.who(store.session(digest), seller_id=seller.id, at=at)
        if not isinstance(answer, logins.SignedIn):
            return None
        if answer.touch:
            store.run(bo.UseSession(seller_id=seller.id, token=digest, at=at))
        made = caller(answer.user, seller, self._scope(answer.user, seller))
        return None if made is None else Came(made, answer.session.id)

    def _scope(self, user: User, seller: Seller) -> Scope | None:
        role = role_of(user, seller)
        return None if role is None or role.is_staff else self.settings.store.scope(user.id)
