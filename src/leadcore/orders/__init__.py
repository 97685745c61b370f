"""Orders: an account's standing request for leads of a kind, at a price, up to a limit.

An order is open until it is closed; it may be paused and resumed; it is *filled* when nothing
remains of its quantity or its bank, and begins a new cycle then, or at its end, where its terms say
so. What people edit is a stream of events with a version. What changes with every sale (what was
sold, the rotation credit, the usage of the caps) are hot numbers kept beside it and moved by
guarded deltas; `Standing` holds those.

Whether a returned lead gives its place back is a term of the order: `returns_reopen` for the
quantity and the bank, `Caps.returns_free` for the caps.
"""

from leadcore.orders.caps import (
    Cap,
    Caps,
    CapWindow,
    Period,
    Usage,
    cap_windows,
    counted,
    full_cap,
    most_leads,
    most_money,
    usage_in,
    window_at,
)
from leadcore.orders.hours import Hours, Span, is_open
from leadcore.orders.life import (
    CloseOrder,
    EditOrder,
    OpenOrder,
    Order,
    OrderClosed,
    OrderCommand,
    OrderEdited,
    OrderEvent,
    OrderOpened,
    OrderPaused,
    OrderRenewed,
    OrderResumed,
    OrderStatus,
    PauseOrder,
    ResumeOrder,
    decide,
    evolve,
)
from leadcore.orders.renewing import renewal_charge, renewal_due, renewal_id, renewed
from leadcore.orders.returns import OrderReturns, returns_allowed
from leadcore.orders.standing import (
    Standing,
    bank_limit,
    bank_rest,
    is_filled,
    remaining,
    steady_until,
    uncounted_windows,
)
from leadcore.orders.summary import OrderMoney, OrderSummary, fold_money, summary_of
from leadcore.orders.terms import (
    MAX_PRIORITY,
    MAX_RATE,
    MAX_TIER,
    MAX_WEIGHT,
    Filters,
    OrderTerms,
    Renewal,
    RenewalWhen,
    total_price,
)

__all__ = [
    "MAX_PRIORITY",
    "MAX_RATE",
    "MAX_TIER",
    "MAX_WEIGHT",
    "Cap",
    "CapWindow",
    "Caps",
    "CloseOrder",
    "EditOrder",
    "Filters",
    "Hours",
    "OpenOrder",
    "Order",
    "OrderClosed",
    "OrderCommand",
    "OrderEdited",
    "OrderEvent",
    "OrderMoney",
    "OrderOpened",
    "OrderPaused",
    "OrderRenewed",
    "OrderResumed",
    "OrderReturns",
    "OrderStatus",
    "OrderSummary",
    "OrderTerms",
    "PauseOrder",
    "Period",
    "Renewal",
    "RenewalWhen",
    "ResumeOrder",
    "Span",
    "Standing",
    "Usage",
    "bank_limit",
    "bank_rest",
    "cap_windows",
    "counted",
    "decide",
    "evolve",
    "fold_money",
    "full_cap",
    "is_filled",
    "is_open",
    "most_leads",
    "most_money",
    "remaining",
    "renewal_charge",
    "renewal_due",
    "renewal_id",
    "renewed",
    "returns_allowed",
    "steady_until",
    "summary_of",
    "total_price",
    "uncounted_windows",
    "usage_in",
    "window_at",
]
