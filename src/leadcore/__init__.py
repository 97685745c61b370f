"""leadcore: the rules and records of companies that sell leads, without any I/O.

Three ways to use it, from least to most: *ask* a policy (`contact.assess`, `refunds.assess`,
`downline.scope`, `distribution.choose`), *act* through deciders and use cases (`back_office`), or
*plug* in an adapter that keeps the records. Nothing here reads a clock, a file, the network or
chance: the instant, the facts, ids and seeds are parameters, and every answer is a value.

The modules load when they are first touched, so importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from leadcore import (
        access,
        accounts,
        appointments,
        auction,
        back_office,
        balances,
        business_days,
        cadence,
        consent,
        contact,
        contact_points,
        dashboard,
        decider,
        decision_trail,
        decisions,
        distribution,
        door,
        downline,
        duplicates,
        errors,
        evidence,
        exposure,
        files,
        host_leads,
        inbound_texts,
        intervals,
        lead_sheet,
        leads,
        letters,
        logins,
        notices,
        order_index,
        orders,
        outcomes,
        payments,
        people,
        percent,
        places,
        ports,
        recording_life,
        recordings,
        refunds,
        relay,
        rulebooks,
        sensitive,
        statement_lines,
        submissions,
        values,
        what_if,
        wire,
    )

__all__ = [
    "access",
    "accounts",
    "appointments",
    "auction",
    "back_office",
    "balances",
    "business_days",
    "cadence",
    "consent",
    "contact",
    "contact_points",
    "dashboard",
    "decider",
    "decision_trail",
    "decisions",
    "distribution",
    "door",
    "downline",
    "duplicates",
    "errors",
    "evidence",
    "exposure",
    "files",
    "host_leads",
    "inbound_texts",
    "intervals",
    "lead_sheet",
    "leads",
    "letters",
    "logins",
    "notices",
    "order_index",
    "orders",
    "outcomes",
    "payments",
    "people",
    "percent",
    "places",
    "ports",
    "recording_life",
    "recordings",
    "refunds",
    "relay",
    "rulebooks",
    "sensitive",
    "statement_lines",
    "submissions",
    "values",
    "what_if",
    "wire",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> ModuleType:
    """Import a module of the package when it is first asked for."""
    if name in __all__:
        return import_module(f"leadcore.{name}")
    message = f"module 'leadcore' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List the modules, loaded or not."""
    return sorted({*globals(), *__all__})
