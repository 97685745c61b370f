"""Plays about distribution: shared leads and deliveries, returned, sold on and given back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.distribution import Apart, BiddingTerms, DistributionTerms, Method, Way
from leadcore.errors import LeadcoreError
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.testing.scenes import AT, Scene, reception
from leadcore.values import LeadId, Money, RefundId, SaleId

if TYPE_CHECKING:
    from datetime import datetime

    from hypothesis.strategies import SearchStrategy

    from leadcore.leads import Lead
    from leadcore.ports import Store, UseCase
    from leadcore.values import SellerId

__all__ = [
    "PLAIN_METHODS",
    "DistributionPlay",
    "auction_plays",
    "distribution_plays",
    "perform_distribution",
]

_STEP = timedelta(minutes=10)
_PEOPLE = 4
_MINUTE_MS = 60_000
_BIDDING = BiddingTerms(
    minimum=Money(1_000, "USD"),
    collect_ms=20 * _MINUTE_MS,
    bidder_ms=15 * _MINUTE_MS,
    post_ms=30 * _MINUTE_MS,
)
_AUCTIONS = (
    Way(method=Method.AUCTION, bidding=_BIDDING),
    Way(method=Method.WATERFALL, tiers=(Method.AUCTION,), bidding=_BIDDING),
    Way(
        method=Method.WATERFALL,
        tiers=(Method.AUCTION, Method.AUCTION),
        bidding=_BIDDING,
        hold_minutes=30,
    ),
)
PLAIN_METHODS = tuple(method for method in Method if method is not Method.AUCTION)
"""Every method that needs no terms of an auction."""

_WHAT = (
    "receive",
    "receive",
    "confirm",
    "fail",
    "expire",
    "offer",
    "refund",
    "refund",
    "resell",
    "resell",
    "reverse",
)
_AUCTION_WHAT = (
    "receive",
    "bid",
    "bid",
    "bid",
    "bid",
    "decline",
    "close",
    "close",
    "post",
    "post",
    "fail",
    "expire",
    "offer",
)


@frozen(kw_only=True)
class DistributionPlay:
    """A way, and what is done in turn: which use case, and on which lead."""

    way: Way
    quantity: int
    steps: tuple[tuple[str, int], ...]


def distribution_plays() -> SearchStrategy[DistributionPlay]:
    """Draw a play of some ten steps."""
    common = {"method": st.sampled_from(PLAIN_METHODS), "tiers": st.just(())}
    shared = st.builds(Way, buyers=st.integers(1, 3), apart=st.sampled_from(Apart), **common)
    held = st.builds(Way, hold_minutes=st.just(30), **common)
    return _plays(shared | held, _WHAT)


def auction_plays() -> SearchStrategy[DistributionPlay]:
    """Draw a play of some ten steps in which leads are auctioned; a bid tells who and how much."""
    return _plays(st.sampled_from(_AUCTIONS), _AUCTION_WHAT)


def _plays(ways: SearchStrategy[Way], what: tuple[str, ...]) -> SearchStrategy[DistributionPlay]:
    return st.builds(
        DistributionPlay,
        way=ways,
        quantity=st.integers(1, 3),
        steps=st.lists(
            st.tuples(st.sampled_from(what), st.integers(0, 7)), min_size=4, max_size=14
        ).map(lambda steps: (("receive", 0), *steps)),
    )


def perform_distribution(
    store: Store, play: DistributionPlay, seller: SellerId
) -> tuple[object, ...]:
    """Play on a store under a seller's id that it has not seen; give every answer in order."""
    scene = Scene(store=store, seller=seller, accounts=3, quantity=play.quantity).set_up()
    terms = SellerTerms(name="Seller", distribution=DistributionTerms((play.way,)))
    store.run(bo.SetSellerTerms(seller_id=seller, terms=terms, at=AT))
    stage = _Stage(scene=scene)
    return tuple(
        stage.perform(what, which, number) for number, (what, which) in enumerate(play.steps)
    )


