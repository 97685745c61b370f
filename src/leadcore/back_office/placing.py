"""Places in orders: taken by a sale, given back by a return, taken again by a reversal.

Every use case that moves a lead to or from an order moves the order's hot numbers by these, so
that the quantity, the bank and the caps are guarded alike wherever a place is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve as replace

from leadcore.leads import spending_deltas, standing_deltas
from leadcore.orders import (
    OrderRenewed,
    Standing,
    bank_limit,
    cap_windows,
    most_leads,
    most_money,
    usage_in,
)
from leadcore.outcomes import StandingDelta, UsageDelta
from leadcore.values import OrderId

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leadcore.orders import Caps, Order
    from leadcore.values import Money

__all__ = ["folded", "place_moved", "place_taken"]


def place_taken(
    order: Order, standing: Standing, at: datetime, *, version: int, credit: int
) -> StandingDelta:
    """Take a place for one lead at the order's price; refused by a store where none is left.

    Args:
        order: as it was seen.
        standing: its hot numbers, with the usage of its caps at the instant.
        at: the instant it counts at.
        version: the order's, as it was seen.
        credit: what the lead moves in the rotation.
    """
    price, caps = order.terms.price.minor, order.terms.caps
    usage = () if caps is None else _taken(caps, price, standing, at)
    begun = any(each.begins is not None for each in usage)
    return StandingDelta(
        order_id=order.id,
        sold=1,
        spent=price,
        credit=credit,
        expected_version=version,
        limit=order.terms.quantity,
        bank=bank_limit(order),
        # Where a count begins with what was counted, nothing may have moved since.
        expected_moves=standing.moves if begun else None,
        usage=usage,
    )


def _taken(caps: Caps, price: int, standing: Standing, at: datetime) -> tuple[UsageDelta, ...]:
    windows = cap_windows(caps, at)
    seen = [usage_in(standing.usage, window) for window in windows]
    return tuple(
        UsageDelta(
            period=window.period,
            opens_at=window.opens_at,
            leads=1,
            money=price,
            most_leads=most_leads(cap),
            most_money=most_money(cap),
            begins=None if used.kept else used,
        )
        for cap, window, used in zip(caps.limits, windows, seen, strict=True)
    )


def place_moved(
    order: Order,
    price: Money,
    counted_at: datetime,
    *,
    leads: int,
    place: bool,
    caps: bool,
) -> StandingDelta:
    """Give a place back, or take the same one again; no limit stands in its way.

    Args:
        order: as it is by now.
        price: of the lead.
        counted_at: the instant it counts at in the caps.
        leads: -1 to give it back, 1 to take it again.
        place: does it count in the quantity and the bank?
        caps: does it count in the caps?
    """
    windows = cap_windows(order.terms.caps, counted_at) if caps else ()
    return StandingDelta(
        order_id=order.id,
        sold=leads if place else 0,
        spent=leads * price.minor if place else 0,
        usage=tuple(
            UsageDelta(
                period=window.period,
                opens_at=window.opens_at,
                leads=leads,
                money=leads * price.minor,
                kept_only=True,
            )
            for window in windows
        ),
    )


def folded(standings: dict[str, Standing], kind: str, key: str, events: Iterable[Any]) -> None:
    """Fold events of a journal into the standings of orders; for audits.

    `moves` is left out: it counts nothing but changes.

    Args:
        standings: by order id; changed in place.
        kind: of the stream, as the journal names it.
        key: its id.
        events: of the stream, in any order.
    """
    for event in events if kind in {"lead", "order"} else ():
        for order_id, more in _moves(kind, key, event):
            now = standings.get(order_id, Standing())
            standings[order_id] = replace(
                now,
                sold=now.sold + more.sold,
                spent=now.spent + more.spent,
                credit=now.credit + more.credit,
            )


def _moves(kind: str, key: str, event: Any) -> Iterable[tuple[OrderId, Standing]]:  # noqa: ANN401 - of either kind
    if kind == "lead":
        for order_id, sold, credit in standing_deltas(event):
            yield order_id, Standing(sold=sold, credit=credit)
        for order_id, spent in spending_deltas(event):
            yield order_id, Standing(spent=spent)
    elif isinstance(event, OrderRenewed):
        yield OrderId(key), Standing(sold=-event.sold, spent=-event.spent)
