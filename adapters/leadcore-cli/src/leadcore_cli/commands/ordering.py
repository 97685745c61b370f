"""Orders: open, list, edit, pause, resume, close."""

from __future__ import annotations

from typing import Annotated

import typer
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound
from leadcore.orders import (
    CloseOrder,
    EditOrder,
    Filters,
    OpenOrder,
    Order,
    OrderCommand,
    OrderTerms,
    PauseOrder,
    ResumeOrder,
    remaining,
)
from leadcore.submissions import LeadKind
from leadcore.values import UNLIMITED, AccountId, OrderId, Unlimited, UserId
from leadcore_cli import show
from leadcore_cli.commands.setting_up import parse_amount
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Desk,
    SellerOption,
    desk,
    fresh_id,
    now,
)

__all__ = ["orders"]

orders = typer.Typer(help="An account's standing orders for leads.", no_args_is_help=True)

OrderArgument = Annotated[str, typer.Argument(help="The order's id.")]
Quantity = Annotated[str | None, typer.Option(help="How many leads, or 'unlimited'.")]
States = Annotated[list[str] | None, typer.Option("--state", help="Only these; repeatable.")]
Zips = Annotated[list[str] | None, typer.Option("--zip", help="ZIP codes or their beginnings.")]
Areas = Annotated[list[str] | None, typer.Option("--area", help="Only these; repeatable.")]
Verticals = Annotated[list[str] | None, typer.Option("--vertical", help="Only these.")]
Kinds = Annotated[list[LeadKind] | None, typer.Option("--kind", help="Only these.")]
Reopen = Annotated[bool | None, typer.Option(help="Does a return give its place back?")]


def _quantity(text: str) -> int | Unlimited:
    if text == UNLIMITED.value:
        return UNLIMITED
    if not text.isdecimal():
        raise Malformed.at("--quantity", f"{text!r} is no whole number, nor 'unlimited'")
    return int(text)


def _filters(
    states: list[str] | None,
    zips: list[str] | None,
    areas: list[str] | None,
    verticals: list[str] | None,
    kinds: list[LeadKind] | None,
) -> Filters:
    return Filters(
        states=frozenset(state.upper() for state in states) if states else None,
        zips=frozenset(zips) if zips else None,
        areas=frozenset(areas) if areas else None,
        verticals=frozenset(verticals) if verticals else None,
        kinds=frozenset(kinds) if kinds else None,
    )


def _keep(here: Desk, order_id: str, account_id: AccountId, command: OrderCommand) -> Order:
    return here.store.run(
        bo.KeepOrder(order_id=OrderId(order_id), account_id=account_id, command=command, at=now())
    )


def _find(here: Desk, order_id: str) -> Order:
    for order, _ in here.store.orders(here.seller.id):
        if order.id == order_id:
            return order
    raise NotFound("order", order_id)


def _told(order: Order, *, as_json: bool) -> None:
    if as_json:
        show.print_json(show.as_data(order))
        return
    state = "paused" if order.paused else order.status.value
    show.console.print(
        f"Order {order.id}: {show.cell(order.terms.quantity)} leads at "
        f"{show.money(order.terms.price)} for {order.terms.user_id} of {order.account_id}, {state}."
    )


@orders.command("open")
def open_order(
    user: Annotated[str, typer.Argument(help="The associate who gets the leads.")],
    price: Annotated[str, typer.Option(help="For one lead.")],
    quantity: Annotated[str, typer.Option(help="How many leads, or 'unlimited'.")],
    order_id: Annotated[str | None, typer.Option("--id", help="Made, if not given.")] = None,
    weight: Annotated[int, typer.Option(help="Its share of the rotation.")] = 1,
    state: States = None,
    zip_: Zips = None,
    area: Areas = None,
    vertical: Verticals = None,
    kind: Kinds = None,
    returns_reopen: Annotated[
        bool, typer.Option(help="Does a return give its place back?")
    ] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Open an order."""
    here = desk(db, seller)
    account_id = here.account_of(user)
    key = OrderId(order_id or fresh_id(now()))
    terms = OrderTerms(
        user_id=UserId(user),
        price=parse_amount(price, here.seller.terms.currency),
        quantity=_quantity(quantity),
        weight=weight,
        filters=_filters(state, zip_, area, vertical, kind),
        returns_reopen=returns_reopen,
    )
    command = OpenOrder(order_id=key, seller_id=here.seller.id, account_id=account_id, terms=terms)
    _told(_keep(here, key, account_id, command), as_json=as_json)


@orders.command("edit")
def edit_order(
    order_id: OrderArgument,
    price: Annotated[str | None, typer.Option(help="For one lead.")] = None,
    quantity: Quantity = None,
    weight: Annotated[int | None, typer.Option(help="Its share of the rotation.")] = None,
    state: States = None,
    zip_: Zips = None,
    area: Areas = None,
    vertical: Verticals = None,
    kind: Kinds = None,
    returns_reopen: Reopen = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Change an order's terms; sales made before keep theirs."""
    here = desk(db, seller)
    order = _find(here, order_id)
    asked = _filters(state, zip_, area, vertical, kind)
    before = order.terms
    filters = Filters(
        states=asked.states or before.filters.states,
        zips=asked.zips or before.filters.zips,
        areas=asked.areas or before.filters.areas,
        verticals=asked.verticals or before.filters.verticals,
        kinds=asked.kinds or before.filters.kinds,
    )
    terms = replace(
        before,
        filters=filters,
        price=parse_amount(price, here.seller.terms.currency) if price else before.price,
        quantity=_quantity(quantity) if quantity else before.quantity,
        weight=before.weight if weight is None else weight,
        returns_reopen=before.returns_reopen if returns_reopen is None else returns_reopen,
    )
    _told(_keep(here, order_id, order.account_id, EditOrder(terms)), as_json=as_json)


def _simple(name: str, words: str, make: type[PauseOrder | ResumeOrder]) -> None:
    def command(
        order_id: OrderArgument,
        db: Database = DEFAULT_DATABASE,
        seller: SellerOption = None,
        as_json: AsJson = False,
    ) -> None:
        here = desk(db, seller)
        order = _find(here, order_id)
        _told(_keep(here, order_id, order.account_id, make()), as_json=as_json)

    command.__doc__ = words
    orders.command(name)(command)


_simple("pause", "Stop an order from taking leads until it is resumed.", PauseOrder)
_simple("resume", "Let a paused order take leads again.", ResumeOrder)


@orders.command("close")
def close_order(
    order_id: OrderArgument,
    reason: Annotated[str, typer.Option(help="Why.")],
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Close an order for good."""
    here = desk(db, seller)
    order = _find(here, order_id)
    _told(_keep(here, order_id, order.account_id, CloseOrder(reason)), as_json=as_json)


@orders.command("list")
def list_orders(
    account: Annotated[str | None, typer.Option(help="Of one account.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List orders with what is sold and what is left."""
    here = desk(db, seller)
    found = here.store.orders(here.seller.id, AccountId(account) if account else None)
    if as_json:
        for order, standing in found:
            show.print_json({"order": show.as_data(order), "standing": show.as_data(standing)})
        return
    show.table(
        "Orders",
        ("order", "account", "associate", "status", "price", "sold", "left", "weight"),
        (
            (
                order.id,
                order.account_id,
                order.terms.user_id,
                "paused" if order.paused else order.status.value,
                order.terms.price,
                standing.sold,
                remaining(order, standing),
                order.terms.weight,
            )
            for order, standing in found
        ),
    )
