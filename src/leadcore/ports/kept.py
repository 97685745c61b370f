"""What an account keeps with a lead, appointments and files: it goes where the lead goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.appointments import Appointment
from leadcore.decider import Versioned
from leadcore.files import Room
from leadcore.people import User
from leadcore.values import UserId

if TYPE_CHECKING:
    from leadcore.values import LeadId

__all__ = ["KeptWithLead", "kept_key"]


def kept_key(lead_id: LeadId) -> str:
    """Give the key that is claimed when something is kept with a lead, and when the lead moves.

    An appointment that is made while the lead is being returned meets the return by it: one of the
    two runs again and sees the other.
    """
    return f"kept/{lead_id}"


@frozen(kw_only=True)
class KeptWithLead:
    """What is kept with a lead that may be about to leave.

    Attributes:
        appointments: those that are booked, by id.
        users: whoever attends them.
        room: how much its files take.
        key_counts: how often `kept_key` was claimed, read before all of it.
    """

    appointments: tuple[Versioned[Appointment], ...] = ()
    users: dict[UserId, User] = field(factory=dict[UserId, User])
    room: Room = field(factory=Room)
    key_counts: dict[str, int] = field(factory=dict[str, int])
