"""What becomes of what is kept with a lead when the lead leaves the account, or comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import appointments
from leadcore.appointments import CancelAppointment, CancelReason, withdrawn
from leadcore.decider import change
from leadcore.files import RoomDelta, account_room
from leadcore.notices import ENGLISH
from leadcore.outcomes import Outcome, claims_of

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.decider import Change
    from leadcore.leads import Lead, Sale
    from leadcore.notices import Catalogue, Message
    from leadcore.ports import KeptWithLead

__all__ = ["came_back", "left"]


def left(
    lead: Lead, sale: Sale, kept: KeptWithLead, *, at: datetime, words: Catalogue = ENGLISH
) -> Outcome[None]:
    """Give what follows for what is kept with a lead that leaves the account of a sale.

    Its appointments are cancelled and their attendees told; its files no longer count in the
    account's quota. Nothing is deleted: it belongs to the lead.
    """
    changes: tuple[Change, ...] = ()
    messages: tuple[Message, ...] = ()
    for seen in kept.appointments:
        events = appointments.decide(CancelAppointment(CancelReason.LEAD_RETURNED), seen.state, at)
        cancelled = change("appointment", seen.state.id, seen, events, appointments.evolve)
        changes += cancelled
        for each in cancelled:
            messages += withdrawn(
                each.state, kept.users.get(seen.state.assigned_to), catalogue=words
            )
    return Outcome(
        answer=None,
        changes=changes,
        messages=messages,
        claims=claims_of(lead.seller_id, lead.id, kept.key_counts),
        rooms=_moved(sale, kept, -1),
    )


def came_back(lead: Lead, sale: Sale, kept: KeptWithLead) -> Outcome[None]:
    """Give what follows for what is kept with a lead that comes back to the account of its sale.

    Its appointments stay cancelled: whoever wants one makes a new one. Its files count again, even
    past the quota: they are there.
    """
    return Outcome(
        answer=None,
        claims=claims_of(lead.seller_id, lead.id, kept.key_counts),
        rooms=_moved(sale, kept, 1),
    )


def _moved(sale: Sale, kept: KeptWithLead, sign: int) -> tuple[RoomDelta, ...]:
    room = kept.room
    if not room.files:
        return ()
    key = account_room(sale.account_id)
    return (RoomDelta(key=key, bytes=sign * room.bytes, files=sign * room.files),)
