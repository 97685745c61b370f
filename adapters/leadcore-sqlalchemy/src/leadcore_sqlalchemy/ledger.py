"""The ledger in tables: load what batches touch, let the core post them, write what follows.

Whatever was decided was decided on what was read, and somebody may have been faster since. So the
counters are moved by guarded statements (`leadcore.balances.guards`), in order of the accounts'
ids, and the entries are those of the counters that come back. A guard that does not hold is a
`Conflict`. Many batches are written like one: that is what makes a busy account fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from sqlalchemy import (
    BigInteger,
    Text,
    bindparam,
    case,
    cast,
    insert,
    null,
    or_,
    select,
    union_all,
    update,
)

from leadcore.balances import (
    Book,
    HoldStatus,
    LedgerAccount,
    Posted,
    Rejected,
    Transfer,
    batch_digest,
    guards,
    needs,
    over_quota,
    plain,
    post,
)
from leadcore.errors import Conflict
from leadcore_sqlalchemy import lines, tables
from leadcore_sqlalchemy.statements import Many, Statement, inserting
from leadcore_sqlalchemy.types import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from leadcore.balances import AccountDelta, Direct, KeyConflict, Needs
    from leadcore_sqlalchemy.later import Later

__all__ = ["charge", "decide", "post_direct", "write"]

Batch = tuple[Transfer, ...]

_ACCOUNTS = tables.ledger_accounts
_ENTRIES = tables.ledger_entries
_TRANSFERS = tables.ledger_transfers
_HOLDS = tables.ledger_holds
_REJECTIONS = tables.ledger_rejections


def _of_accounts(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    return select(_ACCOUNTS).where(_ACCOUNTS.c.id.in_(ids))


def _of_holds(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # as above
    return select(_HOLDS).where(_HOLDS.c.id.in_(ids))


def _answered(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # as above
    posted = select(
        _TRANSFERS.c.id,
        _TRANSFERS.c.fingerprint,
        _TRANSFERS.c.batch,
        _TRANSFERS.c.recorded_at.label("at"),
        cast(null(), Text).label("code"),
        cast(null(), Text).label("details"),
    ).where(_TRANSFERS.c.id.in_(ids), _TRANSFERS.c.kind != tables.REJECTED)
    rejected = select(
        _REJECTIONS.c.id,
        _REJECTIONS.c.fingerprint,
        _REJECTIONS.c.batch,
        _REJECTIONS.c.at,
        _REJECTIONS.c.code,
        _REJECTIONS.c.details,
    ).where(_REJECTIONS.c.id.in_(ids))
    return union_all(posted, rejected)


def _related(ids: Sequence[Any]) -> Any:  # noqa: ANN401 # as above
    below = select(_TRANSFERS.c.id).where(_TRANSFERS.c.ref.in_(ids))
    return select(_TRANSFERS.c.data).where(
        or_(_TRANSFERS.c.id.in_(ids), _TRANSFERS.c.ref.in_(ids), _TRANSFERS.c.ref.in_(below)),
        _TRANSFERS.c.kind != tables.REJECTED,
    )


_READ_ACCOUNTS = Many(_of_accounts)
_READ_HOLDS = Many(_of_holds)
_READ_ANSWERS = Many(_answered)
_READ_RELATED = Many(_related)


def _number(name: str) -> Any:  # noqa: ANN401 # a bound number or its column expression
    return bindparam(f"b_{name}", type_=BigInteger)


_COUNTERS = ("credits_posted", "debits_posted", "credits_pending", "debits_pending", "seq")
_at = bindparam("b_at", type_=UtcDateTime)
_move = (
    update(_ACCOUNTS)
    .where(
        _ACCOUNTS.c.id == bindparam("b_id"),
        _ACCOUNTS.c.status == bindparam("b_status"),
        or_(
            _ACCOUNTS.c.floor.is_(None),
            _number("requires").is_(None),
            _ACCOUNTS.c.credits_posted
            - _ACCOUNTS.c.debits_posted
            - _ACCOUNTS.c.debits_pending
            - _ACCOUNTS.c.floor
            >= _number("requires"),
        ),
    )
    .values(
        **{name: _ACCOUNTS.c[name] + _number(name) for name in _COUNTERS},
        moved_at=case((_ACCOUNTS.c.moved_at > _at, _ACCOUNTS.c.moved_at), else_=_at),
    )
)
_MOVE = Statement(_move)
_MOVE_AND_TELL = Statement(_move.returning(*_ACCOUNTS.c))

_OF_LINE = ("transfer_id", "amount", "reserved", "effective_at")
"""What a line says of its transfer; the rest is the account's."""
_moved = _move.returning(*_ACCOUNTS.c).cte("moved")
_MOVE_AND_ENTER = Statement(
    insert(_ENTRIES).from_select(
        ["account", "seq", "posted_after", "pending_after", "recorded_at", *_OF_LINE],
        select(
            _moved.c.id,
            _moved.c.seq,
            _moved.c.credits_posted - _moved.c.debits_posted,
            _moved.c.debits_pending,
            _moved.c.moved_at,
            *(bindparam(f"l_{name}", type_=_ENTRIES.c[name].type) for name in _OF_LINE),
        ),
        include_defaults=False,
    )
)

