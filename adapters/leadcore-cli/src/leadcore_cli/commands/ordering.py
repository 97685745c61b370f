"""Orders: open, edit, pause, resume, close."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

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
)
from leadcore.submissions import LeadKind
from leadcore.values import UNLIMITED, AccountId, OrderId, Unlimited, UserId
from leadcore_cli import show
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
from leadcore_cli.parsing import parse_amount, parse_instant, parse_whole
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "OrderArgument",
    "edit_terms",
    "find_order",
    "keep_order",
    "parse_quantity",
    "register",
    "tell_order",
]

ALL = "all"

OrderArgument = Annotated[str, typer.Argument(help="The order's id.")]
Quantity = Annotated[str | None, typer.Option(help="How many leads, or 'unlimited'.")]
States = Annotated[
    list[str] | None, typer.Option("--state", help="Only these, or 'all'; repeatable.")
]
Zips = Annotated[
    list[str] | None, typer.Option("--zip", help="ZIP codes or their beginnings, or 'all'.")
]
Areas = Annotated[
    list[str] | None, typer.Option("--area", help="Only these, or 'all'; repeatable.")
]
Verticals = Annotated[list[str] | None, typer.Option("--vertical", help="Only these, or 'all'.")]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Only these: web, live_call; or 'all'.")
]
Reopen = Annotated[bool | None, typer.Option(help="Does a return give its place back?")]
Weight = Annotated[int | None, typer.Option(help="Its share of the rotation; 1 if never said.")]
Starts = Annotated[
    datetime | None,
    typer.Option(
        parser=parse_instant, metavar="INSTANT", help="When it begins to take leads, in ISO 8601."
    ),
]
Ends = Annotated[
    datetime | None,
    typer.Option(parser=parse_instant, metavar="INSTANT", help="When it no longer takes any."),
]


def parse_quantity(text: str, *, path: str = "--quantity") -> int | Unlimited:
    """Read how many leads, or that there is no limit.

    Raises:
        Malformed: it is neither.
    """
    if text == UNLIMITED.value:
        return UNLIMITED
    return parse_whole(text, path=path)


def _kind(name: str) -> LeadKind:
    try:
        return LeadKind(name)
    except ValueError:
        known = ", ".join(kind.value for kind in LeadKind)
        raise Malformed.at("--kind", f"{name!r} is none of {known}, {ALL}") from None


def _filters(
    before: Filters,
    states: list[str] | None,
    zips: list[str] | None,
    areas: list[str] | None,
    verticals: list[str] | None,
    kinds: list[str] | None,
) -> Filters:
    """Give the filters with what was said; what was not said stays as it was."""
    given: dict[str, Iterable[Any] | None] = {
        "states": [state.upper() for state in states] if states and states != [ALL] else states,
        "zips": zips,
        "areas": areas,
        "verticals": verticals,
        "kinds": [_kind(kind) for kind in kinds] if kinds and kinds != [ALL] else kinds,
    }
    changed: dict[str, Any] = {
        name: None if values == [ALL] else frozenset(values)
        for name, values in given.items()
        if values
    }
    return replace(before, **changed)


def keep_order(
    here: Desk,
    order_id: str,
    account_id: AccountId,
    command: OrderCommand,
    *,
    expected: int | None = None,
) -> Order:
    """Run a command on an order; one that was made from what was read says at which version."""
    case = bo.KeepOrder(
        order_id=OrderId(order_id),
        account_id=account_id,
        command=command,
        expected=expected,
        at=now(),
    )
    return here.store.run(case)


def edit_terms(here: Desk, order_id: str, change: Callable[[OrderTerms], OrderTerms]) -> Order:
    """Change an order's terms, unless somebody else, or a renewal, changed it meanwhile.

    Raises:
        NotFound: there is no such order.
        WrongState: it was changed meanwhile, or is closed.
    """
    # Read first: what happens before the order itself is read is seen as a change.
    version = len(here.store.journal("order", order_id))
    order = find_order(here, order_id)
    edit = EditOrder(change(order.terms))
    return keep_order(here, order_id, order.account_id, edit, expected=version)


def find_order(here: Desk, order_id: str) -> Order:
    """Give an order of the seller.

    Raises:
        NotFound: there is none.
    """
    for order, _ in here.store.orders(here.seller.id):
        if order.id == order_id:
            return order
    raise NotFound("order", order_id)


def tell_order(order: Order, *, as_json: bool) -> None:
    """Tell what became of an order."""
    if as_json:
        show.print_json(show.as_data(order))
        return
    state = "paused" if order.paused else order.status.value
    bank, quantity = order.terms.bank, show.cell(order.terms.quantity)
    most = f"leads for {show.money(bank)}" if bank is not None else f"{quantity} leads"
    show.line(
        show.clean(
            f"Order {order.id}: {most} at "
            f"{show.money(order.terms.price)} for {order.terms.user_id} of {order.account_id}, "
            f"{state}."
        )
    )


def open_order(
    user: Annotated[str, typer.Argument(help="The associate who gets the leads.")],
    price: Annotated[str, typer.Option(help="For one lead.")],
    quantity: Annotated[str, typer.Option(help="How many leads, or 'unlimited'.")],
    order_id: Annotated[str | None, typer.Option("--id", help="Made, if not given.")] = None,
    weight: Weight = None,
    starts: Starts = None,
    ends: Ends = None,
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
    """Open an order."""
    here = desk(db, seller)
    account_id = here.account_of(user)
    key = OrderId(fresh_id(now()) if order_id is None else order_id)
    if not key.strip():
        raise Malformed.at("--id", "an order has an id")
    terms = OrderTerms(
        user_id=UserId(user),
        price=parse_amount(price, here.seller.terms.currency, path="--price"),
        quantity=parse_quantity(quantity),
        weight=1 if weight is None else weight,
        filters=_filters(Filters(), state, zip_, area, vertical, kind),
        starts_at=starts,
        ends_at=ends,
        returns_reopen=returns_reopen is True,
    )
    command = OpenOrder(order_id=key, seller_id=here.seller.id, account_id=account_id, terms=terms)
    tell_order(keep_order(here, key, account_id, command), as_json=as_json)


def edit_order(
    order_id: OrderArgument,
    price: Annotated[str | None, typer.Option(help="For one lead.")] = None,
    quantity: Quantity = None,
    weight: Weight = None,
    starts: Starts = None,
    ends: Ends = None,
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
    given: dict[str, Any] = {
        "price": parse_amount(price, here.seller.terms.currency, path="--price") if price else None,
        "quantity": None if quantity is None else parse_quantity(quantity),
        "weight": weight,
        "starts_at": starts,
        "ends_at": ends,
        "returns_reopen": returns_reopen,
    }

    def changed(terms: OrderTerms) -> OrderTerms:
        return replace(
            terms,
            filters=_filters(terms.filters, state, zip_, area, vertical, kind),
            **{name: value for name, value in given.items() if value is not None},
        )

    tell_order(edit_terms(here, order_id, changed), as_json=as_json)


def pause_order(
    order_id: OrderArgument,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Stop an order from taking leads until it is resumed."""
    _turn(PauseOrder(), order_id, db, seller, as_json=as_json)


def resume_order(
    order_id: OrderArgument,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Let a paused order take leads again."""
    _turn(ResumeOrder(), order_id, db, seller, as_json=as_json)


def _turn(
    command: OrderCommand, order_id: str, db: str, seller: str | None, *, as_json: bool
) -> None:
    here = desk(db, seller)
    order = find_order(here, order_id)
    tell_order(keep_order(here, order_id, order.account_id, command), as_json=as_json)


def close_order(
    order_id: OrderArgument,
    reason: Annotated[str, typer.Option(help="Why.")],
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Close an order for good."""
    _turn(CloseOrder(reason), order_id, db, seller, as_json=as_json)


def register(app: typer.Typer) -> typer.Typer:
    """Add these commands, and give what further ones are added to."""
    orders = typer.Typer(help="An account's standing orders for leads.", no_args_is_help=True)
    add(orders, open_order, "open")
    add(orders, edit_order, "edit")
    add(orders, pause_order, "pause")
    add(orders, resume_order, "resume")
    add(orders, close_order, "close")
    app.add_typer(orders, name="order")
    return orders
