"""The lines of a statement as they are told: each with what it took of cash and of bonus.

Whoever serves statements writes these, so that a line says the same wherever it is read.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.balances import TransferKind, allocations
from leadcore.values import Money, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.balances import Allocation, Consumptions, Line

__all__ = ["ToldLine", "ToldPart", "told_lines"]


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
        id, kind: of the transfer behind it.
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
    return tuple(_told(each, numbers, currency) for each in allocations(whole, consumptions))


def _told(each: Allocation, numbers: dict[str, int], currency: str) -> ToldLine:
    entry, transfer = each.line.entry, each.line.transfer
    return ToldLine(
        seq=entry.seq,
        at=entry.recorded_at,
        id=transfer.id,
        kind=transfer.kind,
        ref=transfer.ref,
        of=numbers.get(transfer.ref or ""),
        by=transfer.actor,
        reason=transfer.reason,
        amount=Money(entry.amount, currency),
        balance=Money(entry.posted_after, currency),
        cash=Money(each.cash, currency),
        bonus=Money(each.bonus, currency),
        owed=Money(each.owed, currency),
        parts=tuple(
            ToldPart(lot=part.lot, amount=Money(part.amount, currency)) for part in each.parts
        ),
        lead=transfer.lead_id,
        order=transfer.order_id,
        refund=transfer.refund_id,
    )
