"""Holds: money reserved until it is captured, released or expires.

A hold is resolved at most once. A capture may take less than the whole; the rest is released. An
open hold past its expiry still reserves its money until the expiry is posted, and by then it can
no longer be captured: the ledger's clock decides, and at exactly `expires_at` it is too late.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.balances.transfers import Transfer, TransferKind
from leadcore.errors import WrongState
from leadcore.values import Money, instant

__all__ = ["Hold", "HoldStatus", "evolve"]


class HoldStatus(Enum):
    """Open, or how it ended."""

    OPEN = "open"
    CAPTURED = "captured"
    VOIDED = "voided"
    EXPIRED = "expired"


_ENDS = {
    TransferKind.CAPTURE: HoldStatus.CAPTURED,
    TransferKind.VOID: HoldStatus.VOIDED,
    TransferKind.EXPIRE: HoldStatus.EXPIRED,
}


@frozen(kw_only=True)
class Hold:
    """One reservation, folded from its transfers.

    Attributes:
        id: the id of the transfer that made it.
        debit, credit: whose money is reserved and who would get it.
        amount: what is reserved while it is open.
        expires_at: the first instant (UTC) it can no longer be captured.
        status: open, or how it ended.
        captured: the minor units that were taken of it.
    """

    id: str
    debit: str
    credit: str
    amount: Money
    expires_at: datetime = field(converter=instant)
    status: HoldStatus = HoldStatus.OPEN
    captured: int = 0


def evolve(state: Hold | None, transfer: Transfer) -> Hold:
    """Give the hold after a posted transfer of kind hold, capture, void or expire.

    Raises:
        WrongState: the transfer does not fit the hold's state; a history that does this is broken.
    """
    if transfer.kind is TransferKind.HOLD:
        if state is not None or transfer.expires_at is None:
            raise WrongState("hold", "there is such a hold already")
        return Hold(
            id=transfer.id,
            debit=transfer.debit,
            credit=transfer.credit,
            amount=transfer.amount,
            expires_at=transfer.expires_at,
        )
    if state is None or state.status is not HoldStatus.OPEN or transfer.kind not in _ENDS:
        raise WrongState(transfer.kind.value, "there is no such open hold")
    taken = transfer.amount.minor if transfer.kind is TransferKind.CAPTURE else 0
    return replace(state, status=_ENDS[transfer.kind], captured=taken)
