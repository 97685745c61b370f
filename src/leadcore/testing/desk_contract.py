"""What a store must do about the seller's own staff: they work leads of every account."""

from __future__ import annotations

import hashlib
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.appointments import AppointmentId, CancelAppointment, slot_on
from leadcore.contact_points import DoNotCall, addresses
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.files import FileId
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.logins import Actor
from leadcore.people import AddUser, DisableUser, Profile
from leadcore.ports import DeedQuery, RefundQuery
from leadcore.statement_lines import told_id
from leadcore.submissions import Channel
from leadcore.testing.laws import violations
from leadcore.testing.scenes import AT, Scene
from leadcore.values import AccountId, LeadId, Money, RefundId, UserId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.ports import Store

__all__ = ["DeskContract", "add_desk"]


def add_desk(scene: Scene, *names: str) -> tuple[UserId, ...]:
    """Let a scene's seller have a desk, and give those who work there."""
    seller, account = scene.seller, AccountId(f"{scene.seller}/desk")
    opening = OpenAccount(account_id=account, seller_id=seller, name="Desk", currency="USD")
    scene.store.run(bo.KeepAccount(seller_id=seller, account_id=account, command=opening, at=AT))
    terms = SellerTerms(name="Seller", desk=account)
    scene.store.run(bo.SetSellerTerms(seller_id=seller, terms=terms, at=AT))
    users = tuple(UserId(f"{account}/{name}") for name in names)
    for user in users:
        profile = Profile(name="Clerk", email="clerk@x.example")
        adding = AddUser(
            user_id=user, seller_id=seller, account_id=account, parent_id=None, profile=profile
        )
        scene.store.run(bo.KeepUser(user_id=user, account_id=account, command=adding, at=AT))
    return users


class DeskContract:
    """Staff of the seller's desk."""

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_staff_work_leads_of_every_account(self) -> None:
        """Everything that is done with a lead, recorded as done by the one who did it."""
        scene = self._desk_scene()
        (clerk,) = add_desk(scene, "clerk")
        for case in _cases(scene, clerk):
            scene.store.run(case)
        lead = scene.store.lead(LeadId(f"{scene.seller}/l1"))
        assert lead is not None
        assert [each.by for each in lead.attempts] == [clerk]
        assert lead.assigned_to == scene.user(below=True)
        made = scene.store.appointment(AppointmentId(f"{scene.seller}/a"))
        assert made is not None
        assert (made.made_by, made.account_id) == (clerk, scene.account())
        kept = scene.store.file(FileId(f"{scene.seller}/f"))
        assert kept is not None
        assert (kept.added_by, kept.removed_by) == (clerk, clerk)
        (asked,) = scene.store.refunds(RefundQuery(seller_id=scene.seller))
        point = scene.store.contact_point(scene.seller, addresses(lead.submission)[0])
        assert point is not None
        assert [each.by for each in point.requests] == [clerk]
        # Whoever worked the lead by then is whose request it is, and sees it.
        assert (asked.requested_by, asked.staff_id) == (scene.user(below=True), clerk)
        assert violations(scene.store, scene.seller) == ()

    def test_staff_of_another_seller_and_who_was_disabled_get_nothing(self) -> None:
        """For them there is no such lead."""
        scene = self._desk_scene()
        clerk, gone = add_desk(scene, "clerk", "gone")
        off = bo.KeepUser(
            user_id=gone, account_id=AccountId(f"{scene.seller}/desk"), command=DisableUser(), at=AT
        )
        scene.store.run(off)
        (stranger,) = add_desk(Scene(store=scene.store).set_up(), "clerk")
        for case in _made_before(scene, clerk):
            scene.store.run(case)
        for viewer in (gone, stranger, scene.user(1)):
            for case in _cases(scene, viewer):
                with pytest.raises(NotFound):
                    scene.store.run(case)

    def test_staff_stay_within_the_account_that_holds_the_lead(self) -> None:
        """Nobody else is assigned, invited or sent it; an unsold lead is worked by nobody."""
        scene = self._desk_scene()
        (clerk,) = add_desk(scene, "clerk")
        for user in (scene.user(1), clerk):
            assign, forward, meet = _towards(scene, clerk, user)
            for case in (assign, meet):
                with pytest.raises(Malformed):
                    scene.store.run(case)
            with pytest.raises(NotFound):
                scene.store.run(forward)
        poor = Scene(store=scene.store, funds=0).set_up()
        (other,) = add_desk(poor, "clerk")
        poor.receive(1)
        kept = {"KeepAppointment", "RemoveLeadFile", "OpenFile", "RecordOfLead"}
        for case in _cases(poor, other):
            if type(case).__name__ not in kept:
                with pytest.raises(WrongState, match="unsold"):
                    poor.store.run(case)

    def test_a_transfer_between_accounts_is_found_by_what_is_told_of_it(self) -> None:
        """And by nothing else: whoever guesses its id has the guess confirmed by no list."""
        scene = self._desk_scene()
        moving = bo.TransferBalance(
            seller_id=scene.seller,
            from_account=scene.account(0),
            to_account=scene.account(1),
            key="words",
            amount=Money(100, "USD"),
            allowed_by="marie",
            reason="asked for",
            at=AT,
        )
        actor = Actor.staff(scene.seller, "marie")
        act = bo.By(actor=actor, case=moving, act=f"{scene.seller}/t", at=AT)
        moved = scene.store.run(act)
        query = DeedQuery(seller_id=scene.seller, stream_kind="transfer")
        for account in (scene.account(0), scene.account(1)):
            mine = replace(query, account_id=account)
            (deed,) = scene.store.deeds(replace(mine, stream_id=told_id(moved)))
            assert deed.stream_id == moved.id
            assert scene.store.deeds(replace(mine, stream_id=moved.id)) == ()

    def _desk_scene(self) -> Scene:
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        scene.receive(1)
        return scene


