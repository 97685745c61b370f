"""`{% load leadcore %}{% leadcore_panel lead %}{% leadcore_balance account_id %}`."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from leadcore.host_leads import purse_of
from leadcore_django.facts import about
from leadcore_django.stores import store

if TYPE_CHECKING:
    from django.db.models import Model

    from leadcore.values import AccountId

register = template.Library()


@register.inclusion_tag("leadcore/panel.html")
def leadcore_panel(lead: Model) -> dict[str, Any]:
    """Show what leadcore says about a lead of the host."""
    return {"panel": about(lead).panel(at=timezone.now()), "pk": lead.pk}


@register.inclusion_tag("leadcore/balance.html")
def leadcore_balance(account_id: AccountId) -> dict[str, Any]:
    """Show an account's prepaid balance."""
    return {"purse": purse_of(store(), account_id)}
