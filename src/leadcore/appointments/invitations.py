"""Who is told about an appointment, and what: e-mails with iCalendar invitations (RFC 5545, 5546).

An invitation leaves the account's walls: it is kept by whatever calendar its reader uses. So it
carries the title, the time, the place and the lead's id, who invites and who is invited; never the
notes, and nothing of the person who asked for help, unless somebody typed it into title or place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.appointments.events import AppointmentStatus, Attendee
from leadcore.appointments.ical import component, line, stamp, text_value, timed, timezone
from leadcore.intervals import Window, to_local
from leadcore.notices import (
    ENGLISH,
    AppointmentNews,
    AppointmentTold,
    Attachment,
    Message,
    MessageKind,
    appointment_words,
)
from leadcore.percent import percent_encode
from leadcore.submissions import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from leadcore.appointments.life import Appointment
    from leadcore.appointments.slots import Slot
    from leadcore.notices import Catalogue, Written
    from leadcore.people import User
    from leadcore.values import UserId

__all__ = ["attendee_of", "calendar_of", "invited", "reminded", "uid", "when", "withdrawn"]

_PRODUCT = "-//leadcore//appointments//EN"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def uid(appointment: Appointment) -> str:
    """Give the id calendars know an appointment by; the same in every invitation."""
    return f"{appointment.id}@appointments.leadcore"


def attendee_of(user: User | None) -> Attendee | None:
    """Give a user as calendars name them; None without an e-mail address."""
    if user is None or not user.profile.email:
        return None
    name = "".join(each if each.isprintable() else " " for each in user.profile.name)
    return Attendee(" ".join(name.split()), user.profile.email)


def invited(
    appointment: Appointment,
    user: User | None,
    *,
    news: AppointmentNews = AppointmentNews.INVITED,
    catalogue: Catalogue = ENGLISH,
) -> tuple[Message, ...]:
    """Invite whoever attends, or send the invitation anew; nothing without log-in or address.

    Args:
        appointment: as it is now.
        user: who attends.
        news: is it new to the user, or changed?
        catalogue: the words.
    """
    written = _words(appointment, news, catalogue)
    return _told(appointment, user, "REQUEST", written)


def withdrawn(
    appointment: Appointment, user: User | None, *, catalogue: Catalogue = ENGLISH
) -> tuple[Message, ...]:
    """Tell somebody that the appointment is not theirs any more: cancelled, or another's now."""
    ours = user is not None and user.id == appointment.assigned_to
    note = None if ours else catalogue.text("appointment.taken")
    written = _words(appointment, AppointmentNews.CANCELLED, catalogue, note)
    return _told(appointment, user, "CANCEL", written)


def reminded(
    appointment: Appointment,
    user: User | None,
    minutes: int,
    *,
    at: datetime,
    catalogue: Catalogue = ENGLISH,
) -> tuple[Message, ...]:
    """Remind whoever attends, so many minutes before; nothing without log-in or address."""
    if user is None or not user.enabled or not user.profile.email:
        return ()
    written = _words(appointment, AppointmentNews.REMINDED, catalogue)
    message = Message(
        id=f"{appointment.id}/reminder/{appointment.sequence}/{minutes}/{user.id}",
        kind=MessageKind.APPOINTMENT_REMINDER,
        channel=Channel.EMAIL,
        to=user.profile.email,
        to_person=False,
        subject=written.subject,
        body=written.body,
        html=written.html,
        seller_id=appointment.seller_id,
        account_id=appointment.account_id,
        lead_id=appointment.lead_id,
        user_id=user.id,
        at=at,
        # Once it has begun, nobody needs to be reminded.
        not_after=appointment.slot.begins_at,
    )
    return (message,)


def _words(
    appointment: Appointment, news: AppointmentNews, catalogue: Catalogue, note: str | None = None
) -> Written:
    slot = appointment.slot
    told = AppointmentTold(
        id=appointment.id,
        news=news,
        turn=appointment.sequence,
        lead_id=appointment.lead_id,
        title=appointment.title,
        begins_at=slot.begins_at,
        ends_at=slot.ends_at,
        zone=slot.zone,
        place=appointment.place or None,
        note=note,
    )
    return appointment_words(told, catalogue=catalogue)


