"""Appointments: made within a lead, moved, given to somebody else, edited, cancelled, listed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.appointments import (
    DEFAULT_REMINDERS,
    Appointment,
    AppointmentId,
    CancelAppointment,
    EditAppointment,
    MoveAppointment,
    ReassignAppointment,
    Slot,
    calendar_of,
    sees_appointment,
    slot_on,
)
from leadcore.errors import Malformed, NotFound
from leadcore.ports import AppointmentQuery
from leadcore.values import UserId
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routers.shared import CURSOR, LIMIT, limit_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("appointments")
_READ, _WRITE = (Area.APPOINTMENTS, Way.READ), (Area.APPOINTMENTS, Way.WRITE)
_MOST_MINUTES = 7 * 24 * 60
_PAGE = 500


@frozen(kw_only=True)
class Span:
    """When: what the clock shows at the beginning, in a zone, and how long.

    Attributes:
        local: `2026-11-24T09:00`.
        zone: IANA; the seller's if not said.
    """

    local: str
    minutes: int = 60
    zone: str | None = None


@frozen(kw_only=True)
class NewAppointment:
    """An appointment to be made; if nobody is said whoever makes it attends, or works the lead.

    Attributes:
        assigned_to: a user of the account that holds the lead; for staff, who are none, whoever
            works it if nobody is said.
    """

    title: str
    span: Span
    assigned_to: UserId | None = None
    place: str = ""
    notes: str = ""
    reminders: tuple[int, ...] = DEFAULT_REMINDERS


@frozen(kw_only=True)
class Texts:
    """What an appointment says."""

    title: str
    place: str = ""
    notes: str = ""
    reminders: tuple[int, ...] = DEFAULT_REMINDERS


@frozen(kw_only=True)
class Attending:
    """Who attends from now on."""

    user_id: UserId


_SPAN = {"local": "2026-11-24T09:00", "minutes": 30}
_DONE = {
    "type": "object",
    "required": ["appointment", "overlapping"],
    "properties": {
        "appointment": {"$ref": "#/components/schemas/Appointment"},
        "overlapping": {"type": "array", "items": {"type": "object"}},
    },
}


def _slot(call: Call, span: Span) -> Slot:
    try:
        at = datetime.strptime(span.local, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - a wall clock's time
    except ValueError:
        raise Malformed.at("$.span.local", "is such as 2026-11-24T09:00") from None
    if not 1 <= span.minutes <= _MOST_MINUTES:
        raise Malformed.at("$.span.minutes", f"is a whole number from 1 to {_MOST_MINUTES}")
    day, clock = date(at.year, at.month, at.day), time(at.hour, at.minute)
    try:
        return slot_on(day, clock, span.minutes, span.zone or call.seller.terms.zone)
    except (ValueError, OverflowError) as error:
        raise Malformed.at("$.span.zone", str(error)) from None


def _told(done: bo.Appointed) -> Reply:
    overlapping = [
        {"begins_at": wire.dump(each.opens_at), "ends_at": wire.dump(each.closes_at)}
        for each in done.overlapping
    ]
    return Reply(data={"appointment": wire.dump(done.appointment), "overlapping": overlapping})


@group.post(
    "/leads/{lead_id}/appointments",
    "Make an appointment within a lead",
    may=_WRITE,
    body=NewAppointment,
    gives=_DONE,
    status=201,
    example={"title": "First talk", "span": _SPAN},
)
def make_appointment(call: Call) -> Act:
    """Whoever attends is invited by e-mail."""
    asked, lead = call.load(NewAppointment), call.lead(call.path("lead_id"))
    mine = lead.assigned_to if call.caller.role.is_staff else None
    case = bo.MakeAppointment(
        appointment_id=AppointmentId(call.steady("appointment")),
        lead_id=lead.id,
        viewer_id=call.user.id,
        assigned_to=asked.assigned_to or mine or call.user.id,
        title=asked.title,
        slot=_slot(call, asked.span),
        place=asked.place,
        notes=asked.notes,
        reminders=asked.reminders,
        at=call.at,
    )
    return Act(case=case, tell=_told)


def _query(call: Call, **more: Any) -> AppointmentQuery:  # noqa: ANN401 - fields of the query
    return AppointmentQuery(seller_id=call.seller.id, scope=call.scope, **more)


@group.get(
    "/appointments",
    "List appointments one sees, the next one first",
    may=_READ,
    query=(
        Param(name="lead", kind=str, says="Of one lead."),
        Param(name="user", kind=str, says="Attended by one user."),
        Param(name="past", kind=bool, says="Those that are over, too."),
        Param(name="cancelled", kind=bool, says="Cancelled ones, too."),
        LIMIT,
        CURSOR,
    ),
    gives=page_of(Appointment),
    others=(404,),
)
def list_appointments(call: Call) -> Reply:
    """One's own; an admin's all of the account's."""
    said, limit = call.query, limit_of(call.query)
    query = _query(
        call,
        lead_id=call.lead(said["lead"]).id if "lead" in said else None,
        user_id=said.get("user"),
        since=None if said.get("past") else call.at,
        cancelled=said.get("cancelled", False),
        limit=limit,
    ).opened(call.after(), path="?cursor")
    found = call.store.appointments(query)
    return call.page(map(wire.dump, found), found, query.closed, limit)