_RESOLVE = Statement(
    update(_HOLDS)
    .where(_HOLDS.c.id == bindparam("b_id"), _HOLDS.c.status == HoldStatus.OPEN.value)
    .values(status=bindparam("b_status"), captured=bindparam("b_captured"))
)
# An id that was used, of a posted transfer or a rejected one, meets the primary key here.
_INSERT_TRANSFER = Statement(inserting(_TRANSFERS))
_NO_TRANSFER: dict[str, Any] = {
    **dict.fromkeys(column.name for column in _TRANSFERS.columns if column.nullable),
    **dict.fromkeys(("debit", "credit", "currency", "fingerprint", "batch", "data"), ""),
    "kind": tables.REJECTED,
    "amount": 1,
}
"""What keeps the place of an id that was rejected; it moves nothing and is of no account."""

_INSERT_ENTRY = Statement(inserting(_ENTRIES))
_INSERT_HOLD = Statement(inserting(_HOLDS))
_INSERT_REJECTION = Statement(inserting(_REJECTIONS))


def decide(
    connection: Connection, batches: Sequence[Batch], *, at: datetime
) -> tuple[Book, tuple[Posted | Rejected | KeyConflict, ...]]:
    """Post batches in order on what the tables hold, writing nothing.

    Returns:
        What was read, and the answer to each batch.
    """
    read = book = _load(connection, needs(each for batch in batches for each in batch))
    answers: list[Posted | Rejected | KeyConflict] = []
    for batch in batches:
        answer = post(book, batch, at=at)
        answers.append(answer)
        if len(batches) > 1:
            book = book.after(batch, answer, at=at)
    return read, tuple(answers)


def charge(
    later: Later, transfer: Transfer, shown: Mapping[str, LedgerAccount], *, at: datetime
) -> bool:
    """Post a plain charge on accounts that a use case was shown, without a second look.

    The line is that of the counters that are really there: somebody may have been faster.

    Returns:
        False where more must be looked up; nothing is written then.

    Raises:
        Conflict: the account has moved in a way that matters; here or when it is sent.
        IntegrityError: the id was used before; likewise.
    """
    debit, credit = shown.get(transfer.debit), shown.get(transfer.credit)
    if debit is None or credit is None or (found := plain(transfer, debit, credit, at=at)) is None:
        return False
    posted, delta = found
    row = lines.transfer_row(transfer, batch=batch_digest(posted.transfers), at=at)
    later.add(_INSERT_TRANSFER, row)
    (line,) = posted.entries
    move = _move_of(delta, debit, at)
    moved: dict[str, Any] = {"wanted": 1, "otherwise": "a ledger account moved meanwhile"}
    if later.connection.dialect.name == "sqlite":
        # Its only writer is this transaction, and has been since before the account was read.
        later.add(_MOVE, move, **moved)
        later.add(_INSERT_ENTRY, lines.entry_row(line))
    else:
        of_line = {f"l_{name}": getattr(line, name) for name in _OF_LINE}
        later.add(_MOVE_AND_ENTER, {**move, **of_line}, **moved)
    return True


