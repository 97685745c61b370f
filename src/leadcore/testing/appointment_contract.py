"""What a store must do about appointments: made within a lead, told, reminded of once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    CancelAppointment,
    CancelReason,
    EditAppointment,
    MoveAppointment,
    ReassignAppointment,
    Slot,
    slot_on,
)
from leadcore.decider import Versioned
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.notices import MessageKind
from leadcore.people import DisableUser, EditUser, Profile
from leadcore.ports import AppointmentQuery
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.testing.laws import violations
from leadcore.testing.scenes import AT, Behind, Scene
from leadcore.values import RefundId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.ports import AppointmentFacts, RefundCaseFacts, Store
    from leadcore.values import LeadId, UserId

__all__ = ["AppointmentContract", "booked"]

_DAY = date(2026, 12, 1)
_NEW_YORK = "America/New_York"


def _slot(hour: int, *, minutes: int = 60, day: date = _DAY) -> Slot:
    return slot_on(day, time(hour), minutes, _NEW_YORK)


def booked(scene: Scene, name: str, **changed: Any) -> bo.MakeAppointment:  # noqa: ANN401 - whatever an appointment has
    """Give the making of an appointment of a scene's first lead, by and for its owner."""
    given: dict[str, Any] = {
        "appointment_id": AppointmentId(f"{scene.seller}/{name}"),
        "lead_id": f"{scene.seller}/l1",
        "viewer_id": scene.user(),
        "assigned_to": scene.user(),
        "title": "Consultation",
        "slot": _slot(9),
        "at": AT,
        **changed,
    }
    return bo.MakeAppointment(**given)


