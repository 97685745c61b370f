"""Orders as they stand: the list with every column, and one order with its caps and cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadcore.orders import OrderRenewed, cap_windows, summary_of, usage_in
from leadcore_cli import show
from leadcore_cli.commands import order_terms, ordering
from leadcore_cli.commands.ordering import OrderArgument, find_order
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.orders import Order, OrderSummary, Standing
    from leadcore.values import AccountId

__all__ = ["register"]

_COLUMNS = (
    "order",
    "account",
    "associate",
    "status",
    "starts",
    "ends",
    "renewal",
    "auto charge",
    "cycle",
    "price",
    "total",
    "sold",
    "left",
    "cost",
    "paid",
)


def _lines(here: Desk, home: AccountId | None) -> Iterable[tuple[Order, Standing, OrderSummary]]:
    money = {each.order_id: each for each in here.store.order_money(here.seller.id, home)}
    for order, standing in here.store.orders(here.seller.id, home):
        yield order, standing, summary_of(order, standing, money.get(order.id))


def list_orders(
    account: Annotated[str | None, typer.Option(help="Of one account.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List orders: their cycle's total, what is sold and left, what they cost and was paid."""
    here = desk(db, seller)
    home = None if account is None else here.account(account).id
    found = _lines(here, home)
    if as_json:
        for order, standing, summary in found:
            show.print_json(_data(order, standing, summary))
        return
    show.table(
        "Orders", _COLUMNS, (_row(order, standing, summary) for order, standing, summary in found)
    )


def _data(order: Order, standing: Standing, summary: OrderSummary) -> dict[str, object]:
    return {
        "order": show.as_data(order),
        "standing": show.as_data(standing),
        "summary": show.as_data(summary),
    }


def _row(order: Order, _standing: Standing, summary: OrderSummary) -> tuple[object, ...]:
    return (
        order.id,
        order.account_id,
        order.terms.user_id,
        _status(summary),
        show.instant(summary.starts_at),
        show.instant(summary.ends_at),
        summary.renewal.value if summary.renewal else "never",
        summary.auto_charge,
        summary.cycle,
        summary.price,
        summary.total,
        summary.received,
        summary.remaining,
        summary.cost,
        summary.paid,
    )


def _status(summary: OrderSummary) -> str:
    return "paused" if summary.paused else summary.status.value


def show_order(
    order_id: OrderArgument,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Show an order: its columns, its caps with what is used of them now, its cycles."""
    here, at = desk(db, seller), now()
    order = find_order(here, order_id)
    ((_, standing, summary),) = [
        each for each in _lines(here, order.account_id) if each[0].id == order_id
    ]
    used = here.store.order_usage(order.id, at)
    if as_json:
        usage = {"usage": [show.as_data(each) for each in used]}
        show.print_json(_data(order, standing, summary) | usage)
        return
    for name, value in zip(_COLUMNS, _row(order, standing, summary), strict=True):
        show.line(show.clean(show.cell(value)), first=f"{name:>12}  ")
    caps = order.terms.caps
    if caps is not None:
        show.table(
            f"Caps, by the clock of {caps.zone}",
            ("period", "since", "until", "sold", "at most", "spent", "money at most"),
            (
                (
                    cap.period.value,
                    show.instant(window.opens_at),
                    show.instant(window.closes_at),
                    usage_in(used, window).leads,
                    cap.leads,
                    _money(order, usage_in(used, window).money),
                    cap.money,
                )
                for cap, window in zip(caps.limits, cap_windows(caps, at), strict=True)
            ),
        )
    cycles = [e for e in here.store.journal("order", order.id) if isinstance(e, OrderRenewed)]
    if cycles:
        show.table(
            "Cycles that are over",
            ("cycle", "sold", "spent", "ended"),
            (
                (each.cycle - 1, each.sold, _money(order, each.spent), show.instant(each.at))
                for each in cycles
            ),
        )


def _money(order: Order, minor: int) -> str:
    return show.money(type(order.terms.price)(minor, order.terms.price.currency))


def register(app: typer.Typer) -> None:
    """Add all commands about orders."""
    orders = ordering.register(app)
    add(orders, list_orders, "list")
    add(orders, show_order, "show")
    order_terms.register(orders)
