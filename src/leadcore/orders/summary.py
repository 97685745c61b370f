"""What the list of orders shows: every column, the money folded from the ledger.

What was charged and given back is never counted anywhere: it is the sum of the ledger's own
transfers of the order's sales. What was received in this cycle is the order's standing, which the
audit compares with the journal and with those transfers.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.balances import TransferKind
from leadcore.orders.life import Order, OrderStatus
from leadcore.orders.standing import Standing, bank_rest, remaining
from leadcore.orders.terms import RenewalWhen
from leadcore.values import Money, OrderId, Unlimited, instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["OrderMoney", "OrderSummary", "fold_money", "summary_of"]


@frozen(kw_only=True)
class OrderMoney:
    """What the ledger says of an order, in minor units.

    Attributes:
        charged: for its sales, returned ones included.
        refunded: given back for returns, less what reversals took again.
    """

    order_id: OrderId
    charged: int = 0
    refunded: int = 0


def fold_money(order_id: OrderId, moved: Iterable[tuple[TransferKind, int]]) -> OrderMoney:
    """Sum an order's transfers up.

    Args:
        order_id: the order's.
        moved: the kind and amount of each transfer of its sales, or their sums by kind.
    """
    sums = dict.fromkeys(TransferKind, 0)
    for kind, amount in moved:
        sums[kind] += amount
    return OrderMoney(
        order_id=order_id,
        charged=sums[TransferKind.CHARGE] + sums[TransferKind.CAPTURE],
        refunded=sums[TransferKind.REFUND] - sums[TransferKind.REFUND_REVERSAL],
    )


@frozen(kw_only=True)
class OrderSummary:
    """One line of the list of orders.

    Attributes:
        starts_at: when it begins, or was opened.
        renewal: None for never.
        auto_charge: does a renewal charge a payment method?
        cycle: its number; total, received and remaining are this cycle's.
        total: how many leads, or the bank with what was carried on to it.
        received: the leads, or by bank the money's worth of them, that count against the total;
            below zero where places came over from a cycle whose leads never arrived.
        remaining: of the total, in the same unit.
        leads: how many leads count in this cycle, by quantity and by bank alike.
        cost: what all leads under the order cost, in every cycle, returned ones included.
        paid: the cost less what was given back.
    """

    order_id: OrderId
    starts_at: datetime = field(converter=instant)
    ends_at: datetime | None = field(converter=optional_instant)
    status: OrderStatus
    paused: bool
    renewal: RenewalWhen | None
    auto_charge: bool
    cycle: int
    total: int | Money | Unlimited
    received: int | Money
    remaining: int | Money | Unlimited
    leads: int
    price: Money
    cost: Money
    paid: Money


def summary_of(order: Order, standing: Standing, money: OrderMoney | None) -> OrderSummary:
    """Give an order's line.

    Args:
        order: as a store gives it.
        standing: its hot numbers.
        money: what the ledger says; None where it says nothing.
    """
    terms, moved = order.terms, money or OrderMoney(order_id=order.id)
    currency, renewal = terms.price.currency, terms.renewal
    return OrderSummary(
        order_id=order.id,
        starts_at=terms.starts_at or order.opened_at,
        ends_at=terms.ends_at,
        status=order.status,
        paused=order.paused,
        renewal=renewal.when if renewal else None,
        auto_charge=renewal is not None and renewal.charge is not None,
        cycle=order.cycle,
        total=_total(order),
        received=standing.sold if terms.bank is None else Money(standing.spent, currency),
        remaining=_remaining(order, standing),
        leads=standing.sold,
        price=terms.price,
        cost=Money(moved.charged, currency),
        paid=Money(moved.charged - moved.refunded, currency),
    )


def _total(order: Order) -> int | Money | Unlimited:
    bank = order.terms.bank
    return (
        order.terms.quantity if bank is None else Money(bank.minor + order.carried, bank.currency)
    )


def _remaining(order: Order, standing: Standing) -> int | Money | Unlimited:
    bank = order.terms.bank
    if bank is None:
        return remaining(order, standing)
    return Money(bank_rest(order, standing), bank.currency)
