"""The reasons a transfer is refused, in the order they are looked for.

The order is part of the contract: it decides which code is stored where several would fit. Every
check reads the state the transfers before it in the batch have made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.balances import kernel
from leadcore.balances.accounts import AccountStatus, LedgerAccount
from leadcore.balances.holds import Hold, HoldStatus
from leadcore.balances.results import Code, Rejected
from leadcore.balances.transfers import RESOLVING, Transfer, TransferKind
from leadcore.values import MAX_MINOR, Unlimited, micros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

__all__ = ["Work", "over_quota", "refusal", "statuses_for"]

_ALWAYS = frozenset({TransferKind.VOID, TransferKind.EXPIRE, TransferKind.REFUND})
_BEGINNING = frozenset({TransferKind.HOLD, TransferKind.CHARGE, TransferKind.TRANSFER})
_REFUNDABLE = frozenset({TransferKind.CHARGE, TransferKind.CAPTURE})
_ANY = frozenset(AccountStatus)
_NEW = frozenset({AccountStatus.OPEN})
_GOING_ON = frozenset({AccountStatus.OPEN, AccountStatus.FROZEN})


class Work:
    """The state of a batch under way: what the book held, overlaid by what the batch did.

    Attributes:
        accounts, holds, transfers: by id, the newest state.
        touched_accounts, touched_holds: those the batch changed.
    """

    def __init__(
        self,
        accounts: Mapping[str, LedgerAccount],
        holds: Mapping[str, Hold],
        transfers: Mapping[str, Transfer],
    ) -> None:
        self.accounts = dict(accounts)
        self.holds = dict(holds)
        self.transfers = dict(transfers)
        self.touched_accounts: dict[str, LedgerAccount] = {}
        self.touched_holds: dict[str, Hold] = {}

    def keep_account(self, account: LedgerAccount) -> None:
        """Put an account's new state in place."""
        self.accounts[account.id] = self.touched_accounts[account.id] = account

    def keep_hold(self, hold: Hold) -> None:
        """Put a hold's new state in place."""
        self.holds[hold.id] = self.touched_holds[hold.id] = hold


def statuses_for(kind: TransferKind, *, debit: bool) -> frozenset[AccountStatus]:
    """Give the statuses an account may have to take part in a transfer of a kind.

    Args:
        kind: the transfer's kind.
        debit: is it the account that pays?
    """
    if kind in _ALWAYS:
        return _ANY
    return _NEW if debit and kind in _BEGINNING else _GOING_ON


def refusal(work: Work, transfer: Transfer, at: datetime) -> Rejected | None:
    """Give the first reason why a transfer can't be posted, or None."""
    for check in _CHECKS:
        found = check(work, transfer, at)
        if found is not None:
            return found
    return None


def _no(code: Code, transfer: Transfer, **data: int | str) -> Rejected:
    return Rejected(code=code, data=(("transfer", transfer.id), *data.items()))


def _accounts_known(work: Work, transfer: Transfer, _at: datetime) -> Rejected | None:
    for name in (transfer.debit, transfer.credit):
        if name not in work.accounts:
            return _no(Code.ACCOUNT_UNKNOWN, transfer, account=name)
    return None


def _one_book(work: Work, transfer: Transfer, _at: datetime) -> Rejected | None:
    debit, credit = work.accounts[transfer.debit], work.accounts[transfer.credit]
    if debit.seller_id != credit.seller_id:
        return _no(Code.BOOKS_MIXED, transfer, debit=debit.seller_id, credit=credit.seller_id)
    asked = transfer.amount.currency
    if not asked == debit.currency == credit.currency:
        return _no(
            Code.CURRENCY_MIXED,
            transfer,
            amount=asked,
            debit=debit.currency,
            credit=credit.currency,
        )
    return None


def _statuses(work: Work, transfer: Transfer, _at: datetime) -> Rejected | None:
    for name, debit in ((transfer.debit, True), (transfer.credit, False)):
        status = work.accounts[name].status
        if status not in statuses_for(transfer.kind, debit=debit):
            return _no(_STATUS_CODES[status], transfer, account=name)
    return None


_STATUS_CODES = {
    AccountStatus.FROZEN: Code.ACCOUNT_FROZEN,
    AccountStatus.CLOSED: Code.ACCOUNT_CLOSED,
}


def _hold(_work: Work, transfer: Transfer, at: datetime) -> Rejected | None:
    if transfer.kind is not TransferKind.HOLD or transfer.expires_at is None:
        return None
    if kernel.lives(micros(transfer.expires_at), micros(at)):
        return None
    return _no(Code.HOLD_EXPIRED, transfer, hold=transfer.id)


def _resolution(work: Work, transfer: Transfer, at: datetime) -> Rejected | None:
    if transfer.kind not in RESOLVING:
        return None
    hold = work.holds.get(transfer.ref or "")
    if hold is None:
        return _no(Code.HOLD_UNKNOWN, transfer, hold=transfer.ref or "")
    if hold.status is not HoldStatus.OPEN:
        return _no(Code.HOLD_RESOLVED, transfer, hold=hold.id, status=hold.status.value)
    sides = (hold.debit, hold.credit, hold.amount.currency)
    if sides != (transfer.debit, transfer.credit, transfer.amount.currency):
        return _no(Code.HOLD_MISMATCH, transfer, hold=hold.id)
    return _RESOLUTIONS[transfer.kind](
        hold, transfer, kernel.lives(micros(hold.expires_at), micros(at))
    )


