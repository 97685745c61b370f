"""The appointments of a lead, and the form that makes one: they are made here and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.appointments import DEFAULT_REMINDERS, AppointmentId, slot
from leadcore.intervals import to_local, zone_info
from leadcore.values import UserId
from leadcore_portal import formats
from leadcore_portal.choosing import people_of
from leadcore_portal.forms import Form
from leadcore_portal.routing import Page
from leadcore_portal.sight import lead_page, look, seen_lead

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from leadcore_portal.visits import Visit

__all__ = ["PAGES", "REMINDERS"]

REMINDERS = (("15", "15 minutes before"), ("60", "1 hour before"), ("1440", "1 day before"))
"""The reminders people are offered, in minutes."""
_DAY = 24 * 60


def show(visit: Visit) -> Response:
    """Show them, and the form."""
    begins = _tomorrow(visit)
    form = Form.of(
        {
            "begins": f"{begins:%Y-%m-%dT%H:%M}",
            "minutes": 30,
            "zone": visit.zone,
            "assigned_to": None if visit.staff else visit.user.id,
            "title": "",
        }
    )
    form.values["reminders"] = [str(each) for each in DEFAULT_REMINDERS]
    return _page(visit, form)


def _tomorrow(visit: Visit) -> datetime:
    local = to_local(visit.at + timedelta(days=1), visit.zone)
    return local.replace(hour=10, minute=0, second=0, microsecond=0)


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
        holder = sight.lead.held_by
        wanted = form.raw("assigned_to") or (sight.lead.assigned_to if visit.staff else None)
        choice = people_of(visit, reader, holder, chosen=wanted)
        form.values["assigned_to"] = [wanted or ""]
    return lead_page(
        visit,
        sight,
        "pages/lead_appointments.html",
        "appointments",
        status=status,
        form=form,
        choice=choice,
        reminders=REMINDERS,
    )


def make(visit: Visit) -> Response:
    """Make one; whoever attends gets an invitation by e-mail."""
    form = visit.form
    with visit.reading() as reader:
        lead = seen_lead(visit, reader, visit.path["lead_id"])
    with form.telling({"slot.begins_at": "begins", "slot.ends_at": "minutes", "slot": "begins"}):
        zone = _zone(form)
        begins = form.moment("begins", zone, visit.at)
        minutes = form.whole("minutes", least=5, most=_DAY)
        title, place = form.text("title"), form.text("place", required=False)
        notes = form.text("notes", required=False, most=5_000)
        reminders = sorted({int(each) for each in form.all("reminders") if each.isdecimal()})
        form.check()
        case = bo.MakeAppointment(
            appointment_id=AppointmentId(visit.fresh_id()),
            lead_id=lead.id,
            viewer_id=visit.user.id,
            assigned_to=UserId(form.raw("assigned_to")),
            title=title,
            slot=slot(begins, begins + timedelta(minutes=minutes), zone),
            place=place,
            notes=notes,
            reminders=tuple(reversed(reminders)),
            at=visit.at,
        )
        done = visit.run(case)
        return visit.go(f"/leads/{lead.id}/appointments", _told(visit, done))
    return _page(visit, form, status=422)


def _zone(form: Form) -> str:
    told = form.text("zone")
    try:
        zone_info(told)
    except ValueError:
        form.wrong("zone", "A time zone such as America/New_York.")
        return "UTC"
    return told


def _told(visit: Visit, done: bo.Appointed) -> str:
    begins = formats.moment(done.appointment.slot.begins_at, done.appointment.slot.zone)
    told = f"The appointment is made for {begins}; the invitation is on its way."
    if not done.overlapping:
        return told
    when = formats.moment(done.overlapping[0].opens_at, visit.zone)
    return f"{told} Note: whoever attends is booked already from {when}."


_READ, _WRITE = Permission(Area.APPOINTMENTS, Way.READ), Permission(Area.APPOINTMENTS, Way.WRITE)
PAGES = (
    Page(path="/leads/{lead_id}/appointments", make=show, needs=_READ),
    Page(path="/leads/{lead_id}/appointments", make=make, method="POST", needs=_WRITE),
)
