"""The reads of log-ins, sessions and deeds, for stores and readers of one moment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from leadcore_sqlalchemy import logins

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from leadcore.logins import Deed, Login, Session, SessionFacts
    from leadcore.ports import DeedQuery
    from leadcore.values import SellerId, UserId

__all__ = ["AsyncLogins", "Logins"]

A = TypeVar("A")
P = ParamSpec("P")


class Logins(ABC):
    """What `leadcore.ports.Store` tells of log-ins; a subclass says on which connection."""

    @abstractmethod
    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    def login(self, user_id: UserId) -> Login | None:
        """Give a user's log-in."""
        return self._read(logins.login, user_id)

    def login_named(self, seller_id: SellerId, name: str) -> Login | None:
        """Give the log-in of a name, as `logins.login_name` gives it."""
        return self._read(logins.login_named, seller_id, name)

    def login_with_token(self, token: str) -> Login | None:
        """Give the log-in a token is good for, by the token's digest; it may be too old."""
        return self._read(logins.login_with_token, token)

    def password_hash(self, user_id: UserId) -> str | None:
        """Give the hash of a user's password, for whoever checks passwords; it is never shown."""
        return self._read(logins.password_hash, user_id)

    def session(self, token: str) -> SessionFacts:
        """Give the session of a token, by the token's digest, and what it depends on."""
        return self._read(logins.session, token)

    def sessions(self, user_id: UserId) -> tuple[Session, ...]:
        """Give a user's sessions that were not ended, newest first."""
        return self._read(logins.sessions, user_id)

    def deeds(self, query: DeedQuery) -> tuple[Deed, ...]:
        """Give who did what, newest first."""
        return self._read(logins.deeds, query)


class AsyncLogins(ABC):
    """What `leadcore.ports.AsyncStore` tells of log-ins; a subclass says on which connection."""

    @abstractmethod
    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    async def login(self, user_id: UserId) -> Login | None:
        """As `Logins.login`."""
        return await self._read(logins.login, user_id)

    async def login_named(self, seller_id: SellerId, name: str) -> Login | None:
        """As `Logins.login_named`."""
        return await self._read(logins.login_named, seller_id, name)

    async def login_with_token(self, token: str) -> Login | None:
        """As `Logins.login_with_token`."""
        return await self._read(logins.login_with_token, token)

    async def password_hash(self, user_id: UserId) -> str | None:
        """As `Logins.password_hash`."""
        return await self._read(logins.password_hash, user_id)

    async def session(self, token: str) -> SessionFacts:
        """As `Logins.session`."""
        return await self._read(logins.session, token)

    async def sessions(self, user_id: UserId) -> tuple[Session, ...]:
        """As `Logins.sessions`."""
        return await self._read(logins.sessions, user_id)

    async def deeds(self, query: DeedQuery) -> tuple[Deed, ...]:
        """As `Logins.deeds`."""
        return await self._read(logins.deeds, query)
