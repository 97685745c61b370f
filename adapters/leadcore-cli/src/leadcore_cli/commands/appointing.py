"""Appointments: made within a lead, moved, given to somebody else, cancelled, listed."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.appointments import (
    DEFAULT_REMINDERS,
    Appointment,
    AppointmentCommand,
    AppointmentId,
    AppointmentStatus,
    CancelAppointment,
    EditAppointment,
    MoveAppointment,
    ReassignAppointment,
    Slot,
    calendar_of,
    sees_appointment,
    slot_on,
    when,
)
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed, NotFound
from leadcore.ports import AppointmentQuery
from leadcore.values import LeadId, UserId
from leadcore_cli import show
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Desk,
    SellerOption,
    desk,
    fresh_id,
    now,
)
from leadcore_cli.paging import After, opened, tell_more
from leadcore_cli.running import add as add_command

__all__ = ["register"]

_PAGE = 500

Named = Annotated[str, typer.Argument(metavar="APPOINTMENT", help="Its id.")]
Acting = Annotated[str, typer.Option("--as", metavar="USER", help="The user who does it.")]
At = Annotated[
    datetime,
    typer.Option(
        formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        metavar="YYYY-MM-DDTHH:MM",
        help="What the clock shows at the beginning, in the zone.",
    ),
]
Remind = Annotated[
    list[int] | None,
    typer.Option(help="So many minutes before; repeatable. A day and an hour if not given."),
]


def add(
    lead_id: Annotated[str, typer.Argument(metavar="LEAD", help=LEAD)],
    as_user: Acting,
    title: Annotated[str, typer.Option(help="One line; part of the invitation.")],
    at: At,
    minutes: Annotated[int, typer.Option(help="How long.", min=1)] = 60,
    zone: Annotated[str | None, typer.Option(help="IANA zone; the seller's if not given.")] = None,
    attendee: Annotated[
        str | None, typer.Option("--for", metavar="USER", help="Who attends; else who makes it.")
    ] = None,
    place: Annotated[str, typer.Option(help="Part of the invitation.")] = "",
    notes: Annotated[str, typer.Option(help="For the account only.")] = "",
    remind: Remind = None,
    id_: Annotated[str | None, typer.Option("--id", help="Of the appointment.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Make an appointment within a lead; whoever attends is invited by e-mail."""
    here, moment = desk(db, seller), now()
    made = here.store.run(
        bo.MakeAppointment(
            appointment_id=AppointmentId(id_ or fresh_id(moment)),
            lead_id=find_lead(here, lead_id, as_user).id,
            viewer_id=UserId(as_user),
            assigned_to=UserId(attendee or as_user),
            title=title,
            slot=_slot(at, minutes, zone or here.seller.terms.zone),
            place=place,
            notes=notes,
            reminders=DEFAULT_REMINDERS if remind is None else tuple(remind),
            at=moment,
        )
    )
    _told(made, as_json=as_json)


def _slot(at: datetime, minutes: int, zone: str) -> Slot:
    try:
        return slot_on(at.date(), at.time(), minutes, zone)
    except (ValueError, OverflowError) as error:
        raise Malformed.at("--zone", str(error)) from None


def _told(done: bo.Appointed, *, as_json: bool) -> None:
    one = done.appointment
    if as_json:
        overlapping = [
            {"begins_at": show.as_data(each.opens_at), "ends_at": show.as_data(each.closes_at)}
            for each in done.overlapping
        ]
        show.print_json({**show.as_data(one), "overlapping": overlapping})
        return
    gone = " is cancelled" if one.status is AppointmentStatus.CANCELLED else ""
    show.line(show.clean(f"{one.title}, {when(one.slot)}, {one.assigned_to}{gone}."))
    show.line(show.clean(f"Appointment {one.id} of lead {one.lead_id}."), first="  ")
    for each in done.overlapping:
        span = f"{show.instant(each.opens_at)} to {show.instant(each.closes_at)}"
        show.line(f"[yellow]overlaps[/] with another one, {span}", first="  ")


def _find(here: Desk, key: str, as_user: str) -> Appointment:
    found, viewer = here.store.appointment(AppointmentId(key)), here.user(as_user)
    tree = Tree.of(here.store.users(viewer.account_id))
    if found is not None and found.seller_id == here.seller.id:
        lead = here.store.lead(found.lead_id)
        if sees_appointment(viewer, found, lead, tree):
            return found
    raise NotFound("appointment", key)


def _keep(
    here: Desk, key: str, as_user: str, command: AppointmentCommand, *, as_json: bool
) -> None:
    case = bo.KeepAppointment(
        appointment_id=AppointmentId(key),
        viewer_id=UserId(as_user),
        command=command,  # type: ignore[arg-type]  # those of a known appointment only
        at=now(),
    )
    _told(here.store.run(case), as_json=as_json)


