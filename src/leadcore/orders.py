"""Orders: an account's standing request for leads of a kind, at a price, up to a quantity.

An order is open until it is closed; it may be paused and resumed; it is *filled* when nothing
remains of its quantity. What people edit (the terms, pause, close) is a stream of events with a
version. What changes with every sale (what remains, the rotation credit) is a hot number kept
beside it and moved by guarded deltas; `Standing` holds those.

Whether a returned lead gives its place back is a term of the order (`returns_reopen`).
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Malformed, Problem, WrongState
from leadcore.submissions import LeadKind
from leadcore.values import (
    MAX_MINOR,
    AccountId,
    Money,
    OrderId,
    SellerId,
    Unlimited,
    UserId,
    instant,
    optional_instant,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MAX_WEIGHT",
    "CloseOrder",
    "EditOrder",
    "Filters",
    "OpenOrder",
    "Order",
    "OrderClosed",
    "OrderCommand",
    "OrderEdited",
    "OrderEvent",
    "OrderOpened",
    "OrderPaused",
    "OrderResumed",
    "OrderStatus",
    "OrderTerms",
    "PauseOrder",
    "ResumeOrder",
    "Standing",
    "decide",
    "evolve",
    "remaining",
]


MAX_WEIGHT = 1_000_000
"""The largest weight: with it the smallest still gets a part of every lead beside a thousand."""

_ZIP_DIGITS = 5


class OrderStatus(Enum):
    """Open orders may get leads (unless paused); closed ones never again."""

    OPEN = "open"
    CLOSED = "closed"


@frozen(kw_only=True)
class Filters:
    """Which leads an order takes; None means all, an empty set means none.

    Attributes:
        verticals, areas: names compared without regard to case.
        states: two-letter postal codes.
        zips: five-digit codes or prefixes of them.
        kinds: web leads, live calls.
    """

    verticals: frozenset[str] | None = None
    areas: frozenset[str] | None = None
    states: frozenset[str] | None = None
    zips: frozenset[str] | None = None
    kinds: frozenset[LeadKind] | None = None


@frozen(kw_only=True)
class OrderTerms:
    """What an order asks for; the part people edit.

    Attributes:
        user_id: the associate who gets the leads.
        price: for one lead; at least zero.
        quantity: how many leads in all, or `UNLIMITED`. Zero means none.
        filters: which leads.
        weight: this order's share of the rotation against others'; 1 to `MAX_WEIGHT`.
        starts_at, ends_at: the first instant it takes leads and the first it no longer does.
        returns_reopen: does an approved return give its place in the quantity back?
    """

    user_id: UserId
    price: Money
    quantity: int | Unlimited
    filters: Filters = Filters()
    weight: int = 1
    starts_at: datetime | None = field(default=None, converter=optional_instant)
    ends_at: datetime | None = field(default=None, converter=optional_instant)
    returns_reopen: bool = False


@frozen(kw_only=True)
class Order:
    """The present state of an order's stream."""

    id: OrderId
    seller_id: SellerId
    account_id: AccountId
    terms: OrderTerms
    status: OrderStatus
    paused: bool
    opened_at: datetime = field(converter=instant)
    closed_reason: str | None = None


@frozen(kw_only=True)
class Standing:
    """An order's hot numbers, moved by guarded deltas and never edited.

    Attributes:
        sold: sales that count against the quantity (returned ones that reopen do not).
        credit: the rotation's carried deficit, in `distribution.SCALE` parts of one lead; above
            zero the order is owed leads, below it had more than its due.
    """

    sold: int = 0
    credit: int = 0


@frozen(kw_only=True)
class OpenOrder:
    """Open an order."""

    order_id: OrderId
    seller_id: SellerId
    account_id: AccountId
    terms: OrderTerms


@frozen
class EditOrder:
    """Change the terms; past sales keep theirs."""

    terms: OrderTerms


@frozen
class PauseOrder:
    """Stop taking leads until resumed."""


@frozen
class ResumeOrder:
    """Take leads again."""


@frozen
class CloseOrder:
    """Close for good, saying why."""

    reason: str


@frozen(kw_only=True)
class OrderOpened:
    """An order was opened."""

    order_id: OrderId
    seller_id: SellerId
    account_id: AccountId
    terms: OrderTerms
    at: datetime = field(converter=instant)


@frozen
class OrderEdited:
    """The terms were changed."""

    terms: OrderTerms
    at: datetime = field(converter=instant)


@frozen
class OrderPaused:
    """The order was paused."""

    at: datetime = field(converter=instant)


