"""Make, keep and remember appointments: from facts to one outcome."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from attrs import field, frozen

from leadcore import appointments
from leadcore.accounts import words_of
from leadcore.appointments import (
    DEFAULT_REMINDERS,
    Appointment,
    AppointmentEdited,
    AppointmentId,
    AppointmentReassigned,
    AppointmentReminded,
    AppointmentStatus,
    BookAppointment,
    CancelAppointment,
    EditAppointment,
    MoveAppointment,
    ReassignAppointment,
    Slot,
    attendee_of,
    due_reminders,
    invited,
    realigned,
    reminded,
    sees_appointment,
    slot_problems,
    withdrawn,
)
from leadcore.back_office.seeing import at_desk, held, seen_lead
from leadcore.decider import change, fold
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.intervals import Window
from leadcore.notices import AppointmentNews
from leadcore.outcomes import Outcome, claims_of
from leadcore.ports import AppointmentFacts, AppointmentNeeds
from leadcore.values import LeadId, UserId, instant

if TYPE_CHECKING:
    from leadcore.appointments import AppointmentEvent
    from leadcore.leads import Lead, Sale
    from leadcore.notices import Message
    from leadcore.people import User

__all__ = [
    "Appointed",
    "KeepAppointment",
    "MakeAppointment",
    "RealignAppointment",
    "RemindOfAppointment",
]


@frozen
class Appointed:
    """What came of it, and a warning.

    Attributes:
        appointment: as it is now.
        overlapping: the times, and no more, at which whoever attends is booked already and that
            overlap: a warning, no refusal. Earliest first.
    """

    appointment: Appointment
    overlapping: tuple[Window, ...] = ()


@frozen(kw_only=True)
class MakeAppointment:
    """Make an appointment from within a lead that one sees.

    Attributes:
        viewer_id: who makes it; invites, where that user has an e-mail address.
        assigned_to: an enabled user of the same account, who is invited.
    """

    appointment_id: AppointmentId
    lead_id: LeadId
    viewer_id: UserId
    assigned_to: UserId
    title: str
    slot: Slot
    place: str = ""
    notes: str = ""
    reminders: tuple[int, ...] = DEFAULT_REMINDERS
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> AppointmentNeeds:
        """The lead, who makes it, who attends, and what that user has at the time."""
        return AppointmentNeeds(
            appointment_id=self.appointment_id,
            lead_id=self.lead_id,
            viewer_id=self.viewer_id,
            user_id=self.assigned_to,
            window=_window(self.slot),
        )

    def decide(self, facts: AppointmentFacts) -> Outcome[Appointed]:
        """Say what follows.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is: another
                account's, a refunded one.
            Malformed: as `appointments.decide` says; or whoever is to attend is no enabled user of
                the account.
            WrongState: another appointment has this id; or no account holds the lead.
        """
        lead, viewer = seen_lead(facts, "lead", self.lead_id)
        sale = held(lead, "MakeAppointment")
        seen = facts.appointment
        events = appointments.decide(self._booking(lead, sale, viewer), seen.state, self.at)
        if not events:
            return Outcome(answer=Appointed(cast("Appointment", seen.state)))
        user = _attendee(facts, self.assigned_to, sale.account_id, "assigned_to")
        state = fold(appointments.evolve, seen.state, events)
        made = cast("Appointment", state)
        return Outcome(
            answer=Appointed(made, _overlapping(facts, made)),
            changes=change("appointment", self.appointment_id, seen, events, appointments.evolve),
            claims=claims_of(lead.seller_id, lead.id, facts.key_counts),
            messages=invited(made, user, catalogue=words_of(facts.seller)),
        )

    def _booking(self, lead: Lead, sale: Sale, viewer: User) -> BookAppointment:
        return BookAppointment(
            appointment_id=self.appointment_id,
            seller_id=lead.seller_id,
            account_id=sale.account_id,
            lead_id=lead.id,
            assigned_to=self.assigned_to,
            title=self.title,
            slot=self.slot,
            place=self.place,
            notes=self.notes,
            reminders=self.reminders,
            made_by=viewer.id,
            organizer=attendee_of(viewer),
        )


@frozen(kw_only=True)
class KeepAppointment:
    """Move, reassign, edit or cancel an appointment that one sees.

    Attributes:
        expected: the version the command was made from, which is how many events its journal had
            (`Store.journal`); None where it does not matter.
    """

    appointment_id: AppointmentId
    viewer_id: UserId
    command: MoveAppointment | ReassignAppointment | EditAppointment | CancelAppointment
    expected: int | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> AppointmentNeeds:
        """The appointment, its lead, who acts, and who attends before and after."""
        command = self.command
        return AppointmentNeeds(
            appointment_id=self.appointment_id,
            viewer_id=self.viewer_id,
            user_id=command.user_id if isinstance(command, ReassignAppointment) else None,
            window=_window(command.slot) if isinstance(command, MoveAppointment) else None,
        )

    def decide(self, facts: AppointmentFacts) -> Outcome[Appointed]:
        """Say what follows.

        Raises:
            NotFound: there is none, or the viewer may not know that there is; also while the
                account does not hold the lead.
            Malformed: as `appointments.decide` says; or whoever is to attend is no enabled user of
                the account.
            WrongState: as `appointments.decide` says; or it is not at the expected version. That is
                no `Conflict`: on fresh facts it would be the same.
        """
        seen, viewer = facts.appointment, facts.viewer
        state = seen.state
        if state is None or viewer is None:
            raise NotFound("appointment", self.appointment_id)
        staff = at_desk(viewer, facts.seller) and viewer.seller_id == state.seller_id
        if not staff and not sees_appointment(viewer, state, facts.lead.state, facts.tree):
            raise NotFound("appointment", self.appointment_id)
        command = self.command
        events = appointments.decide(command, state, self.at, by=viewer.id)
        if not events:
            return Outcome(answer=Appointed(state))
        if self.expected not in {None, seen.version}:
            since = f"it is at version {seen.version}, not {self.expected}; read it again"
            raise WrongState(type(command).__name__, since)
        if isinstance(command, ReassignAppointment):
            _attendee(facts, command.user_id, state.account_id, "user_id")
        return _changed(state, events, facts)


def _changed(
    before: Appointment, events: tuple[AppointmentEvent, ...], facts: AppointmentFacts
) -> Outcome[Appointed]:
    after = fold(appointments.evolve, before, events)
    changes = change("appointment", after.id, facts.appointment, events, appointments.evolve)
    return Outcome(
        answer=Appointed(after, _overlapping(facts, after)),
        changes=changes,
        messages=_messages(before, after, events[0], facts),
    )


def _messages(
    before: Appointment, after: Appointment, event: AppointmentEvent, facts: AppointmentFacts
) -> tuple[Message, ...]:
    user, words = facts.users.get(after.assigned_to), words_of(facts.seller)
    if after.status is AppointmentStatus.CANCELLED:
        return withdrawn(after, user, catalogue=words)
    if isinstance(event, AppointmentReassigned):
        former = facts.users.get(before.assigned_to)
        gone = withdrawn(after, former, catalogue=words)
        return (*gone, *invited(after, user, catalogue=words))
    told = (before.title, before.place) == (after.title, after.place)
    if isinstance(event, AppointmentEdited) and told:
        return ()
    return invited(after, user, news=AppointmentNews.CHANGED, catalogue=words)


@frozen(kw_only=True)
class RemindOfAppointment:
    """Send the reminders that are due for an appointment, each once.

    Of several that are due at once, after a pause of whoever runs this, one message is sent.
    """

    appointment_id: AppointmentId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> AppointmentNeeds:
        """The appointment, its lead and who attends."""
        return AppointmentNeeds(appointment_id=self.appointment_id)

    def decide(self, facts: AppointmentFacts) -> Outcome[tuple[int, ...]]:
        """Say what follows; the answer is which reminders were due, in minutes.

        Nothing where none is due, or nobody can be told: whoever attends has no log-in any more or
        no e-mail address. Somebody else may attend before it begins, and is reminded then.
        """
        seen = facts.appointment
        state = seen.state
        due = () if state is None else due_reminders(state, self.at)
        if state is None or not due:
            return Outcome(answer=())
        user = facts.users.get(state.assigned_to)
        words = words_of(facts.seller)
        messages = reminded(state, user, min(due), at=self.at, catalogue=words)
        if not messages:
            return Outcome(answer=())
        events = (AppointmentReminded(due, self.at),)
        return Outcome(
            answer=due,
            changes=change("appointment", state.id, seen, events, appointments.evolve),
            messages=messages,
        )


@frozen(kw_only=True)
class RealignAppointment:
    """Keep an appointment at its wall-clock time after the rules of its zone changed.

    It changes nothing while the rules say what they said when it was booked, and nothing about what
    has begun, or would have by the new rules.
    """

    appointment_id: AppointmentId
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> AppointmentNeeds:
        """The appointment, its lead and who attends."""
        return AppointmentNeeds(appointment_id=self.appointment_id)

    def decide(self, facts: AppointmentFacts) -> Outcome[Appointed | None]:
        """Say what follows; the answer is the appointment where it moved, else None."""
        state = facts.appointment.state
        if state is None or state.status is not AppointmentStatus.BOOKED:
            return Outcome(answer=None)
        meant = realigned(state.slot)
        if meant == state.slot or min(meant.begins_at, state.slot.begins_at) <= self.at:
            return Outcome(answer=None)
        events = appointments.decide(MoveAppointment(meant), state, self.at)
        moved = _changed(state, events, facts)
        return moved.answering(moved.answer)


def _attendee(facts: AppointmentFacts, user_id: UserId, account_id: str, path: str) -> User:
    user = facts.users.get(user_id)
    if user is None or user.account_id != account_id:
        raise Malformed.at(path, "there is no such user in this account")
    if not user.enabled:
        raise Malformed.at(path, "the user is disabled")
    return user


def _overlapping(facts: AppointmentFacts, mine: Appointment) -> tuple[Window, ...]:
    if mine.status is not AppointmentStatus.BOOKED:
        return ()
    others = (
        other.slot
        for other in facts.busy
        if other.id != mine.id
        and other.assigned_to == mine.assigned_to
        and other.slot.overlaps(mine.slot)
    )
    return tuple(
        each.window for each in sorted(others, key=lambda each: (each.begins_at, each.ends_at))
    )


def _window(slot: Slot) -> Window | None:
    # What is wrong with a slot is said when it is decided on.
    return None if tuple(slot_problems(slot)) else slot.window
