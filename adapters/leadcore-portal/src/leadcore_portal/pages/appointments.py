"""Appointments: those ahead and those that are over, one's own or all; moved, given on, cancelled.

They are made within a lead (`lead_appointments`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attrs import evolve
from starlette.responses import Response

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.appointments import (
    AppointmentId,
    CancelAppointment,
    MoveAppointment,
    ReassignAppointment,
    calendar_of,
    slot,
)
from leadcore.intervals import start_of_local_day, to_local, zone_info
from leadcore.ports import AppointmentQuery
from leadcore.values import UserId
from leadcore_portal import formats
from leadcore_portal.choosing import people_of
from leadcore_portal.finding import appointment_of, shown_leads
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names, user_names
from leadcore_portal.pages.lead_appointments import REMINDERS
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leadcore.appointments import Appointment
    from leadcore.people import User
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES"]

_PAGE = 50
_MOST = 500
_BACK = timedelta(days=90)
_DAY_MINUTES = 24 * 60


def show(visit: Visit) -> Response:
    """Show a page of them: ahead, the next one first; or over, the latest first."""
    past, mine = visit.asked("when") == "past", bool(visit.asked("mine"))
    with visit.reading() as reader:
        query, found = _listed(visit, reader, past=past, mine=mine)
        page = found[:_PAGE]
        names = user_names(reader, (each.assigned_to for each in page))
        leads = shown_leads(visit, reader, (reader.lead(each.lead_id) for each in page))
        accounts = account_names(reader, visit)
    kept = {**({"when": "past"} if past else {}), **({"mine": "on"} if mine else {})}
    more = None
    if len(found) > _PAGE and not past:
        more = f"/appointments?{urlencode({**kept, 'after': query.closed(page[-1])})}"
    own = "?mine=on" if mine else ""
    return visit.page(
        "pages/appointments.html",
        found=page,
        left_out=max(0, len(found) - _PAGE) if past else 0,
        names=names,
        leads=leads,
        accounts=accounts,
        past=past,
        form=Form.of({"mine": mine}),
        tabs=[
            (f"/appointments{own}", "Ahead", None),
            (f"/appointments?when=past{own.replace('?', '&')}", "Over", None),
        ],
        here=f"/appointments?when=past{own.replace('?', '&')}" if past else f"/appointments{own}",
        calendar=f"/appointments/calendar{own}",
        next=more,
        first=f"/appointments?{urlencode(kept)}" if visit.asked("after") else None,
    )


def _listed(
    visit: Visit, reader: SqlReader, *, past: bool, mine: bool
) -> tuple[AppointmentQuery, tuple[Appointment, ...]]:
    query = AppointmentQuery(
        seller_id=visit.seller.id,
        scope=visit.caller.scope,
        user_id=visit.user.id if mine else None,
        cancelled=True,
        since=visit.at,
        limit=_PAGE + 1,
    ).opened(visit.asked("after"))
    if not past:
        return query, reader.appointments(query)
    first = start_of_local_day(to_local(visit.at - _BACK, visit.zone).date(), visit.zone)
    over = evolve(query, since=first, until=visit.at, limit=_MOST, after=None)
    ended = (each for each in reader.appointments(over) if each.slot.ends_at <= visit.at)
    return query, tuple(sorted(ended, key=lambda each: each.slot.begins_at, reverse=True))


# --------------------------------------------------------------------------------- one


def show_one(visit: Visit) -> Response:
    """Show an appointment."""
    with visit.reading() as reader:
        found = appointment_of(visit, reader, visit.path["appointment_id"])
        leads = shown_leads(visit, reader, (reader.lead(found.lead_id),))
        names = user_names(reader, (found.assigned_to, found.made_by))
    words = dict(REMINDERS)
    return visit.page(
        "pages/appointment.html",
        one=found,
        names=names,
        lead_name=leads.get(found.lead_id),
        over=found.slot.ends_at <= visit.at,
        reminders=[words.get(str(each), f"{each} minutes before") for each in found.reminders],
        keeps=visit.may("appointments", "write"),
        changes=found.cancelled is None and found.slot.begins_at > visit.at,
    )


def ask_move(visit: Visit) -> Response:
    """Show when it is, to be changed."""
    with visit.reading() as reader:
        found = appointment_of(visit, reader, visit.path["appointment_id"])
        version = len(reader.journal("appointment", found.id))
    begins = to_local(found.slot.begins_at, found.slot.zone)
    length = found.slot.ends_at - found.slot.begins_at
    form = Form.of(
        {
            "begins": f"{begins:%Y-%m-%dT%H:%M}",
            "minutes": int(length.total_seconds()) // 60,
            "zone": found.slot.zone,
            "assigned_to": found.assigned_to,
            "version": version,
        }
    )
    return _moving(visit, form)


def _moving(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        found = appointment_of(visit, reader, visit.path["appointment_id"])
        wanted = form.raw("assigned_to") or found.assigned_to
        choice = people_of(visit, reader, found.account_id, chosen=wanted)
        form.values["assigned_to"] = [wanted]
    return visit.page(
        "pages/appointment_move.html",
        status=status,
        form=form,
        one=found,
        choice=choice,
    )


def move(visit: Visit) -> Response:
    """Set another time; the invitation is sent anew, reminders count anew."""
    form = visit.form
    with form.telling({"slot.begins_at": "begins", "slot.ends_at": "minutes", "slot": "begins"}):
        zone = _zone(form)
        begins = form.moment("begins", zone, visit.at)
        minutes = form.whole("minutes", least=5, most=_DAY_MINUTES)
        version = form.whole("version", least=1)
        form.check()
        command = MoveAppointment(slot(begins, begins + timedelta(minutes=minutes), zone))
        done = _keep(visit, command, expected=version)
        told = f"Moved to {formats.moment(done.appointment.slot.begins_at, zone)}"
        return visit.go(f"/appointments/{done.appointment.id}", _said(visit, done, told))
    return _moving(visit, form, status=422)


def _zone(form: Form) -> str:
    told = form.text("zone")
    try:
        zone_info(told)
    except ValueError:
        form.wrong("zone", "A time zone such as America/New_York.")
        return "UTC"
    return told


def reassign(visit: Visit) -> Response:
    """Let somebody else attend; for whoever did before it is withdrawn."""
    form = visit.form
    with form.telling({"user_id": "assigned_to"}):
        wanted = form.text("assigned_to")
        form.check()
        done = _keep(visit, ReassignAppointment(UserId(wanted)))
        told = "Somebody else attends now, and is invited"
        return visit.go(f"/appointments/{done.appointment.id}", _said(visit, done, told))
    with visit.reading() as reader:
        found = appointment_of(visit, reader, visit.path["appointment_id"])
    begins, length = found.slot.local[:16], found.slot.ends_at - found.slot.begins_at
    again = {"begins": begins, "minutes": int(length.total_seconds()) // 60}
    form.values |= {name: [str(each)] for name, each in again.items()}
    form.values |= {"zone": [found.slot.zone], "version": [form.raw("version")]}
    return _moving(visit, form, status=422)


def _keep(
    visit: Visit,
    command: MoveAppointment | ReassignAppointment | CancelAppointment,
    *,
    expected: int | None = None,
) -> bo.Appointed:
    case = bo.KeepAppointment(
        appointment_id=AppointmentId(visit.path["appointment_id"]),
        viewer_id=visit.user.id,
        command=command,
        expected=expected,
        at=visit.at,
    )
    return visit.run(case)


def _said(visit: Visit, done: bo.Appointed, told: str) -> str:
    if not done.overlapping:
        return f"{told}."
    when = formats.moment(done.overlapping[0].opens_at, visit.zone)
    return f"{told}. Note: whoever attends is booked already from {when}."


def ask_cancel(visit: Visit) -> Response:
    """Ask before an appointment is cancelled."""
    with visit.reading() as reader:
        found = appointment_of(visit, reader, visit.path["appointment_id"])
        names = user_names(reader, (found.assigned_to,))
    return visit.page("pages/appointment_cancel.html", one=found, names=names)


def cancel(visit: Visit) -> Response:
    """Cancel it; whoever attends is told."""
    done = _keep(visit, CancelAppointment())
    told = "The appointment is cancelled; whoever attends is told."
    return visit.go(f"/appointments/{done.appointment.id}", told)


# ---------------------------------------------------------------------------- calendars


def calendar(visit: Visit) -> Response:
    """Give everything one sees from now on, or attends, as one iCalendar file."""
    mine = bool(visit.asked("mine"))
    with visit.reading() as reader:
        query = AppointmentQuery(
            seller_id=visit.seller.id,
            scope=visit.caller.scope,
            user_id=visit.user.id if mine else None,
            since=visit.at,
            cancelled=True,
            limit=_MOST,
        )
        found = reader.appointments(query)
        people = _people(reader, found)
    return _file(visit, found, people, "appointments.ics")


def calendar_one(visit: Visit) -> Response:
    """Give one appointment as an iCalendar file."""
    with visit.reading() as reader:
        found = appointment_of(visit, reader, visit.path["appointment_id"])
        people = _people(reader, (found,))
    return _file(visit, (found,), people, "appointment.ics")


def _people(reader: SqlReader, found: Iterable[Appointment]) -> dict[UserId, User]:
    users = (reader.user(each) for each in {one.assigned_to for one in found})
    return {each.id: each for each in users if each is not None}


def _file(
    visit: Visit, found: tuple[Appointment, ...], people: dict[UserId, User], name: str
) -> Response:
    at: datetime = visit.at
    text = calendar_of(
        f"{visit.user.profile.name}, {visit.seller.terms.name}", found, people, at=at
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


_READ, _WRITE = Permission(Area.APPOINTMENTS, Way.READ), Permission(Area.APPOINTMENTS, Way.WRITE)
_ONE = "/appointments/{appointment_id}"
PAGES = (
    Page(path="/appointments", make=show, needs=_READ),
    Page(path="/appointments/calendar", make=calendar, needs=_READ),
    Page(path=_ONE, make=show_one, needs=_READ),
    Page(path=f"{_ONE}/calendar", make=calendar_one, needs=_READ),
    Page(path=f"{_ONE}/move", make=ask_move, needs=_WRITE),
    Page(path=f"{_ONE}/move", make=move, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/attendee", make=reassign, method="POST", needs=_WRITE),
    Page(path=f"{_ONE}/cancel", make=ask_cancel, needs=_WRITE),
    Page(path=f"{_ONE}/cancel", make=cancel, method="POST", needs=_WRITE),
)
