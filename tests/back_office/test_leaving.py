"""What is kept with a lead goes where the lead goes."""

from __future__ import annotations

from leadcore.appointments import CancelReason
from leadcore.back_office.leaving import came_back, left
from leadcore.decider import Versioned
from leadcore.files import Room, account_room
from leadcore.ports import KeptWithLead
from leadcore.testing import MemoryStore
from leadcore.testing.appointment_contract import booked
from leadcore.testing.scenes import AT, Scene


def test_appointments_are_cancelled_files_move_and_the_key_is_claimed():
    scene = Scene(store=MemoryStore()).set_up()
    lead = scene.receive(1).lead
    made = [scene.store.run(booked(scene, name)).appointment for name in ("a", "b")]
    (user,) = (each for each in scene.store.users(scene.account()) if each.id == scene.user())
    kept = KeptWithLead(
        appointments=tuple(Versioned(each, 1) for each in made),
        users={user.id: user},
        room=Room(70, 2),
        key_counts={"kept/x": 2},
    )
    gone = left(lead, lead.sale, kept, at=AT)
    assert [each.state.cancelled for each in gone.changes] == [CancelReason.LEAD_RETURNED] * 2
    assert [each.user_id for each in gone.messages] == [user.id] * 2
    (room,) = gone.rooms
    assert (room.key, room.bytes, room.files) == (account_room(scene.account()), -70, -2)
    assert [(each.key, each.ordinal) for each in gone.claims] == [("kept/x", 3)]
    back = came_back(lead, lead.sale, kept)
    assert (back.changes, back.messages) == ((), ())
    (room,) = back.rooms
    assert (room.bytes, room.files, room.most_bytes) == (70, 2, -1)


def test_a_lead_with_nothing_claims_its_key_all_the_same():
    scene = Scene(store=MemoryStore()).set_up()
    lead = scene.receive(1).lead
    nothing = KeptWithLead(key_counts={"kept/x": 0})
    for found in (left(lead, lead.sale, nothing, at=AT), came_back(lead, lead.sale, nothing)):
        assert (found.changes, found.messages, found.rooms) == ((), (), ())
        assert [each.ordinal for each in found.claims] == [1]
