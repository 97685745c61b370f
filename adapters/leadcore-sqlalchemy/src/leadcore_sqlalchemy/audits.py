"""Fold the journal and the entries again and compare them with what the rows say.

Everything is read once, stream by stream, in one snapshot, so an audit may run beside writers and
needs no more memory than its longest stream.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from sqlalchemy import and_, func, select

from leadcore import wire
from leadcore.back_office.paying import books_of
from leadcore.back_office.placing import folded as counted
from leadcore.balances import BONUS_FIRST, HoldStatus, reconcile
from leadcore.decider import fold
from leadcore.orders import Standing
from leadcore.payments import differing, payment_of
from leadcore_sqlalchemy import history, lines, reads, states, tables
from leadcore_sqlalchemy.holders import audit_holders
from leadcore_sqlalchemy.intervals import audit_intervals
from leadcore_sqlalchemy.kept import audit_rooms
from leadcore_sqlalchemy.limits import audit_limits
from leadcore_sqlalchemy.logins import audit_logins
from leadcore_sqlalchemy.outbox import audit_outbox, touched
from leadcore_sqlalchemy.usage import audit_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Select

    from leadcore.balances import Hold, Transfer
    from leadcore.payments import Payment
    from leadcore.ports import StatementLine
    from leadcore_sqlalchemy.types import Row

__all__ = ["audit"]

_JOURNAL = tables.journal
_BATCH = 500


def audit(connection: Connection) -> tuple[str, ...]:
    """Give a sentence for each difference between what happened and what is said of it.

    Args:
        connection: in a transaction that sees one moment.
    """
    standings: dict[str, Standing] = {}
    return (
        *(found for kind in states.TABLES for found in _streams(connection, kind, standings)),
        *_streams(connection, "letter", standings),
        *audit_outbox(connection),
        *_standings(connection, standings),
        *audit_usage(connection),
        *audit_rooms(connection),
        *audit_intervals(connection),
        *audit_holders(connection),
        *_money(connection),
        *_sales(connection),
        *_ledger(connection),
        *audit_limits(connection),
        *_counts(connection),
        *audit_logins(connection),
    )


def _streams(connection: Connection, kind: str, standings: dict[str, Standing]) -> Iterator[str]:
    listed = touched() if kind == "letter" else _rows_of(kind)
    rows = connection.execute(listed.order_by("id").execution_options(yield_per=_BATCH))
    events = connection.execute(
        select(_JOURNAL.c.stream_id, _JOURNAL.c.version, _JOURNAL.c.data)
        .where(_JOURNAL.c.stream_kind == kind)
        .order_by(_JOURNAL.c.stream_id, _JOURNAL.c.version)
        .execution_options(yield_per=_BATCH)
    )
    streams = groupby(events, key=lambda event: event.stream_id)
    key, happened = _next(streams)
    for row in rows:
        while key is not None and key < row.id:
            yield f"{kind} {key}: it has a journal but no row"
            key, happened = _next(streams)
        if key != row.id:
            yield f"{kind} {row.id}: it has a row but no journal"
            continue
        yield from _stream(kind, row, happened, standings)
        key, happened = _next(streams)
    while key is not None:
        yield f"{kind} {key}: it has a journal but no row"
        key, happened = _next(streams)


def _rows_of(kind: str) -> Select[Any]:
    table = states.TABLES[kind]
    return select(table.c.id, table.c.version, table.c.data)


def _sales(connection: Connection) -> Iterator[str]:
    leads, sales = tables.leads, tables.sales
    told = and_(
        sales.c.id == leads.c.sale_id,
        sales.c.lead_id == leads.c.id,
        sales.c.order_id == leads.c.order_id,
        sales.c.sold_at == leads.c.sold_at,
    )
    unwritten = (
        select(leads.c.sale_id, leads.c.id)
        .select_from(leads.outerjoin(sales, told))
        .where(leads.c.sale_id.is_not(None), sales.c.id.is_(None))
    )
    unknown = (
        select(sales.c.id.label("sale_id"), sales.c.lead_id.label("id"))
        .select_from(sales.outerjoin(leads, told))
        .where(leads.c.id.is_(None))
    )
    for row in connection.execute(unwritten.union(unknown)):
        yield f"sale {row.sale_id} of lead {row.id}: its own row and the lead's differ"


def _next(streams: Iterator[tuple[str, Iterator[Row]]]) -> tuple[str | None, list[Row]]:
    for key, events in streams:
        return key, list(events)
    return None, []


def _stream(
    kind: str, row: Row, happened: list[Row], standings: dict[str, Standing]
) -> Iterator[str]:
    if [event.version for event in happened] != list(range(1, row.version + 1)):
        yield f"{kind} {row.id}: its journal does not number 1 to {row.version}"
    events = [states.load_event(kind, event.data) for event in happened]
    folded = fold(wire.STATES[kind][1], wire.start_of(kind, row.id), events)
    if folded != states.load_state(kind, row.data):
        yield f"{kind} {row.id}: the row is not the fold of its journal"
    counted(standings, kind, row.id, events)


def _standings(connection: Connection, standings: dict[str, Standing]) -> Iterator[str]:
    table = tables.orders
    for row in connection.execute(select(table)):
        if standings.get(row.id, Standing()) != replace(states.standing_of(row), moves=0):
            yield f"order {row.id}: its standing is not the fold of the journal"


def _money(connection: Connection) -> Iterator[str]:
    """Compare what the ledger charged for orders with their sales."""
    sales = tables.sales
    sold = connection.execute(
        select(sales.c.order_id, sales.c.seller_id, func.sum(sales.c.price).label("price"))
        .group_by(sales.c.order_id, sales.c.seller_id)
        .order_by(sales.c.order_id)
    ).all()
    charged = {
        each.order_id: each.charged
        for seller in sorted({row.seller_id for row in sold})
        for each in reads.order_money(connection, seller)
    }
    for row in sold:
        if charged.get(row.order_id, 0) != row.price:
            yield (
                f"order {row.order_id}: its sales come to {row.price}, "
                f"the ledger charged {charged.get(row.order_id, 0)}"
            )


def _ledger(connection: Connection) -> Iterator[str]:
    holds = _open_holds(connection)
    accounts = connection.execute(
        select(tables.ledger_accounts)
        .where(tables.ledger_accounts.c.tracked)
        .order_by(tables.ledger_accounts.c.account_id, tables.ledger_accounts.c.id)
    ).all()
    sellers = {seller.id: seller.consumptions for seller in reads.sellers(connection)}
    paid = _payments(connection)
    key, payments = next(paid, (None, ()))
    for row in accounts:
        account = lines.account_of(row)
        transfers: list[Transfer] = []
        found = _noting(history.streamed(connection, account.id), transfers)
        orders = sellers.get(account.seller_id, BONUS_FIRST)
        yield from reconcile(account, found, holds[account.id], orders)
        mine = key is not None and key == account.account_id
        yield from differing(payments if mine else (), transfers, books_of)
        if mine:
            key, payments = next(paid, (None, ()))
    if key is not None:
        yield f"account {key}: it has payments but no balance"


def _noting(found: Iterable[StatementLine], transfers: list[Transfer]) -> Iterator[StatementLine]:
    for line in found:
        if payment_of(line.transfer.id) is not None:
            transfers.append(line.transfer)
        yield line


def _payments(connection: Connection) -> Iterator[tuple[str, tuple[Payment, ...]]]:
    """Give the payments of each account, by account as the database orders them."""
    table = tables.payments
    rows = connection.execute(
        select(table.c.account_id, table.c.data)
        .order_by(table.c.account_id)
        .execution_options(yield_per=_BATCH)
    )
    for key, found in groupby(rows, key=lambda row: row.account_id):
        yield key, tuple(states.load_state("payment", row.data) for row in found)


def _open_holds(connection: Connection) -> dict[str, list[Hold]]:
    table = tables.ledger_holds
    found: dict[str, list[Hold]] = defaultdict(list)
    rows = connection.execute(select(table).where(table.c.status == HoldStatus.OPEN.value))
    for hold in map(lines.hold_of, rows):
        for name in (hold.debit, hold.credit):
            found[name].append(hold)
    return found


def _counts(connection: Connection) -> Iterator[str]:
    """Compare the transfers with the entries: each side of one that is tracked has a line."""
    transfers, entries = tables.ledger_transfers, tables.ledger_entries
    accounts = tables.ledger_accounts
    for side in (transfers.c.debit, transfers.c.credit):
        missing = (
            select(transfers.c.id, side.label("account"))
            .join(accounts, (accounts.c.id == side) & accounts.c.tracked)
            .outerjoin(
                entries, (entries.c.account == side) & (entries.c.transfer_id == transfers.c.id)
            )
            .where(entries.c.seq.is_(None))
            .order_by(transfers.c.id)
        )
        for row in connection.execute(missing):
            yield f"transfer {row.id}: account {row.account} has no line of it"
    alone = (
        select(func.count())
        .select_from(entries)
        .outerjoin(transfers, transfers.c.id == entries.c.transfer_id)
        .where(transfers.c.id.is_(None))
    )
    number = connection.execute(alone).scalar_one()
    if number:
        yield f"{number} entries have no transfer"
