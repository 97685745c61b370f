"""The lines of a statement as they are told: each with what it took of cash and of bonus.

Whoever serves statements writes these, so that a line says the same wherever it is read. A transfer
between two accounts is a line on both, and its id names neither to the other.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.balances import TransferKind, allocations
from leadcore.values import Money, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.balances import Allocation, Consumptions, Line, Transfer
    from leadcore.logins import Deed

__all__ = ["ToldLine", "ToldPart", "told_deed", "told_id", "told_lines"]


@frozen(kw_only=True)
class ToldPart:
    """What a line added to one lot, below zero where it took; `lot` None is what is owed."""

    lot: str | None
    amount: Money


@frozen(kw_only=True)
class ToldLine:
    """One line of a statement, as it is told.

    Attributes:
        seq: its number within the account, from 1.
        at: when it was recorded.
        id, kind: of the transfer behind it; see `told_id`.
        ref: what the transfer refers to; `of` the number of the line that is, where it is one.
        by, reason: who moved it, and why, where that was said.
        amount, balance: what it moved, and what there was after it.
        cash, bonus, owed: what of that was cash, what bonus, and what is owed.
        parts: what it added to each lot.
        lead, order, refund: what it is traceable to.
    """

    seq: int
    at: datetime = field(converter=instant)
    id: str
    kind: TransferKind
    ref: str | None
    of: int | None
    by: str | None
    reason: str | None
    amount: Money
    balance: Money
    cash: Money
    bonus: Money
    owed: Money
    parts: tuple[ToldPart, ...]
    lead: str | None
    order: str | None
    refund: str | None


def told_id(transfer: Transfer) -> str:
    """Give the id by which the accounts a transfer moves are told of it.

    That of a transfer between two accounts is made of the payer's id and a key of the seller's
    staff: a digest stands for it, the same on both sides.
    """
    if transfer.kind is not TransferKind.TRANSFER:
        return transfer.id
    return _digest(transfer.id)


def told_deed(deed: Deed) -> Deed:
    """Give a deed as it is told: one about a transfer between two accounts by `told_id`, too."""
    if deed.stream_kind != "transfer" or not deed.stream_id.startswith("transfer/"):
        return deed
    return replace(deed, stream_id=_digest(deed.stream_id))


def _digest(transfer_id: str) -> str:
    # An id may hold half a surrogate pair, which is text to Python but not to UTF-8.
    raw = transfer_id.encode("utf-8", "surrogatepass")
    return f"transfer/{hashlib.sha256(raw).hexdigest()[:32]}"


def told_lines(
    lines: Iterable[Line], consumptions: Consumptions, *, currency: str
) -> tuple[ToldLine, ...]:
    """Tell the lines of an account.

    Args:
        lines: all of them, from the first on: which lot a line took from follows from those before.
        consumptions: the seller's consumption orders.
        currency: of the account.
    """
    whole = tuple(lines)
    numbers = {line.transfer.id: line.entry.seq for line in whole}
    names = {line.transfer.id: told_id(line.transfer) for line in whole}
    return tuple(_told(each, numbers, names, currency) for each in allocations(whole, consumptions))


def _told(
    each: Allocation, numbers: dict[str, int], names: dict[str, str], currency: str
) -> ToldLine:
    entry, transfer = each.line.entry, each.line.transfer

    def named(key: str | None) -> str | None:
        return None if key is None else names.get(key, key)

    return ToldLine(
        seq=entry.seq,
        at=entry.recorded_at,
        id=names[transfer.id],
        kind=transfer.kind,
        ref=named(transfer.ref),
        of=numbers.get(transfer.ref or ""),
        by=transfer.actor,
        reason=transfer.reason,
        amount=Money(entry.amount, currency),
        balance=Money(entry.posted_after, currency),
        cash=Money(each.cash, currency),
        bonus=Money(each.bonus, currency),
        owed=Money(each.owed, currency),
        parts=tuple(
            ToldPart(lot=named(part.lot), amount=Money(part.amount, currency))
            for part in each.parts
        ),
        lead=transfer.lead_id,
        order=transfer.order_id,
        refund=transfer.refund_id,
    )
