"""The part of the store's contract that is about contact: consent, texts, decisions, overdue leads.

Every store keeps what was recorded about numbers and addresses, tells it with a contact question,
logs the answer so that nobody can change it unseen, and finds the leads that nobody called.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore import wire
from leadcore.consent import Revocation
from leadcore.contact.logged import LoggedDecision
from leadcore.contact_points import DoNotCall, Record, ResolveText
from leadcore.decider import Versioned, fold
from leadcore.decision_trail import evolve, trail_of
from leadcore.decisions import Verdict
from leadcore.errors import NotFound
from leadcore.inbound_texts import CONFIRM_WITHIN, Meaning
from leadcore.leads import AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.people import EditUser, Profile
from leadcore.ports import LeadQuery
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.submissions import Channel
from leadcore.testing.scenes import AT, Behind, Scene, new_seller, reception
from leadcore.values import LeadId, RefundId, UserId

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.contact_points import PointFact
    from leadcore.decisions import Decision
    from leadcore.ports import PointFacts, Store

__all__ = ["ContactContract"]

_TICK = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(hours=24)


class ContactContract:
    """What every store must do about contact; `StoreContract` includes it."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_a_stop_binds_every_lead_of_the_number_and_no_other_seller(self) -> None:
        """Whoever said stop to the seller said it for every account, past leads and new ones."""
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        elsewhere = Scene(store=scene.store).set_up()
        other = scene.receive(2).lead
        theirs = elsewhere.receive(1).lead
        before = scene.receive(1).lead
        assert _revoked(_asked(scene, before.id)) is False
        scene.store.run(_text(scene, "STOP"))
        assert _revoked(_asked(scene, before.id)) is True
        assert _revoked(_asked(scene, other.id)) is False
        assert _revoked(_asked(elsewhere, theirs.id)) is False
        again = scene.store.run(reception(scene.seller, 3, of=1, at=AT + _HOUR / 2))
        assert _revoked(_asked(scene, again.lead.id)) is False  # the person asked anew
        point = scene.store.contact_point(scene.seller, _number(1))
        assert point is not None
        assert [each.fact.text for each in point.revocations] == ["STOP"]
        assert scene.store.contact_point(scene.seller, _number(2)) is None
        assert scene.store.audit() == ()

    def test_a_request_to_one_account_binds_that_account(self) -> None:
        """Consent is each seller's own: what is said to an account leaves the others."""
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        leads = [scene.receive(number).lead for number in (1, 2)]
        bought = [lead.sale.account_id for lead in leads if lead.sale]
        assert set(bought) == {scene.account(0), scene.account(1)}
        for number in (1, 2):
            fact = Revocation(at=AT, method="telephone", seller=bought[0])
            scene.store.run(_keep(scene, fact, number))
        assert [_revoked(_asked(scene, lead.id)) for lead in leads] == [True, False]
        scene.store.run(_keep(scene, DoNotCall(at=AT), 2))
        assert "F-IDNC" in _asked(scene, leads[1].id).rules

    def test_a_stop_is_confirmed_once_and_in_time(self) -> None:
        """One confirmation in the outbox, none for the second stop, none when it is too late."""
        scene = Scene(store=self.make_store()).set_up()
        late = CONFIRM_WITHIN + _TICK
        scene.store.run(_text(scene, "STOP", text_id="1"))
        scene.store.run(_text(scene, "STOP", text_id="1"))
        scene.store.run(_text(scene, "stop!", text_id="2", at=AT + _HOUR))
        scene.store.run(_text(scene, "STOP", text_id="3", number=2, recorded=AT + late))
        told = scene.store.messages(1_000_000, scene.seller)
        assert [(one.to, one.kind.value, one.not_after) for one in told] == [
            (_number(1), "optout", AT + CONFIRM_WITHIN)
        ]
        point = scene.store.contact_point(scene.seller, _number(1))
        assert point is not None
        assert len(point.revocations) == len(("1", "2"))

    def test_what_is_recorded_twice_is_there_once(self) -> None:
        """A use case that ran, and whose answer was lost, adds nothing when it runs again."""
        scene = Scene(store=self.make_store()).set_up()
        case = _keep(scene, DoNotCall(at=AT, text="never again"), 1)
        first = scene.store.run(case)
        assert scene.store.run(replace(case, at=AT + _HOUR)) == first
        (event,) = scene.store.journal("contact_point", first.id)
        assert event.fact == DoNotCall(at=AT, text="never again")
        assert scene.store.audit() == ()

    def test_two_who_record_at_once_both_count(self) -> None:
        """The second of two writers at a contact point sees what the first one wrote."""
        scene = Scene(store=self.make_store()).set_up()
        scene.store.run(_keep(scene, DoNotCall(at=AT), 1))
        scene.store.run(_keep(scene, DoNotCall(at=AT, text="second"), 1))
        late = Behind(_keep(scene, DoNotCall(at=AT, text="third"), 1), _one_before)
        point = scene.store.run(late)
        assert late.calls == [True, False]
        assert [each.fact.text for each in point.requests] == [None, "second", "third"]

    def test_a_logged_decision_is_kept_to_the_letter(self) -> None:
        """Each question is logged once, as asked, and the chain over them holds."""
        scene = Scene(store=self.make_store()).set_up()
        lead = scene.receive(1).lead
        asked = [_asked(scene, lead.id, at=AT + _HOUR * hour) for hour in (1, 2, 2)]
        _asked(scene, lead.id, at=AT + _HOUR * 3, log=False)
        logged = scene.store.journal("decisions", lead.id)
        texts = [wire.load(LoggedDecision, json.loads(each.text)) for each in logged]
        assert [text.at for text in texts] == [decision.at for decision in asked[:2]]
        assert [text.verdict for text in texts] == [decision.verdict for decision in asked[:2]]
        assert [wire.canonical(text) for text in texts] == [each.text for each in logged]
        trail = fold(evolve, trail_of(lead.id), logged)
        assert trail.count == len(texts)
        assert scene.store.audit() == ()

    def test_who_may_not_see_a_lead_may_not_ask(self) -> None:
        """Not upward, not across accounts, not for another seller; and nothing is logged."""
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        lead = scene.receive(1).lead
        own = UserId(str(lead.assigned_to))
        mine = int(own.startswith(scene.account(1)))
        assert _asked(scene, lead.id, viewer=own).findings
        for stranger in (scene.user(1 - mine), scene.user(mine, below=True), UserId("nobody")):
            assert _missing(scene, lead.id, stranger)
        assert _missing(Scene(store=scene.store), lead.id, None)
        assert _missing(scene, LeadId("nothing"), None)
        assert len(scene.store.journal("decisions", lead.id)) == 1

    def test_overdue_first_contacts_are_found(self) -> None:
        """Held, never tried since, due before the instant asked about; longest overdue first."""
        scene = Scene(store=self.make_store()).set_up()
        for number in (1, 2, 3):
            came = reception(scene.seller, number, at=AT + timedelta(minutes=number % 3))
            scene.store.run(came)
        due = [f"{scene.seller}/l{number}" for number in (3, 1, 2)]
        last = AT + timedelta(minutes=2) + _DAY
        assert [_overdue(scene, at) for at in (AT + _DAY, AT + _DAY + _TICK)] == [[], due[:1]]
        assert [_overdue(scene, at) for at in (last, last + _TICK)] == [due[:2], due]
        pages = [_overdue(scene, last + _DAY, limit=2, after=after) for after in (None, due[1])]
        assert pages == [due[:2], due[2:]]
        _try(scene, LeadId(due[0]))
        assert _overdue(scene, last + _DAY) == due[1:]
        assert scene.store.audit() == ()

    def test_a_returned_lead_is_not_overdue_until_it_is_held_again(self) -> None:
        """What was tried before the return does not count for the time after it."""
        scene = Scene(store=self.make_store()).set_up()
        lead = scene.receive(1).lead
        _try(scene, lead.id)
        request = bo.RequestRefund(
            refund_id=RefundId(f"{scene.seller}/r"),
            lead_id=lead.id,
            user_id=scene.user(),
            reason="wrong_number",
            detail="asked the person",
            at=AT + _HOUR,
        )
        refund = scene.store.run(request)
        approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
        reverse = ReverseRefund(by="staff", note="became a member")
        scene.store.run(bo.DecideRefund(refund_id=refund.id, command=approve, at=AT + 2 * _HOUR))
        assert _overdue(scene, AT + 9 * _DAY) == []
        scene.store.run(bo.DecideRefund(refund_id=refund.id, command=reverse, at=AT + 3 * _HOUR))
        again = AT + 3 * _HOUR + _DAY
        assert [_overdue(scene, at) for at in (again, again + _TICK)] == [[], [lead.id]]

    def test_an_unsure_reply_waits_for_a_person_and_holds_contact(self) -> None:
        """It counts as a stop until somebody looked, and is found by whoever is to look."""
        scene = Scene(store=self.make_store()).set_up()
        lead = scene.receive(1).lead
        for number, minutes in ((1, 2), (2, 1)):
            at = AT + timedelta(minutes=minutes)
            answer = scene.store.run(_text(scene, "wrong number", number=number, at=at))
            assert (answer.reply.meaning, answer.messages) == (Meaning.REVIEW, ())
        waiting = scene.store.reviews(scene.seller)
        assert [point.address for point in waiting] == [_number(2), _number(1)]
        assert scene.store.reviews(scene.seller, limit=1) == waiting[:1]
        assert _revoked(_asked(scene, lead.id)) is True
        look = ResolveText(text_id="text", revokes=False, by="staff")
        scene.store.run(replace(_keep(scene, DoNotCall(at=AT), 1), command=look))
        assert scene.store.reviews(scene.seller) == waiting[:1]
        assert _revoked(_asked(scene, lead.id, at=AT + 2 * _HOUR)) is False
        assert scene.store.reviews(new_seller()) == ()

    def test_an_answer_to_a_courtesy_notice_is_no_contact(self) -> None:
        """An associate's reply is told where it went, and the lead stays untried."""
        scene = Scene(store=self.make_store()).set_up()
        lead = scene.receive(1).lead
        profile = Profile(name="User", cell=_number(99))
        scene.store.run(
            bo.KeepUser(
                user_id=scene.user(),
                account_id=scene.account(),
                command=EditUser(profile),
                at=AT,
            )
        )
        answer = scene.store.run(_text(scene, "I will call her now", number=99))
        assert answer.associate_id == scene.user()
        told = [
            one for one in scene.store.messages(1_000_000, scene.seller) if one.to == _number(99)
        ]
        assert [(one.kind.value, one.to_person) for one in told] == [("courtesy_reply", False)]
        assert scene.store.lead(lead.id) == lead
        assert _overdue(scene, AT + 2 * _DAY) == [lead.id]
        assert scene.store.contact_point(scene.seller, _number(99)) is None


