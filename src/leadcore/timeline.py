"""What happened to a lead, as somebody may know it.

An account is told how a lead came to it and what its own people did with it since; not of auctions,
of deliveries to others, nor of which other lead it offers again or shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore.leads import (
    ContactAttempted,
    LeadAssigned,
    LeadDelivered,
    LeadDetached,
    LeadReattached,
    LeadReceived,
    LeadSold,
    NoteAdded,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.leads import LeadEvent
    from leadcore.values import AccountId

__all__ = ["events_for"]

_ITS_OWN = (ContactAttempted, LeadAssigned, LeadDelivered, LeadDetached, LeadReattached, NoteAdded)


def events_for(events: Iterable[LeadEvent], account_id: AccountId | None) -> tuple[LeadEvent, ...]:
    """Give a lead's events as an account may know them, or for None all of them.

    Args:
        events: of a lead that the account holds or held, oldest first.
        account_id: whose view.
    """
    return tuple(events if account_id is None else _told(events, account_id))


def _told(events: Iterable[LeadEvent], account_id: AccountId) -> Iterator[LeadEvent]:
    for event in events:
        if isinstance(event, LeadReceived):
            yield replace(event, origin=None, share_of=None)
        elif isinstance(event, LeadSold):
            mine = tuple(each for each in event.offers if each.account_id == account_id)
            yield replace(event, offers=mine)
        elif isinstance(event, _ITS_OWN):
            yield event
