"""The plainest batch, answered at once: one charge to an account that keeps no counters.

Every sale is such a batch. `plain` gives what `post` and `guards` give together, in a fraction of
the time, and None for whatever is not as plain as that; both are checked by property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.balances import kernel
from leadcore.balances.accounts import AccountStatus, LedgerAccount
from leadcore.balances.guards import AccountDelta
from leadcore.balances.history import Entry
from leadcore.balances.results import Posted
from leadcore.balances.transfers import Transfer, TransferKind
from leadcore.values import MAX_MINOR, Unlimited, instant

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["plain"]

_NEW = (AccountStatus.OPEN,)


def plain(
    transfer: Transfer, debit: LedgerAccount, credit: LedgerAccount, *, at: datetime
) -> tuple[Posted, AccountDelta] | None:
    """Post one charge whose id was never used before.

    Args:
        transfer: the transfer.
        debit: the account it takes from, as it is.
        credit: the account it goes to, as it is.
        at: now, by the ledger's clock.

    Returns:
        What `post` answers and what `guards` asks for; None where they must be asked.
    """
    amount = transfer.amount.minor
    if not (_is_plain(transfer, debit, credit) and _is_covered(debit, amount)):
        return None
    moment = instant(at)
    after = _charged(debit, amount, moment)
    entry = Entry(
        account=debit.id,
        seq=after.seq,
        transfer_id=transfer.id,
        amount=-amount,
        reserved=0,
        posted_after=after.posted,
        pending_after=after.pending,
        recorded_at=after.moved_at or moment,
        effective_at=transfer.effective_at,
    )
    posted = Posted(transfers=(transfer,), at=moment, entries=(entry,), accounts=(after,))
    delta = AccountDelta(
        account=debit.id,
        credits_posted=0,
        debits_posted=amount,
        credits_pending=0,
        debits_pending=0,
        entries=1,
        requires=amount,
        statuses=_NEW,
    )
    return posted, delta


def _charged(debit: LedgerAccount, amount: int, at: datetime) -> LedgerAccount:
    # Spelt out: copying with `evolve` takes longer than all the rest.
    return LedgerAccount(
        id=debit.id,
        seller_id=debit.seller_id,
        currency=debit.currency,
        floor=debit.floor,
        account_id=debit.account_id,
        debits_pending=debit.debits_pending,
        debits_posted=debit.debits_posted + amount,
        credits_pending=debit.credits_pending,
        credits_posted=debit.credits_posted,
        seq=debit.seq + 1,
        moved_at=at if debit.moved_at is None else max(at, debit.moved_at),
    )


def _is_plain(transfer: Transfer, debit: LedgerAccount, credit: LedgerAccount) -> bool:
    return (
        transfer.kind is TransferKind.CHARGE
        and (transfer.debit, transfer.credit) == (debit.id, credit.id)
        and debit.tracked
        and not credit.tracked
        and debit.status is credit.status is AccountStatus.OPEN
        and debit.seller_id == credit.seller_id
        and transfer.amount.currency == debit.currency == credit.currency
    )


def _is_covered(debit: LedgerAccount, amount: int) -> bool:
    floor = debit.floor
    covered = isinstance(floor, Unlimited) or kernel.admits(debit.available, floor, amount)
    return covered and max(debit.debits_posted, debit.debits_pending) + amount <= MAX_MINOR