def move(
    key: Named,
    as_user: Acting,
    at: At,
    minutes: Annotated[
        int | None, typer.Option(help="How long; as before if not given.", min=1)
    ] = None,
    zone: Annotated[str | None, typer.Option(help="As before if not given.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Set another time; the invitation is sent anew, reminders count anew."""
    here = desk(db, seller)
    before = _find(here, key, as_user).slot
    length = minutes or (before.ends_at - before.begins_at).total_seconds() // 60
    slot = _slot(at, int(length), zone or before.zone)
    _keep(here, key, as_user, MoveAppointment(slot), as_json=as_json)


def reassign(
    key: Named,
    user_id: Annotated[str, typer.Argument(metavar="USER", help="Who attends from now on.")],
    as_user: Acting,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody else attend; for whoever did before it is withdrawn."""
    command = ReassignAppointment(UserId(user_id))
    _keep(desk(db, seller), key, as_user, command, as_json=as_json)


def edit(
    key: Named,
    as_user: Acting,
    title: Annotated[str | None, typer.Option(help="As before if not given.")] = None,
    place: Annotated[str | None, typer.Option(help="As before if not given.")] = None,
    notes: Annotated[str | None, typer.Option(help="As before if not given.")] = None,
    remind: Remind = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Change title, place, notes or reminders; what is not given stays."""
    here = desk(db, seller)
    before = _find(here, key, as_user)
    command = EditAppointment(
        title=before.title if title is None else title,
        place=before.place if place is None else place,
        notes=before.notes if notes is None else notes,
        reminders=before.reminders if remind is None else tuple(remind),
    )
    _keep(here, key, as_user, command, as_json=as_json)


def cancel(
    key: Named,
    as_user: Acting,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Cancel; whoever attends is told."""
    _keep(desk(db, seller), key, as_user, CancelAppointment(), as_json=as_json)


def _query(here: Desk, as_user: str | None) -> AppointmentQuery:
    query = AppointmentQuery(seller_id=here.seller.id)
    if as_user is None:
        return query
    viewer = here.user(as_user)
    reach = scope(viewer, Tree.of(here.store.users(viewer.account_id)))
    return replace(query, scope=reach)


def list_(
    as_user: Annotated[
        str | None, typer.Option("--as", metavar="USER", help="What this user sees; else all.")
    ] = None,
    lead_id: Annotated[str | None, typer.Option("--lead", help=LEAD)] = None,
    attendee: Annotated[
        str | None, typer.Option("--for", metavar="USER", help="Attended by this user.")
    ] = None,
    past: Annotated[bool, typer.Option("--past", help="Those that are over, too.")] = False,
    cancelled: Annotated[bool, typer.Option("--cancelled", help="Cancelled ones, too.")] = False,
    unattended: Annotated[
        bool, typer.Option("--unattended", help="Only those whose attendee is disabled.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 30,
    after: After = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List appointments that are not over, the next one first."""
    here = desk(db, seller)
    lead: LeadId | None = find_lead(here, lead_id, as_user).id if lead_id else None
    query = replace(
        _query(here, as_user),
        lead_id=lead,
        user_id=UserId(attendee) if attendee else None,
        since=None if past else now(),
        cancelled=cancelled,
        unattended=unattended,
        limit=limit,
    )
    query = opened(query, after)
    found = here.store.appointments(query)
    if as_json:
        for each in found:
            show.print_json(show.as_data(each))
        tell_more(query, found, limit=limit, as_json=True)
        return
    show.table(
        "Appointments",
        ("id", "when", "title", "for", "lead", "status"),
        (
            (
                each.id,
                when(each.slot),
                each.title,
                each.assigned_to,
                each.lead_id,
                each.status.value,
            )
            for each in found
        ),
    )
    tell_more(query, found, limit=limit, as_json=False)


def calendar(
    as_user: Annotated[str, typer.Option("--as", metavar="USER", help="Whose.")],
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the appointments a user attends as one iCalendar file, to standard output.

    As JSON it is the file's text under `calendar`.
    """
    here = desk(db, seller)
    user = here.user(as_user)
    query = replace(_query(here, as_user), user_id=user.id, cancelled=True, limit=_PAGE)
    found: list[Appointment] = []
    while page := here.store.appointments(query):
        found += page
        query = query.behind(page[-1])
    text = calendar_of(user.profile.name, found, {user.id: user}, at=now())
    if as_json:
        show.print_json({"user_id": user.id, "calendar": text})
        return
    # Its lines end with CRLF whatever this system's lines end with.
    sys.stdout.buffer.write(text.encode())


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="Appointments: made within a lead, told by calendar invitations.",
        no_args_is_help=True,
    )
    for command in (add, move, reassign, edit, cancel, calendar):
        add_command(group, command)
    add_command(group, list_, "list")
    app.add_typer(group, name="appointment")