class AppointmentContract:
    """Appointments."""

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_it_is_made_within_a_lead_one_sees_and_invites(self) -> None:
        """Made again it is the same; whoever attends gets one invitation."""
        scene = self._appointment_scene()
        case = booked(scene, "a", assigned_to=scene.user(below=True), notes="confidential")
        made = scene.store.run(case)
        assert scene.store.run(case).appointment == made.appointment
        assert scene.store.appointment(made.appointment.id) == made.appointment
        (message,) = _mails(scene)
        assert (message.to, message.user_id) == ("u@x.example", scene.user(below=True))
        (invitation,) = message.attachments
        assert invitation.media_type == "text/calendar; method=REQUEST"
        assert "confidential" not in invitation.text + message.body
        with pytest.raises(WrongState, match="with this id exists"):
            scene.store.run(replace(case, title="Another"))
        assert violations(scene.store, scene.seller) == ()

    def test_nobody_outside_the_account_makes_attends_or_sees_it(self) -> None:
        """For another account there is no such lead, no such user and no such appointment."""
        scene = self._appointment_scene()
        made = scene.store.run(booked(scene, "a")).appointment
        stranger = scene.user(1)
        before = scene.store.messages(1_000, scene.seller)
        with pytest.raises(NotFound):
            scene.store.run(booked(scene, "b", viewer_id=stranger, assigned_to=stranger))
        with pytest.raises(Malformed, match="no such user in this account"):
            scene.store.run(booked(scene, "b", assigned_to=stranger))
        with pytest.raises(NotFound):
            scene.store.run(_keep(made, stranger, CancelAppointment()))
        with pytest.raises(Malformed, match="no such user in this account"):
            scene.store.run(_keep(made, scene.user(), ReassignAppointment(stranger)))
        for user_id in (stranger, scene.user(1, below=True)):
            assert _seen(scene, user_id) == ()
        assert scene.store.messages(1_000, scene.seller) == before

    def test_who_attends_and_who_works_the_lead_see_it_and_who_is_above(self) -> None:
        """The list is what the single check allows; an admin sees all of the account."""
        scene = self._appointment_scene()
        top, below = scene.user(), scene.user(below=True)
        mine = scene.store.run(booked(scene, "a")).appointment
        theirs = scene.store.run(booked(scene, "b", assigned_to=below)).appointment
        assert _seen(scene, top) == (mine, theirs)
        # The lead is not theirs: they see only the one they attend.
        assert _seen(scene, below) == (theirs,)
        edit = EditUser(Profile(name="User", email="u@x.example", admin=True))
        scene.store.run(bo.KeepUser(user_id=below, account_id=scene.account(), command=edit, at=AT))
        assert _seen(scene, below) == (mine, theirs)
        with pytest.raises(NotFound):
            scene.store.run(_keep(mine, scene.user(1), MoveAppointment(_slot(8))))

    def test_each_change_is_told_with_a_higher_sequence(self) -> None:
        """Whoever attended before a reassignment has it withdrawn."""
        scene = self._appointment_scene()
        top, below = scene.user(), scene.user(below=True)
        made = scene.store.run(booked(scene, "a")).appointment
        commands = (
            MoveAppointment(_slot(10)),
            EditAppointment(title="Consultation", notes="only notes", reminders=(30,)),
            EditAppointment(title="Signing", place="12 Main St"),
            ReassignAppointment(below),
            CancelAppointment(),
        )
        last = made
        for number, command in enumerate(commands):
            at = AT + timedelta(minutes=number + 1)
            for _ in range(2):  # a retry finds its own work
                last = scene.store.run(_keep(made, top, command, at=at)).appointment
        assert (last.status, last.sequence) == (AppointmentStatus.CANCELLED, len(commands))
        told = [(each.user_id, _method(each), _sequence(each)) for each in _mails(scene)]
        assert sorted(told, key=lambda each: (each[2], each[1])) == [
            (top, "REQUEST", 0),
            (top, "REQUEST", 1),
            (top, "REQUEST", 3),
            (top, "CANCEL", 4),
            (below, "REQUEST", 4),
            (below, "CANCEL", 5),
        ]
        with pytest.raises(WrongState, match="cancelled"):
            scene.store.run(_keep(made, top, MoveAppointment(_slot(11))))
        assert violations(scene.store, scene.seller) == ()

    def test_a_stale_edit_is_no_edit(self) -> None:
        """One that names the version it was made from; one that meets another runs again."""
        scene = self._appointment_scene()
        made = scene.store.run(booked(scene, "a")).appointment
        first = _keep(made, scene.user(), MoveAppointment(_slot(10)), expected=1)
        assert scene.store.run(first).appointment.slot == _slot(10)
        stale = _keep(made, scene.user(), MoveAppointment(_slot(11)), expected=1)
        with pytest.raises(WrongState, match="at version 2, not 1"):
            scene.store.run(stale)
        late = Behind(replace(stale, expected=None), lambda facts: _before(facts, made))
        assert scene.store.run(late).appointment.sequence == 2  # noqa: PLR2004 - after both moves
        assert late.calls == [True, False]

    def test_overlaps_are_warned_of_and_tell_only_the_time(self) -> None:
        """Half-open: one that begins as another ends is no overlap."""
        scene = self._appointment_scene()
        first = scene.store.run(booked(scene, "a")).appointment
        after = scene.store.run(booked(scene, "b", slot=_slot(10)))
        assert after.overlapping == ()
        over = scene.store.run(booked(scene, "c", slot=_slot(9, minutes=61)))
        assert [each.opens_at for each in over.overlapping] == [
            _slot(9).begins_at,
            _slot(10).begins_at,
        ]
        other = scene.store.run(booked(scene, "d", assigned_to=scene.user(below=True)))
        assert other.overlapping == ()
        scene.store.run(_keep(first, scene.user(), CancelAppointment()))
        moved = scene.store.run(_keep(after.appointment, scene.user(), MoveAppointment(_slot(8))))
        assert moved.overlapping == ()
        scene.store.run(_keep(over.appointment, scene.user(), MoveAppointment(_slot(12))))
        taken = scene.store.run(
            _keep(other.appointment, scene.user(), ReassignAppointment(scene.user()))
        )
        assert taken.overlapping == ()

    def test_reminders_come_once_each_and_none_for_what_is_gone(self) -> None:
        """What was moved counts anew, what was cancelled or has begun reminds nobody."""
        scene = self._appointment_scene()
        made = scene.store.run(booked(scene, "a", reminders=(60, 15))).appointment
        begins = made.slot.begins_at
        for minutes, due in ((61, ()), (60, (60,)), (59, ()), (15, (15,)), (0, ())):
            at = begins - timedelta(minutes=minutes)
            listed = _due(scene, at)
            assert [each.id for each in listed] == ([made.id] if due else [])
            assert scene.store.run(_remind(made, at)) == due
            assert scene.store.run(_remind(made, at)) == ()
        moved = scene.store.run(_keep(made, scene.user(), MoveAppointment(_slot(14)))).appointment
        later = moved.slot.begins_at - timedelta(minutes=10)
        assert [each.id for each in _due(scene, later)] == [made.id]
        assert scene.store.run(_remind(made, later)) == (60, 15)
        again = scene.store.run(_keep(made, scene.user(), MoveAppointment(_slot(16)))).appointment
        scene.store.run(_keep(made, scene.user(), CancelAppointment()))
        assert _due(scene, again.slot.begins_at - timedelta(minutes=5)) == ()
        assert scene.store.run(_remind(made, again.slot.begins_at - timedelta(minutes=5))) == ()
        reminders = [each for each in _mails(scene) if not each.attachments]
        assert len(reminders) == 3  # noqa: PLR2004 - two in time, one for both that were late
        assert violations(scene.store, scene.seller) == ()

    def test_two_who_remind_at_once_send_one_message(self) -> None:
        """The second meets the first one's version."""
        scene = self._appointment_scene()
        made = scene.store.run(booked(scene, "a", reminders=(60,))).appointment
        at = made.slot.begins_at - timedelta(minutes=60)
        assert scene.store.run(_remind(made, at)) == (60,)
        late = Behind(_remind(made, at), lambda facts: _before(facts, made))
        assert scene.store.run(late) == ()
        assert late.calls == [True, False]

    def test_a_returned_lead_takes_its_appointments_along(self) -> None:
        """They are cancelled and withdrawn, nobody sees them, and a reversal brings none back."""
        scene = self._appointment_scene()
        made = scene.store.run(booked(scene, "a")).appointment
        refund = _returned(scene)
        gone = scene.store.appointment(made.id)
        assert gone is not None
        assert (gone.status, gone.cancelled, gone.sequence) == (
            AppointmentStatus.CANCELLED,
            CancelReason.LEAD_RETURNED,
            1,
        )
        assert [_method(each) for each in _mails(scene)] == ["REQUEST", "CANCEL"]
        assert _seen(scene, scene.user(), cancelled=True) == ()
        with pytest.raises(NotFound):
            scene.store.run(booked(scene, "b"))
        with pytest.raises(NotFound):
            scene.store.run(_keep(made, scene.user(), MoveAppointment(_slot(11))))
        back = ReverseRefund(by="vera", note="a client after all")
        scene.store.run(bo.DecideRefund(refund_id=refund, command=back, at=AT + timedelta(hours=3)))
        assert _seen(scene, scene.user()) == ()
        assert _seen(scene, scene.user(), cancelled=True) == (gone,)
        assert scene.store.run(booked(scene, "b")).appointment.status is AppointmentStatus.BOOKED
        assert violations(scene.store, scene.seller) == ()

    def test_none_is_made_while_the_lead_is_returned(self) -> None:
        """Whichever of the two comes second runs again and sees the first."""
        for late_one in ("appointment", "return"):
            scene = self._appointment_scene()
            if late_one == "appointment":
                lead = scene.store.lead(cast("LeadId", f"{scene.seller}/l1"))
                version = len(scene.store.journal("lead", f"{scene.seller}/l1"))
                _returned(scene)
                held = Versioned(lead, version)
                late = Behind(booked(scene, "a"), partial(_unclaimed, held))
                with pytest.raises(NotFound):
                    scene.store.run(late)
                assert late.calls == [True, False]
            else:
                made = scene.store.run(booked(scene, "a")).appointment
                refund = _asked(scene)
                late = Behind(_approval(refund), _unkept)
                scene.store.run(late)
                assert late.calls == [True, False]
                gone = scene.store.appointment(made.id)
                assert gone is not None
                assert gone.status is AppointmentStatus.CANCELLED
            assert violations(scene.store, scene.seller) == ()

    def test_a_disabled_attendee_is_listed_and_told_nothing(self) -> None:
        """Until somebody else attends."""
        scene = self._appointment_scene()
        below = scene.user(below=True)
        made = scene.store.run(booked(scene, "a", assigned_to=below, reminders=(60,))).appointment
        scene.store.run(
            bo.KeepUser(user_id=below, account_id=scene.account(), command=DisableUser(), at=AT)
        )
        query = AppointmentQuery(seller_id=scene.seller, unattended=True)
        assert scene.store.appointments(query) == (made,)
        at = made.slot.begins_at - timedelta(minutes=30)
        assert scene.store.run(_remind(made, at)) == ()
        with pytest.raises(Malformed, match="disabled"):
            scene.store.run(booked(scene, "b", assigned_to=below))
        taken = _keep(made, scene.user(), ReassignAppointment(scene.user()), at=at)
        assert scene.store.run(taken).appointment.assigned_to == scene.user()
        assert scene.store.appointments(query) == ()
        assert scene.store.run(_remind(made, at)) == (60,)
        assert {each.user_id for each in _mails(scene) if _sequence(each)} == {scene.user()}

    def test_lists_are_by_beginning_and_paged(self) -> None:
        """From an instant on, to before another, for a lead, for a user."""
        scene = self._appointment_scene()
        made = [
            scene.store.run(booked(scene, f"a{hour}", slot=_slot(hour))).appointment
            for hour in (12, 9, 10)
        ]
        ordered = (made[1], made[2], made[0])
        asked = AppointmentQuery(seller_id=scene.seller)
        assert scene.store.appointments(asked) == ordered
        pages = list(_pages(scene, replace(asked, limit=2)))
        assert pages == [ordered[:2], ordered[2:]]
        over = ordered[0].slot.ends_at
        assert scene.store.appointments(replace(asked, since=over)) == ordered[1:]
        since = replace(asked, since=over - timedelta(microseconds=1))
        assert scene.store.appointments(since) == ordered
        until = replace(asked, until=ordered[2].slot.begins_at)
        assert scene.store.appointments(until) == ordered[:2]
        lead = replace(asked, lead_id=made[0].lead_id)
        assert scene.store.appointments(lead) == ordered
        user = replace(asked, user_id=scene.user(below=True))
        assert scene.store.appointments(user) == ()
        account = replace(asked, account_id=scene.account(1))
        assert scene.store.appointments(account) == ()
        scene.store.run(_keep(ordered[0], scene.user(), CancelAppointment()))
        assert scene.store.appointments(asked.behind(ordered[0])) == ordered[1:]
        assert scene.store.appointment(AppointmentId("none")) is None

    def test_new_rules_of_a_zone_keep_the_wall_clock(self) -> None:
        """What was booked by other rules is moved to the same time on the clock, once, and told."""
        scene = self._appointment_scene()
        booked_at = _slot(9)
        hour = timedelta(hours=1)
        old = replace(
            booked_at, begins_at=booked_at.begins_at + hour, ends_at=booked_at.ends_at + hour
        )
        made = scene.store.run(booked(scene, "a", slot=old)).appointment
        moved = scene.store.run(bo.RealignAppointment(appointment_id=made.id, at=AT))
        assert moved is not None
        assert (moved.appointment.slot, moved.appointment.sequence) == (booked_at, 1)
        assert scene.store.run(bo.RealignAppointment(appointment_id=made.id, at=AT)) is None
        assert [_sequence(each) for each in _mails(scene)] == [0, 1]

    def _appointment_scene(self) -> Scene:
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        assert scene.receive(1).lead.assigned_to == scene.user()
        return scene


