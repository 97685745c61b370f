"""The users of an account as a tree that is opened level by level, a page of a level at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.people import User
from leadcore.ports import UserPlace, UserQuery
from leadcore.values import UserId

if TYPE_CHECKING:
    from leadcore.values import AccountId
    from leadcore_sqlalchemy import SqlReader

__all__ = ["Level", "Paths", "level_of", "named"]

_HIGH = 8
"""So many of those above somebody are named: a line of people may be as long as it likes."""


@frozen(kw_only=True)
class Level:
    """Some users of a level.

    Attributes:
        above: whose direct downline it is; None for the top.
        places: by name.
        next: the last of them, where there are more on this level; None where there are not.
    """

    above: User | None
    places: tuple[UserPlace, ...]
    next: UserId | None


def _page(reader: SqlReader, query: UserQuery, above: User | None, most: int) -> Level:
    found = reader.user_places(query)
    places = found[:most]
    more = len(found) > most
    return Level(above=above, places=places, next=places[-1].user.id if more else None)


def level_of(
    reader: SqlReader,
    account_id: AccountId,
    above: User | None,
    *,
    after: str = "",
    most: int,
) -> Level:
    """Give some of those directly below somebody, or of those at the top.

    Args:
        reader: of the records.
        account_id: whose users.
        above: below whom; None: at the top.
        after: the last of the page before; empty for the first page.
        most: at most so many.
    """
    query = UserQuery(
        account_id=account_id,
        below=above.id if above else None,
        top=above is None,
        limit=most + 1,
        after=UserId(after) if after else None,
    )
    return _page(reader, query, above, most)


def named(
    reader: SqlReader, account_id: AccountId, words: str, *, after: str = "", most: int
) -> Level:
    """Give users whose name or e-mail address holds these words; empty: everybody."""
    query = UserQuery(
        account_id=account_id,
        text=words or None,
        limit=most + 1,
        after=UserId(after) if after else None,
    )
    return _page(reader, query, None, most)


class Paths:
    """Who stands above users, each of them read once."""

    def __init__(self, reader: SqlReader) -> None:
        """Take the reader of one moment."""
        self._reader = reader
        self._known: dict[UserId, User | None] = {}

    def upline(self, user: User) -> tuple[User | None, ...]:
        """Give who stands above somebody, from the top down; None for those not named."""
        found: list[User | None] = []
        here = self._user(user.parent_id)
        while here is not None:
            if len(found) == _HIGH:
                found.append(None)
                break
            found.append(here)
            here = self._user(here.parent_id)
        return tuple(reversed(found))

    def _user(self, user_id: UserId | None) -> User | None:
        if user_id is None:
            return None
        if user_id not in self._known:
            self._known[user_id] = self._reader.user(user_id)
        return self._known[user_id]
