"""Log-in names: of whom, so that nobody else of the seller has the same.

Each name a seller's users ever had is a stream of its own, under a digest of it. Taking a name is a
write guarded by that stream's version, so of two who take one at the same time one is a `Conflict`,
looks again, and finds it taken.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import WrongState
from leadcore.values import SellerId, UserId, instant

__all__ = [
    "LoginName",
    "NameEvent",
    "NameFreed",
    "NameTaken",
    "evolve_name",
    "free_name",
    "name_of",
    "take_name",
]


@frozen(kw_only=True)
class LoginName:
    """Whose a name is; None: nobody's any more, or not yet."""

    id: str
    seller_id: SellerId | None = None
    user_id: UserId | None = None


@frozen(kw_only=True)
class NameTaken:
    """A user took the name."""

    seller_id: SellerId
    user_id: UserId
    at: datetime = field(converter=instant)


@frozen
class NameFreed:
    """Nobody has the name any more."""

    at: datetime = field(converter=instant)


NameEvent = NameTaken | NameFreed


def name_of(key: str) -> LoginName:
    """Give what every name begins as: nobody's."""
    return LoginName(id=key)


def take_name(
    state: LoginName, seller_id: SellerId, user_id: UserId, at: datetime
) -> tuple[NameEvent, ...]:
    """Take a name; nothing happens where the user has it already.

    Raises:
        WrongState: somebody else has it.
    """
    if state.user_id is None:
        return (NameTaken(seller_id=seller_id, user_id=user_id, at=at),)
    if state.user_id != user_id:
        raise WrongState("LoginName", "another user logs in with this address")
    return ()


def free_name(state: LoginName, user_id: UserId, at: datetime) -> tuple[NameEvent, ...]:
    """Give a name back; nothing happens where the user does not have it."""
    return (NameFreed(at),) if state.user_id == user_id else ()


def evolve_name(state: LoginName, event: NameEvent) -> LoginName:
    """Give the state after an event."""
    if isinstance(event, NameTaken):
        return replace(state, seller_id=event.seller_id, user_id=event.user_id)
    return replace(state, user_id=None)
