"""Contracts: one class for each port; an adapter's author fills in one method and runs pytest.

    class TestMyStore(StoreContract):
        def make_store(self):
            return MyStore(...)

The store is asked for once for each test; every example uses a seller of its own, so the store need
not be emptied between them. The reference store plays along, and both must give the same answers.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve as replace
from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import run_state_machine_as_test

from leadcore import back_office as bo
from leadcore.decider import Versioned
from leadcore.downline import Tree
from leadcore.errors import Conflict, Malformed, NotFound, Refused, WrongState
from leadcore.leads import LeadStatus
from leadcore.orders import Standing
from leadcore.people import MoveUser
from leadcore.ports import LeadQuery
from leadcore.refunds import ApproveRefund, Basis, Refund, ReverseRefund
from leadcore.testing.appointment_contract import AppointmentContract
from leadcore.testing.auction_contract import AuctionContract
from leadcore.testing.capabilities import CapabilityContract, only_new_tests
from leadcore.testing.contact_contract import ContactContract
from leadcore.testing.credit_contract import CreditContract
from leadcore.testing.desk_contract import DeskContract
from leadcore.testing.distribution_contract import DistributionContract
from leadcore.testing.downline_contract import DownlineContract
from leadcore.testing.duty_contract import DutyContract
from leadcore.testing.file_contract import FileContract
from leadcore.testing.laws import reading, violations
from leadcore.testing.ledger_contract import LedgerContract
from leadcore.testing.login_contract import LoginContract
from leadcore.testing.machine import machine_of
from leadcore.testing.memory import MemoryStore
from leadcore.testing.order_contract import OrderContract
from leadcore.testing.outbox_contract import OutboxContract
from leadcore.testing.paging_contract import PagingContract
from leadcore.testing.payment_contract import PaymentContract
from leadcore.testing.people_contract import PeopleContract
from leadcore.testing.person_contract import PersonContract
from leadcore.testing.play import Play, Step, perform, plays
from leadcore.testing.recording_contract import RecordingContract
from leadcore.testing.refund_contract import RefundContract
from leadcore.testing.scenes import (
    AT,
    PRICE,
    Behind,
    Overdraw,
    Scene,
    new_seller,
    person,
    reception,
    terms,
)
from leadcore.values import LeadId, Money, RefundId, SaleId, SellerId, UserId

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore.ports import OfferFacts, RefundCaseFacts, SellerFacts, Store, UserFacts

__all__ = ["StoreContract"]

_TICK = timedelta(microseconds=1)
# A play is some thirty commands, and a store with a disk is slow: a third as many examples do.
_SETTINGS = settings(
    max_examples=max(10, settings().max_examples // 3),
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
_MACHINE = settings(
    max_examples=max(2, settings().max_examples // 12),
    stateful_step_count=25,
    suppress_health_check=[
        HealthCheck.differing_executors,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)


class StoreContract(
    AppointmentContract,
    AuctionContract,
    CapabilityContract,
    ContactContract,
    CreditContract,
    DeskContract,
    DistributionContract,
    DownlineContract,
    DutyContract,
    FileContract,
    LedgerContract,
    LoginContract,
    OrderContract,
    OutboxContract,
    PagingContract,
    PaymentContract,
    PeopleContract,
    PersonContract,
    RecordingContract,
    RefundContract,
):
    """What every store must do; see `leadcore.ports.Store`.

    Attributes:
        can: what the store says it can do beside that (`Can`); the rest is skipped.
    """

    def __init_subclass__(cls) -> None:
        """Refuse a subclass that overrides one of the tests."""
        only_new_tests(cls, StoreContract)

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    # ------------------------------------------------------------------ the whole back office

    @_SETTINGS
    @given(play=plays())
    def test_does_what_the_reference_does(self, play: Play) -> None:
        """Every step is answered as the reference answers it, and everything reads the same."""
        store, reference, seller = self.make_store(), MemoryStore(), new_seller()
        answers = perform(store, play, seller)
        assert answers == perform(reference, play, seller)
        assert reading(store, seller) == reading(reference, seller)

    def test_does_what_the_reference_does_step_by_step(self) -> None:
        """The state machine of the whole back office, a few runs of it."""
        run_state_machine_as_test(machine_of(self.make_store), settings=_MACHINE)

    @_SETTINGS
    @given(play=plays())
    def test_keeps_the_laws(self, play: Play) -> None:
        """Money is conserved, walls hold, the journal folds to the rows."""
        store, seller = self.make_store(), new_seller()
        perform(store, play, seller)
        assert violations(store, seller) == ()

    # ------------------------------------------------------------------------------- guards

    def test_a_stale_version_is_a_conflict_and_the_use_case_runs_again(self) -> None:
        """The second of two writers sees what the first did."""
        store, seller = self.make_store(), new_seller()
        store.run(terms(seller, "First"))
        late = Behind(terms(seller, "Second"), _version_before, times=2)
        assert store.run(late).terms.name == "Second"
        assert late.calls == [True, True, False]
        assert len(store.journal("seller", seller)) == len(("First", "Second"))

    def test_an_outcome_that_fails_leaves_nothing(self) -> None:
        """Events, money and messages are committed whole or not at all: no money, no event."""
        scene = Scene(store=self.make_store(), funds=5_000).set_up()
        before = reading(scene.store, scene.seller)
        bad = Overdraw(account_id=scene.account(), seller_id=scene.seller, amount=5_001)
        with pytest.raises((Conflict, Malformed)):
            scene.store.run(bad)
        assert reading(scene.store, scene.seller) == before

    def test_money_of_a_stale_outcome_does_not_move(self) -> None:
        """No event, no money: a sale that met a conflict is charged once, when it is made."""
        scene = Scene(store=self.make_store()).set_up()
        late = Behind(reception(scene.seller, 1), _edition_before)
        assert scene.store.run(late).lead.status is LeadStatus.SOLD
        assert (late.calls, scene.balance()) == ([True, False], 10_000 - PRICE)
        assert violations(scene.store, scene.seller) == ()

    def test_a_person_is_claimed_once(self) -> None:
        """Of two requests of one person at the same moment one is sold, the other is a repeat."""
        scene = Scene(store=self.make_store()).set_up()
        scene.receive(1)
        late = Behind(reception(scene.seller, 2, of=1), _nobody_known)
        answer = scene.store.run(late)
        assert (answer.outcome, late.calls) == (bo.Received.REFUSED, [True, False])
        assert scene.balance() == 10_000 - PRICE
        (note,) = _lead(scene, 1).notes
        assert note.lead_id == answer.lead.id

    def test_the_last_place_is_sold_once(self) -> None:
        """Two workers can't sell an order's last place twice."""
        scene = Scene(store=self.make_store(), quantity=1).set_up()
        scene.receive(1)
        late = Behind(reception(scene.seller, 2), _place_free)
        answer = scene.store.run(late)
        assert (answer.lead.status, late.calls) == (LeadStatus.UNSOLD, [True, False])
        ((_, standing),) = scene.store.orders(scene.seller)
        assert (standing.sold, scene.balance()) == (1, 10_000 - PRICE)

    def test_money_is_spent_once(self) -> None:
        """A sale that saw money which is gone by now is judged again."""
        scene = Scene(store=self.make_store(), funds=PRICE).set_up()
        scene.receive(1)
        late = Behind(reception(scene.seller, 2), _money_there)
        answer = scene.store.run(late)
        assert (answer.lead.status, late.calls) == (LeadStatus.UNSOLD, [True, False])
        assert scene.balance() == 0

    def test_two_moves_never_make_a_cycle(self) -> None:
        """A move is judged on the tree as it is when it is written."""
        scene = Scene(store=self.make_store()).set_up()
        top, below = scene.user(), scene.user(below=True)
        mover = bo.KeepUser(
            user_id=below, account_id=scene.account(), command=MoveUser(None), at=AT
        )
        scene.store.run(mover)
        scene.store.run(replace(mover, user_id=top, command=MoveUser(below)))
        late = Behind(
            replace(mover, command=MoveUser(top)), partial(_nobody_below, users=(top, below))
        )
        with pytest.raises(WrongState, match="below themselves"):
            scene.store.run(late)
        assert late.calls == [True, False]

    def test_a_sale_is_returned_once(self) -> None:
        """Of two requests for one sale at the same moment one is taken."""
        scene = Scene(store=self.make_store()).set_up()
        scene.receive(1)
        scene.store.run(_request(scene, 1, "r1"))
        late = Behind(_request(scene, 1, "r2"), _never_asked)
        with pytest.raises(Refused, match="RET-ONCE"):
            scene.store.run(late)
        assert late.calls == [True, False]

    def test_whoever_was_sold_on_does_not_come_back(self) -> None:
        """A reversal and a new sale at the same moment: the person is held once."""
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        first = scene.receive(1).lead
        refund = scene.store.run(_request(scene, 1, "r1"))
        scene.store.run(_approval(refund))
        scene.store.run(
            bo.ResellLead(
                seller_id=scene.seller,
                lead_id=first.id,
                new_lead_id=LeadId(f"{scene.seller}/again"),
                sale_id=SaleId(f"{scene.seller}/again"),
                at=AT + timedelta(hours=2),
            )
        )
        command = ReverseRefund(by="staff", note="became a member")
        reversal = bo.DecideRefund(refund_id=refund.id, command=command, at=AT + timedelta(hours=3))
        late = Behind(reversal, _not_sold_on)
        with pytest.raises(Refused, match="REV-SOLD-ON"):
            scene.store.run(late)
        assert late.calls == [True, False]
        assert violations(scene.store, scene.seller) == ()

    def test_several_in_one_transaction_are_all_or_none(self) -> None:
        """One that raises takes those before it with it."""
        store, seller = self.make_store(), new_seller()
        store.run(terms(seller))
        good = reception(seller, 1)
        with pytest.raises(NotFound):
            store.run_many([good, reception(SellerId("nobody"), 2)])
        assert store.lead(good.lead_id) is None
        first, second = store.run_many([good, reception(seller, 3, of=1)])
        assert first.lead.id == good.lead_id
        assert second.lead.duplicate_of == good.lead_id

    # ---------------------------------------------------------------------------------- lists

    def test_pages_join_to_the_whole_list(self) -> None:
        """Every lead is on exactly one page, newest first."""
        store, seller = self.make_store(), new_seller()
        store.run(terms(seller))
        came = [reception(seller, n, at=AT + timedelta(minutes=n % 4)) for n in range(7)]
        store.run_many(came)
        whole = store.leads(LeadQuery(seller_id=seller, limit=50))
        pages: list[Any] = []
        query = LeadQuery(seller_id=seller, limit=3)
        while page := store.leads(query):
            pages.extend(page)
            query = query.behind(page[-1])
        assert tuple(pages) == whole
        assert len(whole) == len(came)
        assert [lead.received_at for lead in whole] == sorted(
            (lead.received_at for lead in whole), reverse=True
        )

    def test_the_same_submission_twice_is_one_lead(self) -> None:
        """An import that is restarted doubles nothing."""
        store, seller = self.make_store(), new_seller()
        store.run(terms(seller))
        first = store.run(reception(seller, 1))
        again = store.run(replace(reception(seller, 1), lead_id=LeadId(f"{seller}/other")))
        assert (first.outcome, again.outcome) == (bo.Received.ACCEPTED, bo.Received.KNOWN)
        assert again.lead == first.lead
        assert store.lead(LeadId(f"{seller}/other")) is None

    def test_messages_wait_in_the_outbox(self) -> None:
        """What is to be told is there once, however often the use case ran."""
        scene = Scene(store=self.make_store()).set_up()
        scene.receive(1)
        scene.receive(1)
        scene.store.run(Behind(reception(scene.seller, 2), _edition_before))
        waiting = scene.store.messages(limit=1_000_000)
        mine = [message.id for message in waiting if message.seller_id == scene.seller]
        ways = ("confirmation/email", "courtesy/email")
        sales = (f"{scene.seller}/s1", f"{scene.seller}/s2")
        assert sorted(mine) == [f"{sale}/{way}" for sale in sales for way in ways]

    def test_the_journal_tells_what_happened(self) -> None:
        """Every event is there, oldest first, once."""
        scene = Scene(store=self.make_store()).set_up()
        lead = scene.receive(1).lead
        scene.store.run(_approval(scene.store.run(_request(scene, 1, "r1"))))
        happened = [type(event).__name__ for event in scene.store.journal("lead", lead.id)]
        assert happened == ["LeadReceived", "LeadSold", "NoteAdded", "LeadDetached"]

    def test_edges_of_the_window(self) -> None:
        """A return at exactly 120 elapsed hours is taken, a microsecond later it is not."""
        store = self.make_store()
        found: list[object] = []
        for tick in (0, 1):
            steps = (
                Step(what="receive", submission=person(1)),
                Step(what="request", other=3, gap=timedelta(hours=120, microseconds=tick)),
            )
            answer = perform(store, Play(steps=steps, quantities=(6, 6, 6, 6)), new_seller())[1]
            found.append(answer.status.value if isinstance(answer, Refund) else answer)
        taken, refused = found
        assert taken == "requested"
        assert isinstance(refused, tuple)
        assert refused[0] == "Refused"


def _lead(scene: Scene, number: int) -> Lead:
    found = scene.store.lead(LeadId(f"{scene.seller}/l{number}"))
    assert found is not None
    return found


def _request(scene: Scene, number: int, key: str) -> bo.RequestRefund:
    lead = _lead(scene, number)
    assert lead.assigned_to is not None
    return bo.RequestRefund(
        refund_id=RefundId(f"{scene.seller}/{key}"),
        lead_id=lead.id,
        user_id=lead.assigned_to,
        reason="wrong_number",
        detail="asked the person",
        at=AT + timedelta(hours=1),
    )


def _approval(refund: Refund) -> bo.DecideRefund:
    command = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    return bo.DecideRefund(refund_id=refund.id, command=command, at=AT + timedelta(hours=1))


# What a slower writer saw.


def _version_before(facts: SellerFacts) -> SellerFacts:
    seen = facts.seller
    return replace(facts, seller=Versioned(seen.state, seen.version - 1))


def _edition_before(facts: OfferFacts) -> OfferFacts:
    seen = facts.order_versions
    return replace(facts, order_versions={key: version - 1 for key, version in seen.items()})


def _nobody_known(facts: OfferFacts) -> OfferFacts:
    return replace(facts, history=(), key_counts=dict.fromkeys(facts.key_counts, 0))


def _place_free(facts: OfferFacts) -> OfferFacts:
    candidates = (replace(one, standing=Standing()) for one in facts.candidates)
    return replace(facts, candidates=tuple(candidates))


def _money_there(facts: OfferFacts) -> OfferFacts:
    candidates = (replace(one, available=Money(PRICE, "USD")) for one in facts.candidates)
    return replace(facts, candidates=tuple(candidates))


def _nobody_below(facts: UserFacts, users: tuple[UserId, ...]) -> UserFacts:
    tree = Tree(dict.fromkeys(users))
    return replace(facts, tree=Versioned(tree, facts.tree.version - 1))


def _never_asked(facts: RefundCaseFacts) -> RefundCaseFacts:
    lead = facts.lead
    return replace(facts, earlier=(), lead=Versioned(lead.state, lead.version - 1))


def _not_sold_on(facts: RefundCaseFacts) -> RefundCaseFacts:
    lead = facts.lead
    return replace(facts, history=(), lead=Versioned(lead.state, lead.version - 1))
