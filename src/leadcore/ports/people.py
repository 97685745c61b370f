"""The users of an account as a store lists them: by name, a page at a time, however many."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from leadcore.people import User
from leadcore.ports.cursors import Cursor, Paged
from leadcore.values import AccountId, UserId

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "AsyncUserLists",
    "UserCounts",
    "UserLists",
    "UserPlace",
    "UserQuery",
    "user_search",
    "user_sort_key",
]

_LONGEST = 60


class UserCounts(Enum):
    """What a list counts beside each user: nothing, the direct downline, or also all of it.

    To count a whole downline takes as long as it is large: ask for it where it is shown.
    """

    NONE = "none"
    DIRECT = "direct"
    ALL = "all"


@frozen(kw_only=True)
class UserQuery(Paged[User]):
    """Which users of an account to list: by name without regard to case, then by id.

    Attributes:
        account_id: of this account; what may be seen of it is for the caller to know.
        text: found in the name or the e-mail address, without regard to case; None for all.
        below: only those directly below this one; None for all.
        top: only those who stand below nobody.
        enabled: only those who are, or are not; None for both.
        counts: what is counted beside each.
        limit: at most so many.
        after: behind which row the page begins.
    """

    account_id: AccountId
    text: str | None = None
    below: UserId | None = None
    top: bool = False
    enabled: bool | None = None
    counts: UserCounts = UserCounts.ALL
    limit: int = 50

    @property
    def order(self) -> str:
        """Which list it is, and what it is sorted by, in words."""
        return "users by name"

    @property
    def by_instant(self) -> bool:
        """Is the list sorted by an instant? Else by a text."""
        return False

    def cursor(self, row: User) -> Cursor:
        """Give where a user stands."""
        return Cursor(user_sort_key(row), row.id)


@frozen(kw_only=True)
class UserPlace:
    """A user, how many stand directly below, and how many below at any depth.

    Either number is None where it was not asked for (`UserQuery.counts`).
    """

    user: User
    direct: int | None
    below: int | None


class UserLists(Protocol):
    """What a store is asked about an account's users, sync; a part of `leadcore.ports.Store`."""

    def user_places(self, query: UserQuery) -> tuple[UserPlace, ...]:
        """Give a page of users with how many stand below each."""
        ...

    def uplines(
        self, account_id: AccountId, user_ids: Iterable[UserId], *, most: int
    ) -> dict[UserId, tuple[User, ...]]:
        """Give who stands above users of an account, nearest first.

        Args:
            account_id: of this account; a link out of it counts for nothing.
            user_ids: of these; who is no user of the account is not in the answer.
            most: at most so many of those above each: a line of people may be very long.
        """
        ...

    def user_count(self, account_id: AccountId) -> int:
        """Give how many users an account has, enabled or not."""
        ...


class AsyncUserLists(Protocol):
    """What a store is asked about an account's users, async: the same names."""

    async def user_places(self, query: UserQuery) -> tuple[UserPlace, ...]:
        """As `UserLists.user_places`."""
        ...

    async def uplines(
        self, account_id: AccountId, user_ids: Iterable[UserId], *, most: int
    ) -> dict[UserId, tuple[User, ...]]:
        """As `UserLists.uplines`."""
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