def _number(number: int) -> str:
    return f"+1212555{number:04d}"


def _text(
    scene: Scene,
    text: str,
    *,
    number: int = 1,
    text_id: str = "text",
    at: datetime = AT,
    recorded: datetime | None = None,
) -> bo.ReceiveText:
    return bo.ReceiveText(
        seller_id=scene.seller,
        sender=_number(number),
        text_id=text_id,
        text=text,
        received_at=at,
        at=recorded or at,
    )


def _keep(scene: Scene, fact: PointFact, number: int) -> bo.KeepContactPoint:
    return bo.KeepContactPoint(
        seller_id=scene.seller,
        address=_number(number),
        command=Record(fact=fact, by="staff"),
        at=AT + _HOUR,
    )


def _asked(
    scene: Scene,
    lead_id: LeadId,
    *,
    at: datetime = AT + _HOUR,
    viewer: UserId | None = None,
    log: bool = True,
) -> Decision:
    return scene.store.run(
        bo.AskContact(
            seller_id=scene.seller,
            lead_id=lead_id,
            viewer_id=viewer,
            asked=bo.LeadContact(channel=Channel.CALL),
            log=log,
            at=at,
        )
    )


def _revoked(decision: Decision) -> bool:
    assert decision.verdict is Verdict.DENIED  # nobody looked at the registry
    return "F-REV-10" in decision.rules


