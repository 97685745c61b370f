"""The mappers of the ledger: accounts, transfers, entries, holds and answers to rows and back."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from leadcore import wire
from leadcore.balances import (
    Accepted,
    AccountStatus,
    Code,
    Entry,
    Hold,
    HoldStatus,
    LedgerAccount,
    Rejected,
    StoredOutcome,
    Transfer,
)
from leadcore.balances.transfers import RESOLVING
from leadcore.values import UNLIMITED, Money, Unlimited
from leadcore_sqlalchemy.texts import from_text, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore_sqlalchemy.types import Row

__all__ = [
    "account_of",
    "account_row",
    "entry_of",
    "entry_row",
    "hold_of",
    "hold_row",
    "outcome_of",
    "rejection_row",
    "transfer_of",
    "transfer_row",
    "transfer_text",
]

_CACHED = 1024
_STATUSES = {status.value: status for status in AccountStatus}


def account_row(account: LedgerAccount) -> dict[str, Any]:
    """Give the row of a ledger account."""
    return {
        "id": account.id,
        "seller_id": account.seller_id,
        "account_id": account.account_id,
        "currency": account.currency,
        "tracked": account.tracked,
        "floor": None if isinstance(account.floor, Unlimited) else account.floor,
        "status": account.status.value,
        "debits_pending": account.debits_pending,
        "debits_posted": account.debits_posted,
        "credits_pending": account.credits_pending,
        "credits_posted": account.credits_posted,
        "seq": account.seq,
        "moved_at": account.moved_at,
    }


_ACCOUNT = (
    "id",
    "seller_id",
    "account_id",
    "currency",
    "tracked",
    "floor",
    "status",
    "debits_pending",
    "debits_posted",
    "credits_pending",
    "credits_posted",
    "seq",
    "moved_at",
)
_account_fields = attrgetter(*_ACCOUNT)


def account_of(row: Row) -> LedgerAccount:
    """Read a ledger account."""
    return _account(_account_fields(row))


# By all that the row says: a sale reads the row it moves three times, the others' unchanged.
@lru_cache(maxsize=_CACHED)
def _account(fields: tuple[Any, ...]) -> LedgerAccount:
    given: dict[str, Any] = dict(zip(_ACCOUNT, fields, strict=True))
    given["status"] = _STATUSES[given["status"]]
    if given["floor"] is None:
        given["floor"] = UNLIMITED
    return LedgerAccount(**given)


def transfer_row(transfer: Transfer, *, batch: str, at: datetime) -> dict[str, Any]:
    """Give the row of a posted transfer."""
    return {
        "id": transfer.id,
        "kind": transfer.kind.value,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "amount": transfer.amount.minor,
        "currency": transfer.amount.currency,
        "ref": transfer.ref,
        "resolves": transfer.ref if transfer.kind in RESOLVING else None,
        "sale_id": transfer.sale_id,
        "lead_id": transfer.lead_id,
        "fingerprint": transfer.fingerprint,
        "batch": batch,
        "recorded_at": at,
        "effective_at": transfer.effective_at,
        "data": transfer_text(transfer),
    }


def transfer_text(transfer: Transfer) -> str:
    """Give a transfer as it is kept whole."""
    return to_text(wire.dump(transfer))


@lru_cache(maxsize=_CACHED)
def transfer_of(text: str) -> Transfer:
    """Read a transfer."""
    return wire.load(Transfer, from_text(text))


def entry_row(entry: Entry) -> dict[str, Any]:
    """Give the row of an entry."""
    return {name: getattr(entry, name) for name in _ENTRY}


def entry_of(row: Row) -> Entry:
    """Read an entry."""
    return Entry(**{name: getattr(row, name) for name in _ENTRY})


_ENTRY = (
    "account",
    "seq",
    "transfer_id",
    "amount",
    "reserved",
    "posted_after",
    "pending_after",
    "recorded_at",
    "effective_at",
)


def hold_row(hold: Hold) -> dict[str, Any]:
    """Give the row of a hold."""
    return {
        "id": hold.id,
        "debit": hold.debit,
        "credit": hold.credit,
        "amount": hold.amount.minor,
        "currency": hold.amount.currency,
        "expires_at": hold.expires_at,
        "status": hold.status.value,
        "captured": hold.captured,
    }


def hold_of(row: Row) -> Hold:
    """Read a hold."""
    return Hold(
        id=row.id,
        debit=row.debit,
        credit=row.credit,
        amount=Money(row.amount, row.currency),
        expires_at=row.expires_at,
        status=HoldStatus(row.status),
        captured=row.captured,
    )


def rejection_row(
    transfer: Transfer, rejected: Rejected, *, batch: str, at: datetime
) -> dict[str, Any]:
    """Give the row that keeps a rejection under the id of one transfer of its batch."""
    return {
        "id": transfer.id,
        "fingerprint": transfer.fingerprint,
        "batch": batch,
        "code": rejected.code.value,
        "details": to_text(rejected.data),
        "at": at,
    }


def outcome_of(row: Row) -> StoredOutcome:
    """Read what was answered to an id; no code means that it was posted."""
    result = Accepted((row.id,)) if row.code is None else _rejected(row.code, row.details)
    return StoredOutcome(
        id=row.id, fingerprint=row.fingerprint, batch=row.batch, at=row.at, result=result
    )


def _rejected(code: str, details: str) -> Rejected:
    pairs: list[list[Any]] = from_text(details)
    return Rejected(code=Code(code), data=tuple((str(name), value) for name, value in pairs))
