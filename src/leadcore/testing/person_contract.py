"""The part of the store's contract that is about a person known under several leads.

Caps count how often a person was reached. Whoever bought another lead of the person called the same
number, so every store finds those leads with the question, whatever account holds or held them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.contact import Purpose
from leadcore.leads import AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.letters import LetterStatus
from leadcore.ports import OutboxQuery
from leadcore.refunds import ApproveRefund, Basis
from leadcore.relay import Relay, deliver_due
from leadcore.rulebooks import US, Cap, Rule, Scope
from leadcore.submissions import Channel
from leadcore.testing.outbox_contract import RecordingCourier
from leadcore.testing.scenes import AT, Scene, person, reception
from leadcore.values import Address, PersonName, RefundId

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.decisions import Decision
    from leadcore.leads import Lead
    from leadcore.letters import Letter
    from leadcore.ports import Store

__all__ = ["PersonContract"]

_TICK = timedelta(microseconds=1)
_DAY = timedelta(hours=24)
_NOON = AT + timedelta(hours=1)
_CAP = "S-FL-CAP"
_OWN_CAP = Rule(
    id="C-CAP",
    kernel="cap",
    terms=Cap(limit=3, texts=True),
    sentence="Whoever was called three times in 24 hours is not written to by itself either.",
    citation="the seller's own rule",
    scope=Scope(channels=frozenset(Channel), purposes=frozenset(Purpose)),
    evidence=("history", "subject"),
)
"""No law caps notices, so a seller's own rule does."""


