"""What a store is asked besides running use cases: lists, balances, statements, the journal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    func,
    literal_column,
    select,
)

from leadcore.balances import Balance, TransferKind
from leadcore.orders import fold_money
from leadcore.ports import RefundDate, RefundPage, RefundSort
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.current import ledger_account, state
from leadcore_sqlalchemy.history import statement
from leadcore_sqlalchemy.moments import alone
from leadcore_sqlalchemy.statements import Statement
from leadcore_sqlalchemy.types import UtcDateTime
from leadcore_sqlalchemy.usage import read_usage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from leadcore.accounts import Account, Seller
    from leadcore.contact_points import ContactPoint
    from leadcore.notices import Message
    from leadcore.orders import Order, OrderMoney, Standing, Usage
    from leadcore.payments import Payment, StrayNotices
    from leadcore.ports import PaymentQuery, RefundQuery
    from leadcore.refunds import Refund
    from leadcore.values import AccountId, OrderId, SellerId

__all__ = [
    "accounts",
    "balance",
    "journal",
    "messages",
    "order_money",
    "order_usage",
    "orders",
    "payments",
    "refund_page",
    "refunds",
    "reviews",
    "sellers",
    "statement",
    "strays",
]

_ENTRIES = tables.ledger_entries
_LAST_ENTRY = Statement(
    select(_ENTRIES.c.posted_after, _ENTRIES.c.pending_after)
    .where(
        _ENTRIES.c.account == bindparam("account"),
        _ENTRIES.c.recorded_at <= bindparam("at", type_=UtcDateTime),
    )
    .order_by(_ENTRIES.c.recorded_at.desc(), _ENTRIES.c.seq.desc())
    .limit(literal_column("1"))  # as a parameter, PostgreSQL would plan for many rows
)


def sellers(connection: Connection) -> tuple[Seller, ...]:
    """Give every seller, by id."""
    found = select(tables.sellers.c.data).order_by(tables.sellers.c.id)
    return tuple(states.load_state("seller", row.data) for row in connection.execute(found))


def accounts(connection: Connection, seller_id: SellerId) -> tuple[Account, ...]:
    """Give a seller's accounts, by id."""
    table = tables.accounts
    found = select(table.c.data).where(table.c.seller_id == seller_id).order_by(table.c.id)
    return tuple(states.load_state("account", row.data) for row in connection.execute(found))


def orders(
    connection: Connection, seller_id: SellerId, account_id: AccountId | None = None
) -> tuple[tuple[Order, Standing], ...]:
    """Give the orders of a seller or of one account, by id."""
    table = tables.orders
    found = select(table).where(table.c.seller_id == seller_id).order_by(table.c.id)
    if account_id is not None:
        found = found.where(table.c.account_id == account_id)
    return tuple(
        (states.load_state("order", row.data), states.standing_of(row))
        for row in connection.execute(found)
    )


def order_usage(connection: Connection, order_id: OrderId, at: datetime) -> tuple[Usage, ...]:
    """Give what an order was sold in the periods of its caps at an instant."""
    order: Order | None = state(connection, "order", order_id)
    return read_usage(connection, [order], at).get(order_id, ()) if order else ()


def order_money(
    connection: Connection, seller_id: SellerId, account_id: AccountId | None = None
) -> tuple[OrderMoney, ...]:
    """Give what the ledger charged and gave back for orders, by id."""
    sales, moved = tables.sales, tables.ledger_transfers
    asked = select(tables.accounts.c.id).where(tables.accounts.c.seller_id == seller_id)
    if account_id is not None:
        asked = asked.where(tables.accounts.c.id == account_id)
    found = connection.execute(
        select(sales.c.order_id, moved.c.kind, func.sum(moved.c.amount).label("amount"))
        .join(moved, (moved.c.lead_id == sales.c.lead_id) & (moved.c.sale_id == sales.c.id))
        .where(sales.c.account_id.in_(asked))
        .group_by(sales.c.order_id, moved.c.kind)
        .order_by(sales.c.order_id)
    )
    return tuple(
        fold_money(key, ((TransferKind(row.kind), int(row.amount)) for row in rows))
        for key, rows in groupby(found, key=lambda row: row.order_id)
    )


def refunds(connection: Connection, query: RefundQuery) -> tuple[Refund, ...]:
    """Give refund requests."""
    table = tables.refunds
    found = select(table.c.data).where(*_asked(query), *_dated(query)).limit(query.limit)
    if query.sort is RefundSort.DUE:
        found = found.order_by(table.c.due_on, table.c.id)
    else:
        found = found.order_by(table.c.requested_at.desc(), table.c.id.desc())
    return tuple(states.load_state("refund", row.data) for row in connection.execute(found))


