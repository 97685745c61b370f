"""Appointments: made from within a lead, attended by a user, told by calendar invitations.

An appointment keeps the wall-clock time it was agreed by (`slot_on`), its life is a table
(`appointments.life`), and what its attendee's calendar is told is RFC 5545 (`invited`,
`withdrawn`, `calendar_of`). The use cases are in `leadcore.back_office`.
"""

from leadcore.appointments.events import (
    DEFAULT_REMINDERS,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentEdited,
    AppointmentEvent,
    AppointmentId,
    AppointmentMoved,
    AppointmentReassigned,
    AppointmentReminded,
    AppointmentStatus,
    Attendee,
    CancelReason,
)
from leadcore.appointments.invitations import (
    attendee_of,
    calendar_of,
    invited,
    reminded,
    uid,
    when,
    withdrawn,
)
from leadcore.appointments.life import (
    Appointment,
    AppointmentCommand,
    BookAppointment,
    CancelAppointment,
    EditAppointment,
    MoveAppointment,
    ReassignAppointment,
    decide,
    due_reminders,
    evolve,
    remind_at,
)
from leadcore.appointments.slots import (
    LONGEST_SLOT,
    Slot,
    realigned,
    slot,
    slot_on,
    slot_problems,
)
from leadcore.appointments.visibility import covers_appointment, sees_appointment

__all__ = [
    "DEFAULT_REMINDERS",
    "LONGEST_SLOT",
    "Appointment",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentCommand",
    "AppointmentEdited",
    "AppointmentEvent",
    "AppointmentId",
    "AppointmentMoved",
    "AppointmentReassigned",
    "AppointmentReminded",
    "AppointmentStatus",
    "Attendee",
    "BookAppointment",
    "CancelAppointment",
    "CancelReason",
    "EditAppointment",
    "MoveAppointment",
    "ReassignAppointment",
    "Slot",
    "attendee_of",
    "calendar_of",
    "covers_appointment",
    "decide",
    "due_reminders",
    "evolve",
    "invited",
    "realigned",
    "remind_at",
    "reminded",
    "sees_appointment",
    "slot",
    "slot_on",
    "slot_problems",
    "uid",
    "when",
    "withdrawn",
]