def _missing(scene: Scene, lead_id: LeadId, viewer: UserId | None) -> bool:
    try:
        _asked(scene, lead_id, viewer=viewer)
    except NotFound as error:
        return (error.kind, error.key) == ("lead", lead_id)
    return False


def _overdue(
    scene: Scene, at: datetime, *, limit: int = 50, after: str | None = None
) -> list[LeadId]:
    query = LeadQuery(seller_id=scene.seller, overdue_at=at, limit=limit)
    last = scene.store.lead(LeadId(after)) if after else None
    query = query.behind(last) if last else query
    return [lead.id for lead in scene.store.leads(query)]


def _try(scene: Scene, lead_id: LeadId) -> None:
    attempt = ContactAttempt(
        channel=Channel.CALL,
        at=AT + _HOUR,
        by=scene.user(),
        outcome=AttemptOutcome.NO_ANSWER,
    )
    scene.store.run(
        bo.WorkLead(
            lead_id=lead_id,
            viewer_id=scene.user(),
            command=LogAttempt(attempt=attempt),
            at=AT + _HOUR,
        )
    )


def _one_before(facts: PointFacts) -> PointFacts:
    point = facts.point
    seen = replace(point.state, requests=point.state.requests[:-1])
    return replace(facts, point=Versioned(seen, point.version - 1))
