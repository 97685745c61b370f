"""The life of an appointment.

    (none) --booked--> BOOKED --moved, reassigned, edited, reminded--> BOOKED
                         |
                         +--cancelled--> CANCELLED

It is made from within a lead that the account holds, and belongs to that lead and that account for
good; who attends may change. Each change but a reminder raises `sequence`, by which calendars tell
a newer invitation from an older one (RFC 5545, 3.8.7.4).

Reminders are data: whole minutes before the beginning. One is pending while it is ahead of the
instant at which the slot was set: an appointment made for in ten minutes does not remind an hour
before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import field, frozen

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
from leadcore.appointments.slots import Slot, slot_problems
from leadcore.errors import Malformed, Problem, WrongState
from leadcore.values import AccountId, LeadId, SellerId, UserId, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "Appointment",
    "AppointmentCommand",
    "BookAppointment",
    "CancelAppointment",
    "EditAppointment",
    "MoveAppointment",
    "ReassignAppointment",
    "decide",
    "due_reminders",
    "evolve",
    "remind_at",
]

_MOST_REMINDERS = 5
_EARLIEST_REMINDER = 28 * 24 * 60
_LONGEST_LINE = 200
_LONGEST_NOTES = 5_000


@frozen(kw_only=True)
class Appointment:
    """The present state of an appointment's stream.

    Attributes:
        assigned_to: the user who attends.
        notes: for the account's own people; never part of an invitation.
        reminders: minutes before the beginning, the earliest first.
        reminded: those of them that were sent for the slot as it is.
        slot_set_at: when the slot was last set.
        sequence: of the latest invitation.
        organizer: who invites, the same in every invitation; None: whoever attends.
        cancelled: why, once it is.
        changed_at: when it was last changed but by a reminder.
    """

    id: AppointmentId
    seller_id: SellerId
    account_id: AccountId
    lead_id: LeadId
    assigned_to: UserId
    title: str
    slot: Slot
    place: str = ""
    notes: str = ""
    reminders: tuple[int, ...] = DEFAULT_REMINDERS
    status: AppointmentStatus = AppointmentStatus.BOOKED
    reminded: tuple[int, ...] = ()
    slot_set_at: datetime = field(converter=instant)
    sequence: int = 0
    made_by: UserId
    organizer: Attendee | None = None
    cancelled: CancelReason | None = None
    changed_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class BookAppointment:
    """Book an appointment for a lead; the attributes are those of `Appointment`."""

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


@frozen
class MoveAppointment:
    """Set another time; reminders count anew."""

    slot: Slot


@frozen
class ReassignAppointment:
    """Let somebody else attend."""

    user_id: UserId


@frozen(kw_only=True)
class EditAppointment:
    """Say title, place, notes and reminders anew."""

    title: str
    place: str = ""
    notes: str = ""
    reminders: tuple[int, ...] = DEFAULT_REMINDERS


@frozen
class CancelAppointment:
    """Cancel it; again, it changes nothing."""

    reason: CancelReason = CancelReason.BY_USER


AppointmentCommand = (
    BookAppointment | MoveAppointment | ReassignAppointment | EditAppointment | CancelAppointment
)


def decide(
    command: AppointmentCommand,
    state: Appointment | None,
    at: datetime,
    *,
    by: UserId | None = None,
) -> tuple[AppointmentEvent, ...]:
    """Decide a command on an appointment; the same again changes nothing.

    Args:
        command: what is wanted.
        state: the appointment; None where there is none yet.
        at: now.
        by: who wants it; None for the clock, and for the seller's own systems.

    Raises:
        Malformed: the slot, a text or the reminders can't be; every problem is named.
        WrongState: it was never booked, was booked as something else, or is cancelled.
    """
    if isinstance(command, BookAppointment):
        return _booked(command, state, at)
    if state is None:
        raise WrongState(type(command).__name__, "there is no such appointment")
    if isinstance(command, CancelAppointment):
        cancelled = state.status is AppointmentStatus.CANCELLED
        return () if cancelled else (AppointmentCancelled(command.reason, at, by),)
    if state.status is not AppointmentStatus.BOOKED:
        raise WrongState(type(command).__name__, f"the appointment is {state.status.value}")
    return _changed(command, state, at, by)


def _changed(
    command: MoveAppointment | ReassignAppointment | EditAppointment,
    state: Appointment,
    at: datetime,
    by: UserId | None,
) -> tuple[AppointmentEvent, ...]:
    if isinstance(command, MoveAppointment):
        if command.slot == state.slot:
            return ()
        _check(_time_problems(command.slot, at))
        return (AppointmentMoved(command.slot, at, by),)
    if isinstance(command, ReassignAppointment):
        same = command.user_id == state.assigned_to
        return () if same else (AppointmentReassigned(command.user_id, at, by),)
    _check(_word_problems(command))
    after = AppointmentEdited(
        title=command.title,
        place=command.place,
        notes=command.notes,
        reminders=_ordered(command.reminders),
        at=at,
        by=by,
    )
    same = _edited(state, after) == replace(state, sequence=state.sequence + 1, changed_at=at)
    return () if same else (after,)


def _booked(
    command: BookAppointment, state: Appointment | None, at: datetime
) -> tuple[AppointmentEvent, ...]:
    late = () if state is not None else _time_problems(command.slot, at)
    _check((*late, *_word_problems(command)))
    booked = AppointmentBooked(
        appointment_id=command.appointment_id,
        seller_id=command.seller_id,
        account_id=command.account_id,
        lead_id=command.lead_id,
        assigned_to=command.assigned_to,
        title=command.title,
        slot=command.slot,
        place=command.place,
        notes=command.notes,
        reminders=_ordered(command.reminders),
        made_by=command.made_by,
        organizer=command.organizer,
        at=at,
    )
    if state is None:
        return (booked,)
    # A retry after a commit whose answer was lost finds its own work.
    if evolve(None, replace(booked, at=state.changed_at)) == state:
        return ()
    raise WrongState("BookAppointment", "an appointment with this id exists")


def _ordered(reminders: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(reminders), reverse=True))


def _check(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise Malformed(found)


def _time_problems(given: Slot, at: datetime) -> Iterator[Problem]:
    for problem in slot_problems(given):
        yield Problem(f"slot.{problem.path}", problem.message)
    if given.begins_at <= at:
        yield Problem("slot.begins_at", "lies in the past")


def _word_problems(given: BookAppointment | EditAppointment) -> Iterator[Problem]:
    if not given.title.strip():
        yield Problem("title", "an appointment has a title")
    for path, text in (("title", given.title), ("place", given.place)):
        if not text.isprintable() or len(text) > _LONGEST_LINE:
            yield Problem(path, f"is one line of at most {_LONGEST_LINE} characters")
    if len(given.notes) > _LONGEST_NOTES:
        yield Problem("notes", f"are at most {_LONGEST_NOTES} characters")
    if len(given.reminders) > _MOST_REMINDERS:
        yield Problem("reminders", f"are at most {_MOST_REMINDERS}")
    for number, minutes in enumerate(given.reminders):
        if type(minutes) is not int or not 1 <= minutes <= _EARLIEST_REMINDER:
            words = f"is whole minutes from 1 to {_EARLIEST_REMINDER}"
            yield Problem(f"reminders[{number}]", words)


_FROM: dict[type, frozenset[AppointmentStatus]] = {
    AppointmentMoved: frozenset({AppointmentStatus.BOOKED}),
    AppointmentReassigned: frozenset({AppointmentStatus.BOOKED}),
    AppointmentEdited: frozenset({AppointmentStatus.BOOKED}),
    AppointmentReminded: frozenset({AppointmentStatus.BOOKED}),
    AppointmentCancelled: frozenset({AppointmentStatus.BOOKED}),
}
"""The transition table: the states in which each event may happen."""


def evolve(state: Appointment | None, event: AppointmentEvent) -> Appointment:
    """Give the state after an event.

    Raises:
        WrongState: the event can't follow on the state (see the transition table).
    """
    if isinstance(event, AppointmentBooked):
        return Appointment(
            id=event.appointment_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            lead_id=event.lead_id,
            assigned_to=event.assigned_to,
            title=event.title,
            slot=event.slot,
            place=event.place,
            notes=event.notes,
            reminders=event.reminders,
            slot_set_at=event.at,
            made_by=event.made_by,
            organizer=event.organizer,
            changed_at=event.at,
        )
    if state is None or state.status not in _FROM[type(event)]:
        met = "never booked" if state is None else state.status.value
        raise WrongState(type(event).__name__, f"the appointment is {met}")
    return _AFTER[type(event)](state, event)


def _moved(state: Appointment, event: AppointmentMoved) -> Appointment:
    return _newer(state, event.at, slot=event.slot, slot_set_at=event.at, reminded=())


def _reassigned(state: Appointment, event: AppointmentReassigned) -> Appointment:
    return _newer(state, event.at, assigned_to=event.user_id)


def _edited(state: Appointment, event: AppointmentEdited) -> Appointment:
    return _newer(
        state,
        event.at,
        title=event.title,
        place=event.place,
        notes=event.notes,
        reminders=event.reminders,
    )


def _cancelled(state: Appointment, event: AppointmentCancelled) -> Appointment:
    return _newer(state, event.at, status=AppointmentStatus.CANCELLED, cancelled=event.reason)


def _reminded(state: Appointment, event: AppointmentReminded) -> Appointment:
    return replace(state, reminded=_ordered((*state.reminded, *event.reminders)))


def _newer(state: Appointment, at: datetime, **changed: Any) -> Appointment:  # noqa: ANN401 - whichever attributes change
    return replace(state, sequence=state.sequence + 1, changed_at=at, **changed)


_AFTER: dict[type, Callable[[Appointment, Any], Appointment]] = {
    AppointmentMoved: _moved,
    AppointmentReassigned: _reassigned,
    AppointmentEdited: _edited,
    AppointmentCancelled: _cancelled,
    AppointmentReminded: _reminded,
}


def _pending(state: Appointment) -> Iterator[tuple[datetime, int]]:
    if state.status is AppointmentStatus.BOOKED:
        for minutes in state.reminders:
            at = state.slot.begins_at - timedelta(minutes=minutes)
            if minutes not in state.reminded and at > state.slot_set_at:
                yield at, minutes


def remind_at(state: Appointment) -> datetime | None:
    """Give when the next reminder is due; None where none is left."""
    return min((at for at, _ in _pending(state)), default=None)


def due_reminders(state: Appointment, at: datetime) -> tuple[int, ...]:
    """Give the reminders that are due at an instant, in minutes, the earliest first.

    None is due any more once the appointment has begun.
    """
    if at >= state.slot.begins_at:
        return ()
    return tuple(minutes for due, minutes in _pending(state) if due <= at)