def refund_page(connection: Connection, query: RefundQuery) -> RefundPage:
    """Give refund requests, and how many the dates and the limit leave out."""
    listed, count = refunds(connection, query), select(func.count())
    table = count.select_from(tables.refunds)
    always = connection.execute(table.where(*_asked(query))).scalar_one()
    within = connection.execute(table.where(*_asked(query), *_dated(query))).scalar_one()
    return RefundPage(refunds=listed, outside=always - within, beyond=within - len(listed))


def _asked(query: RefundQuery) -> Iterator[ColumnElement[bool]]:
    table = tables.refunds
    seller: ColumnElement[Any] = table.c.seller_id
    account: ColumnElement[Any] = table.c.account_id
    if query.sale_id is not None:
        yield table.c.sale_id == query.sale_id
        # Written like this, no index of theirs fits: SQLite would read them all, to sort none.
        seller, account = seller + "", account + ""
    yield seller == query.seller_id
    if query.account_id is not None:
        yield account == query.account_id
    if query.statuses is not None:
        yield table.c.status.in_(sorted(each.value for each in query.statuses))
    if query.reasons is not None:
        yield table.c.reason.in_(sorted(query.reasons))


def _dated(query: RefundQuery) -> Iterator[ColumnElement[bool]]:
    table = tables.refunds
    asked = query.dated is RefundDate.REQUESTED
    when = table.c.requested_at if asked else table.c.decided_at
    if query.since is not None:
        yield when >= query.since
    if query.until is not None:
        yield when < query.until


def reviews(
    connection: Connection, seller_id: SellerId, limit: int = 100
) -> tuple[ContactPoint, ...]:
    """Give contact points with a reply that waits to be looked at, the oldest such first."""
    table = tables.contact_points
    found = (
        select(table.c.data)
        .where(table.c.seller_id == seller_id, table.c.pending_since.is_not(None))
        .order_by(table.c.pending_since, table.c.id)
        .limit(limit)
    )
    return tuple(states.load_state("contact_point", row.data) for row in connection.execute(found))


def payments(connection: Connection, query: PaymentQuery) -> tuple[Payment, ...]:
    """Give payments, newest first."""
    table = tables.payments
    found = select(table.c.data).where(table.c.seller_id == query.seller_id)
    if query.account_id is not None:
        found = found.where(table.c.account_id == query.account_id)
    if query.statuses is not None:
        found = found.where(table.c.status.in_(sorted(each.value for each in query.statuses)))
    found = found.order_by(table.c.requested_at.desc(), table.c.id.desc()).limit(query.limit)
    return tuple(states.load_state("payment", row.data) for row in connection.execute(found))


def strays(
    connection: Connection, seller_id: SellerId, limit: int = 100
) -> tuple[StrayNotices, ...]:
    """Give what a processor told of charges that nobody asked for, by their ids."""
    table = tables.strays
    found = select(table.c.data).where(table.c.seller_id == seller_id)
    found = found.order_by(table.c.id).limit(limit)
    return tuple(states.load_state("stray", row.data) for row in connection.execute(found))


@alone
def balance(connection: Connection, ledger_id: str, at: datetime | None = None) -> Balance:
    """Give what a tracked ledger account holds, or held at an instant: one look-up either way."""
    if at is None:
        account = ledger_account(connection, ledger_id)
        return Balance(account.posted, account.pending) if account else Balance(0, 0)
    row = _LAST_ENTRY.row(connection, {"account": ledger_id, "at": at})
    return Balance(0, 0) if row is None else Balance(row.posted_after, row.pending_after)


def journal(connection: Connection, kind: str, key: str) -> tuple[Any, ...]:
    """Give the events of one stream, oldest first."""
    table = tables.journal
    found = (
        select(table.c.data)
        .where(table.c.stream_kind == kind, table.c.stream_id == key)
        .order_by(table.c.version)
    )
    return tuple(states.load_event(kind, row.data) for row in connection.execute(found))


def messages(
    connection: Connection, limit: int = 100, seller_id: SellerId | None = None
) -> tuple[Message, ...]:
    """Give messages of the outbox that wait for delivery, oldest first."""
    table = tables.outbox
    found = (
        select(table.c.data)
        .where(table.c.due_at.is_not(None))
        .order_by(table.c.at, table.c.id)
        .limit(limit)
    )
    if seller_id is not None:
        found = found.where(table.c.seller_id == seller_id)
    return tuple(states.load_message(row.data) for row in connection.execute(found))
