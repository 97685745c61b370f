"""The pages, one module for each screen; each gives its pages in `PAGES`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadcore_portal.routing import Page

__all__ = ["SCREENS", "every_page"]

SCREENS: tuple[str, ...] = (
    "entering",
    "passwords",
    "preferences",
    "dashboard",
    "leads",
    "lead_papers",
    "lead",
    "lead_contact",
    "lead_sending",
    "lead_files",
    "lead_return",
    "lead_appointments",
    "returns",
    "verification",
    "calls",
    "call_sharing",
    "billing",
    "paying",
    "balance_terms",
    "order_forms",
    "orders",
    "appointments",
    "user_forms",
    "users",
    "audit",
    "own",
    "accounts",
    "outbox",
)
"""The modules with pages, in the order their addresses are looked at."""


def every_page() -> tuple[Page, ...]:
    """Give every page of every screen."""
    found: list[Page] = []
    for name in SCREENS:
        found += import_module(f"leadcore_portal.pages.{name}").PAGES
    return tuple(found)