def post_direct(
    connection: Connection, planned: Direct, *, at: datetime
) -> tuple[Posted, ...] | None:
    """Post plain batches where nobody else writes meanwhile: one look at the accounts is enough.

    Returns:
        None where more must be looked up; nothing is written then.

    Raises:
        IntegrityError: an id was used before.
    """
    names = [account.id for account in planned.seen]
    found = map(lines.account_of, _READ_ACCOUNTS.rows(connection, names))
    now = {account.id: account for account in found}
    if not planned.admitted(now):
        return None
    after = planned.after(now, at=at)
    answers = planned.answers(after, at=at)
    rows = _transfer_rows(answers, at)
    _INSERT_TRANSFER.change(connection, *rows)
    moves = [_move_of(delta, now[delta.account], at) for delta in planned.deltas]
    if _MOVE.change(connection, *moves) != len(moves):
        raise Conflict("a ledger account moved meanwhile")
    made = [lines.entry_row(entry) for answer in answers for entry in answer.entries]
    _INSERT_ENTRY.change(connection, *made)
    return answers


def write(
    connection: Connection,
    book: Book,
    batches: Sequence[Batch],
    answers: Sequence[Posted | Rejected],
    *,
    at: datetime,
) -> tuple[Posted | Rejected, ...]:
    """Write the answers to batches.

    Args:
        connection: in the transaction they were decided in.
        book: what they were decided on.
        batches: the batches.
        answers: what `decide` gave for each.
        at: when they are recorded.

    Returns:
        The answers, with the lines and counters as they were written.

    Raises:
        Conflict: an account or a hold has moved in a way that matters.
    """
    rejected = [
        lines.rejection_row(each, answer, batch=batch_digest(batch), at=at)
        for batch, answer in zip(batches, answers, strict=True)
        if isinstance(answer, Rejected) and not answer.replayed
        for each in batch
    ]
    if rejected:
        _write_rejections(connection, rejected, at)
    fresh = [each for each in answers if isinstance(each, Posted) and not each.replayed]
    if not fresh:
        return tuple(answers)
    _INSERT_TRANSFER.change(connection, *_transfer_rows(fresh, at))
    _write_holds(connection, book, fresh)
    deltas = guards(
        (each for posted in fresh for each in posted.transfers),
        accounts=book.accounts.values(),
        holds=book.holds.values(),
    )
    moves = [_move_of(delta, book.accounts[delta.account], at) for delta in deltas]
    moved = _move_accounts(connection, moves)
    actual = dict(zip(map(id, fresh), _as_written(book, fresh, moved, at), strict=True))
    told = tuple(actual.get(id(answer), answer) for answer in answers)
    rows = [lines.entry_row(entry) for posted in actual.values() for entry in posted.entries]
    if rows:
        _INSERT_ENTRY.change(connection, *rows)
    _check_quotas(connection, book, fresh)
    return told


def _load(connection: Connection, wanted: Needs) -> Book:
    answered = _READ_ANSWERS.rows(connection, wanted.keys)
    accounts = _READ_ACCOUNTS.rows(connection, wanted.accounts)
    return Book.of(
        accounts=map(lines.account_of, accounts),
        holds=_load_holds(connection, wanted.holds),
        transfers=_load_related(connection, wanted.references),
        outcomes=map(lines.outcome_of, answered),
    )


def _load_holds(connection: Connection, ids: tuple[str, ...]) -> Iterable[Any]:
    if not ids:
        return ()
    return map(lines.hold_of, _READ_HOLDS.rows(connection, ids))


def _load_related(connection: Connection, ids: tuple[str, ...]) -> list[Transfer]:
    if not ids:
        return []
    return [lines.transfer_of(row.data) for row in _READ_RELATED.rows(connection, ids)]


