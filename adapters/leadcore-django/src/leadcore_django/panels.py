"""What the panel beside a lead shows: may the person be contacted, until when may it go back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from leadcore import back_office as bo
from leadcore.accounts import prepaid_account
from leadcore.contact import Initiation
from leadcore.submissions import Channel
from leadcore.values import UNLIMITED
from leadcore_django.facts import about
from leadcore_django.stores import store

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model
    from django.http import HttpRequest

    from leadcore.decisions import Decision

__all__ = ["balance", "panel", "told", "viewer_of"]

_WAYS = {
    "Call by hand": bo.LeadContact(channel=Channel.CALL),
    "Autodialled call": bo.LeadContact(channel=Channel.CALL, initiation=Initiation.AUTODIALED),
    "Text": bo.LeadContact(channel=Channel.TEXT),
    "E-mail": bo.LeadContact(channel=Channel.EMAIL),
}


def viewer_of(request: HttpRequest) -> Any:  # noqa: ANN401 # a host's
    """Give who looks: the host's user, or what `LEADCORE_VIEWER` gives for a request."""
    chosen = getattr(settings, "LEADCORE_VIEWER", None)
    find = import_string(chosen) if isinstance(chosen, str) else chosen
    return find(request) if find else request.user


def told(decision: Decision) -> dict[str, Any]:
    """Give a decision in plain values, for templates and JSON."""
    following = decision.next_permitted_at
    return {
        "verdict": decision.verdict.value,
        "reasons": [
            {"rule": each.rule, "sentence": each.sentence, "citation": each.citation}
            for each in decision.determining
        ],
        "next": following if following and following > decision.at else None,
    }


def panel(lead: Model, *, at: datetime | None = None) -> dict[str, Any]:
    """Give everything about a host's lead that the panel shows.

    Args:
        lead: the host's.
        at: the instant asked about; None for now.
    """
    asked, here = at or timezone.now(), about(lead)
    window, known = here.window, here.lead
    return {
        "key": here.key,
        "pk": lead.pk,
        "at": asked,
        "contact": [
            {"way": way, **told(here.may_contact(how, at=asked))} for way, how in _WAYS.items()
        ],
        "window": window,
        "open": window is not None and window.opens_at <= asked <= window.closes_at,
        "refund": here.refund,
        "balance": balance(str(known.sale.account_id)) if known.sale else None,
    }


def balance(account_id: str) -> dict[str, Any] | None:
    """Give an account's prepaid balance; None where leadcore keeps none for it."""
    found = store().ledger_account(prepaid_account(account_id))  # type: ignore[arg-type]  # its own kind of text
    if found is None:
        return None
    kept = store().balance(found.id)
    return {
        "account": account_id,
        "currency": found.currency,
        "posted": kept.posted,
        "available": None if found.floor is UNLIMITED else kept.available,
    }