@frozen
class OrderResumed:
    """The order was resumed."""

    at: datetime = field(converter=instant)


@frozen
class OrderClosed:
    """The order was closed for good."""

    reason: str
    at: datetime = field(converter=instant)


OrderCommand = OpenOrder | EditOrder | PauseOrder | ResumeOrder | CloseOrder
OrderEvent = OrderOpened | OrderEdited | OrderPaused | OrderResumed | OrderClosed


def decide(command: OrderCommand, state: Order | None, at: datetime) -> tuple[OrderEvent, ...]:
    """Decide a command on an order; saying again what already holds changes nothing.

    Raises:
        Malformed: the terms make no sense; every problem is named.
        WrongState: the order is closed, or does not exist, or exists already.
    """
    if isinstance(command, OpenOrder):
        return _open(command, state, at)
    if state is None:
        raise WrongState(type(command).__name__, "there is no such order")
    if state.status is OrderStatus.CLOSED:
        if isinstance(command, CloseOrder):
            return ()
        raise WrongState(type(command).__name__, "the order is closed")
    return _change(command, state, at)


def _open(command: OpenOrder, state: Order | None, at: datetime) -> tuple[OrderEvent, ...]:
    if state is not None:
        # A retry after a commit whose answer was lost finds its own work.
        if (state.account_id, state.terms) == (command.account_id, command.terms):
            return ()
        raise WrongState("OpenOrder", "an order with this id exists")
    _check(command.terms)
    return (
        OrderOpened(
            order_id=command.order_id,
            seller_id=command.seller_id,
            account_id=command.account_id,
            terms=command.terms,
            at=at,
        ),
    )


def _change(
    command: EditOrder | PauseOrder | ResumeOrder | CloseOrder, state: Order, at: datetime
) -> tuple[OrderEvent, ...]:
    match command:
        case EditOrder(terms):
            _check(terms)
            return () if terms == state.terms else (OrderEdited(terms, at),)
        case PauseOrder():
            return () if state.paused else (OrderPaused(at),)
        case ResumeOrder():
            return (OrderResumed(at),) if state.paused else ()
        case _:
            return (OrderClosed(command.reason, at),)


def evolve(state: Order | None, event: OrderEvent) -> Order:
    """Give the state after an event."""
    if isinstance(event, OrderOpened):
        return Order(
            id=event.order_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            terms=event.terms,
            status=OrderStatus.OPEN,
            paused=False,
            opened_at=event.at,
        )
    if state is None:
        raise WrongState(type(event).__name__, "its order was never opened")
    match event:
        case OrderEdited(terms):
            return replace(state, terms=terms)
        case OrderPaused():
            return replace(state, paused=True)
        case OrderResumed():
            return replace(state, paused=False)
        case _:
            return replace(state, status=OrderStatus.CLOSED, closed_reason=event.reason)


def remaining(order: Order, standing: Standing) -> int | Unlimited:
    """Give how many leads may still be sold under the order, never below zero."""
    quantity = order.terms.quantity
    if isinstance(quantity, Unlimited):
        return quantity
    return max(0, quantity - standing.sold)


def _check(terms: OrderTerms) -> None:
    problems = [
        Problem(f"terms.{path}", message) for holds, path, message in _tests(terms) if not holds
    ]
    if problems:
        raise Malformed(problems)


def _tests(terms: OrderTerms) -> Iterator[tuple[bool, str, str]]:
    quantity, weight = terms.quantity, terms.weight
    yield terms.price.minor >= 0, "price", "a price is at least zero"
    counted = isinstance(quantity, Unlimited) or _within(quantity, 0, MAX_MINOR)
    yield counted, "quantity", "a whole number of at least 0 that fits 64 bits, or unlimited"
    yield _within(weight, 1, MAX_WEIGHT), "weight", f"a whole number from 1 to {MAX_WEIGHT}"
    spans = not (terms.starts_at and terms.ends_at) or terms.starts_at < terms.ends_at
    yield spans, "ends_at", "lies after the start"
    for code in sorted(terms.filters.states or ()):
        known = code.isascii() and code.isalpha() and len(code) == len("FL")
        yield known, "filters.states", f"{code!r} is not the two letters of a state"
    for code in sorted(terms.filters.zips or ()):
        known = code.isascii() and code.isdecimal() and len(code) <= _ZIP_DIGITS
        yield known, "filters.zips", f"{code!r} is not 1 to 5 digits"


def _within(number: object, least: int, most: int) -> bool:
    # type(), not isinstance(): a bool is an int to isinstance.
    return type(number) is int and least <= number <= most
