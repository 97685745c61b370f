"""Orders: listed, opened, edited as they were seen, paused, resumed, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.errors import NotFound
from leadcore.orders import (
    CloseOrder,
    EditOrder,
    OpenOrder,
    Order,
    OrderTerms,
    PauseOrder,
    ResumeOrder,
    summary_of,
)
from leadcore.values import AccountId, OrderId
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.shared import Reason
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore.orders import OrderCommand, Standing
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("orders")
_READ, _WRITE = (Area.ORDERS, Way.READ), (Area.ORDERS, Way.WRITE)
_LINE = {
    "type": "object",
    "required": ["order", "standing", "summary"],
    "properties": {
        "order": {"$ref": "#/components/schemas/Order"},
        "standing": {"type": "object"},
        "summary": {"type": "object"},
    },
}
_TERMS = {"user_id": "ann", "price": {"minor": 2500, "currency": "USD"}, "quantity": 20}


@frozen(kw_only=True)
class NewOrder:
    """An order to be opened."""

    account_id: AccountId
    terms: OrderTerms


def _lines(call: Call, home: AccountId | None) -> list[tuple[Order, Standing, Any]]:
    money = {each.order_id: each for each in call.store.order_money(call.seller.id, home)}
    return [
        (order, standing, summary_of(order, standing, money.get(order.id)))
        for order, standing in call.store.orders(call.seller.id, home)
    ]


def _told(line: tuple[Order, Standing, Any]) -> dict[str, Any]:
    names = ("order", "standing", "summary")
    return {name: wire.dump(each) for name, each in zip(names, line, strict=True)}


def _find(call: Call) -> tuple[Order, Standing, Any]:
    key = call.path("order_id")
    for line in _lines(call, call.home):
        if line[0].id == key:
            return line
    raise NotFound("order", key)


@group.get(
    "/orders",
    "List orders as they stand",
    may=_READ,
    query=(Param(name="account", kind=str, says="For the staff: of one account."),),
    gives=page_of(_LINE),
    others=(404,),
)
def list_orders(call: Call) -> Reply:
    """Each with its terms, what its cycle was sold, and every column of the order manager."""
    asked = call.query.get("account")
    home = call.account(asked).id if asked else call.home
    return Reply(data={"items": [_told(line) for line in _lines(call, home)], "next": None})


@group.get("/orders/{order_id}", "Show an order", may=_READ, gives=_LINE)
def show_order(call: Call) -> Reply:
    """With the ETag that an edit of its terms says."""
    version = call.version("order", call.path("order_id"))
    line = _find(call)
    used = wire.dump(call.store.order_usage(line[0].id, call.at))
    return Reply(data={**_told(line), "usage": used}, version=version)


@group.post(
    "/orders",
    "Open an order",
    may=_WRITE,
    body=NewOrder,
    gives=Order,
    status=201,
    example={"account_id": "north", "terms": _TERMS},
)
def open_order(call: Call) -> Act:
    """For one of the account's users, at a price a lead; only the staff rank it against others."""
    asked = call.load(NewOrder)
    account = call.account(asked.account_id)
    key = OrderId(call.steady("order"))
    command = OpenOrder(
        order_id=key, seller_id=call.seller.id, account_id=account.id, terms=asked.terms
    )
    case = bo.KeepOrder(
        order_id=key,
        account_id=account.id,
        command=command,
        viewer_id=call.user.id,
        at=call.at,
    )
    return Act(case=case, tell=_kept)


def _kept(order: Order) -> Reply:
    return Reply(data=wire.dump(order))


def _act(call: Call, command: OrderCommand, *, edits: bool = False) -> Act:
    order, _, _ = _find(call)
    case = bo.KeepOrder(
        order_id=order.id,
        account_id=order.account_id,
        command=command,
        viewer_id=call.user.id,
        at=call.at,
    )
    return Act(case=case, tell=_kept, edits=("order", order.id) if edits else None)


@group.put(
    "/orders/{order_id}/terms",
    "Edit an order's terms",
    may=_WRITE,
    body=OrderTerms,
    gives=Order,
    example=_TERMS,
)
def edit_order(call: Call) -> Act:
    """All terms are said; sales made before keep theirs, and an account's edits its ranks."""
    return _act(call, EditOrder(call.load(OrderTerms)), edits=True)


@group.post("/orders/{order_id}/pause", "Pause an order", may=_WRITE, gives=Order)
def pause_order(call: Call) -> Act:
    """It takes no leads until it is resumed."""
    return _act(call, PauseOrder())


@group.post("/orders/{order_id}/resume", "Resume an order", may=_WRITE, gives=Order)
def resume_order(call: Call) -> Act:
    """It takes leads again."""
    return _act(call, ResumeOrder())


@group.post(
    "/orders/{order_id}/close",
    "Close an order for good",
    may=_WRITE,
    body=Reason,
    gives=Order,
    example={"reason": "moved away"},
)
def close_order(call: Call) -> Act:
    """It never takes leads again."""
    return _act(call, CloseOrder(call.load(Reason).reason))
