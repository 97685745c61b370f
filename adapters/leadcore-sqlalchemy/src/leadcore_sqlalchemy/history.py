"""The lines of a ledger account with their transfers: read whole, in part, or one by one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from leadcore.ports import StatementLine
from leadcore_sqlalchemy import lines, tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

__all__ = ["statement", "streamed"]

_BATCH = 1000


def _lines_of(ledger_id: str) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    entries, transfers = tables.ledger_entries, tables.ledger_transfers
    return (
        select(entries, transfers.c.data)
        .join(transfers, transfers.c.id == entries.c.transfer_id)
        .where(entries.c.account == ledger_id)
        .order_by(entries.c.seq)
    )


def statement(
    connection: Connection,
    ledger_id: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[StatementLine, ...]:
    """Give an account's lines, oldest first."""
    recorded_at = tables.ledger_entries.c.recorded_at
    found = _lines_of(ledger_id)
    if since is not None:
        found = found.where(recorded_at >= since)
    if until is not None:
        found = found.where(recorded_at < until)
    return tuple(
        StatementLine(entry=lines.entry_of(row), transfer=lines.transfer_of(row.data))
        for row in connection.execute(found)
    )


def streamed(connection: Connection, ledger_id: str) -> Iterator[StatementLine]:
    """Give all lines of an account one by one, oldest first, in little memory."""
    found = _lines_of(ledger_id).execution_options(yield_per=_BATCH)
    # Whoever stops early must not leave the rest waiting on the server.
    with closing(connection.execute(found)) as rows:
        for row in rows:
            yield StatementLine(entry=lines.entry_of(row), transfer=lines.transfer_of(row.data))
