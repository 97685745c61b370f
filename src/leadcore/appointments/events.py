"""What happens to an appointment, as values."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NewType

from attrs import field, frozen

from leadcore.appointments.slots import Slot
from leadcore.values import AccountId, LeadId, SellerId, UserId, instant

__all__ = [
    "DEFAULT_REMINDERS",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentEdited",
    "AppointmentEvent",
    "AppointmentId",
    "AppointmentMoved",
    "AppointmentReassigned",
    "AppointmentReminded",
    "AppointmentStatus",
    "Attendee",
    "CancelReason",
]

AppointmentId = NewType("AppointmentId", str)

DEFAULT_REMINDERS = (1440, 60)
"""A day and an hour before."""


class AppointmentStatus(Enum):
    """Where an appointment is in its life."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class CancelReason(Enum):
    """Why an appointment was cancelled: somebody did it, or its lead left the account."""

    BY_USER = "by_user"
    LEAD_RETURNED = "lead_returned"


@frozen
class Attendee:
    """Somebody as calendars name them."""

    name: str
    email: str


@frozen(kw_only=True)
class AppointmentBooked:
    """An appointment was booked."""

    appointment_id: AppointmentId
    seller_id: SellerId
    account_id: AccountId
    lead_id: LeadId
    assigned_to: UserId
    title: str
    slot: Slot
    place: str = ""
    notes: str = ""
    reminders: tuple[int, ...] = DEFAULT_REMINDERS
    made_by: UserId
    organizer: Attendee | None = None
    at: datetime = field(converter=instant)


@frozen
class AppointmentMoved:
    """It takes place at another time."""

    slot: Slot
    at: datetime = field(converter=instant)
    by: UserId | None = None


@frozen
class AppointmentReassigned:
    """Somebody else attends."""

    user_id: UserId
    at: datetime = field(converter=instant)
    by: UserId | None = None


@frozen(kw_only=True)
class AppointmentEdited:
    """Title, place, notes or reminders were changed."""

    title: str
    place: str = ""
    notes: str = ""
    reminders: tuple[int, ...] = ()
    at: datetime = field(converter=instant)
    by: UserId | None = None


@frozen
class AppointmentCancelled:
    """It does not take place."""

    reason: CancelReason
    at: datetime = field(converter=instant)
    by: UserId | None = None


@frozen
class AppointmentReminded:
    """Whoever attends was reminded; `reminders` are the minutes that this answers."""

    reminders: tuple[int, ...]
    at: datetime = field(converter=instant)


AppointmentEvent = (
    AppointmentBooked
    | AppointmentMoved
    | AppointmentReassigned
    | AppointmentEdited
    | AppointmentCancelled
    | AppointmentReminded
)
