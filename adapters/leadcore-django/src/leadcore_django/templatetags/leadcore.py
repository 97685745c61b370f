"""`{% load leadcore %}{% leadcore_panel lead %}{% leadcore_balance account_id %}`."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from leadcore_django import panels

if TYPE_CHECKING:
    from django.db.models import Model

register = template.Library()


@register.inclusion_tag("leadcore/panel.html")
def leadcore_panel(lead: Model) -> dict[str, Any]:
    """Show what leadcore says about a lead of the host."""
    return panels.panel(lead)


@register.inclusion_tag("leadcore/balance.html")
def leadcore_balance(account_id: str) -> dict[str, Any]:
    """Show an account's prepaid balance."""
    return {"balance": panels.balance(account_id)}


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Write minor units as an amount, such as `12.50 USD`."""
    from leadcore.values import Money  # noqa: PLC0415 # a template without amounts needs none

    return "no limit" if minor is None else str(Money(minor, currency))
