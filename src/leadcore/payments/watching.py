"""Watching a balance: a low-balance alert and an automatic recharge, each once for one crossing.

A crossing is the entry of an account's ledger that brought what is available from at least an
amount to less than it; its number is that entry's. It is a fold of the entries, so everybody who
looks finds the same number, and whatever follows from it has it in its id: that is why it happens
once, however many look at the same time. An account that never held the amount has not crossed it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.errors import Problem
from leadcore.payments import kernel
from leadcore.payments.keys import made_id
from leadcore.payments.methods import PaymentMethod
from leadcore.values import AccountId, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.balances import Entry

__all__ = [
    "BalanceWatch",
    "Crossing",
    "Recharge",
    "crossing",
    "crossings",
    "recharge_id",
    "watch_problems",
]


@frozen(kw_only=True)
class Recharge:
    """Below so much, charge so much from this method."""

    below: Money
    by: Money
    method: PaymentMethod


@frozen(kw_only=True)
class BalanceWatch:
    """What an account wants done about its balance; None is nothing.

    Attributes:
        alert_below: tell the account's admins, once for each crossing.
        recharge: charge a payment method, once for each crossing.
    """

    alert_below: Money | None = None
    recharge: Recharge | None = None


@frozen(kw_only=True)
class Crossing:
    """Where an account came below an amount.

    Attributes:
        number: of the entry that did it, within the account.
        available: what was left then, in minor units.
    """

    number: int
    available: int


def crossings(entries: Iterable[Entry], below: int) -> tuple[Crossing, ...]:
    """Give every crossing of an account.

    Args:
        entries: in the order of their numbers, from the first on, or from any that held enough on.
        below: the amount, in minor units.
    """
    found: list[Crossing] = []
    before: int | None = None
    for entry in entries:
        after = entry.posted_after - entry.pending_after
        if before is not None and kernel.crosses(before, after, below):
            found.append(Crossing(number=entry.seq, available=after))
        before = after
    return tuple(found)


def crossing(entries: Iterable[Entry], below: int) -> Crossing | None:
    """Give the crossing an account has not come back from; None where it is not below.

    Args:
        entries: as for `crossings`; where there are many, those from the last one that held enough
            on are all that count.
        below: the amount, in minor units.
    """
    found: Crossing | None = None
    before: int | None = None
    for entry in entries:
        after = entry.posted_after - entry.pending_after
        if after >= below:
            found = None
        elif before is not None and kernel.crosses(before, after, below):
            found = Crossing(number=entry.seq, available=after)
        before = after
    return found


def recharge_id(account_id: AccountId, number: int) -> str:
    """Give the payment id, and so the idempotency key, of a crossing's automatic recharge."""
    return made_id("recharge", account_id, number)


def watch_problems(watch: BalanceWatch, currency: str) -> Iterator[Problem]:
    """Say what makes no sense about a watch, for an account of a currency."""
    amounts: list[tuple[str, Money | None]] = [("watch.alert_below", watch.alert_below)]
    if watch.recharge is not None:
        amounts += [
            ("watch.recharge.below", watch.recharge.below),
            ("watch.recharge.by", watch.recharge.by),
        ]
    for path, amount in amounts:
        if amount is not None and amount.currency != currency:
            yield Problem(path, f"the account is in {currency}")
        if amount is not None and amount.minor <= 0:
            yield Problem(path, "is above zero")