def _keep(made: Appointment, viewer: UserId, command: Any, **more: Any) -> bo.KeepAppointment:  # noqa: ANN401 - any of its commands
    given: dict[str, Any] = {"at": AT + timedelta(minutes=1), **more}
    return bo.KeepAppointment(appointment_id=made.id, viewer_id=viewer, command=command, **given)


def _remind(made: Appointment, at: datetime) -> bo.RemindOfAppointment:
    return bo.RemindOfAppointment(appointment_id=made.id, at=at)


def _due(scene: Scene, at: datetime) -> tuple[Appointment, ...]:
    return scene.store.appointments(AppointmentQuery(seller_id=scene.seller, remind_by=at))


def _seen(scene: Scene, user_id: UserId, *, cancelled: bool = False) -> tuple[Appointment, ...]:
    user = scene.store.user(user_id)
    assert user is not None
    reach = scope(user, Tree.of(scene.store.users(user.account_id)))
    query = AppointmentQuery(seller_id=scene.seller, scope=reach, cancelled=cancelled)
    return scene.store.appointments(query)


def _pages(scene: Scene, query: AppointmentQuery) -> Iterator[tuple[Appointment, ...]]:
    while page := scene.store.appointments(query):
        yield page
        query = query.behind(page[-1])


def _mails(scene: Scene) -> list[Any]:
    found = scene.store.messages(1_000, scene.seller)
    kinds = {MessageKind.APPOINTMENT, MessageKind.APPOINTMENT_REMINDER}
    mine = [each for each in found if each.kind in kinds]
    return sorted(mine, key=lambda each: (each.at, each.id.split("/")[-2], each.id))


