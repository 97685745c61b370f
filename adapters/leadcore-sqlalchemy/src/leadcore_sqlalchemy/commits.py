"""Commit an outcome: every guard it names, every row it makes, in one transaction.

What others wait for comes last: the rows of streams first, then an order's places, then balances.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Integer, bindparam, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from leadcore.balances import accepted
from leadcore.leads import LeadDelivered, LeadSold
from leadcore.outcomes import check_unmoved
from leadcore.values import Unlimited
from leadcore_sqlalchemy import holders, intervals, ledger, lines, states, tables
from leadcore_sqlalchemy.kept import move_rooms
from leadcore_sqlalchemy.later import Later
from leadcore_sqlalchemy.limits import set_floors
from leadcore_sqlalchemy.logins import write_deeds, write_passwords
from leadcore_sqlalchemy.outbox import message_row, write_letter
from leadcore_sqlalchemy.programs import write_answers
from leadcore_sqlalchemy.statements import Statement, inserting
from leadcore_sqlalchemy.usage import move_usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from leadcore.balances import LedgerAccount
    from leadcore.decider import Change
    from leadcore.outcomes import Outcome, StandingDelta

__all__ = ["commit"]

_ORDERS = tables.orders
_NOTHING_SHOWN: Mapping[str, LedgerAccount] = MappingProxyType({})

_HOT = frozenset({"sold", "spent", "credit", "moves"})


def _names_of(kind: str) -> list[str]:
    return [column.name for column in states.TABLES[kind].columns if column.name not in _HOT]


def _update_of(kind: str) -> Statement:
    table = states.TABLES[kind]
    names = [name for name in _names_of(kind) if name != "id"]
    return Statement(
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.version == bindparam("b_expected"))
        .values({name: bindparam(name) for name in names})
    )


_INSERTS = {
    kind: Statement(inserting(table, _names_of(kind))) for kind, table in states.TABLES.items()
}
_UPDATES = {kind: _update_of(kind) for kind in states.TABLES}
_INSERT_EVENT = Statement(
    inserting(tables.journal, ("stream_kind", "stream_id", "version", "data"))
)
_INSERT_SALE = Statement(inserting(tables.sales))
_INSERT_CLAIM = Statement(inserting(tables.claims))
_INSERT_ACCOUNT = Statement(inserting(tables.ledger_accounts))

_sold = bindparam("b_sold", type_=BigInteger)
_spent = bindparam("b_spent", type_=BigInteger)
_limit = bindparam("b_limit", type_=BigInteger)
_bank = bindparam("b_bank", type_=BigInteger)
_seen = bindparam("b_seen", type_=BigInteger)
_version = bindparam("b_version", type_=Integer)
_STAND = Statement(
    update(_ORDERS)
    .where(
        _ORDERS.c.id == bindparam("b_id"),
        or_(_version.is_(None), _ORDERS.c.version == _version),
        or_(_limit.is_(None), _ORDERS.c.sold + _sold <= _limit),
        or_(_bank.is_(None), _ORDERS.c.spent + _spent <= _bank),
        or_(_seen.is_(None), _ORDERS.c.moves == _seen),
    )
    .values(
        sold=_ORDERS.c.sold + _sold,
        spent=_ORDERS.c.spent + _spent,
        moves=_ORDERS.c.moves + bindparam("b_moves", type_=BigInteger),
        credit=_ORDERS.c.credit + bindparam("b_credit", type_=BigInteger),
    )
)

_MESSAGE = ("id", "seller_id", "at", "data", "channel", "lane", "due_at")
# The id of a message is made of what it follows from: the second one is the first one again.
_INSERT_MESSAGE = {
    "postgresql": Statement(
        postgresql.insert(tables.outbox)
        .values({name: bindparam(name) for name in _MESSAGE})
        .on_conflict_do_nothing()
    ),
    "sqlite": Statement(
        sqlite.insert(tables.outbox)
        .values({name: bindparam(name) for name in _MESSAGE})
        .on_conflict_do_nothing()
    ),
}


def commit(
    connection: Connection,
    outcome: Outcome[Any],
    *,
    shown: Mapping[str, LedgerAccount] = _NOTHING_SHOWN,
    ends: bool = False,
) -> None:
    """Write all that follows from a use case into the connection's transaction.

    Args:
        connection: in the transaction the facts were loaded in.
        outcome: what follows from them.
        shown: the ledger accounts among the facts; what is not here is looked up.
        ends: may the transaction be committed with the last of it? It need not be.

    Raises:
        Conflict: a guard failed; the transaction must be rolled back.
        Malformed: the ledger can't post the transfers at all.
        IntegrityError: another writer made the same row first; a conflict as well.
    """
    later = Later(connection)
    if outcome.changes:
        _write_streams(later, outcome.changes)
    if outcome.opened:
        rows = [lines.account_row(account) for account in outcome.opened]
        later.add(_INSERT_ACCOUNT, *rows)
    if outcome.claims:
        _write_claims(later, outcome)
    _write_beside(later, outcome)
    if outcome.rooms:
        later.send()
        move_rooms(connection, outcome.rooms)
    if outcome.standings:
        _write_standings(later, outcome.standings)
    if outcome.floors:
        later.send()
        set_floors(connection, outcome)
    if outcome.transfers:
        _write_transfers(later, outcome, shown)
    later.send(ends=ends)


def _write_streams(later: Later, changes: tuple[Change, ...]) -> None:
    written = [_write_change(later, change) for change in changes]
    _write_events(later, changes)
    _write_sales(later, changes)
    holders.note(
        later,
        (row for change, row in zip(changes, written, strict=True) if change.kind == "lead"),
    )
    if any(change.kind == "user" for change in changes):
        later.send()
        intervals.follow(later.connection, changes)


def _write_beside(later: Later, outcome: Outcome[Any]) -> None:
    if outcome.messages:
        _write_messages(later, outcome)
    if outcome.deeds:
        write_deeds(later, outcome)
    if outcome.passwords:
        later.send()
        write_passwords(later.connection, outcome)
    if outcome.answers:
        later.send()
        write_answers(later.connection, outcome)


def _write_change(later: Later, change: Change) -> dict[str, Any]:
    """Write a stream's row, and give it."""
    if change.kind == "letter":
        later.send()
        write_letter(later.connection, change)  # its row is there since its message is
        return {}
    row = states.columns(change.kind, change.state)
    row["version"] = change.version
    if change.expected == 0:
        later.add(_INSERTS[change.kind], {"id": change.id, **row})
        return row
    given = row | {"b_id": change.id, "b_expected": change.expected}
    later.add(_UPDATES[change.kind], given, wanted=1, otherwise=f"{change.kind} {change.id}")
    return row


