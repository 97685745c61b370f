"""What the reference store knows of appointments and files, and what its audit finds."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.downline import Reach, Scope
from leadcore.errors import Conflict
from leadcore.files import Room, RoomDelta, account_room, lead_room
from leadcore.ports import AppointmentNeeds, AppointmentQuery, FileNeeds, FileQuery
from leadcore.testing import MemoryStore
from leadcore.testing.appointment_contract import AppointmentContract, booked
from leadcore.testing.file_contract import FileContract, added
from leadcore.testing.memory.kept import check_rooms, kept_with, move_rooms
from leadcore.testing.scenes import AT, Scene


class TestAppointments(AppointmentContract):
    def make_store(self):
        return MemoryStore()


class TestFiles(FileContract):
    def make_store(self):
        return MemoryStore()


@pytest.fixture
def scene():
    made = Scene(store=MemoryStore(), accounts=2).set_up()
    made.receive(1)
    made.store.run(added(made, "f"))
    made.store.run(booked(made, "a"))
    return made


def test_the_audit_finds_room_that_is_not_what_the_files_come_to(scene):
    assert scene.store.audit() == ()
    key = account_room(scene.account())
    scene.store.rooms[key] = Room(101, 1)
    assert scene.store.audit() == (f"{key}: how much is kept is not what its files come to",)


def test_a_delta_that_does_not_fit_is_a_conflict_and_moves_nothing(scene):
    key = lead_room(f"{scene.seller}/l1")
    for delta in (
        RoomDelta(key=key, bytes=1, files=0, most_bytes=100),
        RoomDelta(key=key, bytes=-101, files=0),
    ):
        with pytest.raises(Conflict):
            check_rooms(scene.store, (delta,))
        move_rooms(scene.store, (delta,))
        assert scene.store.file_room(key) == Room(100, 1)


def test_where_there_is_nothing_facts_are_empty(scene):
    facts = scene.store.load(AppointmentNeeds(appointment_id="none"))
    assert (facts.lead.state, facts.viewer, facts.users, facts.key_counts) == (None, None, {}, {})
    facts = scene.store.load(FileNeeds(file_id="none", viewer_id="nobody"))
    assert (facts.lead.state, facts.viewer, facts.seller, facts.key_counts) == (
        None,
        None,
        None,
        {},
    )
    assert kept_with(scene.store, None).appointments == ()


def test_a_scope_of_another_account_has_none(scene):
    scope = Scope(account_id=scene.account(1), user_id=scene.user(1), reach=Reach.ACCOUNT)
    appointments = AppointmentQuery(seller_id=scene.seller, scope=scope)
    assert scene.store.appointments(appointments) == ()
    assert scene.store.files(FileQuery(seller_id=scene.seller, scope=scope)) == ()
    mine = replace(scope, account_id=scene.account())
    assert len(scene.store.appointments(replace(appointments, scope=mine))) == 1
    assert len(scene.store.files(FileQuery(seller_id=scene.seller, scope=mine))) == 1


def test_a_lead_that_nobody_holds_shows_no_files(scene):
    key = ("lead", f"{scene.seller}/l1")
    seen = scene.store.rows[key]
    scene.store.rows[key] = replace(seen, state=replace(seen.state, sale=None))
    scope = Scope(account_id=scene.account(), user_id=scene.user(), reach=Reach.ACCOUNT)
    assert scene.store.files(FileQuery(seller_id=scene.seller, scope=scope)) == ()
    facts = scene.store.load(FileNeeds(file_id=f"{scene.seller}/f", viewer_id=scene.user()))
    assert facts.of_account == Room()


def test_all_or_none_holds_for_room_too(scene):
    before = dict(scene.store.rooms)
    late = added(scene, "g", media_type="text/html")
    with pytest.raises(Exception, match="media_type"):
        scene.store.run_many([added(scene, "h"), late])
    assert scene.store.rooms == before
    removal = bo.RemoveLeadFile(file_id=f"{scene.seller}/f", viewer_id=scene.user(), at=AT)
    scene.store.run_many([removal])
    assert scene.store.file_room(account_room(scene.account())) == Room()
