"""Who stands at the top of a candidate's downline, where a lead's way asks for it.

An account may have many thousand users: only those above the candidates are read, ids alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from sqlalchemy import and_, bindparam, select

from leadcore.downline import Tree
from leadcore.orders import OrderStatus
from leadcore_sqlalchemy import tables
from leadcore_sqlalchemy.statements import Statement

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from leadcore.accounts import Seller
    from leadcore.distribution import Candidate
    from leadcore.submissions import Submission
    from leadcore.values import UserId

__all__ = ["with_tops"]

_USERS, _ORDERS = tables.users, tables.orders


def _climb() -> Any:  # noqa: ANN401 # a select; its type is SQLAlchemy's
    """Climb from those whom the open orders are for to the top, within the account."""
    names = ("id", "account_id", "parent_id")
    climbed = (
        select(*(_USERS.c[name] for name in names))
        .join(
            _ORDERS,
            and_(_ORDERS.c.user_id == _USERS.c.id, _ORDERS.c.account_id == _USERS.c.account_id),
        )
        .where(
            _ORDERS.c.seller_id == bindparam("seller_id"),
            _ORDERS.c.status == OrderStatus.OPEN.value,
        )
        .cte("climbed", recursive=True)
    )
    above = _USERS.alias()
    further = select(*(above.c[name] for name in names)).join(
        climbed,
        and_(above.c.id == climbed.c.parent_id, above.c.account_id == climbed.c.account_id),
    )
    # A union, not of all: links in a circle, which a damaged import may have, end there.
    return select(climbed.union(further))


_READ_LINKS = Statement(_climb())
_NOBODY = Tree({})


def with_tops(
    connection: Connection,
    seller: Seller | None,
    offered: Submission | None,
    candidates: tuple[Candidate, ...],
) -> tuple[Candidate, ...]:
    """Give the candidates with `top_id`, if the way of what is offered asks for downlines."""
    if seller is None or offered is None or not seller.terms.way(offered).by_downline:
        return candidates
    links: dict[str, dict[UserId, UserId | None]] = {}
    for row in _READ_LINKS.rows(connection, {"seller_id": seller.id}):
        links.setdefault(row.account_id, {})[row.id] = row.parent_id
    trees = {account_id: Tree(above) for account_id, above in links.items()}

    def top(candidate: Candidate) -> UserId:
        tree = trees.get(candidate.order.account_id, _NOBODY)
        return tree.top(candidate.order.terms.user_id)

    return tuple(replace(each, top_id=top(each)) for each in candidates)
