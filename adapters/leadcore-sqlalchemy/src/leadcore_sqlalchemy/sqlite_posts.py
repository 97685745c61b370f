"""A single plain transfer on SQLite: four statements on the driver's own cursor.

Nobody else writes while they run, so what the account must be is asked once. What is not so plain
after all (an id that was used, money that is not there) leaves nothing behind and goes by way of
`leadcore_sqlalchemy.ledger`, which knows what to answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import DBAPIError

from leadcore.balances import ROOM, Counters, lone
from leadcore.values import instant
from leadcore_sqlalchemy import lines
from leadcore_sqlalchemy.direct import Seen
from leadcore_sqlalchemy.retries import is_passing
from leadcore_sqlalchemy.single_posts import NO_NEED
from leadcore_sqlalchemy.types import instant_of, instant_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from leadcore.balances import LedgerAccount, Lone, Posted, Transfer
    from leadcore_sqlalchemy.writers import Writer

__all__ = ["SqlitePoster"]

_LOOK = """
SELECT seq, credits_posted, debits_posted, credits_pending, debits_pending, floor, moved_at,
    account_id
FROM leadcore_ledger_accounts
WHERE id = ? AND seller_id = ? AND currency = ? AND tracked AND status = ?
    AND max(credits_posted, debits_posted, credits_pending, debits_pending) <= ?
    AND (floor IS NULL OR credits_posted - debits_posted - debits_pending - floor >= ?)
    AND EXISTS (
        SELECT 1 FROM leadcore_ledger_accounts o
        WHERE o.id = ? AND o.seller_id = ? AND o.currency = ? AND NOT o.tracked AND o.status = ?
    )
"""
_MOVE = """
UPDATE leadcore_ledger_accounts SET credits_posted = ?, debits_posted = ?, seq = ?, moved_at = ?
WHERE id = ?
"""
_KEEP = """
INSERT INTO leadcore_ledger_transfers (
    id, kind, debit, credit, amount, currency, ref, sale_id, lead_id, fingerprint, batch,
    recorded_at, effective_at, data
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
"""
_LINE = """
INSERT INTO leadcore_ledger_entries (
    account, seq, transfer_id, amount, reserved, posted_after, pending_after, recorded_at,
    effective_at
) VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)
"""


class _Undo(Exception):
    """The id was used before; this is no error, but takes back what was begun."""


class SqlitePoster:
    """Posts single plain transfers."""

    def __init__(self, writer: Writer) -> None:
        self.seen: Final = Seen()
        self._writer = writer

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted, ...] | None:
        """Post a single transfer; None where it is not so plain, or there are more."""
        if len(batches) != 1 or len(batches[0]) != 1:
            return None
        single = lone(batches[0][0], seen=self.seen.accounts)
        if single is None:
            return None
        moment = instant(at)
        try:
            after = self._writer.do(lambda driver: _written(driver, single, moment), _MOVE)
        except _Undo:
            return None
        except DBAPIError as error:
            if is_passing(error):
                return None
            raise
        return None if after is None else (single.answer(after, at=moment),)


def _written(driver: Any, single: Lone, at: datetime) -> LedgerAccount | None:  # noqa: ANN401 # sqlite3's connection
    cursor = driver.execute(_LOOK, _looked_for(single))
    row = cursor.fetchone()
    if row is None:
        return None
    if cursor.execute(_KEEP, _kept_values(single, at)).rowcount != 1:
        raise _Undo
    seq, came, went, announced, held, floor, moved, owner = row
    name, amount, moment = single.mine.id, single.amount, instant_text(at)
    if moved is not None and moved > moment:
        moment, at = moved, instant_of(moved) or at
    seq += 1
    if amount < 0:
        went -= amount
    else:
        came += amount
    # Nobody else writes meanwhile: it is as it was seen.
    cursor.execute(_MOVE, (came, went, seq, moment, name))
    transfer = single.transfer
    effective = instant_text(transfer.effective_at)
    line = (name, seq, transfer.id, amount, came - went, held, moment, effective)
    cursor.execute(_LINE, line)
    return single.after(Counters(seq, came, went, announced, held, floor, at, owner))


def _looked_for(single: Lone) -> tuple[Any, ...]:
    mine, other = single.mine, single.other
    seller, currency = mine.seller_id, mine.currency
    return (
        *(mine.id, seller, currency, mine.status._value_, ROOM),
        NO_NEED if single.requires is None else single.requires,
        *(other.id, seller, currency, other.status._value_),
    )


def _kept_values(single: Lone, at: datetime) -> tuple[Any, ...]:
    transfer, print_ = single.transfer, single.transfer.fingerprint
    return (
        *(transfer.id, transfer.kind._value_, transfer.debit, transfer.credit),
        *(transfer.amount.minor, transfer.amount.currency),
        *(transfer.ref, transfer.sale_id, transfer.lead_id, print_, print_),
        *(instant_text(at), instant_text(transfer.effective_at), lines.transfer_text(transfer)),
    )
