"""An order's hot numbers, moved by guarded deltas and never edited, and the room they leave."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.orders import hours, kernel
from leadcore.orders.caps import CapWindow, Usage, cap_windows, window_at
from leadcore.values import Unlimited, instant

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.orders.life import Order

__all__ = [
    "Standing",
    "bank_limit",
    "bank_rest",
    "is_filled",
    "remaining",
    "steady_until",
    "uncounted_windows",
]

_DAY = timedelta(days=1)


@frozen(kw_only=True)
class Standing:
    """An order's hot numbers.

    Attributes:
        sold: sales of this cycle that count against the quantity (returned ones that reopen do
            not), less the places of earlier cycles whose leads never arrived: below zero where
            those are more.
        spent: their prices, in minor units, counted likewise.
        credit: the rotation's carried deficit, in `distribution.SCALE` parts of one lead; above
            zero the order is owed leads, below it had more than its due.
        moves: how often a sale or a return has moved the order; only ever grows.
        usage: what was sold in the periods of the caps at the instant they were asked for; what is
            not told of was not sold. Empty where nobody asked.
    """

    sold: int = 0
    spent: int = 0
    credit: int = 0
    moves: int = 0
    usage: tuple[Usage, ...] = ()


def bank_limit(order: Order) -> int | Unlimited:
    """Give what may be spent in this cycle, in minor units; `UNLIMITED` without a bank."""
    bank = order.terms.bank
    return Unlimited.UNLIMITED if bank is None else bank.minor + order.carried


def bank_rest(order: Order, standing: Standing) -> int:
    """Give what is left of this cycle's bank, in minor units; nothing without a bank."""
    bank = order.terms.bank
    if bank is None:
        return 0
    return kernel.bank_left(bank.minor, order.carried, standing.spent)


def remaining(order: Order, standing: Standing) -> int | Unlimited:
    """Give how many leads may still be sold in this cycle, never below zero.

    By bank that is how many the rest of it covers at the present price; of free ones, as an auction
    may make them, any number.
    """
    terms = order.terms
    if terms.bank is not None and terms.price.minor == 0:
        return Unlimited.UNLIMITED
    if terms.bank is not None:
        return bank_rest(order, standing) // terms.price.minor
    if isinstance(terms.quantity, Unlimited):
        return terms.quantity
    return max(0, terms.quantity - standing.sold)


def is_filled(order: Order, standing: Standing) -> bool:
    """Tell whether this cycle has no room for one more lead."""
    return remaining(order, standing) == 0


def uncounted_windows(order: Order, at: datetime) -> tuple[CapWindow, ...]:
    """Give the periods of the caps that a store without a running count must count the sales of.

    A count is kept from the first sale in a period on. Where the caps were changed since, or not a
    day before, sales of the period may have been made without them; elsewhere no count is no sale.
    The day is for clocks that differ.
    """
    changed = order.recounted_at
    if changed is None:
        return ()
    return tuple(
        window for window in cap_windows(order.terms.caps, at) if window.opens_at < changed + _DAY
    )


def steady_until(order: Order, at: datetime) -> datetime | None:
    """Give an instant up to which time alone changes nothing about whether an order takes leads.

    Its start, its end, its hours and the periods of its caps do not change before it. It may be
    asked again then.

    Returns:
        None where time will change nothing any more.
    """
    terms, when = order.terms, instant(at)
    edges = [edge for edge in (terms.starts_at, terms.ends_at) if edge is not None and edge > when]
    if terms.hours is not None:
        edges.append(hours.steady_until(terms.hours, when))
    if terms.caps is not None:
        edges.extend(window_at(terms.caps, cap.period, when).closes_at for cap in terms.caps.limits)
    return min(edges, default=None)
