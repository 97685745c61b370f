"""What a store must do about leads that are auctioned: bids, the close, the post, the next bid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve as replace
from attrs import frozen
from hypothesis import HealthCheck, given, settings

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms, prepaid_account
from leadcore.auction import BidRefusal, PostRefusal
from leadcore.distribution import BiddingTerms, DistributionTerms, Method, Reason, Way
from leadcore.errors import WrongState
from leadcore.leads import LeadStatus
from leadcore.orders import Cap, Caps, EditOrder, Period, Standing
from leadcore.testing.distribution_play import (
    DistributionPlay,
    auction_plays,
    perform_distribution,
)
from leadcore.testing.laws import reading, violations
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import AT, Behind, Scene, new_seller, reception
from leadcore.values import LeadId, Money, SaleId

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore.ports import OfferFacts, Store

__all__ = ["AUCTION", "AuctionContract", "AuctionScene"]

_SETTINGS = settings(
    max_examples=max(4, settings().max_examples // 8),
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
AUCTION = Way(method=Method.AUCTION, bidding=BiddingTerms(minimum=Money(1_000, "USD")))
"""By auction, from ten dollars on."""

_TICK = timedelta(microseconds=1)
_OWN = timedelta(milliseconds=500)
_COLLECT = timedelta(milliseconds=750)
_POST = timedelta(seconds=30)
_FUNDS = 10_000


@frozen(kw_only=True)
class AuctionScene(Scene):
    """A scene whose first lead is auctioned among the orders of all its accounts."""

    def begin(self, way: Way = AUCTION) -> AuctionScene:
        """Make it all, set the way, and receive the lead."""
        self.set_up()
        terms = SellerTerms(name="Seller", distribution=DistributionTerms((way,)))
        self.store.run(bo.SetSellerTerms(seller_id=self.seller, terms=terms, at=AT))
        self.store.run(reception(self.seller, 1))
        return self

    @property
    def auction(self) -> dict[str, Any]:
        """What every use case about the auction names."""
        auction_id = f"{self.seller}/s1"
        return {"seller_id": self.seller, "lead_id": self.lead_id, "auction_id": auction_id}

    @property
    def lead_id(self) -> LeadId:
        """The id of the first lead."""
        return LeadId(f"{self.seller}/l1")

    def sale(self, name: str) -> SaleId:
        """Give the id of a sale, which is also the token of its post."""
        return SaleId(f"{self.seller}/{name}")

    def bid(self, number: int, minor: int, *, after: timedelta = _TICK) -> bo.BidAnswer:
        """Bid so much for the order of an account."""
        return self.store.run(self.bidding(number, minor, after=after))

    def bidding(self, number: int, minor: int, *, after: timedelta = _TICK) -> bo.PlaceBid:
        """Give a bid for the order of an account."""
        return bo.PlaceBid(
            **self.auction,
            order_id=self.order(number),
            amount=Money(minor, "USD"),
            at=AT + after,
        )

    def closing(self, name: str = "won", *, after: timedelta = _COLLECT) -> bo.CloseAuction:
        """Give the close, for a sale of a name."""
        return bo.CloseAuction(**self.auction, sale_id=self.sale(name), at=AT + after)

    def close(self, name: str = "won", *, after: timedelta = _COLLECT) -> Lead:
        """Close the auction."""
        return self.store.run(self.closing(name, after=after)).lead

    def post(
        self, minor: int, name: str = "won", *, key: str = "post", after: timedelta = _COLLECT
    ) -> bo.PostAnswer:
        """Post the person under a token, at a price."""
        return self.store.run(
            bo.PostLead(
                seller_id=self.seller,
                lead_id=self.lead_id,
                token=self.sale(name),
                price=Money(minor, "USD"),
                key=key,
                at=AT + after,
            )
        )

    def reasons(self) -> tuple[str, ...]:
        """Give what became of each order, in the order of the accounts."""
        lead = self.store.lead(self.lead_id)
        told = {each.order_id: each.reason.value for each in lead.offers} if lead else {}
        return tuple(told[self.order(number)] for number in range(self.accounts))

    def money(self, number: int) -> tuple[int, int]:
        """Give what an account holds, and how much of it is reserved."""
        held = self.store.balance(prepaid_account(self.account(number)))
        return held.posted, held.pending


class AuctionContract:
    """Leads that are auctioned."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    @_SETTINGS
    @given(play=auction_plays())
    def test_auctions_as_the_reference_does(self, play: DistributionPlay) -> None:
        """Each step is answered alike, everything reads the same, the laws hold."""
        store, reference, seller = self.make_store(), MemoryStore(), new_seller()
        answers = perform_distribution(store, play, seller)
        assert answers == perform_distribution(reference, play, seller)
        assert reading(store, seller) == reading(reference, seller)
        assert violations(store, seller) == ()

    def test_the_highest_bid_is_what_is_paid(self) -> None:
        """The winner's bid is reserved at the close and charged by the post, once."""
        scene = AuctionScene(store=self.make_store(), accounts=4).begin()
        scene.bid(0, 1_700)
        scene.bid(1, 2_300)
        assert scene.bid(2, 999).refused is BidRefusal.BELOW_MINIMUM
        held = scene.close()
        assert (held.status, held.reservation and held.reservation.price) == (
            LeadStatus.RESERVED,
            Money(2_300, "USD"),
        )
        assert scene.money(1) == (_FUNDS, 2_300)
        assert scene.reasons() == ("outbid", "won", "below_minimum", "no_bid")
        assert scene.post(2_299).refused is PostRefusal.PRICE_CHANGED
        sold = scene.post(2_300).lead
        assert scene.post(2_300).lead == sold
        assert scene.post(2_300, key="again").refused is PostRefusal.DUPLICATE
        assert sold.sale is not None
        assert (sold.sale.price, sold.sale.id) == (Money(2_300, "USD"), scene.sale("won"))
        assert scene.money(1) == (_FUNDS - 2_300, 0)
        standings = [standing for _, standing in scene.store.orders(scene.seller)]
        assert [(each.sold, each.spent, each.credit) for each in standings] == [
            (0, 0, 0),
            (1, 2_300, 0),
            (0, 0, 0),
            (0, 0, 0),
        ]
        assert violations(scene.store, scene.seller) == ()

    def test_bids_are_in_time_or_refused(self) -> None:
        """Both ends are exclusive, the same bid is the same, and a change is none."""
        scene = AuctionScene(store=self.make_store(), accounts=3).begin()
        assert scene.bid(0, 1_000, after=_OWN - _TICK).refused is None
        assert scene.bid(1, 1_500, after=_OWN).refused is BidRefusal.LATE
        before = len(scene.store.journal("lead", scene.lead_id))
        assert scene.bid(0, 1_000, after=_POST).refused is None
        assert scene.bid(1, 1_500, after=_OWN).refused is BidRefusal.LATE
        assert len(scene.store.journal("lead", scene.lead_id)) == before
        assert scene.bid(0, 2_000).refused is BidRefusal.CHANGED
        with pytest.raises(WrongState, match="bids are collected until"):
            scene.close(after=_COLLECT - _TICK)
        assert scene.close().status is LeadStatus.RESERVED
        assert scene.reasons() == ("won", "bid_too_late", "no_bid")
        assert scene.bid(2, 2_000, after=_COLLECT).refused is BidRefusal.LATE

    def test_a_failed_post_goes_to_the_next_bid(self) -> None:
        """Its money is free again, the next one pays its own bid."""
        scene = AuctionScene(store=self.make_store(), accounts=2).begin()
        scene.bid(0, 1_200)
        scene.bid(1, 2_000)
        scene.close("first")
        fail = bo.FailDelivery(
            seller_id=scene.seller,
            lead_id=scene.lead_id,
            sale_id=scene.sale("first"),
            next_sale_id=scene.sale("second"),
            why="the buyer refused the post",
            at=AT + _COLLECT,
        )
        second = scene.store.run(fail).lead
        assert second.reservation is not None
        assert second.reservation.price == Money(1_200, "USD")
        assert (scene.money(1), scene.money(0)) == ((_FUNDS, 0), (_FUNDS, 1_200))
        assert scene.reasons() == ("won", "delivery_failed")
        assert scene.post(2_000, "first").refused is PostRefusal.EXPIRED
        over = AT + _COLLECT + _POST
        assert scene.post(1_200, "second", after=over - AT).refused is PostRefusal.EXPIRED
        expire = bo.ExpireDelivery(
            seller_id=scene.seller,
            lead_id=scene.lead_id,
            sale_id=scene.sale("second"),
            next_sale_id=scene.sale("third"),
            at=over,
        )
        assert scene.store.run(expire).lead.status is LeadStatus.UNSOLD
        assert scene.reasons() == ("delivery_failed", "delivery_failed")
        assert scene.post(1_200, "second", after=over - AT).refused is PostRefusal.EXPIRED
        assert scene.money(0) == (_FUNDS, 0)
        assert violations(scene.store, scene.seller) == ()

    def test_a_bid_above_what_is_there_loses_to_the_next(self) -> None:
        """Ceiling, money and caps are asked at the bid's price, at the instant of the close."""
        scene = AuctionScene(store=self.make_store(), accounts=4, funds=2_200).begin()
        caps = Caps(limits=(Cap(period=Period.DAY, money=Money(1_500, "USD")),), zone="UTC")
        self._edit(scene, 0, price=Money(2_400, "USD"))
        self._edit(scene, 1, caps=caps)
        for number, minor in enumerate((2_401, 1_501, 2_201, 1_100)):
            scene.bid(number, minor)
        assert scene.close().status is LeadStatus.RESERVED
        assert scene.reasons() == (
            "bid_above_its_price",
            "money_cap_reached_day",
            "insufficient_funds",
            "won",
        )
        assert scene.post(1_100).refused is None
        assert violations(scene.store, scene.seller) == ()

    def test_two_workers_close_one_auction_once(self) -> None:
        """The second meets the first one's version, and the last place is reserved once."""
        scene = AuctionScene(store=self.make_store(), quantity=1).begin()
        scene.bid(0, 1_400)
        before = scene.store.lead(scene.lead_id)
        assert before is not None
        first = scene.close("first")
        late = Behind(scene.closing("second"), lambda facts: _as_it_was(facts, before))
        answer = scene.store.run(late)
        assert (answer.outcome, answer.lead) == (bo.Received.KNOWN, first)
        assert late.calls == [True, False]
        assert scene.money(0) == (_FUNDS, 1_400)
        scene.post(1_400, "first")
        assert violations(scene.store, scene.seller) == ()

    def test_the_last_place_is_won_once(self) -> None:
        """Of two auctions that are closed at the same time one finds the order full."""
        scene = AuctionScene(store=self.make_store(), quantity=1).begin()
        scene.store.run(reception(scene.seller, 2))
        scene.bid(0, 1_400)
        other: dict[str, Any] = {
            "lead_id": LeadId(f"{scene.seller}/l2"),
            "auction_id": f"{scene.seller}/s2",
        }
        scene.store.run(replace(scene.bidding(0, 1_300), **other))
        scene.close()
        late = Behind(replace(scene.closing("other"), **other), _place_free)
        lost = scene.store.run(late).lead
        assert (lost.status, late.calls) == (LeadStatus.UNSOLD, [True, False])
        assert [each.reason for each in lost.offers] == [Reason.FILLED]
        assert scene.money(0) == (_FUNDS, 1_400)
        assert violations(scene.store, scene.seller) == ()

    def test_nobody_bids_and_the_next_tier_has_it(self) -> None:
        """Those who were asked keep their reasons; the tier below buys at its own price."""
        way = replace(AUCTION, method=Method.WATERFALL, tiers=(Method.AUCTION, Method.PRICE))
        scene = AuctionScene(store=self.make_store(), accounts=2)
        scene.set_up()
        self._edit(scene, 1, tier=2)
        terms = SellerTerms(name="Seller", distribution=DistributionTerms((way,)))
        scene.store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=terms, at=AT))
        scene.store.run(reception(scene.seller, 1))
        assert scene.reasons() == ("invited_to_bid", "lower_tier")
        decline = bo.DeclineBid(
            **scene.auction, order_id=scene.order(0), why="not today", at=AT + _TICK
        )
        assert scene.store.run(decline).lead.status is LeadStatus.BIDDING
        sold = scene.close(after=_TICK)
        assert sold.status is LeadStatus.SOLD
        assert scene.reasons() == ("declined_to_bid", "won")
        assert violations(scene.store, scene.seller) == ()

    def _edit(self, scene: Scene, number: int, **changed: Any) -> None:  # noqa: ANN401 - whichever terms
        (order,) = (
            order
            for order, _ in scene.store.orders(scene.seller)
            if order.id == scene.order(number)
        )
        case = bo.KeepOrder(
            order_id=order.id,
            account_id=order.account_id,
            command=EditOrder(replace(order.terms, **changed)),
            at=AT,
        )
        scene.store.run(case)


def _place_free(facts: OfferFacts) -> OfferFacts:
    return replace(
        facts, candidates=tuple(replace(each, standing=Standing()) for each in facts.candidates)
    )


def _as_it_was(facts: OfferFacts, lead: Lead) -> OfferFacts:
    version = facts.lead.version - 2  # the close and the reservation
    return replace(facts, lead=replace(facts.lead, state=lead, version=version))
