"""What an account bought and asked to return: counted for rates, limits and histories.

Whoever keeps the records gives the sales and the requests from `since` on; which are counted, and
how, is said here and nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.intervals import elapsed_hours_after, local_date, start_of_local_day
from leadcore.refunds import kernel
from leadcore.refunds.terms import LimitPer, RateOf, RateOver, RefundTerms
from leadcore.values import Money, instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore.orders import Order
    from leadcore.refunds.terms import AccountHistory, ReturnLimit, ReturnRate

__all__ = [
    "KeptRequest",
    "KeptSale",
    "RefundRecord",
    "Tally",
    "history_holds",
    "limit_passed",
    "rate_passed",
    "requests_key",
    "since",
]


@frozen(kw_only=True)
class KeptSale:
    """A sale to the account, as far as it is counted."""

    id: str
    order_id: str
    price: Money
    sold_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class KeptRequest:
    """A request the account made; `stands` while it is pending or approved."""

    sale_id: str
    amount: Money
    requested_at: datetime = field(converter=instant)
    stands: bool


@frozen(kw_only=True)
class RefundRecord:
    """An account's sales and requests as far back as `since` says; this request is not among them.

    Attributes:
        sale: the sale that is asked about.
        amount: what is asked back for it.
    """

    sale: KeptSale
    amount: Money
    sales: tuple[KeptSale, ...] = ()
    requests: tuple[KeptRequest, ...] = ()


def since(
    terms: RefundTerms, sold_at: datetime, at: datetime, order: Order | None
) -> datetime | None:
    """Give the instant from which on an account's record is needed; None where nothing is counted.

    An order's own maximum of returns needs none: it is counted by the order alone.

    Args:
        terms: the seller's.
        sold_at: of the lead asked about.
        at: the instant of the request.
        order: the order of the sale, over which a rate may be; None where it is not known.
    """
    opened = order.opened_at if order is not None else sold_at
    starts = [_starts(rate, terms.zone, sold_at, at, opened) for rate in terms.rates]
    starts += [_start_of(limit.per, terms.zone, at) for limit in terms.limits]
    starts += [
        elapsed_hours_after(at, -24 * rule.history.days)
        for rule in terms.auto_approvals
        if rule.history is not None
    ]
    return min(starts, default=None)


def requests_key(account_id: str) -> str:
    """Give the key under which an account's requests are numbered, where anything counts them."""
    return f"returns/{account_id}"


def _starts(
    rate: ReturnRate, zone: str, sold_at: datetime, at: datetime, opened: datetime
) -> datetime:
    if rate.over is RateOver.ROLLING_DAYS:
        return elapsed_hours_after(at, -24 * rate.days)
    if rate.over is RateOver.CALENDAR_MONTH:
        return _start_of(LimitPer.MONTH, zone, sold_at)
    return opened


def _start_of(per: LimitPer, zone: str, at: datetime) -> datetime:
    day = local_date(at, zone)
    return start_of_local_day(day if per is LimitPer.DAY else day.replace(day=1), zone)


@frozen
class Tally:
    """What a rule counted, and what it allows.

    Attributes:
        returned: before this request, in leads, minor units or requests.
        allowed: how many in all, this one included.
        bought: leads that were counted.
        passed: does this request pass it?
    """

    returned: int
    allowed: int
    bought: int
    passed: bool


def rate_passed(rate: ReturnRate, record: RefundRecord, *, zone: str, at: datetime) -> Tally:
    """Say whether a request made at an instant passes a rate, and what was counted."""
    return _tally(rate, record, _within(rate, record.sale, zone, instant(at)))


def _within(
    rate: ReturnRate, sale: KeptSale, zone: str, at: datetime
) -> Callable[[KeptSale], bool]:
    if rate.over is RateOver.ORDER:
        return lambda other: other.order_id == sale.order_id
    if rate.over is RateOver.ROLLING_DAYS:
        first = elapsed_hours_after(at, -24 * rate.days)
        return lambda other: first <= other.sold_at <= at
    month = local_date(sale.sold_at, zone).replace(day=1)
    return lambda other: local_date(other.sold_at, zone).replace(day=1) == month


def _tally(rate: ReturnRate, record: RefundRecord, counts: Callable[[KeptSale], bool]) -> Tally:
    sales = {sale.id: sale for sale in record.sales if counts(sale)} | {record.sale.id: record.sale}
    back = {
        request.sale_id: request.amount.minor
        for request in record.requests
        if request.stands and request.sale_id in sales and request.sale_id != record.sale.id
    }
    money = rate.of is RateOf.MONEY
    base = sum(sale.price.minor for sale in sales.values()) if money else len(sales)
    returned, more = (sum(back.values()), record.amount.minor) if money else (len(back), 1)
    allowed = kernel.share(base * rate.rate, rate.rounding.kernel)
    passed = kernel.over(returned, more, allowed, len(sales), rate.least)
    return Tally(returned, allowed, len(sales), passed)


def limit_passed(limit: ReturnLimit, record: RefundRecord, *, zone: str, at: datetime) -> Tally:
    """Say whether a request made at an instant passes a limit: every request counts."""
    asked = instant(at)
    first = _start_of(limit.per, zone, asked)
    made = sum(first <= request.requested_at <= asked for request in record.requests)
    return Tally(made, limit.most, 0, not kernel.fits(made, limit.most))


def history_holds(wanted: AccountHistory, record: RefundRecord, at: datetime) -> bool:
    """Say whether an account returned as little as is wanted, this return included."""
    asked = instant(at)
    first = elapsed_hours_after(asked, -24 * wanted.days)
    sales = {sale.id for sale in record.sales if first <= sale.sold_at <= asked}
    back = {
        request.sale_id
        for request in record.requests
        if request.stands and request.sale_id in sales
    }
    allowed = kernel.share(len(sales) * wanted.rate, kernel.Round.DOWN)
    others = len(back - {record.sale.id})
    return len(sales) >= wanted.least and not kernel.over(others, 1, allowed, len(sales), 0)
