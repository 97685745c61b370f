"""The users of an account, by name and a page at a time, with how many stand below each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sqlalchemy import and_, func, or_, select

from leadcore.ports import UserPlace
from leadcore_sqlalchemy import states, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ColumnElement, Connection

    from leadcore.ports import UserQuery
    from leadcore.values import AccountId

__all__ = ["AsyncPeopleReads", "PeopleReads"]

A = TypeVar("A")
P = ParamSpec("P")

_USERS, _AT = tables.users, tables.intervals
_BELOW = _AT.alias("below")


def _places(connection: Connection, query: UserQuery) -> tuple[UserPlace, ...]:
    tests = list(_tests(query))
    if query.after is not None:
        of = (_USERS.c.id == query.after, _USERS.c.account_id == query.account_id)
        last = connection.execute(select(_USERS.c.name_key).where(*of)).one_or_none()
        if last is None:
            return ()
        same = and_(_USERS.c.name_key == last.name_key, _USERS.c.id > query.after)
        tests.append(or_(_USERS.c.name_key > last.name_key, same))
    found = (
        select(_USERS.c.id, _USERS.c.data)
        .where(*tests)
        .order_by(_USERS.c.name_key, _USERS.c.id)
        .limit(query.limit)
    )
    rows = connection.execute(found).all()
    ids = [row.id for row in rows]
    direct, below = _direct(connection, query, ids), _below(connection, query, ids)
    return tuple(
        UserPlace(
            user=states.load_state("user", row.data),
            direct=direct.get(row.id, 0),
            below=below.get(row.id, 0),
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

    async def user_count(self, account_id: AccountId) -> int:
        """Give how many users an account has, enabled or not."""
        return await self._read(_count, account_id)