def _find(call: Call) -> Appointment:
    key = call.path("appointment_id")
    found = call.store.appointment(AppointmentId(key))
    if found is not None and found.seller_id == call.seller.id:
        lead = call.store.lead(found.lead_id)
        staff = call.caller.role.is_staff
        if staff or sees_appointment(call.user, found, lead, call.links()):
            return found
    raise NotFound("appointment", key)


@group.get("/appointments/{appointment_id}", "Show an appointment", may=_READ, gives=Appointment)
def show_appointment(call: Call) -> Reply:
    """With the ETag that an edit says."""
    version = call.version("appointment", call.path("appointment_id"))
    return Reply(data=wire.dump(_find(call)), version=version)


def _keep(call: Call, command: Any, *, edits: bool = False) -> Act:  # noqa: ANN401 - of a known appointment
    found = _find(call)
    case = bo.KeepAppointment(
        appointment_id=found.id, viewer_id=call.user.id, command=command, at=call.at
    )
    return Act(case=case, tell=_told, edits=("appointment", found.id) if edits else None)


@group.post(
    "/appointments/{appointment_id}/move",
    "Set another time",
    may=_WRITE,
    body=Span,
    gives=_DONE,
    example=_SPAN,
)
def move_appointment(call: Call) -> Act:
    """The invitation is sent anew, reminders count anew."""
    return _keep(call, MoveAppointment(_slot(call, call.load(Span))))


@group.post(
    "/appointments/{appointment_id}/reassign",
    "Let somebody else attend",
    may=_WRITE,
    body=Attending,
    gives=_DONE,
    example={"user_id": "ben"},
)
def reassign_appointment(call: Call) -> Act:
    """For whoever did before it is withdrawn."""
    return _keep(call, ReassignAppointment(call.load(Attending).user_id))


@group.put(
    "/appointments/{appointment_id}/texts",
    "Edit what an appointment says",
    may=_WRITE,
    body=Texts,
    gives=_DONE,
    example={"title": "First talk", "place": "by telephone"},
)
def edit_appointment(call: Call) -> Act:
    """Title, place, notes and reminders, all of them."""
    asked = call.load(Texts)
    command = EditAppointment(
        title=asked.title, place=asked.place, notes=asked.notes, reminders=asked.reminders
    )
    return _keep(call, command, edits=True)


@group.post(
    "/appointments/{appointment_id}/cancel", "Cancel an appointment", may=_WRITE, gives=_DONE
)
def cancel_appointment(call: Call) -> Act:
    """Whoever attends is told."""
    return _keep(call, CancelAppointment())


@group.get(
    "/me/calendar",
    "Give one's appointments as a calendar",
    may=_READ,
    gives={"type": "string"},
    answer_media="text/calendar",
)
def show_calendar(call: Call) -> Reply:
    """In the iCalendar format, cancelled ones too, so that they leave other calendars."""
    user, found = call.user, list[Appointment]()
    query = _query(call, user_id=user.id, cancelled=True, limit=_PAGE)
    found += call.store.appointments(query)
    text = calendar_of(user.profile.name, found, {user.id: user}, at=call.at)
    headers = {"Content-Disposition": 'attachment; filename="appointments.ics"'}
    return Reply(raw=text.encode(), media="text/calendar; charset=utf-8", headers=headers)
