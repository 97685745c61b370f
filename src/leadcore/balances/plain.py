"""The plainest batch, answered at once: one charge to an account that keeps no counters.

Every sale is such a batch. `plain` gives what `post` and `guards` give together, in a fraction of
the time, and None for whatever is not as plain as that; both are checked by property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.balances import kernel
from leadcore.balances.accounts import AccountStatus, LedgerAccount
from leadcore.balances.guards import AccountDelta
from leadcore.balances.posting import moved
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
    after, entry = moved(debit, transfer, moment, debit=amount)
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
