"""A single plain transfer on PostgreSQL: one statement, below the driver's cursors where it may be.

What the account must be is asked where it is moved, and what is not so plain after all (an id that
was used, money that is not there) leaves nothing behind and goes by way of
`leadcore_sqlalchemy.ledger`, which knows what to answer.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

from leadcore.balances import ROOM, Counters
from leadcore.values import instant
from leadcore_sqlalchemy import lines
from leadcore_sqlalchemy.prepared import Prepared
from leadcore_sqlalchemy.statements import told

if TYPE_CHECKING:
    from leadcore.balances import LedgerAccount, Lone
    from leadcore_sqlalchemy.alone import Line

__all__ = ["NOT_SO_PLAIN", "NO_NEED", "post_single"]

NO_NEED: Final = -(2**63)
"""Required where nothing is: no account is that far below its floor."""

NOT_SO_PLAIN: Final = frozenset(
    {
        "LC001",  # an id was used, or somebody was faster
        "22003",  # a number would not fit 64 bits
        "23502",  # the account was not moved, so that its line has no place
        "23505",  # an id was posted before, or somebody just did
        "42883",  # there is no such function: the tables were made without the revisions
    }
)
"""What PostgreSQL says where batches are to be looked at; nothing was written then."""

# The id is taken first: who posts it meanwhile is waited for before the account is locked, and
# whoever is next waits from the moment the account is moved, so all that can be done before is.
# `minor` is what is added to it. Where it is not moved, its line has no place, which fails.
_TEXT = """
WITH kept AS (
    INSERT INTO leadcore_ledger_transfers (
        id, kind, debit, credit, amount, currency, ref, sale_id, lead_id, fingerprint, batch,
        recorded_at, effective_at, data
    ) VALUES (
        :key, :kind,
        CASE WHEN :minor::bigint < 0 THEN :mine::text ELSE :other::text END,
        CASE WHEN :minor::bigint < 0 THEN :other::text ELSE :mine::text END,
        abs(:minor::bigint), :currency, :refers, :sale, :lead, :print, :print,
        :moment::timestamptz, :effective::timestamptz, :body
    ) RETURNING 1
), moved AS (
    UPDATE leadcore_ledger_accounts a SET
        credits_posted = a.credits_posted + greatest(:minor::bigint, 0),
        debits_posted = a.debits_posted + greatest(-:minor::bigint, 0),
        seq = a.seq + 1,
        moved_at = greatest(a.moved_at, :moment::timestamptz)
    WHERE a.id = :mine::text AND a.seller_id = :seller AND a.currency = :currency AND a.tracked
        AND a.status = :standing
        AND greatest(a.credits_posted, a.debits_posted, a.credits_pending, a.debits_pending)
            <= :room::bigint
        AND (a.floor IS NULL
             OR a.credits_posted - a.debits_posted - a.debits_pending - a.floor
                >= :required::bigint)
        AND EXISTS (SELECT FROM kept)
        AND EXISTS (
            SELECT FROM leadcore_ledger_accounts o
            WHERE o.id = :other::text AND o.seller_id = :seller AND o.currency = :currency
                AND NOT o.tracked AND o.status = :other_standing
        )
    RETURNING a.seq, a.credits_posted, a.debits_posted, a.credits_pending, a.debits_pending,
        coalesce(a.floor, :none) AS floor, a.moved_at, a.account_id
), line AS (
    INSERT INTO leadcore_ledger_entries (
        account, seq, transfer_id, amount, reserved, posted_after, pending_after, recorded_at,
        effective_at
    )
    SELECT :mine::text, moved.seq, :key::text, :minor::bigint, 0,
        moved.credits_posted - moved.debits_posted, moved.debits_pending, moved.moved_at,
        :effective::timestamptz
    FROM kept LEFT JOIN moved ON true
)
"""
_FIXED = {"room": ROOM, "none": NO_NEED}
_ORDER = (
    *("moment", "mine", "seller", "currency", "standing", "required", "other"),
    *("other_standing", "key", "kind", "minor", "refers", "sale", "lead", "print", "effective"),
    "body",
)


def _asking(end: str, place: str) -> str:
    """Give the statement with places for its values, and what is always the same in it.

    Args:
        end: asks for the account that was moved.
        place: of a value, with `{name}` and `{number}` in it.
    """

    def named(found: re.Match[str]) -> str:
        if found[1] in _FIXED:
            return f"({_FIXED[found[1]]})"
        return place.format(name=found[1], number=_ORDER.index(found[1]) + 1)

    return re.sub(r"(?<!:):(\w+)", named, _TEXT + end)


_BY_CURSOR = _asking("SELECT * FROM moved", "%({name})s")
_PREPARED = Prepared(
    "leadcore_single_post",
    # In one piece: each column is one more to be asked for.
    _asking("SELECT moved FROM moved", "${number}"),
)
_ROW = Struct("!4x" + "8xq" * 7 + "4xi")
"""The row as PostgreSQL sends one in binary: of each value its type, its length and itself."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NO_NEED = str(NO_NEED)


def post_single(line: Line, single: Lone, at: datetime) -> LedgerAccount | None:
    """Post a transfer; None where it is not so plain, and nothing was written.

    Args:
        line: the connection; the statement is a transaction.
        single: the transfer.
        at: when it is recorded, in UTC.

    Returns:
        The account it moves, afterwards.

    Raises:
        DBAPIError: as SQLAlchemy tells it.
    """
    values = _values(single, at)
    try:
        if line.libpq is not None:
            sent = _PREPARED.value(line.libpq, values)
            now = None if sent is None else _counters(sent)
        else:
            given = dict(zip(_ORDER, values, strict=True))
            row = line.cursor.execute(_BY_CURSOR, given).fetchone()
            now = None if row is None else _counted(*row[:6], instant(row[6]), row[7])
    except line.connection.dialect.loaded_dbapi.Error as error:
        if getattr(error, "sqlstate", None) in NOT_SO_PLAIN:
            return None
        raise told(line.connection, error, _BY_CURSOR) from error
    return None if now is None else single.after(now)


def _counters(sent: bytes) -> Counters:
    *counters, moved, length = _ROW.unpack_from(sent)
    owner = None if length < 0 else sent[_ROW.size :].decode()
    return _counted(*counters, _EPOCH + timedelta(microseconds=moved), owner)


def _counted(*row: Any) -> Counters:  # noqa: ANN401 # a row's values, as a driver gives them
    counters = Counters._make(row)
    return counters._replace(floor=None) if counters.floor == NO_NEED else counters


def _values(single: Lone, at: datetime) -> tuple[str | None, ...]:
    transfer, mine, other = single.transfer, single.mine, single.other
    moment, effective = at.isoformat(), transfer.effective_at
    return (
        # As texts, which the server reads as quickly and the driver need not take apart.
        moment,
        mine.id,
        mine.seller_id,
        mine.currency,
        mine.status._value_,
        _NO_NEED if single.requires is None else str(single.requires),
        other.id,
        other.status._value_,
        transfer.id,
        transfer.kind._value_,
        str(single.amount),
        transfer.ref,
        transfer.sale_id,
        transfer.lead_id,
        transfer.fingerprint,
        moment if effective is at else effective.isoformat(),
        lines.transfer_text(transfer),
    )
