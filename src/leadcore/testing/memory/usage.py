"""The counts of orders' caps: kept from the first sale in a period on, counted before that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore.errors import Conflict
from leadcore.leads import Lead, LeadStatus
from leadcore.orders import Period, Usage, cap_windows, uncounted_windows
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.orders import CapWindow, Order
    from leadcore.outcomes import StandingDelta, UsageDelta
    from leadcore.testing.memory.rows import Rows

__all__ = ["UsageKey", "audit_usage", "check_usage", "count_sales", "move_usage", "usage_at"]

UsageKey = tuple[str, Period, "datetime"]


def usage_at(rows: Rows, order: Order, at: datetime) -> tuple[Usage, ...]:
    """Give what an order was sold in the periods of its caps at an instant."""
    found: list[Usage] = []
    uncounted = uncounted_windows(order, at)
    for window in cap_windows(order.terms.caps, at):
        kept = rows.usage.get((order.id, window.period, window.opens_at))
        if kept is not None:
            found.append(kept)
        elif window in uncounted:
            found.append(replace(count_sales(rows, order, window), kept=False))
    return tuple(found)


def count_sales(rows: Rows, order: Order, window: CapWindow) -> Usage:
    """Count the sales and reservations of an order in a period, as its caps count them."""
    prices = [
        price
        for lead, _ in rows.every("lead")
        for price, counted_at in _places(lead, order)
        if window.opens_at <= counted_at < window.closes_at
    ]
    return Usage(
        period=window.period, opens_at=window.opens_at, leads=len(prices), money=sum(prices)
    )


def _places(lead: Lead, order: Order) -> Iterator[tuple[int, datetime]]:
    held, sale, caps = lead.reservation, lead.sale, order.terms.caps
    if held is not None and held.order_id == order.id:
        yield held.price.minor, held.reserved_at
    returned = lead.status is LeadStatus.REFUNDED and caps is not None and caps.returns_free
    if sale is not None and sale.order_id == order.id and not returned:
        yield sale.price.minor, instant(sale.counted_at)


def check_usage(rows: Rows, delta: StandingDelta) -> None:
    """Check the guards of a delta on an order's caps.

    Raises:
        Conflict: a cap would be passed, or a count began meanwhile.
    """
    for each in delta.usage:
        kept = rows.usage.get((delta.order_id, each.period, each.opens_at))
        if kept is not None and each.begins is not None:
            raise Conflict(f"counts of order {delta.order_id}")
        if each.kept_only:
            continue
        after = _after(kept, each)
        limits = ((after.leads, each.most_leads), (after.money, each.most_money))
        if any(0 <= most < used for used, most in limits):
            raise Conflict(f"caps of order {delta.order_id}")


def move_usage(rows: Rows, delta: StandingDelta) -> None:
    """Move the counts of an order's caps."""
    if delta.recount:
        rows.usage = {key: kept for key, kept in rows.usage.items() if key[0] != delta.order_id}
    for each in delta.usage:
        key = (delta.order_id, each.period, each.opens_at)
        kept = rows.usage.get(key)
        if kept is not None or not each.kept_only:
            rows.usage = {**rows.usage, key: _after(kept, each)}


def _after(kept: Usage | None, delta: UsageDelta) -> Usage:
    before = kept or delta.begins or Usage(period=delta.period, opens_at=delta.opens_at)
    return replace(
        before, leads=before.leads + delta.leads, money=before.money + delta.money, kept=True
    )


def audit_usage(rows: Rows) -> Iterator[str]:
    """Count every period of the open orders' caps again; give a sentence for each difference."""
    for order, _ in rows.every("order"):
        for (key, period, opens_at), kept in rows.usage.items():
            if key != order.id or order.status.value == "closed":
                continue
            for window in cap_windows(order.terms.caps, opens_at):
                if window.period is period and count_sales(rows, order, window) != kept:
                    yield f"order {key}: its count of a {period.value} is not that of its sales"