def calendar_of(
    name: str,
    appointments: Iterable[Appointment],
    attendees: Mapping[UserId, User],
    *,
    at: datetime,
) -> str:
    """Give appointments as one iCalendar file, for a calendar that subscribes to it.

    Args:
        name: of the calendar.
        appointments: which; cancelled ones are marked so.
        attendees: whoever attends them, by id; one that is missing is not named.
        at: when it is made.
    """
    listed = tuple(appointments)
    head = (
        line("METHOD", "PUBLISH"),
        line("NAME", text_value(name)),
        line("X-WR-CALNAME", text_value(name)),
    )
    events = (
        _event(each, attendee_of(attendees.get(each.assigned_to)), stamped=at) for each in listed
    )
    return _calendar((*head, *_zones(each.slot for each in listed), *events))


def when(slot: Slot) -> str:
    """Give a slot as people read it, by the clock in its zone with its offset from UTC.

    >>> from datetime import date, time
    >>> from leadcore.appointments.slots import slot_on
    >>> when(slot_on(date(2026, 11, 24), time(9), 90, "America/New_York"))
    'Tue 2026-11-24 09:00 to 10:30, America/New_York (UTC-05:00)'
    """
    begins, ends = to_local(slot.begins_at, slot.zone), to_local(slot.ends_at, slot.zone)
    end = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{_day(ends)} {ends:%H:%M}"
    offset = begins.isoformat()[19:]
    return f"{_day(begins)} {begins:%H:%M} to {end}, {slot.zone} (UTC{offset})"


def _day(local: datetime) -> str:
    return f"{_DAYS[local.weekday()]} {local.date().isoformat()}"


def _told(
    appointment: Appointment, user: User | None, method: str, written: Written
) -> tuple[Message, ...]:
    attendee = attendee_of(user)
    if user is None or attendee is None or not user.enabled:
        return ()
    event = _event(appointment, attendee, stamped=appointment.changed_at, method=method)
    zones = _zones((appointment.slot,))
    message = Message(
        id=f"{appointment.id}/{method.lower()}/{appointment.sequence}/{user.id}",
        kind=MessageKind.APPOINTMENT,
        channel=Channel.EMAIL,
        to=attendee.email,
        to_person=False,
        subject=written.subject,
        body=written.body,
        html=written.html,
        attachments=(
            Attachment(
                name="invite.ics",
                media_type=f"text/calendar; method={method}",
                text=_calendar((line("METHOD", method), *zones, event)),
            ),
        ),
        seller_id=appointment.seller_id,
        account_id=appointment.account_id,
        lead_id=appointment.lead_id,
        user_id=user.id,
        at=appointment.changed_at,
    )
    return (message,)


def _calendar(parts: Iterable[str]) -> str:
    head = (line("VERSION", "2.0"), line("PRODID", _PRODUCT), line("CALSCALE", "GREGORIAN"))
    return component("VCALENDAR", (*head, *parts))


def _event(
    appointment: Appointment,
    attendee: Attendee | None,
    *,
    stamped: datetime,
    method: str | None = None,
) -> str:
    gone = appointment.status is AppointmentStatus.CANCELLED or method == "CANCEL"
    slot = appointment.slot
    return component(
        "VEVENT",
        (
            line("UID", text_value(uid(appointment))),
            line("SEQUENCE", str(appointment.sequence)),
            line("DTSTAMP", stamp(stamped)),
            timed("DTSTART", slot.begins_at, slot.zone),
            timed("DTEND", slot.ends_at, slot.zone),
            line("SUMMARY", text_value(appointment.title)),
            *((line("LOCATION", text_value(appointment.place)),) if appointment.place else ()),
            line("DESCRIPTION", text_value(f"Lead {appointment.lead_id}")),
            line("STATUS", "CANCELLED" if gone else "CONFIRMED"),
            line("TRANSP", "TRANSPARENT" if gone else "OPAQUE"),
            *_people(appointment, attendee, asks=method == "REQUEST"),
        ),
    )


def _people(appointment: Appointment, attendee: Attendee | None, *, asks: bool) -> Iterator[str]:
    organizer = appointment.organizer or attendee
    if organizer is not None:
        yield line("ORGANIZER", _address(organizer), CN=organizer.name)
    if attendee is not None:
        answer = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"} if asks else {}
        yield line("ATTENDEE", _address(attendee), CN=attendee.name, **answer)


def _address(who: Attendee) -> str:
    return f"mailto:{percent_encode(who.email, safe='@!$&+=*')}"


def _zones(slots: Iterable[Slot]) -> Iterator[str]:
    spans: dict[str, Window] = {}
    for slot in slots:
        span = spans.get(slot.zone, slot.window)
        spans[slot.zone] = Window(
            min(span.opens_at, slot.begins_at), max(span.closes_at, slot.ends_at)
        )
    for zone in sorted(spans):
        yield timezone(zone, spans[zone])
