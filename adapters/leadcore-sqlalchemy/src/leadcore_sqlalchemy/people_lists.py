"""The users of an account, by name and a page at a time, with how many stand below each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import and_, func, literal, select

from leadcore.ports import UserCounts, UserPlace
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.moments import alone_where
from leadcore_sqlalchemy.paging import behind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection

    from leadcore.people import User
    from leadcore.ports import UserQuery
    from leadcore.values import AccountId, UserId

__all__ = ["AsyncPeopleReads", "PeopleReads"]

A = TypeVar("A")
P = ParamSpec("P")

_USERS, _AT = tables.users, tables.intervals
_BELOW = _AT.alias("below")


@alone_where(lambda query: query.counts is UserCounts.NONE)
def _places(connection: Connection, query: UserQuery) -> tuple[UserPlace, ...]:
    tests = (*_tests(query), *behind(query, _USERS.c.name_key, _USERS.c.id))
    found = (
        select(_USERS.c.id, _USERS.c.data)
        .where(*tests)
        .order_by(_USERS.c.name_key, _USERS.c.id)
        .limit(query.limit)
    )
    rows = connection.execute(found).all()
    ids = [row.id for row in rows]
    asked = query.counts
    direct = None if asked is UserCounts.NONE else _direct(connection, query, ids)
    below = _below(connection, query, ids) if asked is UserCounts.ALL else None
    return tuple(
        UserPlace(
            user=states.load_state("user", row.data),
            direct=None if direct is None else direct.get(row.id, 0),
            below=None if below is None else below.get(row.id, 0),
        )
        for row in rows
    )


def _tests(query: UserQuery) -> Iterator[ColumnElement[bool]]:
    yield _USERS.c.account_id == query.account_id
    if query.text is not None:
        yield _USERS.c.search.contains(query.text.casefold(), autoescape=True)
    if query.below is not None:
        yield _USERS.c.parent_id == query.below
    if query.top:
        yield _USERS.c.parent_id.is_(None)
    if query.enabled is not None:
        yield _USERS.c.enabled.is_(query.enabled)


def _direct(connection: Connection, query: UserQuery, ids: list[str]) -> dict[str, int]:
    """Give how many stand directly below each; of one account, so an index has it all."""
    parent = _USERS.c.parent_id
    of = (_USERS.c.account_id == query.account_id, parent.in_(ids))
    found = select(parent, func.count()).where(*of).group_by(parent)
    return {row[0]: row[1] for row in connection.execute(found)}


def _below(connection: Connection, query: UserQuery, ids: list[str]) -> dict[str, int]:
    """Give how many stand below each at any depth: their labels lie between theirs."""
    within = and_(
        _BELOW.c.account_id == query.account_id,
        _BELOW.c.low > _AT.c.low,
        _BELOW.c.low < _AT.c.high,
    )
    count = select(func.count()).select_from(_BELOW).where(within).scalar_subquery()
    found = select(_AT.c.id, count).where(_AT.c.account_id == query.account_id, _AT.c.id.in_(ids))
    return {row[0]: row[1] for row in connection.execute(found)}


@alone_where()
def _uplines(
    connection: Connection, account_id: AccountId, user_ids: tuple[UserId, ...], most: int
) -> dict[UserId, tuple[User, ...]]:
    """Climb the links of all of them at once, so many steps; a circle of links ends there, too."""
    link, above = _USERS.alias("link"), _USERS.alias("above")
    # Written like this, no index of an account's users fits: SQLite would read them all.
    account: Any = _USERS.c.account_id
    mine = account + "" == account_id
    climbed = (
        select(_USERS.c.id.label("user_id"), _USERS.c.parent_id, literal(0).label("height"))
        .where(mine, _USERS.c.id.in_(user_ids))
        .cte("climbed", recursive=True)
    )
    climbed = climbed.union_all(
        select(climbed.c.user_id, link.c.parent_id, climbed.c.height + 1).where(
            link.c.id == climbed.c.parent_id,
            link.c.account_id == account_id,
            climbed.c.height < most,
        )
    )
    found = (
        select(climbed.c.user_id, climbed.c.height, above.c.id, above.c.data)
        .select_from(
            climbed.outerjoin(
                above,
                and_(above.c.id == climbed.c.parent_id, above.c.account_id == account_id),
            )
        )
        .order_by(climbed.c.user_id, climbed.c.height)
    )
    lines: dict[UserId, dict[UserId, User]] = {}
    for row in connection.execute(found):
        line = lines.setdefault(row.user_id, {})
        if row.id is not None and row.height < most:
            line[row.id] = states.load_state("user", row.data)
    return {user: tuple(line.values()) for user, line in lines.items()}


@alone_where()
def _count(connection: Connection, account_id: AccountId) -> int:
    found = select(func.count()).select_from(_USERS).where(_USERS.c.account_id == account_id)
    return int(connection.execute(found).scalar_one())


class PeopleReads(ABC):
    """The reads of `leadcore.ports.UserLists`; a subclass says on which connection."""

    @abstractmethod
    def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    def user_places(self, query: UserQuery) -> tuple[UserPlace, ...]:
        """Give a page of users with how many stand below each."""
        return self._read(_places, query)

    def uplines(
        self, account_id: AccountId, user_ids: Iterable[UserId], *, most: int
    ) -> dict[UserId, tuple[User, ...]]:
        """Give who stands above users of an account, nearest first."""
        return self._read(_uplines, account_id, tuple(user_ids), most)

    def user_count(self, account_id: AccountId) -> int:
        """Give how many users an account has, enabled or not."""
        return self._read(_count, account_id)


class AsyncPeopleReads(ABC):
    """The same, async."""

    @abstractmethod
    async def _read(
        self, work: Callable[Concatenate[Connection, P], A], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Do the work on a connection that only reads."""

    async def user_places(self, query: UserQuery) -> tuple[UserPlace, ...]:
        """Give a page of users with how many stand below each."""
        return await self._read(_places, query)

    async def uplines(
        self, account_id: AccountId, user_ids: Iterable[UserId], *, most: int
    ) -> dict[UserId, tuple[User, ...]]:
        """Give who stands above users of an account, nearest first."""
        return await self._read(_uplines, account_id, tuple(user_ids), most)

    async def user_count(self, account_id: AccountId) -> int:
        """Give how many users an account has, enabled or not."""
        return await self._read(_count, account_id)
