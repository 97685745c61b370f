"""Who may rank an order against others: the seller's own staff, and nobody who buys.

Weight, priority and tier say before whom an order comes. An account that set its own would decide
over the leads of all the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from leadcore.back_office.seeing import at_desk
from leadcore.errors import Malformed, NotFound, Problem
from leadcore.orders import EditOrder, OpenOrder, OrderTerms

if TYPE_CHECKING:
    from leadcore.orders import Order, OrderCommand
    from leadcore.ports import OrderFacts

__all__ = ["RANKS", "check_keeper"]

RANKS = ("weight", "priority", "tier")
"""The terms of an order that rank it against others."""


def check_keeper(command: OrderCommand, facts: OrderFacts, order_id: str) -> None:
    """Check that a viewer may do this to an order of an account.

    Args:
        command: what is done.
        facts: with the viewer, who must be there.
        order_id: of the order, known or new.

    Raises:
        NotFound: the account is not the viewer's, or there is no such viewer.
        Malformed: somebody of the account would rank the order otherwise than it is; a new one is
            ranked as it ships.
    """
    viewer, account = facts.viewer, facts.account
    if viewer is None or account is None or not viewer.enabled:
        raise NotFound("order", order_id)
    if at_desk(viewer, facts.seller) and viewer.seller_id == account.seller_id:
        return
    if viewer.account_id != account.id:
        raise NotFound("order", order_id)
    if isinstance(command, OpenOrder | EditOrder):
        before = _ranks_before(facts.order.state)
        problems = [
            Problem(f"terms.{name}", f"is the seller's to say; it is {before[name]} here")
            for name in RANKS
            if getattr(command.terms, name) != before[name]
        ]
        if problems:
            raise Malformed(problems)


def _ranks_before(order: Order | None) -> dict[str, object]:
    if order is not None:
        return {name: getattr(order.terms, name) for name in RANKS}
    fields = attrs.fields_dict(OrderTerms)
    return {name: fields[name].default for name in RANKS}
