"""The order manager: every order, one order with its caps; pause, resume, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound
from leadcore.intervals import local_date
from leadcore.orders import (
    CloseOrder,
    OrderRenewed,
    PauseOrder,
    ResumeOrder,
    cap_windows,
    is_open,
    summary_of,
    usage_in,
)
from leadcore.values import Money
from leadcore_portal.finding import account_of, order_of
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names, user_names
from leadcore_portal.pages.order_reading import DAYS, PERIODS
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from starlette.responses import Response

    from leadcore.orders import Cap, CapWindow, Order, OrderCommand
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES"]

_TURNS: Mapping[str, tuple[PauseOrder | ResumeOrder, str]] = {
    "pause": (PauseOrder(), "The order is paused: it takes no leads until it is resumed."),
    "resume": (ResumeOrder(), "The order takes leads again."),
}


def show(visit: Visit) -> Response:
    """Show the orders of the account, or for staff of all or one."""
    status, wanted = visit.asked("status"), visit.asked("account")
    with visit.reading() as reader:
        home = account_of(visit, reader, wanted).id if visit.staff and wanted else visit.of_account
        money = {each.order_id: each for each in reader.order_money(visit.seller.id, home)}
        found = [
            (order, summary_of(order, standing, money.get(order.id)))
            for order, standing in reader.orders(visit.seller.id, home)
        ]
        users = user_names(reader, (order.terms.user_id for order, _ in found))
        accounts = account_names(reader, visit)
    counts = {"open": 0, "paused": 0, "closed": 0}
    for order, _ in found:
        counts[_state(order)] += 1
    rows = [
        (order, line, local_date(line.starts_at, visit.zone), _day(line.ends_at, visit.zone))
        for order, line in found
        if status in {"", _state(order)}
    ]
    more = f"&account={wanted}" if wanted else ""
    alone = f"?account={wanted}" if wanted else ""
    tabs = [(f"/orders{alone}", "All", len(found))]
    tabs += [(f"/orders?status={key}{more}", key.capitalize(), n) for key, n in counts.items()]
    return visit.page(
        "pages/orders.html",
        rows=sorted(rows, key=lambda each: (_state(each[0]) == "closed", each[1].starts_at)),
        tabs=tabs,
        here=f"/orders?status={status}{more}" if status else f"/orders{alone}",
        users=users,
        accounts=accounts,
        wanted=wanted,
        form=Form.of({"account": wanted}),
        any=bool(found),
    )


def _day(at: datetime | None, zone: str) -> date | None:
    return None if at is None else local_date(at, zone)


def _state(order: Order) -> str:
    return "paused" if order.paused and order.status.value == "open" else order.status.value


def show_one(visit: Visit) -> Response:
    """Show an order: what it asks for, what is used of its caps now, its cycles."""
    with visit.reading() as reader:
        order, standing = order_of(visit, reader, visit.path["order_id"])
        money = reader.order_money(visit.seller.id, order.account_id)
        used = reader.order_usage(order.id, visit.at)
        history = reader.journal("order", order.id)
        users = user_names(reader, (order.terms.user_id,))
        accounts = account_names(reader, visit)
    mine = next((each for each in money if each.order_id == order.id), None)
    terms, caps = order.terms, order.terms.caps
    currency = terms.price.currency
    limits: list[tuple[Cap, CapWindow, int, Money]] = []
    if caps is not None:
        for cap, window in zip(caps.limits, cap_windows(caps, visit.at), strict=True):
            usage = usage_in(used, window)
            limits.append((cap, window, usage.leads, Money(usage.money, currency)))
    cycles = [each for each in history if isinstance(each, OrderRenewed)]
    return visit.page(
        "pages/order.html",
        order=order,
        terms=terms,
        state=_state(order),
        summary=summary_of(order, standing, mine),
        user=users.get(terms.user_id, terms.user_id),
        account=accounts.get(order.account_id, order.account_id),
        limits=limits,
        periods=dict(PERIODS),
        open_now=terms.hours is None or is_open(terms.hours, visit.at),
        week=_week(order),
        cycles=[(e.cycle - 1, e.sold, Money(e.spent, currency), e.at) for e in cycles],
    )


def _week(order: Order) -> list[tuple[str, str]]:
    hours = order.terms.hours
    if hours is None:
        return []
    return [
        (name, ", ".join(_clock(s.opens, s.closes) for s in hours.spans if s.day == day))
        for day, name in DAYS
    ]


def _clock(opens: int, closes: int) -> str:
    first, last = (f"{each // 60:02}:{each % 60:02}" for each in (opens, closes))
    return f"{first} to {last}{' the next day' if closes <= opens else ''}"


def _kept(visit: Visit, reader: SqlReader) -> Order:
    order, _ = order_of(visit, reader, visit.path["order_id"])
    return order


def _run(visit: Visit, order: Order, command: OrderCommand) -> None:
    case = bo.KeepOrder(
        order_id=order.id,
        account_id=order.account_id,
        command=command,
        viewer_id=visit.user.id,
        at=visit.at,
    )
    visit.run(case)


def turn(visit: Visit) -> Response:
    """Pause an order, or let it take leads again."""
    wanted = visit.path["turn"]
    if wanted not in _TURNS:
        raise NotFound("page", wanted)
    command, told = _TURNS[wanted]
    with visit.reading() as reader:
        order = _kept(visit, reader)
    _run(visit, order, command)
    return visit.go(f"/orders/{order.id}", told)


def ask_close(visit: Visit) -> Response:
    """Ask before an order is closed."""
    return _closing(visit, Form())


def _closing(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        order = _kept(visit, reader)
    return visit.page("pages/order_close.html", status=status, form=form, order=order)


def close(visit: Visit) -> Response:
    """Close an order for good."""
    form = visit.form
    with visit.reading() as reader:
        order = _kept(visit, reader)
    with form.telling():
        reason = form.text("reason", most=500)
        form.check()
        _run(visit, order, CloseOrder(reason))
        return visit.go(f"/orders/{order.id}", "The order is closed.")
    return _closing(visit, form, status=422)


_READ, _WRITE = Permission(Area.ORDERS, Way.READ), Permission(Area.ORDERS, Way.WRITE)
_ONE = "/orders/{order_id}"
PAGES = (
    Page(path="/orders", make=show, needs=_READ),
    Page(path=_ONE, make=show_one, needs=_READ),
    Page(path=f"{_ONE}/close", make=ask_close, needs=_WRITE),
    Page(path=f"{_ONE}/close", make=close, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/turn/{{turn}}", make=turn, method="POST", needs=_WRITE),
)
