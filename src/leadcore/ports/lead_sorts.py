"""What a list of leads can be sorted by, and the key of a lead in each."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from leadcore.leads import LeadStatus

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.leads import Lead
    from leadcore.submissions import Submission

__all__ = ["LeadSort", "lead_sort_key"]

_LONGEST = 200
"""So many characters of a text are sorted by: a database's index takes no texts without end."""


class LeadSort(Enum):
    """By what leads are listed: instants from the newest on, texts from A on, then by id.

    Texts are sorted without regard to case and by code point, those that are missing first. By
    owner: by the id of whoever holds the lead, as ids are, so what one owner holds stands together;
    what nobody holds is left out. By phone and e-mail: by the first usable one.
    """

    RECEIVED = "received"
    SOLD = "sold"
    NAME = "name"
    AREA = "area"
    STATE = "state"
    STATUS = "status"
    KIND = "kind"
    OWNER = "owner"
    PHONE = "phone"
    EMAIL = "email"

    @property
    def newest_first(self) -> bool:
        """Is it by an instant?"""
        return self in {LeadSort.RECEIVED, LeadSort.SOLD}


def lead_sort_key(lead: Lead, sort: LeadSort) -> datetime | str | None:
    """Give what a lead is sorted by; None for one that such a list leaves out.

    Those are the leads that were never sold, in a list by the instant of sale, and those that
    nobody holds, in a list by owner.
    """
    match sort:
        case LeadSort.RECEIVED:
            return lead.received_at
        case LeadSort.SOLD:
            return lead.sale.sold_at if lead.sale else None
        case LeadSort.STATUS:
            return lead.status.value
        case LeadSort.OWNER:
            return lead.assigned_to if lead.sale and lead.status is LeadStatus.SOLD else None
        case _:
            return _asked(lead.submission, sort)


def _asked(given: Submission, sort: LeadSort) -> str:
    match sort:
        case LeadSort.NAME:
            return given.name.display.casefold()[:_LONGEST]
        case LeadSort.AREA:
            return (given.area or given.vertical or "").casefold()[:_LONGEST]
        case LeadSort.STATE:
            return given.address.state or ""
        case LeadSort.PHONE:
            return (given.phone or "")[:_LONGEST]
        case LeadSort.EMAIL:
            return (given.email or "").casefold()[:_LONGEST]
        case _:
            return given.kind.value