def _capture(hold: Hold, transfer: Transfer, lives: bool) -> Rejected | None:  # noqa: FBT001 - called by position, from a table
    if not lives:
        return _no(Code.HOLD_EXPIRED, transfer, hold=hold.id)
    if not kernel.capturable(hold.amount.minor, transfer.amount.minor):
        return _no(
            Code.CAPTURE_ABOVE_HOLD,
            transfer,
            hold=hold.id,
            held=hold.amount.minor,
            asked=transfer.amount.minor,
        )
    return None


def _void(hold: Hold, transfer: Transfer, _lives: bool) -> Rejected | None:  # noqa: FBT001 - called by position, from a table
    if hold.amount != transfer.amount:
        return _no(Code.HOLD_MISMATCH, transfer, hold=hold.id, held=hold.amount.minor)
    return None


def _expire(hold: Hold, transfer: Transfer, lives: bool) -> Rejected | None:  # noqa: FBT001 - called by position, from a table
    if lives:
        return _no(Code.HOLD_NOT_EXPIRED, transfer, hold=hold.id)
    return _void(hold, transfer, lives)


_RESOLUTIONS: dict[TransferKind, Callable[[Hold, Transfer, bool], Rejected | None]] = {
    TransferKind.CAPTURE: _capture,
    TransferKind.VOID: _void,
    TransferKind.EXPIRE: _expire,
}


def _refund(work: Work, transfer: Transfer, _at: datetime) -> Rejected | None:
    if transfer.kind is not TransferKind.REFUND:
        return None
    charge = work.transfers.get(transfer.ref or "")
    if charge is None or charge.kind not in _REFUNDABLE:
        return _no(Code.CHARGE_UNKNOWN, transfer, charge=transfer.ref or "")
    if not _mirrors(charge, transfer):
        return _no(Code.REFUND_MISMATCH, transfer, charge=charge.id)
    left = _refund_left(charge, work.transfers.values())
    if transfer.amount.minor > left:
        return _no(Code.REFUND_BEYOND_CHARGE, transfer, charge=charge.id, left=left)
    return None


def _reversal(work: Work, transfer: Transfer, _at: datetime) -> Rejected | None:
    if transfer.kind is not TransferKind.REFUND_REVERSAL:
        return None
    refund = work.transfers.get(transfer.ref or "")
    if refund is None or refund.kind is not TransferKind.REFUND:
        return _no(Code.REFUND_UNKNOWN, transfer, refund=transfer.ref or "")
    if not _mirrors(refund, transfer):
        return _no(Code.REFUND_MISMATCH, transfer, refund=refund.id)
    left = _reversal_left(refund, work.transfers.values())
    if transfer.amount.minor > left:
        return _no(Code.REVERSAL_BEYOND_REFUND, transfer, refund=refund.id, left=left)
    return None


def _mirrors(earlier: Transfer, transfer: Transfer) -> bool:
    there = (earlier.debit, earlier.credit, earlier.amount.currency)
    return there == (transfer.credit, transfer.debit, transfer.amount.currency)


def _sum_of(kind: TransferKind, refs: frozenset[str], transfers: Iterable[Transfer]) -> int:
    return sum(each.amount.minor for each in transfers if each.kind is kind and each.ref in refs)


def _refund_left(charge: Transfer, transfers: Iterable[Transfer]) -> int:
    known = tuple(transfers)
    refunds = [each for each in known if each.kind is TransferKind.REFUND and each.ref == charge.id]
    refunded = sum(each.amount.minor for each in refunds)
    ids = frozenset(each.id for each in refunds)
    restored = _sum_of(TransferKind.REFUND_REVERSAL, ids, known)
    return kernel.quota_left(charge.amount.minor, refunded, restored)


def _reversal_left(refund: Transfer, transfers: Iterable[Transfer]) -> int:
    ids = frozenset({refund.id})
    return refund.amount.minor - _sum_of(TransferKind.REFUND_REVERSAL, ids, transfers)


def over_quota(references: Iterable[str], transfers: Iterable[Transfer]) -> tuple[str, ...]:
    """Give which charges and refunds were paid back more than once over, of those named.

    A store asks this after it has written a batch and holds the accounts' guards, because two
    refunds of one charge could have been decided at the same time on the same facts.

    Args:
        references: `needs(batch).references`.
        transfers: those transfers, what refers to them and what refers to that, the batch's own
            among them.

    Returns:
        The ids, sorted; any at all means `Conflict`.
    """
    known = {each.id: each for each in transfers}
    over: list[str] = []
    for name in sorted(set(references)):
        earlier = known[name]
        if earlier.kind is TransferKind.REFUND:
            left = _reversal_left(earlier, known.values())
        else:
            left = _refund_left(earlier, known.values())
        if left < 0:
            over.append(name)
    return tuple(over)


def _funds(work: Work, transfer: Transfer, _at: datetime) -> Rejected | None:
    account = work.accounts[transfer.debit]
    if transfer.forced or isinstance(account.floor, Unlimited) or transfer.kind in RESOLVING:
        return None
    if kernel.admits(account.available, account.floor, transfer.amount.minor):
        return None
    return _no(
        Code.INSUFFICIENT_FUNDS,
        transfer,
        account=account.id,
        available=account.available,
        floor=account.floor,
        asked=transfer.amount.minor,
    )


def _overflow(work: Work, transfer: Transfer, _at: datetime) -> Rejected | None:
    debit, credit = work.accounts[transfer.debit], work.accounts[transfer.credit]
    highest = max(
        debit.debits_posted, debit.debits_pending, credit.credits_posted, credit.credits_pending
    )
    if highest + transfer.amount.minor > MAX_MINOR:
        return _no(Code.OVERFLOW, transfer)
    return None


_CHECKS = (
    _accounts_known,
    _one_book,
    _statuses,
    _hold,
    _resolution,
    _refund,
    _reversal,
    _funds,
    _overflow,
)
