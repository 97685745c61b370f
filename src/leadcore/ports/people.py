"""The users of an account as a store lists them: by name, a page at a time, however many."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from leadcore.people import User
from leadcore.values import AccountId, UserId

__all__ = ["AsyncUserLists", "UserLists", "UserPlace", "UserQuery", "user_search", "user_sort_key"]

_LONGEST = 60


@frozen(kw_only=True)
class UserQuery:
    """Which users of an account to list: by name without regard to case, then by id.

    Attributes:
        account_id: of this account; what may be seen of it is for the caller to know.
        text: found in the name or the e-mail address, without regard to case; None for all.
        below: only those directly below this one; None for all.
        top: only those who stand below nobody.
        enabled: only those who are, or are not; None for both.
        limit: at most so many.
        after: the last user of the page before; None for the first page.
    """

    account_id: AccountId
    text: str | None = None
    below: UserId | None = None
    top: bool = False
    enabled: bool | None = None
    limit: int = 50
    after: UserId | None = None


@frozen(kw_only=True)
class UserPlace:
    """A user, how many stand directly below, and how many below at any depth."""

    user: User
    direct: int
    below: int


class UserLists(Protocol):
    """What a store is asked about an account's users, sync; a part of `leadcore.ports.Store`."""

    def user_places(self, query: UserQuery) -> tuple[UserPlace, ...]:
        """Give a page of users with how many stand below each."""
        ...

    def user_count(self, account_id: AccountId) -> int:
        """Give how many users an account has, enabled or not."""
        ...


class AsyncUserLists(Protocol):
    """What a store is asked about an account's users, async: the same names."""

    async def user_places(self, query: UserQuery) -> tuple[UserPlace, ...]:
        """As `UserLists.user_places`."""
        ...

    async def user_count(self, account_id: AccountId) -> int:
        """As `UserLists.user_count`."""
        ...


def user_sort_key(user: User) -> str:
    """Give what a user is listed by: the name, case folded; what is longer counts as equal."""
    return _written(user.profile.name)[:_LONGEST]


def user_search(user: User) -> str:
    """Give what a free-text search looks through: name and e-mail address, case folded."""
    return _written(f"{user.profile.name}\n{user.profile.email or ''}")


def _written(text: str) -> str:
    # Half a character, which no database takes, becomes a question mark.
    return text.casefold().encode("utf-8", "replace").decode()