def _method(message: Any) -> str:  # noqa: ANN401 - a message
    return str(message.attachments[0].media_type.rpartition("=")[2])


def _sequence(message: Any) -> int:  # noqa: ANN401 - a message
    for each in message.attachments:
        lines = each.text.split("\r\n")
        return int(next(one for one in lines if one.startswith("SEQUENCE:"))[9:])
    return 0


def _asked(scene: Scene) -> RefundId:
    refund = RefundId(f"{scene.seller}/r1")
    scene.store.run(
        bo.RequestRefund(
            refund_id=refund,
            lead_id=cast("LeadId", f"{scene.seller}/l1"),
            user_id=scene.user(),
            reason="wrong_number",
            detail="a bakery",
            at=AT + timedelta(hours=1),
        )
    )
    return refund


def _approval(refund: RefundId) -> bo.DecideRefund:
    approve = ApproveRefund(by="vera", note="so", basis=Basis.PERSON_SAID)
    return bo.DecideRefund(refund_id=refund, command=approve, at=AT + timedelta(hours=2))


def _returned(scene: Scene) -> RefundId:
    refund = _asked(scene)
    scene.store.run(_approval(refund))
    return refund


def _before(facts: AppointmentFacts, made: Appointment) -> AppointmentFacts:
    return replace(facts, appointment=Versioned(made, 1))


def _unclaimed(lead: Versioned[Any], facts: AppointmentFacts) -> AppointmentFacts:
    return replace(facts, lead=lead, key_counts=dict.fromkeys(facts.key_counts, 0))


def _unkept(facts: RefundCaseFacts) -> RefundCaseFacts:
    counts = dict.fromkeys(facts.kept.key_counts, 0)
    return replace(facts, kept=replace(facts.kept, appointments=(), key_counts=counts))
