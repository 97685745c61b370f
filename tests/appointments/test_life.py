"""The life of an appointment: a table, a sequence that only grows, reminders that come once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import wire
from leadcore.appointments import (
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentReminded,
    AppointmentStatus,
    Attendee,
    BookAppointment,
    CancelAppointment,
    CancelReason,
    EditAppointment,
    MoveAppointment,
    ReassignAppointment,
    decide,
    due_reminders,
    evolve,
    remind_at,
    slot_on,
)
from leadcore.appointments.life import _FROM
from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


def at_hour(hour, minutes=60):
    return slot_on(date(2026, 11, 24), time(hour), minutes, "America/New_York")


BOOK = BookAppointment(
    appointment_id="a",
    seller_id="s",
    account_id="n",
    lead_id="l",
    assigned_to="ann",
    title="Talk",
    slot=at_hour(9),
    reminders=(60, 15, 60),
    made_by="ben",
    organizer=Attendee("Ben", "ben@x.example"),
)


def booked(**changed):
    events = decide(replace(BOOK, **changed), None, AT)
    return fold(evolve, None, events)


def after(state, command, at=AT, by=None):
    return fold(evolve, state, decide(command, state, at, by=by))


def test_it_is_booked_once_and_told_apart_from_another():
    made = booked()
    assert made.status is AppointmentStatus.BOOKED
    assert (made.reminders, made.sequence, made.slot_set_at) == ((60, 15), 0, AT)
    assert decide(BOOK, made, AT + MINUTE) == ()
    for changed in ({"title": "Another"}, {"assigned_to": "eve"}, {"slot": at_hour(10)}):
        with pytest.raises(WrongState, match="with this id exists"):
            decide(replace(BOOK, **changed), made, AT)
    # Found again after its time is over, too: it is a retry, no new booking.
    assert decide(BOOK, made, BOOK.slot.ends_at) == ()


@pytest.mark.parametrize(
    "command",
    [
        MoveAppointment(at_hour(10)),
        ReassignAppointment("eve"),
        EditAppointment(title="Other"),
        CancelAppointment(),
    ],
)
def test_each_change_is_made_once_and_raises_the_sequence(command):
    made = booked()
    changed = after(made, command, AT + MINUTE, by="ann")
    assert (changed.sequence, changed.changed_at) == (1, AT + MINUTE)
    assert decide(command, changed, AT + 2 * MINUTE) == ()
    (event,) = decide(command, made, AT, by="ann")
    assert event.by == "ann"
    with pytest.raises(WrongState, match="no such appointment"):
        decide(command, None, AT)


@pytest.mark.parametrize(
    "command",
    [MoveAppointment(at_hour(10)), ReassignAppointment("eve"), EditAppointment(title="Other")],
)
def test_a_cancelled_one_stays_as_it_is(command):
    gone = after(booked(), CancelAppointment(CancelReason.LEAD_RETURNED))
    assert gone.cancelled is CancelReason.LEAD_RETURNED
    with pytest.raises(WrongState, match="cancelled"):
        decide(command, gone, AT)


@pytest.mark.parametrize("kind", sorted(_FROM, key=lambda kind: kind.__name__))
def test_events_follow_the_table(kind):
    event = {
        AppointmentMoved: AppointmentMoved(at_hour(10), AT),
        AppointmentCancelled: AppointmentCancelled(CancelReason.BY_USER, AT),
        AppointmentReminded: AppointmentReminded((60,), AT),
    }.get(kind)
    if event is None:
        command = EditAppointment(title="x") if "Edited" in kind.__name__ else None
        (event,) = decide(command or ReassignAppointment("eve"), booked(), AT)
    assert type(event) is kind
    with pytest.raises(WrongState, match="never booked"):
        evolve(None, event)
    gone = after(booked(), CancelAppointment())
    for state, fine in ((booked(), True), (gone, gone.status in _FROM[kind])):
        if fine:
            assert evolve(state, event) is not None
        else:
            with pytest.raises(WrongState, match="is cancelled"):
                evolve(state, event)


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"title": " "}, ["title"]),
        ({"title": "two\nlines"}, ["title"]),
        ({"title": "turned \u202e round"}, ["title"]),
        ({"title": "x" * 200}, []),
        ({"title": "x" * 201}, ["title"]),
        ({"place": "y" * 201, "notes": "z" * 5001}, ["place", "notes"]),
        ({"reminders": (1, 2, 3, 4, 5, 6)}, ["reminders"]),
        ({"reminders": (0, 40_320, 40_321, True)}, [f"reminders[{n}]" for n in (0, 2, 3)]),
    ],
)
def test_words_and_reminders_are_checked_with_their_paths(changed, paths):
    edit = EditAppointment(**{"title": "Talk", **changed})
    for command, state in ((replace(BOOK, **changed), None), (edit, booked())):
        try:
            decide(command, state, AT)
            found = []
        except Malformed as error:
            found = [problem.path for problem in error.problems]
        assert found == paths


def test_the_time_lies_ahead():
    late = BOOK.slot.begins_at
    for command, state in ((BOOK, None), (MoveAppointment(BOOK.slot), booked(slot=at_hour(8)))):
        assert decide(command, state, late - TICK)
        with pytest.raises(Malformed, match=r"slot\.begins_at: lies in the past"):
            decide(command, state, late)
    with pytest.raises(Malformed, match=r"slot\.ends_at"):
        decide(replace(BOOK, slot=at_hour(9, minutes=0)), None, AT)


def test_reminders_are_due_from_their_minute_until_it_begins():
    made = booked()
    begins = made.slot.begins_at
    assert remind_at(made) == begins - 60 * MINUTE
    for at, due in (
        (begins - 60 * MINUTE - TICK, ()),
        (begins - 60 * MINUTE, (60,)),
        (begins - 15 * MINUTE, (60, 15)),
        (begins - TICK, (60, 15)),
        (begins, ()),
    ):
        assert due_reminders(made, at) == due
    first = evolve(made, AppointmentReminded((60,), begins - 60 * MINUTE))
    assert (first.reminded, first.sequence) == ((60,), 0)
    assert remind_at(first) == begins - 15 * MINUTE
    assert due_reminders(first, begins - TICK) == (15,)
    second = evolve(first, AppointmentReminded((15,), begins - MINUTE))
    assert remind_at(second) is None


def test_a_slot_that_is_set_late_skips_what_is_over():
    begins = BOOK.slot.begins_at
    for ahead, pending in ((61, 60), (60, 15), (59, 15), (15, None), (1, None)):
        events = decide(BOOK, None, begins - ahead * MINUTE)
        made = fold(evolve, None, events)
        assert remind_at(made) == (None if pending is None else begins - pending * MINUTE)


def test_moved_it_reminds_anew_cancelled_it_does_not():
    made = evolve(booked(), AppointmentReminded((60, 15), AT))
    moved = after(made, MoveAppointment(at_hour(11)), AT + MINUTE)
    assert (moved.reminded, remind_at(moved)) == ((), at_hour(11).begins_at - 60 * MINUTE)
    gone = after(moved, CancelAppointment())
    assert remind_at(gone) is None
    assert due_reminders(gone, at_hour(11).begins_at - TICK) == ()


COMMANDS = st.one_of(
    st.integers(1, 22).map(lambda hour: MoveAppointment(at_hour(hour))),
    st.sampled_from(["ann", "eve"]).map(ReassignAppointment),
    st.sampled_from(["Talk", "Sign"]).map(lambda title: EditAppointment(title=title)),
    st.just(CancelAppointment()),
)


@given(st.lists(COMMANDS, max_size=8))
def test_the_sequence_grows_with_each_event_and_all_of_it_can_be_written(commands):
    state, happened = None, list(decide(BOOK, None, AT))
    state = fold(evolve, None, happened)
    for command in commands:
        try:
            events = decide(command, state, AT)
        except WrongState:
            assert state.status is AppointmentStatus.CANCELLED
            continue
        grown = fold(evolve, state, events)
        assert grown.sequence == state.sequence + len(events)
        state, happened = grown, [*happened, *events]
    written = [wire.dump_event("appointment", event) for event in happened]
    read = [wire.load_event("appointment", each) for each in written]
    assert read == happened
    assert fold(evolve, None, read) == state == wire.load(type(state), wire.dump(state))