def _write_events(later: Later, changes: tuple[Change, ...]) -> None:
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
    later.add(_INSERT_EVENT, *rows)


def _write_sales(later: Later, changes: tuple[Change, ...]) -> None:
    rows = [
        states.sale_row(change.state.seller_id, change.state.sale)
        for change in changes
        for event in change.events
        if isinstance(event, LeadSold | LeadDelivered)
    ]
    if rows:
        later.add(_INSERT_SALE, *rows)


def _write_claims(later: Later, outcome: Outcome[Any]) -> None:
    rows = [
        {
            "seller_id": claim.seller_id,
            "key": claim.key,
            "ordinal": claim.ordinal,
            "lead_id": claim.lead_id,
        }
        for claim in outcome.claims
    ]
    later.add(_INSERT_CLAIM, *rows)


def _write_messages(later: Later, outcome: Outcome[Any]) -> None:
    rows = [message_row(message) for message in outcome.messages]
    later.add(_INSERT_MESSAGE[later.connection.dialect.name], *rows)


def _write_standings(later: Later, standings: tuple[StandingDelta, ...]) -> None:
    ordered = sorted(standings, key=lambda delta: delta.order_id)
    rows = [
        {
            "b_id": delta.order_id,
            "b_sold": delta.sold,
            "b_spent": delta.spent,
            "b_moves": delta.moves,
            "b_credit": delta.credit,
            "b_version": delta.expected_version,
            "b_limit": None if isinstance(delta.limit, Unlimited) else delta.limit,
            "b_bank": None if isinstance(delta.bank, Unlimited) else delta.bank,
            "b_seen": delta.expected_moves,
        }
        for delta in ordered
    ]
    otherwise = "an order was edited or filled meanwhile"
    later.add(_STAND, *rows, wanted=len(rows), otherwise=otherwise)
    move_usage(later, ordered)


def _write_transfers(
    later: Later, outcome: Outcome[Any], shown: Mapping[str, LedgerAccount]
) -> None:
    batch = outcome.transfers
    at = max(transfer.effective_at for transfer in batch)
    plain = len(batch) == 1 and not outcome.unmoved
    if plain and ledger.charge(later, batch[0], shown, at=at):
        return
    later.send()
    connection = later.connection
    book, (answer,) = ledger.decide(connection, (batch,), at=at)
    (written,) = ledger.write(connection, book, (batch,), (accepted(answer),), at=at)
    check_unmoved(outcome.unmoved, accepted(written))
