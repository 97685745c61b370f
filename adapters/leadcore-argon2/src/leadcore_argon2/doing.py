"""Logging in, whole: the hash between the two use cases, a token, and the clock."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.back_office import (
    By,
    CheckAgain,
    CheckLogIn,
    LoggedInAs,
    LogIn,
    LogInAsk,
    NotLoggedIn,
)
from leadcore.logins import Actor, Session, login_name, token_digest
from leadcore.people import User
from leadcore.values import SellerId, time_ordered_id

if TYPE_CHECKING:
    from leadcore.ports import AsyncStore, Store
    from leadcore_argon2.hashing import Argon2Hasher

__all__ = ["Entered", "Wish", "async_log_in", "fresh_token", "log_in"]

_TOKEN_BYTES = 32
_TURNS = 3


def fresh_token() -> str:
    """Give a token nobody guesses: 256 random bits, as text for a link or a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


@frozen(kw_only=True)
class Wish:
    """What somebody types who wants to log in.

    Attributes:
        name: the e-mail address, as it was typed.
        source: the address the try comes from; None where nobody knows.
        device: what a person will know the session by.
    """

    seller_id: SellerId
    name: str
    password: str = field(repr=False)
    source: str | None = None
    device: str | None = None


@frozen(kw_only=True)
class Entered:
    """Somebody was let in; the token is told here and never again."""

    user: User
    session: Session
    token: str = field(repr=False)


def log_in(
    store: Store, hasher: Argon2Hasher, wish: Wish, *, at: datetime | None = None
) -> Entered | NotLoggedIn:
    """Log in.

    Args:
        store: where log-ins are.
        hasher: what checks the password.
        wish: what was typed.
        at: now; the clock's now where it is not given.

    Raises:
        Malformed: the name is no e-mail address.
    """
    turn = _Turn(wish, at or datetime.now(UTC))
    asked: LogInAsk | NotLoggedIn | CheckAgain = store.run(turn.ask)
    for _ in range(_TURNS):
        if isinstance(asked, NotLoggedIn):
            return asked
        answer = store.run(turn.go(hasher, asked.encoded))
        if not isinstance(answer, CheckAgain):
            return turn.entered(answer)
        asked = answer
    return NotLoggedIn(looked_at=False)


async def async_log_in(
    store: AsyncStore, hasher: Argon2Hasher, wish: Wish, *, at: datetime | None = None
) -> Entered | NotLoggedIn:
    """Do as `log_in`; the hash is checked in a thread, so that nobody waits for it."""
    from asyncio import to_thread  # noqa: PLC0415 - whoever logs in sync needs none

    turn = _Turn(wish, at or datetime.now(UTC))
    asked: LogInAsk | NotLoggedIn | CheckAgain = await store.run(turn.ask)
    for _ in range(_TURNS):
        if isinstance(asked, NotLoggedIn):
            return asked
        answer = await store.run(await to_thread(turn.go, hasher, asked.encoded))
        if not isinstance(answer, CheckAgain):
            return turn.entered(answer)
        asked = answer
    return NotLoggedIn(looked_at=False)


class _Turn:
    """What both forms share: the use cases, with a token and ids of their own."""

    def __init__(self, wish: Wish, at: datetime) -> None:
        self._wish, self._at = wish, at
        self._name = login_name(wish.name)
        self._token = fresh_token()
        self.ask = CheckLogIn(seller_id=wish.seller_id, name=self._name, source=wish.source, at=at)

    def go(self, hasher: Argon2Hasher, encoded: str | None) -> By[LogInAnswer]:
        case = LogIn(
            seller_id=self._wish.seller_id,
            name=self._name,
            checked=hasher.check(self._wish.password, encoded),
            session_id=self._id(),
            token=token_digest(self._token),
            source=self._wish.source,
            device=self._wish.device,
            at=self._at,
        )
        actor = Actor.system(self._wish.seller_id, "log-in", self._wish.source)
        return By(actor=actor, case=case, act=self._id(), at=self._at)

    def entered(self, answer: LoggedInAs | NotLoggedIn) -> Entered | NotLoggedIn:
        if isinstance(answer, NotLoggedIn):
            return answer
        return Entered(user=answer.user, session=answer.session, token=self._token)

    def _id(self) -> str:
        return time_ordered_id(self._at, entropy=secrets.token_bytes(10))


LogInAnswer = LoggedInAs | NotLoggedIn | CheckAgain