class PersonContract:
    """What every store must do about a person's other leads; `StoreContract` includes it."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_a_cap_counts_the_calls_of_every_account(self) -> None:
        """Three calls to a person in Florida within 24 hours are enough, whoever made them."""
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        first = _bought(scene, 1, vertical="legal")
        second = _bought(scene, 2, vertical=None, again=True)  # unknown counts as the same
        assert {_holder(first), _holder(second)} == {scene.account(0), scene.account(1)}
        for minutes in range(2):
            _call(scene, first, _NOON + timedelta(minutes=minutes))
        assert _CAP not in _asked(scene, second, _NOON + _DAY / 2).rules
        _call(scene, second, _NOON + timedelta(minutes=2))
        last = _NOON + _DAY
        for lead in (first, second):
            assert _CAP in _asked(scene, lead, last).rules
            # The first call leaves the last 24 hours just after their end.
            assert _CAP not in _asked(scene, lead, last + _TICK).rules

    def test_a_returned_lead_keeps_its_calls(self) -> None:
        """Who buys the person after a return meets the calls of whoever returned them."""
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        first = _bought(scene, 1, vertical="legal")
        for minutes in range(3):
            _call(scene, first, _NOON + timedelta(minutes=minutes))
        _give_back(scene, first, _NOON + timedelta(minutes=5))
        second = _bought(scene, 2, vertical="legal", again=True)
        assert _holder(second) != _holder(first)
        assert [lead.id for lead in scene.store.others(second)] == [first.id]
        assert _CAP in _asked(scene, second, _NOON + _DAY / 2).rules

    def test_other_people_subjects_and_sellers_do_not_count(self) -> None:
        """Nor does a lead nobody bought: nobody tried it."""
        store = self.make_store()
        scene, elsewhere = (Scene(store=store, accounts=2).set_up() for _ in range(2))
        mine = _bought(scene, 1, vertical="legal")
        beside = (
            _bought(scene, 2, vertical="solar", again=True),
            _bought(scene, 3, of=3, vertical="legal"),
            _bought(elsewhere, 1, vertical="legal"),
        )
        scenes = (scene, scene, elsewhere)
        for where, lead in zip(scenes, beside, strict=True):
            for minutes in range(3):
                _call(where, lead, _NOON + timedelta(minutes=minutes))
        assert _CAP not in _asked(scene, mine, _NOON + _DAY / 2).rules
        assert [lead.id for lead in store.others(mine)] == [beside[0].id]
        assert store.others(beside[2]) == ()
        scene.store.run(_reception(scene, 4, of=1, vertical="legal"))  # a repeat, refused
        assert len(store.others(mine)) == 1
        nobody = replace(mine, submission=replace(person(1), phones=(), emails=()))
        assert store.others(nobody) == ()

    def test_the_relay_counts_the_calls_of_every_account(self) -> None:
        """A message about one lead is held for what was tried about another; then it goes out."""
        scene = Scene(store=self.make_store(), accounts=3).set_up()
        called = _bought(scene, 1, vertical="legal")
        same = _bought(scene, 2, vertical=None, again=True)
        solar = _bought(scene, 3, vertical="solar", again=True)
        for minutes in range(3):
            _call(scene, called, _NOON + timedelta(minutes=minutes))
        _relayed(scene, _NOON + _DAY)
        held = _letter(scene, same)
        assert held.status is LetterStatus.HELD
        assert (held.rules, held.due_at) == ((_OWN_CAP.id,), _NOON + _DAY + _TICK)
        assert _letter(scene, solar).status is LetterStatus.SENT
        courier = _relayed(scene, _NOON + _DAY + _TICK)
        assert same.id in [each.lead_id for each in courier.taken]
        assert _letter(scene, same).status is LetterStatus.SENT
        assert scene.store.audit() == ()

    def test_any_key_of_the_person_will_do(self) -> None:
        """The same number with another address, the same address with another number."""
        scene = Scene(store=self.make_store(), accounts=3, quantity=1).set_up()
        both = person(1)
        given = (
            both,
            replace(both, emails=person(2).emails, vertical="b"),
            replace(both, phones=person(3).phones, vertical="c"),
        )
        leads: list[Lead] = []
        for number, submission in enumerate(given, start=1):
            came = replace(reception(scene.seller, number), submission=submission)
            told: bo.Reception = scene.store.run(came)
            leads.append(told.lead)
        ids = [lead.id for lead in leads]
        assert [each.id for each in scene.store.others(leads[0])] == ids[1:]
        assert [each.id for each in scene.store.others(leads[1])] == ids[:1]
        assert [each.id for each in scene.store.others(leads[2])] == ids[:1]


def _reception(
    scene: Scene, number: int, *, of: int, vertical: str | None, again: bool = False
) -> bo.ReceiveLead:
    given = replace(
        person(of),
        vertical=vertical,
        address=Address(state="FL"),
        name=PersonName(full=f"Person {of}"),
    )
    at = AT + timedelta(minutes=10) if again else AT
    return replace(reception(scene.seller, number, at=at), submission=given)


def _bought(
    scene: Scene, number: int, *, of: int = 1, vertical: str | None, again: bool = False
) -> Lead:
    came = _reception(scene, number, of=of, vertical=vertical, again=again)
    reception_: bo.Reception = scene.store.run(came)
    return reception_.lead


def _holder(lead: Lead) -> str | None:
    return lead.sale.account_id if lead.sale else None


def _call(scene: Scene, lead: Lead, at: datetime) -> None:
    by = lead.assigned_to or scene.user()
    tried = ContactAttempt(channel=Channel.CALL, at=at, by=by, outcome=AttemptOutcome.NO_ANSWER)
    scene.store.run(
        bo.WorkLead(lead_id=lead.id, viewer_id=by, command=LogAttempt(attempt=tried), at=at)
    )


def _relayed(scene: Scene, at: datetime) -> RecordingCourier:
    """Deliver what is due by the seller's own rules; give the courier that got it."""
    courier = RecordingCourier()
    relay = Relay(name="r1", seller_id=scene.seller, rules=US.add(_OWN_CAP))
    deliver_due(relay, scene.store, [courier], lambda: at)
    return courier


def _letter(scene: Scene, lead: Lead) -> Letter:
    """Give where a lead's confirmation is."""
    (entry,) = (
        each
        for each in scene.store.letters(OutboxQuery(seller_id=scene.seller))
        if each.message.to_person and each.message.lead_id == lead.id
    )
    return entry.letter


def _asked(scene: Scene, lead: Lead, at: datetime) -> Decision:
    return scene.store.run(
        bo.AskContact(
            seller_id=scene.seller, lead_id=lead.id, asked=bo.LeadContact(), log=False, at=at
        )
    )


def _give_back(scene: Scene, lead: Lead, at: datetime) -> None:
    refund = scene.store.run(
        bo.RequestRefund(
            refund_id=RefundId(f"{lead.id}/r"),
            lead_id=lead.id,
            user_id=lead.assigned_to or scene.user(),
            reason="wrong_number",
            detail="asked the person",
            at=at,
        )
    )
    approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    scene.store.run(bo.DecideRefund(refund_id=refund.id, command=approve, at=at))
