"""Renewals: when a new cycle is due, when it starts and ends, and what is charged for it.

A cycle that is due is begun once: its number is one higher, so whoever asks again finds nothing
due. Its charge has a payment id made of the order and that number, so it is asked for once too.

At its end an order moves on to the cycle its moment lies in: nothing was sold in those that nobody
began in time, so they are neither numbered nor charged for. A paused order is not renewed before it
is resumed, nor is that of a stopped account before it is active.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from leadcore.intervals import local_instant, to_local
from leadcore.orders.caps import Period
from leadcore.orders.life import Order, OrderRenewed, OrderStatus
from leadcore.orders.standing import Standing, bank_rest, is_filled
from leadcore.orders.terms import Renewal, RenewalWhen, total_price
from leadcore.payments.keys import made_id
from leadcore.values import Money, OrderId, instant

if TYPE_CHECKING:
    from leadcore.payments.methods import PaymentMethod

__all__ = ["renewal_charge", "renewal_due", "renewal_id", "renewed"]

_DAYS = {Period.DAY: 1, Period.WEEK: 7}


def renewal_id(order_id: OrderId, cycle: int) -> str:
    """Give the payment id, and so the idempotency key, of the charge for a cycle."""
    return made_id("renewal", order_id, cycle)


def renewal_charge(order: Order) -> tuple[Money, PaymentMethod] | None:
    """Give what a renewal charges, and to what; None where it charges nobody."""
    renewal, price = order.terms.renewal, total_price(order.terms)
    if renewal is None or renewal.charge is None or not isinstance(price, Money):
        return None
    return price, renewal.charge


def renewal_due(order: Order, standing: Standing, at: datetime) -> bool:
    """Tell whether an order is to begin a new cycle at an instant."""
    renewal, ends = order.terms.renewal, order.terms.ends_at
    if renewal is None or order.paused or order.status is OrderStatus.CLOSED:
        return False
    ended = ends is not None and ends <= instant(at)
    if renewal.when is RenewalWhen.AT_END:
        return ended
    return not ended and is_filled(order, standing)


def renewed(order: Order, standing: Standing, at: datetime) -> OrderRenewed | None:
    """Give the event of a renewal that is due at an instant, or None."""
    renewal = order.terms.renewal
    if renewal is None or not renewal_due(order, standing, at):
        return None
    starts, ends = order.terms.starts_at, order.terms.ends_at
    if renewal.when is RenewalWhen.AT_END:
        starts, ends = _next(order, renewal, instant(at))
    cycle = order.cycle + 1
    return OrderRenewed(
        cycle=cycle,
        starts_at=starts,
        ends_at=ends,
        sold=standing.sold,
        spent=standing.spent,
        carried=bank_rest(order, standing) if order.terms.carries_rest else 0,
        payment_id=renewal_id(order.id, cycle) if renewal_charge(order) else None,
        at=at,
    )


def _next(order: Order, renewal: Renewal, at: datetime) -> tuple[datetime, datetime]:
    """Give the start and the end of the cycle an instant lies in, after the present one's end."""
    anchor = order.anchor
    zone = renewal.zone
    if anchor is None or zone is None:  # the terms are checked for both
        message = f"order {order.id} renews at an end it has not got"
        raise ValueError(message)
    wall = to_local(anchor, zone)
    turn = order.turns
    # Not one by one: an order that was left alone for years is as quick as any other.
    ahead = (to_local(at, zone).date() - wall.date()).days // _LONGEST[renewal.every]
    turn = max(turn, ahead - 1)
    while _moved(wall, renewal.every, turn + 1, zone) <= at:
        turn += 1
    return _moved(wall, renewal.every, turn, zone), _moved(wall, renewal.every, turn + 1, zone)


_LONGEST = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31}


def _moved(wall: datetime, every: Period, turns: int, zone: str) -> datetime:
    day, clock = wall.date(), wall.time()
    if turns == 0:
        return instant(wall)
    if every in _DAYS:
        day += timedelta(days=_DAYS[every] * turns)
    else:
        month = day.year * 12 + day.month - 1 + turns
        year, month = month // 12, month % 12 + 1
        day = date(year, month, min(day.day, monthrange(year, month)[1]))
    return local_instant(day, clock, zone)
