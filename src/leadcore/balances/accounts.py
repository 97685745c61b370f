"""Accounts of the ledger: four counters that only ever move by transfers.

An account of an associate is *credit-normal*: what the seller owes it is above zero. Nothing here
is a balance that somebody set; `posted`, `pending` and `available` are read off the counters.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import Factory, field, frozen

from leadcore.balances import kernel
from leadcore.values import (
    MAX_MINOR,
    UNLIMITED,
    AccountId,
    SellerId,
    Unlimited,
    optional_instant,
)

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["AccountStatus", "LedgerAccount"]


class AccountStatus(Enum):
    """Whether money may move.

    `frozen`: nothing new is begun at its expense; what was begun is still resolved, and money may
    come in. `closed`: only holds are released and refunds paid back.
    """

    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


def _counter(_instance: object, attribute: Attribute[int], value: object) -> None:
    # bool is an int to isinstance, and a float would round.
    if type(value) is not int:
        message = f"{attribute.name} is a whole number (int), not {type(value).__name__}"
        raise TypeError(message)
    if not 0 <= value <= MAX_MINOR:
        message = f"{attribute.name} lies between 0 and {MAX_MINOR}, not at {value}"
        raise ValueError(message)


def _floor(instance: LedgerAccount, _attribute: object, value: object) -> None:
    if isinstance(value, Unlimited):
        return
    if type(value) is not int:
        message = f"floor is a whole number (int) or UNLIMITED, not {type(value).__name__}"
        raise TypeError(message)
    if not instance.tracked:
        message = f"account {instance.id!r} keeps no running balance, so it can have no floor"
        raise ValueError(message)
    if not -MAX_MINOR <= value <= MAX_MINOR:
        message = "floor does not fit 64 bits"
        raise ValueError(message)


def _least(account: LedgerAccount) -> int | Unlimited:
    return 0 if account.tracked else UNLIMITED


@frozen(kw_only=True)
class LedgerAccount:
    """One account and its counters; all amounts in minor units of `currency`.

    Attributes:
        id: opaque; unique within the ledger.
        seller_id: whose books it is in; money never moves between the books of two sellers.
        currency: ISO 4217.
        tracked: does it keep counters? Busy accounts of the seller (revenue, cash) do not: their
            balance is the sum of the transfers, and no sale waits for another one's row.
        floor: the least `available` may become, or `UNLIMITED`; a credit limit is a negative one.
            Zero unless said otherwise; always `UNLIMITED` where nothing is tracked.
        status: see `AccountStatus`.
        account_id: the associate's account it belongs to; None for the seller's own.
        debits_pending, credits_pending: what open holds reserve from it and announce to it.
        debits_posted, credits_posted: everything that ever left and came; these never decrease.
        seq: how many entries it has.
        moved_at: the instant of its newest entry (UTC); never goes back.
    """

    id: str
    seller_id: SellerId
    currency: str
    tracked: bool = True
    floor: int | Unlimited = field(default=Factory(_least, takes_self=True), validator=_floor)
    status: AccountStatus = AccountStatus.OPEN
    account_id: AccountId | None = None
    debits_pending: int = field(default=0, validator=_counter)
    debits_posted: int = field(default=0, validator=_counter)
    credits_pending: int = field(default=0, validator=_counter)
    credits_posted: int = field(default=0, validator=_counter)
    seq: int = field(default=0, validator=_counter)
    moved_at: datetime | None = field(default=None, converter=optional_instant)

    @property
    def posted(self) -> int:
        """What came less what left."""
        return self.credits_posted - self.debits_posted

    @property
    def pending(self) -> int:
        """What open holds reserve from it."""
        return self.debits_pending

    @property
    def available(self) -> int:
        """What may be spent; holds that may one day pay into the account do not count."""
        return kernel.available(self.credits_posted, self.debits_posted, self.debits_pending)