def _transfer_rows(fresh: Sequence[Posted], at: datetime) -> list[dict[str, Any]]:
    return [
        lines.transfer_row(each, batch=digest, at=at)
        for posted in fresh
        for digest in (batch_digest(posted.transfers),)
        for each in posted.transfers
    ]


def _write_rejections(connection: Connection, rows: list[dict[str, Any]], at: datetime) -> None:
    # Whoever posts the same id, now or later, meets its place among the transfers.
    places = [
        {**_NO_TRANSFER, "id": row["id"], "recorded_at": at, "effective_at": at} for row in rows
    ]
    _INSERT_TRANSFER.change(connection, *places)
    _INSERT_REJECTION.change(connection, *rows)


def _write_holds(connection: Connection, book: Book, fresh: Sequence[Posted]) -> None:
    last = {hold.id: hold for posted in fresh for hold in posted.holds}
    made = [lines.hold_row(hold) for name, hold in last.items() if name not in book.holds]
    ended = [
        {"b_id": name, "b_status": last[name].status.value, "b_captured": last[name].captured}
        for name in sorted(last)
        if name in book.holds
    ]
    if made:
        _INSERT_HOLD.change(connection, *made)
    if ended and _RESOLVE.change(connection, *ended) != len(ended):
        raise Conflict("a hold was resolved meanwhile")


def _move_accounts(connection: Connection, moves: list[dict[str, Any]]) -> dict[str, LedgerAccount]:
    if not moves:
        return {}
    if len(moves) == 1 and connection.dialect.update_returning:
        rows = _MOVE_AND_TELL.rows(connection, moves[0])
    else:
        # As many single statements, sent together: each one's guard is its own.
        if _MOVE.change(connection, *moves) != len(moves):
            raise Conflict("a ledger account moved meanwhile")
        rows = _READ_ACCOUNTS.rows(connection, [move["b_id"] for move in moves])
    if len(rows) != len(moves):
        raise Conflict("a ledger account moved meanwhile")
    return {row.id: lines.account_of(row) for row in rows}


def _move_of(delta: AccountDelta, seen: LedgerAccount, at: datetime) -> dict[str, Any]:
    return {
        "b_id": delta.account,
        "b_status": seen.status.value,
        "b_requires": delta.requires,
        "b_credits_posted": delta.credits_posted,
        "b_debits_posted": delta.debits_posted,
        "b_credits_pending": delta.credits_pending,
        "b_debits_pending": delta.debits_pending,
        "b_seq": delta.entries,
        "b_at": at,
    }


def _as_written(
    book: Book, fresh: Sequence[Posted], moved: dict[str, LedgerAccount], at: datetime
) -> list[Posted]:
    """Give the answers on the counters that were really there, where somebody was faster."""
    decided = {account.id: account for posted in fresh for account in posted.accounts}
    if decided == moved:
        return list(fresh)
    before = {name: _before(moved[name], decided[name], book.accounts[name]) for name in moved}
    actual = replace(book, accounts={**book.accounts, **before})
    written: list[Posted] = []
    for posted in fresh:
        again = post(actual, posted.transfers, at=at)
        if not isinstance(again, Posted):  # pragma: no cover # the guards have just admitted it
            raise Conflict("the ledger moved meanwhile")
        actual = actual.after(posted.transfers, again, at=at)
        written.append(again)
    return written


def _before(now: LedgerAccount, decided: LedgerAccount, seen: LedgerAccount) -> LedgerAccount:
    changed = {
        name: getattr(now, name) - (getattr(decided, name) - getattr(seen, name))
        for name in _COUNTERS
    }
    return replace(now, **changed)


def _check_quotas(connection: Connection, book: Book, fresh: Sequence[Posted]) -> None:
    # Now that the accounts' rows are ours: two refunds of one charge may have been decided at once.
    if not book.transfers:
        return  # nothing was looked up that could be refunded
    wanted = needs(each for posted in fresh for each in posted.transfers).references
    if wanted and over_quota(wanted, _load_related(connection, wanted)):
        raise Conflict("a charge was refunded meanwhile")
