"""What to do next about a lead, by what is recorded, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadcore import back_office as bo
from leadcore import cadence
from leadcore_cli import show
from leadcore_cli.points import points_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from leadcore.cadence import Advice
    from leadcore.decisions import Decision
    from leadcore.leads import Lead
    from leadcore_cli.context import Desk

__all__ = ["advice_data", "advise", "asking", "next_step"]

_DO = {"call": "call", "text": "send a text", "email": "send an e-mail"}


def asking(here: Desk) -> Callable[[Lead, bo.LeadContact, datetime], Decision]:
    """Give what asks the rules about a lead, with what is recorded of its numbers, read once."""
    kept: dict[str, Any] = {}

    def ask(lead: Lead, asked: bo.LeadContact, at: datetime) -> Decision:
        if lead.id not in kept:
            kept.clear()
            kept[lead.id] = points_of(here.store, lead), here.store.others(lead)
        points, others = kept[lead.id]
        return bo.assess_lead(lead, asked, at=at, points=points, others=others)

    return ask


def advise(here: Desk, lead: Lead, at: datetime) -> Advice | None:
    """Give the next step for a lead, by what is recorded."""
    return cadence.advise(lead, at=at, ask=asking(here))


def next_step(advice: Advice) -> str:
    """Write what to do, and when."""
    if advice.blocked:
        return "look something up" if advice.look_up else "nothing: it stays closed"
    if advice.channel is None:
        return advice.phase.name.lower().replace("_", " ")
    what = _DO[advice.channel.value]
    return f"{what} now" if advice.due_now else f"{what} from {show.instant(advice.not_before)} on"


def advice_data(advice: Advice) -> dict[str, Any]:
    """Give an advice as JSON data."""
    late = advice.overdue_by
    # Nothing is left out for being as usual: who reads it may rely on every key.
    always = {
        "channel": None,
        "due_at": None,
        "not_before": None,
        "may_give_up": False,
        "look_up": False,
    }
    return {
        **always,
        **show.as_data(advice),
        "phase": advice.phase.name.lower(),
        "due_now": advice.due_now,
        "blocked": advice.blocked,
        "overdue_minutes": None if late is None else int(late.total_seconds() // 60),
    }
