"""Load what an account bought and asked to return, where the refund terms count it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from leadcore import refunds
from leadcore.leads import Sale
from leadcore.orders import OrderReturns
from leadcore.values import Money
from leadcore_sqlalchemy import states, tables
from leadcore_sqlalchemy.statements import Statement

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from leadcore.accounts import Seller
    from leadcore.orders import Order
    from leadcore.ports import RefundNeeds
    from leadcore_sqlalchemy.types import Row

__all__ = ["counted"]

_SALES, _REFUNDS, _CLAIMS = tables.sales, tables.refunds, tables.claims
_READ_SALES = Statement(
    select(_SALES).where(
        _SALES.c.account_id == bindparam("account_id"), _SALES.c.sold_at >= bindparam("since")
    )
)
_READ_REFUNDS = Statement(
    select(_REFUNDS.c.data).where(
        _REFUNDS.c.account_id == bindparam("account_id"),
        _REFUNDS.c.requested_at >= bindparam("since"),
        _REFUNDS.c.id != bindparam("refund_id"),
    )
)
_OTHERS = (
    select(_REFUNDS.c.sale_id)
    .join(_SALES, _SALES.c.id == _REFUNDS.c.sale_id)
    .where(
        _REFUNDS.c.account_id == bindparam("account_id"),
        _SALES.c.order_id == bindparam("order_id"),
        _REFUNDS.c.id != bindparam("refund_id"),
        _REFUNDS.c.sale_id != bindparam("sale_id"),
        *(_REFUNDS.c.status != status for status in sorted(each.value for each in refunds.FALLEN)),
    )
    .distinct()
    .subquery()
)
_READ_ORDER = Statement(
    select(
        select(func.count())
        .select_from(_SALES)
        .where(
            # Sales have no index by order, but one by account.
            _SALES.c.account_id == bindparam("account_id"),
            _SALES.c.order_id == bindparam("order_id"),
        )
        .scalar_subquery()
        .label("sold"),
        select(func.count()).select_from(_OTHERS).scalar_subquery().label("returned"),
    )
)
_READ_COUNT = Statement(
    select(func.count()).where(
        _CLAIMS.c.seller_id == bindparam("seller_id"), _CLAIMS.c.key == bindparam("key")
    )
)


def counted(
    connection: Connection,
    needs: RefundNeeds,
    seller: Seller | None,
    sale: Sale | None,
    order: Order | None,
) -> dict[str, Any]:
    """Give the fields of `RefundCaseFacts` that a new request's terms count by.

    The number of the account's requests is read first: it guards the rest. An order's maximum of
    returns is counted where the rows are: the account may have many thousand sales.
    """
    if seller is None or sale is None or needs.asked_at is None:
        return {}
    since = refunds.since(seller.terms.refunds, sale.sold_at, needs.asked_at, order)
    limited = order is not None and order.terms.max_returns is not None
    if since is None and not limited:
        return {}
    key = refunds.requests_key(sale.account_id)
    count = _READ_COUNT.rows(connection, {"seller_id": seller.id, "key": key})[0][0]
    found: dict[str, Any] = {"request_counts": {key: count}}
    named = {"account_id": sale.account_id, "refund_id": needs.refund_id}
    if since is not None:
        span = {"account_id": sale.account_id, "since": since}
        asked = _READ_REFUNDS.rows(connection, named | {"since": since})
        found["sold"] = tuple(map(_sale, _READ_SALES.rows(connection, span)))
        found["asked"] = tuple(states.load_state("refund", row.data) for row in asked)
    if limited:
        wanted = named | {"order_id": sale.order_id, "sale_id": sale.id}
        (row,) = _READ_ORDER.rows(connection, wanted)
        found["order_returns"] = OrderReturns(sold=row.sold, returned=row.returned)
    return found


def _sale(row: Row) -> Sale:
    return Sale(
        id=row.id,
        lead_id=row.lead_id,
        order_id=row.order_id,
        account_id=row.account_id,
        user_id=row.user_id,
        price=Money(row.price, row.currency),
        sold_at=row.sold_at,
        transfer_id=row.transfer_id,
    )
