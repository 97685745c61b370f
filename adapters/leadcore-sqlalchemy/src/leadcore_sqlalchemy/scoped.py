"""A scope in SQL: what a viewer may see, asked of the intervals."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, literal_column, select

from leadcore.downline import Reach, Tree, scope
from leadcore_sqlalchemy import tables
from leadcore_sqlalchemy.current import user
from leadcore_sqlalchemy.moments import Moment, alone, marked
from leadcore_sqlalchemy.statements import MOST, Many, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from leadcore.downline import Scope
    from leadcore.values import UserId

__all__ = ["bounds", "covered", "scope_of"]

_AT = tables.intervals
_VIEWER = _AT.alias("viewer")
_READ = Statement(
    select(_AT.c.low, _AT.c.high).where(
        _AT.c.id == bindparam("id"), _AT.c.account_id == bindparam("account_id")
    )
)


def _below(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return (
        select(_AT.c.id)
        .join(_VIEWER, _AT.c.account_id == _VIEWER.c.account_id)
        .where(
            _VIEWER.c.id == bindparam("viewer_id"),
            _VIEWER.c.account_id == bindparam("account_id"),
            _AT.c.id.in_(ids),
            _AT.c.low >= _VIEWER.c.low,
            _AT.c.low < _VIEWER.c.high,
        )
    )


def _within(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # as above
    return select(_AT.c.id).where(_AT.c.id.in_(ids), _AT.c.account_id == bindparam("account_id"))


_READ_BELOW, _READ_WITHIN = Many(_below), Many(_within)


def _one() -> Statement:
    """Give a row where one user stands below the viewer, or is the viewer: two look-ups by id."""
    one = _AT.alias("one")
    number: ColumnElement[int] = literal_column("1")
    return Statement(
        select(number.label("found"))
        .select_from(one.join(_VIEWER, one.c.account_id == _VIEWER.c.account_id))
        .where(
            one.c.id == bindparam("id"),
            one.c.account_id == bindparam("account_id"),
            _VIEWER.c.id == bindparam("viewer_id"),
            one.c.low >= _VIEWER.c.low,
            one.c.low < _VIEWER.c.high,
        )
    )


_READ_ONE = _one()


@alone
def scope_of(connection: Connection, viewer_id: UserId) -> Scope | None:
    """Give what a user may see; None where there is no such user."""
    viewer = user(connection, viewer_id)
    return None if viewer is None else scope(viewer, Tree({viewer.id: None}))


def _needs(_seen: Scope, owner_ids: Iterable[UserId]) -> Moment:
    """Very many are asked about in several statements."""
    few = isinstance(owner_ids, Sized) and len(owner_ids) <= MOST
    return Moment.STATED if few else Moment.SEEN


@marked(_needs)
def covered(connection: Connection, seen: Scope, owner_ids: Iterable[UserId]) -> frozenset[UserId]:
    """Give those of the users whose leads a scope covers."""
    asked = frozenset(owner_ids)
    if seen.reach is Reach.DOWNLINE and len(asked) == 1:
        (one,) = asked
        given = {"id": one, "viewer_id": seen.user_id, "account_id": seen.account_id}
        return asked if _READ_ONE.found(connection, given) else frozenset()
    if seen.reach is Reach.NOTHING:
        return frozenset()
    if seen.reach is Reach.OWN:
        asked &= {seen.user_id}
    if not asked:
        return frozenset()
    given = {"account_id": seen.account_id}
    if seen.reach is Reach.DOWNLINE:
        rows = _READ_BELOW.rows(connection, [*asked], {**given, "viewer_id": seen.user_id})
    else:
        rows = _READ_WITHIN.rows(connection, [*asked], given)
    return frozenset(row.id for row in rows)


def bounds(connection: Connection, seen: Scope) -> tuple[int, int] | None:
    """Give the interval of a viewer; None where there is no such user in the scope's account."""
    row = _READ.row(connection, {"id": seen.user_id, "account_id": seen.account_id})
    return None if row is None else (row.low, row.high)