@frozen(kw_only=True)
class _Stage:
    scene: Scene
    keys: list[LeadId] = field(factory=list[LeadId])

    def perform(self, what: str, which: int, number: int) -> object:
        """Do one step; a refusal is an answer too."""
        at = AT + number * _STEP
        if what == "receive":
            return self._answer(reception(self.scene.seller, number, of=which % _PEOPLE, at=at))
        found = (self.scene.store.lead(key) for key in self.keys)
        known = [lead for lead in found if lead is not None]
        if not known:
            return None
        if what in {"bid", "decline", "close", "post"}:
            # Bids are about the newest lead: two draws would seldom agree on an older one.
            return self._answer(self._auction_case(what, known[-1], which, number, at))
        lead = known[which % len(known)]
        if what == "refund":
            asked = self._answer(self._request(lead, at))
            command = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
            return asked, self._answer(self._decision(lead, command, at))
        return self._answer(self._case(what, lead, number, at))

    def _answer(self, case: UseCase[Any, Any, object]) -> object:
        try:
            answer = self.scene.store.run(case)
        except LeadcoreError as error:
            return type(error).__name__, str(error)
        if isinstance(answer, bo.Reception):
            leads = (answer.lead, *answer.shares)
            self.keys.extend(each.id for each in leads if each.id not in self.keys)
        return answer

    def _case(self, what: str, lead: Lead, number: int, at: datetime) -> UseCase[Any, Any, object]:
        seller, fresh = self.scene.seller, SaleId(f"{self.scene.seller}/sale-{number}")
        sale = lead.reservation.sale_id if lead.reservation else SaleId(f"{seller}/none")
        mine: dict[str, Any] = {"seller_id": seller, "lead_id": lead.id, "at": at}
        match what:
            case "confirm":
                return bo.ConfirmDelivery(**mine, sale_id=sale)
            case "fail":
                return bo.FailDelivery(**mine, sale_id=sale, next_sale_id=fresh, why="no answer")
            case "expire":
                return bo.ExpireDelivery(**mine, sale_id=sale, next_sale_id=fresh)
            case "offer":
                return bo.OfferLead(**mine, sale_id=fresh)
            case "resell":
                again = LeadId(f"{seller}/again-{number}")
                return bo.ResellLead(**mine, new_lead_id=again, sale_id=fresh)
            case _:
                command = ReverseRefund(by="staff", note="a member after all")
                return self._decision(lead, command, at)

    def _auction_case(
        self, what: str, lead: Lead, which: int, number: int, at: datetime
    ) -> UseCase[Any, Any, object]:
        seller, held = self.scene.seller, lead.reservation
        mine: dict[str, Any] = {"seller_id": seller, "lead_id": lead.id, "at": at}
        if what == "post":
            price = held.price if held and which else Money(1_000, "USD")
            token = held.sale_id if held else f"{seller}/none"
            return bo.PostLead(**mine, token=token, price=price, key=f"post-{which}")
        mine["auction_id"] = lead.bidding.auction.id if lead.bidding else "none"
        if what == "close":
            return bo.CloseAuction(**mine, sale_id=SaleId(f"{seller}/sale-{number}"))
        order = self.scene.order(which % 4)  # one of them is nobody's
        if what == "decline":
            return bo.DeclineBid(**mine, order_id=order, why="no")
        amount = Money(500 * (1 + which), "USD")  # from too little to too much, with ties
        return bo.PlaceBid(**mine, order_id=order, amount=amount)

    def _request(self, lead: Lead, at: datetime) -> bo.RequestRefund:
        return bo.RequestRefund(
            refund_id=RefundId(f"refund of {lead.id}"),
            lead_id=lead.id,
            user_id=lead.assigned_to or self.scene.user(),
            reason="wrong_number",
            detail="asked the person",
            at=at,
        )

    def _decision(
        self, lead: Lead, command: ApproveRefund | ReverseRefund, at: datetime
    ) -> bo.DecideRefund:
        return bo.DecideRefund(refund_id=RefundId(f"refund of {lead.id}"), command=command, at=at)
