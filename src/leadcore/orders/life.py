"""The life of an order: open, edited, paused and resumed, renewed, closed.

What people do is a stream of events with a version, and so is every renewal, which begins a new
cycle. What changes with every sale is kept beside it: see `leadcore.orders.standing`.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Malformed, WrongState
from leadcore.orders.terms import OrderTerms, RenewalWhen, check_terms
from leadcore.values import AccountId, OrderId, SellerId, instant, optional_instant

if TYPE_CHECKING:
    from leadcore.orders.caps import Period

__all__ = [
    "CloseOrder",
    "EditOrder",
    "OpenOrder",
    "Order",
    "OrderClosed",
    "OrderCommand",
    "OrderEdited",
    "OrderEvent",
    "OrderOpened",
    "OrderPaused",
    "OrderRenewed",
    "OrderResumed",
    "OrderStatus",
    "PauseOrder",
    "ResumeOrder",
    "decide",
    "evolve",
]


class OrderStatus(Enum):
    """Open orders may get leads (unless paused); closed ones never again."""

    OPEN = "open"
    CLOSED = "closed"


@frozen(kw_only=True)
class Order:
    """The present state of an order's stream.

    Attributes:
        terms: as they are now; a renewal at the end moves their start and end on.
        cycle: the number of the cycle it is in; the first is 1.
        carried: what the cycle before left of its bank, in minor units; on top of the bank.
        renewed_at: when the cycle began; None for the first.
        anchor, turns: the end that people last said, or that it had when they last said how it
            renews, and how many renewals have moved it since.
        recounted_at: when the caps were last changed; None if they are those it was opened with.
    """

    id: OrderId
    seller_id: SellerId
    account_id: AccountId
    terms: OrderTerms
    status: OrderStatus
    paused: bool
    opened_at: datetime = field(converter=instant)
    closed_reason: str | None = None
    cycle: int = 1
    carried: int = 0
    renewed_at: datetime | None = field(default=None, converter=optional_instant)
    anchor: datetime | None = field(default=None, converter=optional_instant)
    turns: int = 0
    recounted_at: datetime | None = field(default=None, converter=optional_instant)


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


@frozen(kw_only=True)
class OrderRenewed:
    """A new cycle began.

    Attributes:
        cycle: its number.
        starts_at, ends_at: the terms' from now on.
        sold, spent: what counted in the cycle before, and no longer does.
        carried: what it left of its bank, in minor units, where the terms carry that on.
        payment_id: of the charge for the new cycle; None where nobody is charged.
    """

    cycle: int
    starts_at: datetime | None = field(converter=optional_instant)
    ends_at: datetime | None = field(converter=optional_instant)
    sold: int
    spent: int
    carried: int
    payment_id: str | None = None
    at: datetime = field(converter=instant)


OrderCommand = OpenOrder | EditOrder | PauseOrder | ResumeOrder | CloseOrder
OrderEvent = OrderOpened | OrderEdited | OrderPaused | OrderResumed | OrderRenewed | OrderClosed


def decide(command: OrderCommand, state: Order | None, at: datetime) -> tuple[OrderEvent, ...]:
    """Decide a command on an order; saying again what already holds changes nothing.

    Raises:
        Malformed: the terms make no sense, every problem is named; or an edit moves the end to
            before the present cycle began.
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
    check_terms(command.terms)
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
            check_terms(terms)
            _check_end(terms, state)
            return () if terms == state.terms else (OrderEdited(terms, at),)
        case PauseOrder():
            return () if state.paused else (OrderPaused(at),)
        case ResumeOrder():
            return (OrderResumed(at),) if state.paused else ()
        case _:
            return (OrderClosed(command.reason, at),)


def _check_end(terms: OrderTerms, state: Order) -> None:
    began, ends = state.renewed_at, terms.ends_at
    if began is None or ends is None or ends == state.terms.ends_at:
        return
    if ends <= began:
        # The cycle that ends there is over: it would be renewed, and charged, a second time.
        raise Malformed.at("terms.ends_at", f"lies after {began}, when its present cycle began")


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
            anchor=event.terms.ends_at,
        )
    if state is None:
        raise WrongState(type(event).__name__, "its order was never opened")
    match event:
        case OrderEdited(terms):
            return _edited(state, terms, event.at)
        case OrderRenewed():
            return _renewed(state, event)
        case OrderPaused():
            return replace(state, paused=True)
        case OrderResumed():
            return replace(state, paused=False)
        case _:
            return replace(state, status=OrderStatus.CLOSED, closed_reason=event.reason)


def _edited(state: Order, terms: OrderTerms, at: datetime) -> Order:
    after = replace(state, terms=terms)
    if terms.ends_at != state.terms.ends_at or _clock(terms) != _clock(state.terms):
        # Turns are counted in the unit and on the clock they were made by, and in no other.
        after = replace(after, anchor=terms.ends_at, turns=0)
    if terms.caps != state.terms.caps:
        after = replace(after, recounted_at=at)
    # Without a bank there is nothing for a rest to go on top of.
    return after if terms.bank is not None else replace(after, carried=0)


def _clock(terms: OrderTerms) -> tuple[RenewalWhen, Period, str | None] | None:
    renewal = terms.renewal
    return None if renewal is None else (renewal.when, renewal.every, renewal.zone)


def _renewed(state: Order, event: OrderRenewed) -> Order:
    moved = event.ends_at != state.terms.ends_at
    return replace(
        state,
        terms=replace(state.terms, starts_at=event.starts_at, ends_at=event.ends_at),
        cycle=event.cycle,
        carried=event.carried,
        renewed_at=event.at,
        turns=state.turns + moved,
    )