def _made_before(scene: Scene, clerk: UserId) -> Iterator[Any]:
    yield from (each for each in _cases(scene, clerk) if type(each).__name__ in _MAKING)


_MAKING = frozenset({"MakeAppointment", "KeepFile"})


def _towards(scene: Scene, viewer: UserId, user: UserId) -> tuple[Any, ...]:
    lead_id = LeadId(f"{scene.seller}/l1")
    known = scene.store.user(user)
    assert known is not None
    return (
        bo.WorkLead(
            lead_id=lead_id,
            viewer_id=viewer,
            command=AssignLead(user_id=user, by=viewer),
            at=AT,
        ),
        bo.ForwardLead(lead_id=lead_id, viewer_id=viewer, to=known, at=AT),
        bo.MakeAppointment(
            appointment_id=AppointmentId(f"{scene.seller}/a"),
            lead_id=lead_id,
            viewer_id=viewer,
            assigned_to=user,
            title="Meet",
            slot=slot_on(date(2026, 12, 1), time(9), 60, "America/New_York"),
            at=AT,
        ),
    )


def _cases(scene: Scene, viewer: UserId) -> Iterator[Any]:
    lead_id, file_id = LeadId(f"{scene.seller}/l1"), FileId(f"{scene.seller}/f")
    attempt = ContactAttempt(
        channel=Channel.CALL, at=AT, by=viewer, outcome=AttemptOutcome.NO_ANSWER
    )
    assign, forward, meet = _towards(scene, viewer, scene.user(below=True))
    yield replace(assign, command=LogAttempt(attempt=attempt))
    yield assign
    yield forward
    yield meet
    yield bo.RecordOfLead(
        lead_id=lead_id, viewer_id=viewer, fact=DoNotCall(at=AT, text="No more calls."), at=AT
    )
    yield bo.RequestRefund(
        refund_id=RefundId(f"{scene.seller}/r"),
        lead_id=lead_id,
        user_id=viewer,
        reason="wrong_number",
        detail="The person telephoned the desk.",
        at=AT,
    )
    yield bo.KeepAppointment(
        appointment_id=meet.appointment_id, viewer_id=viewer, command=CancelAppointment(), at=AT
    )
    yield bo.KeepFile(
        file_id=file_id,
        lead_id=lead_id,
        viewer_id=viewer,
        name="a.pdf",
        size=9,
        media_type="application/pdf",
        sha256=hashlib.sha256(b"a").hexdigest(),
        at=AT,
    )
    yield bo.OpenFile(file_id=file_id, viewer_id=viewer)
    yield bo.RemoveLeadFile(file_id=file_id, viewer_id=viewer, at=AT)
