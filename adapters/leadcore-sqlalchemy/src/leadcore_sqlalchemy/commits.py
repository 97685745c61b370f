"""Commit an outcome: every guard it names, every row it makes, in one transaction.

What others wait for comes last: the rows of streams first, then an order's places, then balances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Integer, bindparam, insert, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from leadcore.balances import accepted
from leadcore.errors import Conflict
from leadcore.values import Unlimited
from leadcore_sqlalchemy import ledger, lines, states, tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Update

    from leadcore.decider import Change
    from leadcore.outcomes import Outcome, StandingDelta

__all__ = ["commit"]

_ORDERS = tables.orders


def _update_of(kind: str) -> Update:
    table = states.TABLES[kind]
    return (
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.version == bindparam("b_expected"))
        .values(version=bindparam("version"))
    )


_UPDATES = {kind: _update_of(kind) for kind in states.TABLES}

_sold = bindparam("b_sold", type_=BigInteger)
_limit = bindparam("b_limit", type_=BigInteger)
_version = bindparam("b_version", type_=Integer)
_stand = (
    update(_ORDERS)
    .where(
        _ORDERS.c.id == bindparam("b_id"),
        or_(_version.is_(None), _ORDERS.c.version == _version),
        or_(_limit.is_(None), _ORDERS.c.sold + _sold <= _limit),
    )
    .values(
        sold=_ORDERS.c.sold + _sold,
        credit=_ORDERS.c.credit + bindparam("b_credit", type_=BigInteger),
    )
)

# The id of a message is made of what it follows from: the second one is the first one again.
_MESSAGES = {
    "postgresql": postgresql.insert(tables.outbox).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(tables.outbox).on_conflict_do_nothing(),
}


def commit(connection: Connection, outcome: Outcome[Any]) -> None:
    """Write all that follows from a use case into the connection's transaction.

    Raises:
        Conflict: a guard failed; the transaction must be rolled back.
        Malformed: the ledger can't post the transfers at all.
        IntegrityError: another writer made the same row first; a conflict as well.
    """
    for change in outcome.changes:
        _write_change(connection, change)
    if outcome.changes:
        _write_events(connection, outcome.changes)
    if outcome.opened:
        rows = [lines.account_row(account) for account in outcome.opened]
        connection.execute(insert(tables.ledger_accounts), rows)
    if outcome.claims:
        _write_claims(connection, outcome)
    if outcome.messages:
        _write_messages(connection, outcome)
    if outcome.standings:
        _write_standings(connection, outcome.standings)
    if outcome.transfers:
        _write_transfers(connection, outcome)


def _write_change(connection: Connection, change: Change) -> None:
    row = states.columns(change.kind, change.state)
    row["version"] = change.version
    if change.expected == 0:
        connection.execute(insert(states.TABLES[change.kind]), {"id": change.id, **row})
        return
    row |= {"b_id": change.id, "b_expected": change.expected}
    if connection.execute(_UPDATES[change.kind], row).rowcount != 1:
        raise Conflict(f"{change.kind} {change.id}")


def _write_events(connection: Connection, changes: tuple[Change, ...]) -> None:
    rows = [
        {
            "stream_kind": change.kind,
            "stream_id": change.id,
            "version": change.expected + number,
            "data": states.dump_event(change.kind, event),
        }
        for change in changes
        for number, event in enumerate(change.events, start=1)
    ]
    connection.execute(insert(tables.journal), rows)


def _write_claims(connection: Connection, outcome: Outcome[Any]) -> None:
    rows = [
        {
            "seller_id": claim.seller_id,
            "key": claim.key,
            "ordinal": claim.ordinal,
            "lead_id": claim.lead_id,
        }
        for claim in outcome.claims
    ]
    connection.execute(insert(tables.claims), rows)


def _write_messages(connection: Connection, outcome: Outcome[Any]) -> None:
    rows = [states.dump_message(message) for message in outcome.messages]
    connection.execute(_MESSAGES[connection.dialect.name], rows)


def _write_standings(connection: Connection, standings: tuple[StandingDelta, ...]) -> None:
    rows = [
        {
            "b_id": delta.order_id,
            "b_sold": delta.sold,
            "b_credit": delta.credit,
            "b_version": delta.expected_version,
            "b_limit": None if isinstance(delta.limit, Unlimited) else delta.limit,
        }
        for delta in sorted(standings, key=lambda delta: delta.order_id)
    ]
    if connection.execute(_stand, rows).rowcount != len(rows):
        raise Conflict("an order was edited or filled meanwhile")


def _write_transfers(connection: Connection, outcome: Outcome[Any]) -> None:
    batch = outcome.transfers
    at = max(transfer.effective_at for transfer in batch)
    book, (answer,) = ledger.decide(connection, (batch,), at=at)
    ledger.write(connection, book, (batch,), (accepted(answer),), at=at)
