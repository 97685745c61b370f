"""Keys that programs come in with: on behalf of whom, for what, for how long.

A key acts as the user who made it and may do less, never more: each call is judged by what the
user may do then, and by the permissions the key was given. Nothing but the digest of it is kept.
Like a session it remembers how often its user had been disabled: disabling ends it for good.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.access import TABLE, Permission, role_of
from leadcore.errors import Malformed, Problem, WrongState
from leadcore.people import User
from leadcore.values import AccountId, SellerId, UserId, instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.accounts import Seller

__all__ = [
    "ApiKey",
    "ApiKeyEvent",
    "KeyEdited",
    "KeyHolder",
    "KeyIssued",
    "KeyRevoked",
    "evolve",
    "holder",
    "key_problems",
]

_NAME = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,98}[^\s\x00-\x1f\x7f])?")


@frozen(kw_only=True)
class ApiKey:
    """The present state of a key's stream.

    Attributes:
        id: tells it in lists; it lets nobody in.
        user_id: on whose behalf it acts.
        name: what people know it by.
        token: the digest of what lets a program in.
        permissions: what it was given for, as `access.Permission` is written.
        disables: how often its user had been disabled when it was made.
        expires_at: from then on it lets nobody in; None for never.
    """

    id: str
    seller_id: SellerId
    account_id: AccountId
    user_id: UserId
    name: str
    token: str = field(repr=False)
    permissions: tuple[str, ...]
    disables: int
    issued_at: datetime = field(converter=instant)
    expires_at: datetime | None = field(default=None, converter=optional_instant)
    revoked_at: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class KeyIssued:
    """A key was made."""

    key_id: str
    seller_id: SellerId
    account_id: AccountId
    user_id: UserId
    name: str
    token: str = field(repr=False)
    permissions: tuple[str, ...]
    disables: int
    expires_at: datetime | None = field(default=None, converter=optional_instant)
    at: datetime = field(converter=instant)


@frozen
class KeyRevoked:
    """It lets nobody in any more."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class KeyEdited:
    """It has another name, or is for something else, from now on."""

    name: str
    permissions: tuple[str, ...]
    at: datetime = field(converter=instant)


ApiKeyEvent = KeyIssued | KeyEdited | KeyRevoked


def evolve(state: ApiKey | None, event: ApiKeyEvent) -> ApiKey:
    """Give the state after an event.

    Raises:
        WrongState: the event speaks of a key that was never made.
    """
    if isinstance(event, KeyIssued):
        return ApiKey(
            id=event.key_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            user_id=event.user_id,
            name=event.name,
            token=event.token,
            permissions=event.permissions,
            disables=event.disables,
            issued_at=event.at,
            expires_at=event.expires_at,
        )
    if state is None:
        raise WrongState(type(event).__name__, "the key was never made")
    if isinstance(event, KeyEdited):
        return replace(state, name=event.name, permissions=event.permissions)
    return replace(state, revoked_at=event.at)


@frozen
class KeyHolder:
    """On whose behalf a key acts, and what it was given for."""

    user: User
    only: frozenset[Permission]


def holder(
    key: ApiKey | None, user: User | None, *, seller_id: SellerId, at: datetime
) -> KeyHolder | None:
    """Say on whose behalf somebody comes in with a key, or None where nobody does.

    Args:
        key: what a token's digest stands for.
        user: the key's.
        seller_id: at whose door.
        at: now.
    """
    if key is None or user is None or key.seller_id != seller_id or user.id != key.user_id:
        return None
    over = key.revoked_at is not None or (key.expires_at is not None and at >= key.expires_at)
    if over or not user.enabled or user.times_disabled != key.disables:
        return None
    named = (_permission(text) for text in key.permissions)
    return KeyHolder(user=user, only=frozenset(each for each in named if each is not None))


def _permission(text: str) -> Permission | None:
    # What a later version no longer knows is given to nobody, and takes nothing else along.
    try:
        return Permission.named(text)
    except Malformed:
        return None


def key_problems(
    name: str,
    permissions: tuple[str, ...],
    expires_at: datetime | None,
    *,
    user: User,
    seller: Seller,
    within: frozenset[Permission] | None = None,
    at: datetime,
) -> Iterator[Problem]:
    """Give what is wrong with a key that somebody wants.

    Args:
        name: as people will know it.
        permissions: as it was asked for.
        expires_at: as it was asked for.
        user: whose it would be.
        seller: at whose door.
        within: what the key was given for that whoever asks came in with; None for a person.
        at: now.
    """
    if not _NAME.fullmatch(name):
        yield Problem("name", "is one line of at most 100 characters")
    if not permissions:
        yield Problem("permissions", "a key is given for something")
    role = role_of(user, seller)
    for number, text in enumerate(permissions):
        found, path = _permission(text), f"permissions[{number}]"
        if found is None:
            yield Problem(path, f"there is no permission {text[:80]!r}; one is leads:read")
        elif role not in TABLE[found] or (within is not None and found not in within):
            yield Problem(path, "is not open to whoever asks for the key")
    if expires_at is not None and expires_at <= at:
        yield Problem("expires_at", "is later than now")
