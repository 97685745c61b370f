"""Who holds leads, and how new they are at most: kept beside each user's interval.

A large downline may hold nothing, or nothing new, and a page of its leads must not look at each of
its people to find that out. So the row of who ever held a lead says an instant, `newest`: no lead
they held was received or sold after it. It is rounded up to the minute, so that whoever gets many
leads at a time is written once, and it never falls: a lead that was returned or assigned to
somebody else leaves it as it is, which is still true.

The sale that gives somebody a lead writes it, in the same transaction, and so does everything else
that writes a lead which somebody holds; that changes a row only where the instant rises.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, exists, func, inspect, or_, select, text, update

from leadcore_sqlalchemy import tables
from leadcore_sqlalchemy.statements import Statement
from leadcore_sqlalchemy.types import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from sqlalchemy import ColumnElement, Connection

    from leadcore.values import AccountId
    from leadcore_sqlalchemy.later import Later

__all__ = ["audit_holders", "fill", "keep_leads", "note"]

_AT, _LEADS = tables.intervals, tables.leads
_MINUTE = timedelta(minutes=1)
_LAST = datetime.max.replace(tzinfo=UTC) - _MINUTE

_newest = bindparam("b_newest", type_=UtcDateTime)
_RAISE = Statement(
    update(_AT)
    .where(
        _AT.c.id == bindparam("b_id"),
        _AT.c.account_id == bindparam("b_account_id"),
        or_(_AT.c.newest.is_(None), _AT.c.newest < _newest),
    )
    .values(newest=_newest)
)


def note(later: Later, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note who holds leads that were written.

    Args:
        later: the writes of the transaction.
        rows: what the leads' rows say.
    """
    newest: dict[tuple[str, str], datetime] = {}
    for row in rows:
        if row["holder_id"] is not None:
            key = (row["holder_id"], row["holder_account_id"])
            at = _rounded(max(row["received_at"], row["sold_at"] or row["received_at"]))
            newest[key] = max(at, newest.get(key, at))
    # In one order, so that two outcomes that write the same rows wait and don't block each other;
    # of several outcomes in one transaction two may, which the later one hears as a conflict.
    given = [
        {"b_id": key[0], "b_account_id": key[1], "b_newest": newest[key]} for key in sorted(newest)
    ]
    if given:
        later.add(_RAISE, *given)


def _rounded(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return at if whole == at or at > _LAST else whole + _MINUTE


def _latest() -> ColumnElement[Any]:
    received, sold = _LEADS.c.received_at, _LEADS.c.sold_at
    return func.max(case((sold > received, sold), else_=received), type_=UtcDateTime)


def keep_leads(connection: Connection) -> None:
    """Let nobody write a lead before this transaction ends.

    A sale that runs meanwhile would find no row to note its lead in, and `fill` no lead. On
    PostgreSQL this holds at READ COMMITTED: a transaction that sees one moment throughout sees
    none of the leads written since it began. Sales of all sellers wait.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {_LEADS.name} IN SHARE MODE"))


def fill(connection: Connection, account_id: AccountId | None = None) -> None:
    """Say it of everybody who holds leads, from the leads, where it is not said or too low.

    A process of a version that did not keep it may have written leads after the tables were
    brought up to date.

    The revision that makes the intervals does so before this is said of anybody; then there is
    nothing to fill.
    """
    if all(each["name"] != _AT.c.newest.name for each in inspect(connection).get_columns(_AT.name)):
        return
    theirs = (_LEADS.c.holder_account_id == _AT.c.account_id, _LEADS.c.holder_id == _AT.c.id)
    found = select(_latest()).where(*theirs).correlate(_AT).scalar_subquery()
    some = exists().where(*theirs).correlate(_AT)
    low = or_(_AT.c.newest.is_(None), _AT.c.newest < found)
    unsaid = update(_AT).where(some, low).values(newest=found)
    if account_id is not None:
        unsaid = unsaid.where(_AT.c.account_id == account_id)
    connection.execute(unsaid)


def audit_holders(connection: Connection) -> Iterator[str]:
    """Compare what is said of the users with the leads they hold."""
    same = (_AT.c.id == _LEADS.c.holder_id) & (_AT.c.account_id == _LEADS.c.holder_account_id)
    newer = or_(
        _AT.c.newest.is_(None),
        _AT.c.newest < _LEADS.c.received_at,
        _AT.c.newest < _LEADS.c.sold_at,
    )
    found = select(_AT.c.id).distinct().join(_LEADS, same).where(newer).order_by(_AT.c.id)
    for row in connection.execute(found):
        yield f"user {row.id}: holds a newer lead than its interval says"
