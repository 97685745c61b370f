"""The counts of orders' caps: one row for each order and period from the first sale in it on.

They are moved in the transaction of the sale itself, by one statement for each period that adds
only where the cap is not passed. An order without caps has no rows and costs no statement. Where
caps were changed the rows are forgotten; until the next sale the sales themselves are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace
from sqlalchemy import (
    BigInteger,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from leadcore.accounts import prepaid_account
from leadcore.balances import HoldStatus
from leadcore.leads import LeadStatus
from leadcore.orders import OrderStatus, Period, Usage, cap_windows, uncounted_windows
from leadcore.values import micros
from leadcore_sqlalchemy import lines, states, tables
from leadcore_sqlalchemy.statements import Many, Statement, inserting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from leadcore.distribution import Candidate
    from leadcore.orders import CapWindow, Order
    from leadcore.outcomes import StandingDelta, UsageDelta
    from leadcore_sqlalchemy.later import Later

__all__ = ["audit_usage", "move_usage", "read_usage", "with_usage"]

_USAGE, _SALES, _LEADS = tables.order_usage, tables.sales, tables.leads
_HOLDS, _TRANSFERS = tables.ledger_holds, tables.ledger_transfers


def _usage_of(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return select(_USAGE).where(_USAGE.c.id.in_(ids))


_READ = Many(_usage_of)
_counted = func.coalesce(_SALES.c.counted_at, _SALES.c.sold_at)
_SOLD = (
    select(
        func.count(_SALES.c.id).label("leads"),
        func.coalesce(func.sum(_SALES.c.price), 0).label("money"),
        cast(null(), Text).label("reserved"),
    )
    .join(_LEADS, _LEADS.c.id == _SALES.c.lead_id)
    .where(
        _SALES.c.account_id == bindparam("account_id"),
        _SALES.c.order_id == bindparam("order_id"),
        # A place is never taken after its sale: the index finds where to begin.
        _SALES.c.sold_at >= bindparam("opens_at"),
        _counted >= bindparam("opens_at"),
        _counted < bindparam("closes_at"),
        _LEADS.c.status != bindparam("besides"),
    )
)
_RESERVED = (
    select(literal(0), literal(0), _TRANSFERS.c.data)
    .join(_HOLDS, _HOLDS.c.id == _TRANSFERS.c.id)
    .where(_HOLDS.c.debit == bindparam("debit"), _HOLDS.c.status == bindparam("status"))
)
# One statement, so one moment: between two a reservation could become a sale, and be in neither.
_COUNT = Statement(union_all(_SOLD, _RESERVED))
_BEGIN = Statement(inserting(_USAGE))
_FORGET = Statement(delete(_USAGE).where(_USAGE.c.order_id == bindparam("order_id")))
_more = {name: bindparam(f"b_{name}", type_=BigInteger) for name in ("leads", "money")}
_most = {name: bindparam(f"b_most_{name}", type_=BigInteger) for name in ("leads", "money")}
_fits = and_(*(or_(_most[name] < 0, _USAGE.c[name] + _more[name] <= _most[name]) for name in _more))
_added = {name: _USAGE.c[name] + _more[name] for name in _more}
_MOVE = Statement(update(_USAGE).where(_USAGE.c.id == bindparam("b_id")).values(_added))


def _adding(dialect: Any) -> Statement:  # noqa: ANN401 # a dialect's module
    begun = {
        "id": bindparam("b_id"),
        "order_id": bindparam("b_order_id"),
        "period": bindparam("b_period"),
        "opens_at": bindparam("b_opens_at", type_=_USAGE.c.opens_at.type),
        **_more,
    }
    inserted = dialect.insert(_USAGE).values(begun)
    return Statement(
        inserted.on_conflict_do_update(index_elements=["id"], set_=_added, where=_fits)
    )


_ADD = {"postgresql": _adding(postgresql), "sqlite": _adding(sqlite)}


def read_usage(
    connection: Connection, orders: Iterable[Order], at: datetime
) -> dict[str, tuple[Usage, ...]]:
    """Give what orders were sold in the periods of their caps at an instant, by order id."""
    wanted = [(order, window) for order in orders for window in cap_windows(order.terms.caps, at)]
    if not wanted:
        return {}
    ids = [_id(order.id, window.period, window.opens_at) for order, window in wanted]
    kept = {row.id: row for row in _READ.rows(connection, ids)}
    found: dict[str, list[Usage]] = {}
    for (order, window), key in zip(wanted, ids, strict=True):
        told = found.setdefault(order.id, [])
        if key in kept:
            told.append(_usage(window, kept[key].leads, kept[key].money))
        elif window in uncounted_windows(order, at):
            told.append(replace(_count(connection, order, window), kept=False))
    return {key: tuple(told) for key, told in found.items()}


def _id(order_id: str, period: Period, opens_at: datetime) -> str:
    return f"{order_id}/{period.value}/{micros(opens_at)}"


def _usage(window: CapWindow, leads: int, money: int) -> Usage:
    return Usage(period=window.period, opens_at=window.opens_at, leads=leads, money=int(money))


def _count(connection: Connection, order: Order, window: CapWindow) -> Usage:
    """Count the sales and reservations of an order in a period, as its caps count them."""
    caps = order.terms.caps
    free = caps is not None and caps.returns_free
    rows = _COUNT.rows(
        connection,
        {
            "account_id": order.account_id,
            "order_id": order.id,
            "opens_at": window.opens_at,
            "closes_at": window.closes_at,
            "besides": LeadStatus.REFUNDED.value if free else "",
            "debit": prepaid_account(order.account_id),
            "status": HoldStatus.OPEN.value,
        },
    )
    open_ = [lines.transfer_of(each.reserved) for each in rows if each.reserved is not None]
    mine = [
        each.amount.minor
        for each in open_
        if each.order_id == order.id and window.opens_at <= each.effective_at < window.closes_at
    ]
    leads, money = sum(each.leads for each in rows), sum(each.money for each in rows)
    return _usage(window, leads + len(mine), money + sum(mine))


def with_usage(
    connection: Connection, candidates: tuple[Candidate, ...], at: datetime
) -> tuple[Candidate, ...]:
    """Give candidates with the usage of their caps at an instant; without caps, as they are."""
    capped = [each.order for each in candidates if each.order.terms.caps is not None]
    if not capped:
        return candidates
    usage = read_usage(connection, capped, at)
    return tuple(
        replace(each, standing=replace(each.standing, usage=usage[each.order.id]))
        if each.order.id in usage
        else each
        for each in candidates
    )


def move_usage(later: Later, deltas: Sequence[StandingDelta]) -> None:
    """Move the counts of caps, after the orders themselves, which others wait for.

    Raises:
        Conflict: a cap would be passed.
        IntegrityError: another writer began the same count first; a conflict as well.
    """
    for delta in deltas:
        if delta.recount:
            later.add(_FORGET, {"order_id": delta.order_id})
        for each in sorted(delta.usage, key=lambda one: (one.opens_at, one.period.value)):
            _move(later, delta.order_id, each)


def _move(later: Later, order_id: str, delta: UsageDelta) -> None:
    key = _id(order_id, delta.period, delta.opens_at)
    if delta.kept_only:
        later.add(_MOVE, {"b_id": key, "b_leads": delta.leads, "b_money": delta.money})
        return
    if delta.begins is not None:
        begun = {
            "id": key,
            "order_id": order_id,
            "period": delta.period.value,
            "opens_at": delta.opens_at,
            "leads": delta.begins.leads + delta.leads,
            "money": delta.begins.money + delta.money,
        }
        later.add(_BEGIN, begun)
        return
    added = {
        "b_id": key,
        "b_order_id": order_id,
        "b_period": delta.period.value,
        "b_opens_at": delta.opens_at,
        "b_leads": delta.leads,
        "b_money": delta.money,
        "b_most_leads": delta.most_leads,
        "b_most_money": delta.most_money,
    }
    adding = _ADD[later.connection.dialect.name]
    later.add(adding, added, wanted=1, otherwise=f"caps of order {order_id}")


def audit_usage(connection: Connection) -> Iterator[str]:
    """Count every period of the open orders' caps again; give a sentence for each difference."""
    table = tables.orders
    rows = connection.execute(
        select(_USAGE, table.c.data)
        .join(table, table.c.id == _USAGE.c.order_id)
        .where(table.c.status == OrderStatus.OPEN.value)
        .order_by(_USAGE.c.id)
    ).all()
    for row in rows:
        order: Order = states.load_state("order", row.data)
        for window in cap_windows(order.terms.caps, row.opens_at):
            if window.period.value != row.period or window.opens_at != row.opens_at:
                continue
            if _count(connection, order, window) != _usage(window, row.leads, row.money):
                yield f"order {order.id}: its count of a {row.period} is not that of its sales"
