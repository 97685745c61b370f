"""Appointments as use cases: from facts to one outcome."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.appointments import (
    AppointmentStatus,
    CancelAppointment,
    EditAppointment,
    MoveAppointment,
    ReassignAppointment,
    slot_on,
)
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.people import DisableUser, EditUser, Profile
from leadcore.testing import MemoryStore
from leadcore.testing.appointment_contract import booked
from leadcore.testing.scenes import AT, Scene

MINUTE = timedelta(minutes=1)


def at_hour(hour, minutes=60):
    return slot_on(date(2026, 12, 1), time(hour), minutes, "America/New_York")


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=2).set_up()
    made.receive(1)
    return made


@pytest.fixture
def made(scene):
    return scene.store.run(booked(scene, "a")).appointment


def outcome(scene, case):
    return case.decide(scene.store.load(case.needs))


def keep(scene, made, command, **more):
    given = {"viewer_id": scene.user(), "at": AT + MINUTE, **more}
    return bo.KeepAppointment(appointment_id=made.id, command=command, **given)


def test_a_made_one_is_one_change_one_claim_and_one_message(scene):
    found = outcome(scene, booked(scene, "a"))
    assert [(each.kind, each.expected) for each in found.changes] == [("appointment", 0)]
    assert [(each.key, each.ordinal) for each in found.claims] == [(f"kept/{scene.seller}/l1", 1)]
    assert [each.user_id for each in found.messages] == [scene.user()]
    assert found.messages[0].id.startswith(f"{scene.seller}/a/request/0/")


def test_whoever_makes_it_invites_and_without_an_address_who_attends(scene):
    edit = EditUser(Profile(name="Top", view_downline=True))
    scene.store.run(
        bo.KeepUser(user_id=scene.user(), account_id=scene.account(), command=edit, at=AT)
    )
    below = scene.user(below=True)
    done = outcome(scene, booked(scene, "a", assigned_to=below))
    assert done.answer.appointment.organizer is None
    assert "ORGANIZER;CN=User:mailto:u@x.example" in done.messages[0].attachments[0].text
    assert outcome(scene, booked(scene, "b")).messages == ()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"assigned_to": "nobody"}, "assigned_to"),
        ({"slot": at_hour(9, 0)}, "slot.ends_at"),
        ({"title": ""}, "title"),
    ],
)
def test_what_can_not_be_is_said_with_its_path(scene, changed, path):
    with pytest.raises(Malformed) as refused:
        outcome(scene, booked(scene, "a", **changed))
    assert [problem.path for problem in refused.value.problems] == [path]


def test_whoever_is_disabled_attends_nothing_new(scene, made):
    below = scene.user(below=True)
    scene.store.run(
        bo.KeepUser(user_id=below, account_id=scene.account(), command=DisableUser(), at=AT)
    )
    for case, path in (
        (booked(scene, "b", assigned_to=below), "assigned_to"),
        (keep(scene, made, ReassignAppointment(below)), "user_id"),
    ):
        with pytest.raises(Malformed, match="the user is disabled") as refused:
            outcome(scene, case)
        assert [problem.path for problem in refused.value.problems] == [path]


def test_the_same_booking_again_is_nothing_and_answers_with_what_is_there(scene, made):
    again = outcome(scene, booked(scene, "a"))
    assert again.is_empty
    assert again.answer.appointment == made


@pytest.mark.parametrize("changed", [{"viewer_id": "nobody"}, {"lead_id": "none"}])
def test_without_a_viewer_or_a_lead_there_is_nothing(scene, changed):
    with pytest.raises(NotFound, match="there is no lead"):
        outcome(scene, booked(scene, "a", **changed))


def test_a_known_one_is_kept_by_who_sees_it(scene, made):
    for case in (
        keep(scene, replace(made, id="none"), CancelAppointment()),
        keep(scene, made, CancelAppointment(), viewer_id="nobody"),
        keep(scene, made, CancelAppointment(), viewer_id=scene.user(1)),
    ):
        with pytest.raises(NotFound, match="there is no appointment"):
            outcome(scene, case)


def test_the_same_again_is_nothing_whatever_version_it_names(scene, made):
    case = keep(scene, made, MoveAppointment(at_hour(11)), expected=1)
    assert scene.store.run(case).appointment.sequence == 1
    assert outcome(scene, case).is_empty
    with pytest.raises(WrongState, match="at version 2, not 1"):
        outcome(scene, keep(scene, made, MoveAppointment(at_hour(12)), expected=1))
    with pytest.raises(Malformed, match=r"slot\.ends_at"):
        outcome(scene, keep(scene, made, MoveAppointment(at_hour(12, 0))))


def test_who_is_told_of_a_change(scene, made):
    top, below = scene.user(), scene.user(below=True)
    for command, told in (
        (MoveAppointment(at_hour(11)), [(top, "request")]),
        (EditAppointment(title=made.title, notes="new"), []),
        (EditAppointment(title=made.title, place="here"), [(top, "request")]),
        (ReassignAppointment(below), [(top, "cancel"), (below, "request")]),
        (CancelAppointment(), [(top, "cancel")]),
    ):
        found = outcome(scene, keep(scene, made, command))
        assert [(each.user_id, each.id.split("/")[2]) for each in found.messages] == told


def test_overlaps_are_those_of_who_attends_afterwards(scene, made):
    below = scene.user(below=True)
    scene.store.run(booked(scene, "b", assigned_to=below, slot=at_hour(9, 30)))
    taken = outcome(scene, keep(scene, made, ReassignAppointment(below))).answer
    assert [each.opens_at for each in taken.overlapping] == [at_hour(9).begins_at]
    gone = outcome(scene, keep(scene, made, CancelAppointment())).answer
    assert gone.overlapping == ()


def test_a_reminder_is_one_event_and_one_message(scene, made):
    at = made.slot.begins_at - 30 * MINUTE
    case = bo.RemindOfAppointment(appointment_id=made.id, at=at)
    found = outcome(scene, case)
    assert found.answer == (1440, 60)
    (message,) = found.messages
    assert message.id == f"{made.id}/reminder/0/60/{scene.user()}"
    scene.store.run(case)
    assert outcome(scene, case).is_empty
    assert outcome(scene, replace(case, appointment_id="none")).is_empty


def test_nobody_is_reminded_without_an_address(scene, made):
    edit = EditUser(Profile(name="Top"))
    scene.store.run(
        bo.KeepUser(user_id=scene.user(), account_id=scene.account(), command=edit, at=AT)
    )
    case = bo.RemindOfAppointment(appointment_id=made.id, at=made.slot.begins_at - MINUTE)
    assert outcome(scene, case).is_empty


def test_only_what_lies_ahead_by_both_rules_is_realigned(scene):
    meant = at_hour(9)
    hour = timedelta(hours=1)
    old = replace(meant, begins_at=meant.begins_at + hour, ends_at=meant.ends_at + hour)
    made = scene.store.run(booked(scene, "a", slot=old)).appointment
    case = bo.RealignAppointment(appointment_id=made.id, at=AT)
    found = outcome(scene, case)
    assert found.answer.appointment.slot == meant
    assert len(found.messages) == 1
    for other in (
        replace(case, appointment_id="none"),
        replace(case, at=meant.begins_at),
        bo.RealignAppointment(
            appointment_id=scene.store.run(booked(scene, "b")).appointment.id, at=AT
        ),
    ):
        assert outcome(scene, other).is_empty
    gone = scene.store.run(keep(scene, made, CancelAppointment())).appointment
    assert gone.status is AppointmentStatus.CANCELLED
    assert outcome(scene, case).is_empty
