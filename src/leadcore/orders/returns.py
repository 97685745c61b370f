"""An order's maximum of returns, counted exactly.

The maximum is a part, in hundredths of a per cent, of the leads sold under the order in its whole
life; how many that are is rounded down. A lead counts as returned from the request on, as long as
the request is pending or approved: a declined or reversed one no longer counts. The lead that is
asked about counts among both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.orders import kernel

if TYPE_CHECKING:
    from leadcore.orders.terms import OrderTerms

__all__ = ["OrderReturns", "returns_allowed"]


@frozen(kw_only=True)
class OrderReturns:
    """How many leads of an order were sold, and returned.

    Attributes:
        sold: all sales under the order, whatever became of them.
        returned: those of them with a request that is pending or approved.
    """

    sold: int
    returned: int


def returns_allowed(terms: OrderTerms, counted: OrderReturns | None) -> bool:
    """Tell whether the terms leave room for the return of one more lead.

    Args:
        terms: the order's.
        counted: before the request; None where nobody counted, which allows nothing where there is
            a maximum.
    """
    if terms.max_returns is None:
        return True
    if counted is None:
        return False
    return counted.returned < kernel.percent_left(counted.sold, terms.max_returns)
