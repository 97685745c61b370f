"""What a store must do about shared leads and leads that are delivered before they are sold."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from attrs import evolve as replace
from hypothesis import HealthCheck, given, settings

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, prepaid_account
from leadcore.distribution import Apart, DistributionTerms, Method, Reason, Way
from leadcore.errors import WrongState
from leadcore.leads import LeadStatus
from leadcore.orders import Standing
from leadcore.testing.distribution_play import (
    DistributionPlay,
    distribution_plays,
    perform_distribution,
)
from leadcore.testing.laws import reading, violations
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import AT, PRICE, Behind, Scene, new_seller, reception
from leadcore.values import LeadId, SaleId

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.leads import Lead
    from leadcore.ports import OfferFacts, Store

__all__ = ["DistributionContract", "ways"]

# A play sets up a whole seller, on two stores: a few tell as much as the plain tests leave open.
_SETTINGS = settings(
    max_examples=max(4, settings().max_examples // 8),
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
_HELD = Way(hold_minutes=30)
_SOON = timedelta(minutes=29)
_LATE = timedelta(minutes=30)


def ways(scene: Scene, *given: Way) -> None:
    """Set how a scene's seller distributes leads."""
    terms = SellerTerms(name="Seller", distribution=DistributionTerms(given))
    scene.store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=terms, at=AT))


