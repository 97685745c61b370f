"""Open an order, change what it asks for, and set its caps, hours and renewal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.orders import EditOrder, OpenOrder
from leadcore.values import OrderId
from leadcore_portal.choosing import people_of
from leadcore_portal.finding import account_of, id_sent, order_of
from leadcore_portal.naming import account_names
from leadcore_portal.pages.order_reading import (
    DAYS,
    PATHS,
    PERIODS,
    first_values,
    limits_of,
    read_limits,
    read_terms,
)
from leadcore_portal.pages.paying import NEW, known_methods
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.accounts import Account
    from leadcore.orders import Order
    from leadcore_portal.forms import Form
    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]

KINDS = (("web", "Web leads"), ("live_call", "Live calls"))
RENEWALS = (
    ("never", "Never"),
    ("on_fill", "Once it is filled"),
    ("at_end", "At its end"),
)
EVERY = (("day", "A day"), ("week", "A week"), ("month", "A month"))


def _account(visit: Visit, key: str) -> Account:
    with visit.reading() as reader:
        return account_of(visit, reader, key or visit.user.account_id)


def _page(
    visit: Visit, form: Form, account: Account, order: Order | None, *, status: int = 200
) -> Response:
    with visit.reading() as reader:
        choice = people_of(visit, reader, account.id, chosen=form.raw("user_id"))
        accounts = account_names(reader, visit) if visit.staff else dict[str, str]()
    return visit.page(
        "pages/order_form.html",
        status=status,
        form=form,
        order=order,
        account=account,
        accounts=sorted(accounts.items(), key=lambda pair: pair[1]),
        choice=choice,
        kinds=KINDS,
    )


def ask_new(visit: Visit) -> Response:
    """Show the form of a new order; staff say first for which account."""
    account = _account(visit, visit.asked("account"))
    form = first_values(visit, None)
    form.values["kinds"] = ["web", "live_call"]
    form.values["order_id"] = [visit.fresh_id()]
    return _page(visit, form, account, None)


def open_new(visit: Visit) -> Response:
    """Open it; sent twice, it is opened once."""
    form = visit.form
    account = _account(visit, form.raw("account"))
    with form.telling(PATHS):
        terms = read_terms(visit, form, account.currency, None)
        key = OrderId(id_sent(form, "order_id"))
        form.check()
        command = OpenOrder(
            order_id=key, seller_id=visit.seller.id, account_id=account.id, terms=terms
        )
        case = bo.KeepOrder(
            order_id=key,
            account_id=account.id,
            command=command,
            viewer_id=visit.user.id,
            at=visit.at,
        )
        visit.run(case)
        return visit.go(f"/orders/{key}", "The order is open.")
    return _page(visit, form, account, None, status=422)


def _order(visit: Visit) -> tuple[Order, Account, int]:
    """Give an order, its account, and the version it is at."""
    with visit.reading() as reader:
        order, _ = order_of(visit, reader, visit.path["order_id"])
        account = account_of(visit, reader, order.account_id)
        return order, account, len(reader.journal("order", order.id))


def ask_edit(visit: Visit) -> Response:
    """Show what an order asks for, to be changed."""
    order, account, version = _order(visit)
    form = first_values(visit, order.terms)
    form.values["version"] = [str(version)]
    return _page(visit, form, account, order)


def edit(visit: Visit) -> Response:
    """Change what an order asks for, unless somebody else changed it meanwhile."""
    form, (order, account, _) = visit.form, _order(visit)
    with form.telling(PATHS):
        terms = read_terms(visit, form, account.currency, order.terms)
        expected = form.whole("version", least=1)
        form.check()
        _edit(visit, order, EditOrder(terms), expected)
        return visit.go(f"/orders/{order.id}", "The order is changed.")
    return _page(visit, form, account, order, status=422)


def _edit(visit: Visit, order: Order, command: EditOrder, expected: int) -> None:
    case = bo.KeepOrder(
        order_id=order.id,
        account_id=order.account_id,
        command=command,
        expected=expected,
        viewer_id=visit.user.id,
        at=visit.at,
    )
    visit.run(case)


def ask_limits(visit: Visit) -> Response:
    """Show caps, weekly hours and renewal."""
    order, account, version = _order(visit)
    form = limits_of(visit, order.terms)
    form.values["version"] = [str(version)]
    return _limits(visit, form, order, account)


def _limits(
    visit: Visit, form: Form, order: Order, account: Account, *, status: int = 200
) -> Response:
    known = known_methods(visit, account)
    if not known:
        form.values["method"] = [NEW]
    choices = [(str(number), str(each)) for number, each in enumerate(known)]
    return visit.page(
        "pages/order_limits.html",
        status=status,
        form=form,
        order=order,
        account=account,
        days=DAYS,
        periods=PERIODS,
        renewals=RENEWALS,
        every=EVERY,
        choices=[*choices, (NEW, "Another method, by its token")],
    )


def keep_limits(visit: Visit) -> Response:
    """Set caps, weekly hours and renewal, all of them."""
    form, (order, account, _) = visit.form, _order(visit)
    with form.telling(PATHS):
        terms = read_limits(visit, form, order.terms, known_methods(visit, account))
        expected = form.whole("version", least=1)
        form.check()
        _edit(visit, order, EditOrder(terms), expected)
        return visit.go(f"/orders/{order.id}", "Caps, hours and renewal are set.")
    return _limits(visit, form, order, account, status=422)


_WRITE = Permission(Area.ORDERS, Way.WRITE)
_ONE = "/orders/{order_id}"
PAGES = (
    Page(path="/orders/new", make=ask_new, needs=_WRITE),
    Page(path="/orders/new", make=open_new, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/edit", make=ask_edit, needs=_WRITE),
    Page(path=f"{_ONE}/edit", make=edit, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/limits", make=ask_limits, needs=_WRITE),
    Page(path=f"{_ONE}/limits", make=keep_limits, method="POST", needs=_WRITE),
)
