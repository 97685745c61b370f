"""The users of an account as a tree that is opened level by level, a page of a level at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.people import User
from leadcore.ports import UserCounts, UserPlace, UserQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.values import AccountId, UserId
    from leadcore_sqlalchemy import SqlReader

__all__ = ["Level", "level_of", "named", "paths_of"]

_HIGH = 8
"""So many of those above somebody are named: a line of people may be as long as it likes."""


@frozen(kw_only=True)
class Level:
    """Some users of a level.

    Attributes:
        above: whose direct downline it is; None for the top.
        places: by name.
        next: the cursor of the page behind, where there are more; None where there are not.
    """

    above: User | None
    places: tuple[UserPlace, ...]
    next: str | None


def _page(reader: SqlReader, query: UserQuery, above: User | None, most: int) -> Level:
    found = reader.user_places(query)
    places = found[:most]
    more = len(found) > most
    return Level(above=above, places=places, next=query.closed(places[-1].user) if more else None)


def level_of(
    reader: SqlReader,
    account_id: AccountId,
    above: User | None,
    *,
    after: str = "",
    most: int,
    counts: UserCounts = UserCounts.ALL,
) -> Level:
    """Give some of those directly below somebody, or of those at the top.

    Args:
        reader: of the records.
        account_id: whose users.
        above: below whom; None: at the top.
        after: the cursor of the page (`Level.next`); empty for the first page.
        most: at most so many.
        counts: what is counted beside each.
    """
    query = UserQuery(
        account_id=account_id,
        counts=counts,
        below=above.id if above else None,
        top=above is None,
        limit=most + 1,
    )
    return _page(reader, query.opened(after), above, most)


def named(
    reader: SqlReader,
    account_id: AccountId,
    words: str,
    *,
    after: str = "",
    most: int,
    counts: UserCounts = UserCounts.NONE,
) -> Level:
    """Give users whose name or e-mail address holds these words; empty: everybody."""
    query = UserQuery(account_id=account_id, text=words or None, counts=counts, limit=most + 1)
    return _page(reader, query.opened(after), None, most)


def paths_of(
    reader: SqlReader, account_id: AccountId, users: Iterable[User]
) -> dict[UserId, tuple[User | None, ...]]:
    """Give who stands above each of some users, from the top down; None for those not named."""
    ids = [each.id for each in users]
    lines = reader.uplines(account_id, ids, most=_HIGH + 1) if ids else {}
    return {user: tuple(_path(line)) for user, line in lines.items()}


def _path(line: tuple[User, ...]) -> Iterator[User | None]:
    if len(line) > _HIGH:
        yield None
    yield from reversed(line[:_HIGH])