class DistributionContract:
    """Shared leads, and deliveries before the sale."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    @_SETTINGS
    @given(play=distribution_plays())
    def test_distributes_as_the_reference_does(self, play: DistributionPlay) -> None:
        """By every way each step is answered alike, everything reads the same, the laws hold."""
        store, reference, seller = self.make_store(), MemoryStore(), new_seller()
        answers = perform_distribution(store, play, seller)
        assert answers == perform_distribution(reference, play, seller)
        assert reading(store, seller) == reading(reference, seller)
        assert violations(store, seller) == ()

    def test_a_shared_lead_is_a_lead_for_each_buyer(self) -> None:
        """Each buyer has its own lead, sale and charge, and sees nothing of the others'."""
        scene = Scene(store=self.make_store(), accounts=3).set_up()
        ways(scene, Way(buyers=2))
        answer = scene.receive(1)
        (share,) = answer.shares
        assert (share.share_of, share.status) == (answer.lead.id, LeadStatus.SOLD)
        first, second = answer.lead.sale, share.sale
        assert first is not None
        assert second is not None
        assert {first.account_id, second.account_id} == {scene.account(0), scene.account(1)}
        assert [scene.balance(number) for number in range(3)] == [10_000 - PRICE] * 2 + [10_000]
        assert scene.store.lead(share.id) == share
        known = scene.receive(1)
        assert (known.outcome, known.shares) == (bo.Received.KNOWN, (share,))
        assert sum(standing.credit for _, standing in scene.store.orders(scene.seller)) == 0
        assert violations(scene.store, scene.seller) == ()

    def test_downlines_are_told_apart(self) -> None:
        """Where buyers must be of different downlines, the store says who is at the top."""
        scene = Scene(store=self.make_store()).set_up()
        ways(scene, Way(buyers=2, apart=Apart.DOWNLINE))
        (candidate,) = self._facts(scene).candidates
        assert candidate.top_id == scene.user()
        ways(scene, Way(buyers=2, method=Method.PRICE))
        (candidate,) = self._facts(scene).candidates
        assert candidate.top_id is None

    def _facts(self, scene: Scene) -> OfferFacts:
        seen: list[OfferFacts] = []

        def kept(facts: OfferFacts) -> OfferFacts:
            seen.append(facts)
            return facts

        number = len(scene.store.journal("seller", scene.seller))
        scene.store.run(Behind(reception(scene.seller, number), kept))
        return seen[0]

    def test_a_lead_is_delivered_before_it_is_sold(self) -> None:
        """Money and place are held first; the sale is the instant of the delivery."""
        scene = Scene(store=self.make_store(), quantity=1).set_up()
        ways(scene, _HELD)
        held = scene.receive(1).lead
        assert (held.status, held.sale) == (LeadStatus.RESERVED, None)
        self._holds(scene, posted=10_000, pending=PRICE, sold=1)
        late = self._confirm(scene, at=AT + _LATE)
        with pytest.raises(WrongState, match="reserved until"):
            scene.store.run(late)
        sold = scene.store.run(self._confirm(scene)).lead
        assert sold.status is LeadStatus.SOLD
        assert sold.sale is not None
        assert sold.sale.sold_at == sold.held_since == AT + _SOON
        self._holds(scene, posted=10_000 - PRICE, pending=0, sold=1)
        before = reading(scene.store, scene.seller)
        assert scene.store.run(self._confirm(scene)).outcome is bo.Received.KNOWN
        with pytest.raises(WrongState, match="the lead is sold"):
            scene.store.run(self._failed(scene))
        assert reading(scene.store, scene.seller) == before
        assert violations(scene.store, scene.seller) == ()

    def test_a_failed_delivery_goes_to_the_next(self) -> None:
        """Money, place and turn are given back, and nobody gets the same lead twice."""
        scene = Scene(store=self.make_store(), accounts=2, quantity=1).set_up()
        ways(scene, _HELD)
        first = scene.receive(1).lead
        assert first.reservation is not None
        answer = scene.store.run(self._failed(scene)).lead
        assert answer.status is LeadStatus.RESERVED
        assert {each.reason for each in answer.offers} == {Reason.WON, Reason.DELIVERY_FAILED}
        assert scene.store.run(self._failed(scene)).outcome is bo.Received.KNOWN
        with pytest.raises(WrongState, match="failed already"):
            scene.store.run(self._confirm(scene))
        over = bo.ExpireDelivery(
            seller_id=scene.seller,
            lead_id=first.id,
            sale_id=SaleId(f"{scene.seller}/next"),
            next_sale_id=SaleId(f"{scene.seller}/third"),
            at=AT + _SOON + _LATE - timedelta(microseconds=1),
        )
        with pytest.raises(WrongState, match="is reserved until"):
            scene.store.run(over)
        ended = scene.store.run(replace(over, at=AT + _SOON + _LATE)).lead
        assert ended.status is LeadStatus.UNSOLD
        assert {each.reason for each in ended.offers} == {Reason.DELIVERY_FAILED}
        counted = {(each.sold, each.credit) for _, each in scene.store.orders(scene.seller)}
        assert counted == {(0, 0)}
        for number in range(2):
            held = scene.store.balance(prepaid_account(scene.account(number)))
            assert (held.posted, held.pending) == (10_000, 0)
        assert violations(scene.store, scene.seller) == ()

    def test_the_last_place_is_reserved_once(self) -> None:
        """Two workers can't reserve an order's last place twice, nor end one reservation twice."""
        scene = Scene(store=self.make_store(), quantity=1).set_up()
        ways(scene, _HELD)
        scene.receive(1)
        late = Behind(reception(scene.seller, 2), _place_free)
        answer = scene.store.run(late)
        assert (answer.lead.status, late.calls) == (LeadStatus.UNSOLD, [True, False])
        before = scene.store.lead(LeadId(f"{scene.seller}/l1"))
        assert before is not None
        scene.store.run(self._confirm(scene))
        failing = Behind(self._failed(scene), lambda facts: _as_it_was(facts, before))
        with pytest.raises(WrongState, match="the lead is sold"):
            scene.store.run(failing)
        assert failing.calls == [True, False]
        self._holds(scene, posted=10_000 - PRICE, pending=0, sold=1)

    def _confirm(self, scene: Scene, *, at: datetime = AT + _SOON) -> bo.ConfirmDelivery:
        return bo.ConfirmDelivery(
            seller_id=scene.seller,
            lead_id=LeadId(f"{scene.seller}/l1"),
            sale_id=SaleId(f"{scene.seller}/s1"),
            at=at,
        )

    def _failed(self, scene: Scene) -> bo.FailDelivery:
        return bo.FailDelivery(
            seller_id=scene.seller,
            lead_id=LeadId(f"{scene.seller}/l1"),
            sale_id=SaleId(f"{scene.seller}/s1"),
            next_sale_id=SaleId(f"{scene.seller}/next"),
            why="the buyer's system answered 503",
            at=AT + _SOON,
        )

    def _holds(self, scene: Scene, *, posted: int, pending: int, sold: int) -> None:
        held = scene.store.balance(prepaid_account(scene.account()))
        assert (held.posted, held.pending) == (posted, pending)
        ((_, standing),) = scene.store.orders(scene.seller)
        assert standing.sold == sold


def _place_free(facts: OfferFacts) -> OfferFacts:
    return replace(
        facts, candidates=tuple(replace(each, standing=Standing()) for each in facts.candidates)
    )


def _as_it_was(facts: OfferFacts, lead: Lead) -> OfferFacts:
    return replace(facts, lead=replace(facts.lead, state=lead, version=2))
