"""Bids, the close, the post: in time, late, changed, twice; and always the next bid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.auction import BidRefusal, PostRefusal
from leadcore.distribution import DistributionTerms, Method, Reason
from leadcore.errors import Malformed, NotFound, WrongState
from leadcore.leads import LeadStatus
from leadcore.orders import EditOrder, OpenOrder, OrderTerms
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.testing import MemoryStore, violations
from leadcore.testing.auction_contract import AUCTION, AuctionScene
from leadcore.testing.distribution_contract import ways
from leadcore.testing.scenes import AT, reception
from leadcore.values import Money, UserId

TICK = timedelta(microseconds=1)
COLLECT = timedelta(milliseconds=750)
POST = timedelta(seconds=30)


def scene(**more):
    return AuctionScene(store=MemoryStore(), **more).begin()


def stands(made):
    assert violations(made.store, made.seller) == ()
    assert sum(each.credit for _, each in made.store.orders(made.seller)) == 0


def declining(made, number=0, *, after=TICK):
    return bo.DeclineBid(
        **made.auction, order_id=made.order(number), why="not today", at=AT + after
    )


def failing(made, sale, then, *, after=COLLECT):
    return bo.FailDelivery(
        seller_id=made.seller,
        lead_id=made.lead_id,
        sale_id=made.sale(sale),
        next_sale_id=made.sale(then),
        why="refused",
        at=AT + after,
    )


def journal(made):
    return made.store.journal("lead", made.lead_id)


# ------------------------------------------------------------------------------------------ bids


def test_a_bid_of_another_auction_or_lead_is_none():
    made = scene()
    other = replace(made.bidding(0, 2_000), auction_id="another")
    with pytest.raises(WrongState, match="not in this auction"):
        made.store.run(other)
    for wrong in ({"lead_id": "nobody"}, {"seller_id": "another"}):
        for case in (made.bidding(0, 2_000), declining(made), made.closing()):
            with pytest.raises(NotFound):
                made.store.run(replace(case, **wrong))


def test_a_bid_is_counted_from_when_it_was_asked_for():
    made = scene(accounts=2)
    late = made.bidding(0, 2_000, after=timedelta(milliseconds=700))
    assert made.store.run(late).refused is BidRefusal.LATE
    asked = replace(late, order_id=made.order(1), asked_at=AT + timedelta(milliseconds=300))
    assert made.store.run(asked).refused is None


def test_a_bidder_that_said_no_is_not_waited_for():
    made = scene(accounts=2)
    made.bid(0, 2_000)
    with pytest.raises(WrongState, match="bids are collected"):
        made.close(after=TICK)
    made.store.run(declining(made, 1))
    before = journal(made)
    assert made.store.run(declining(made, 1)).lead.status is LeadStatus.BIDDING
    assert made.store.run(declining(made, 0)).refused is None
    assert journal(made) == before
    assert made.close(after=TICK).status is LeadStatus.RESERVED
    assert made.reasons() == ("won", "declined_to_bid")
    assert made.bid(1, 9_000, after=TICK).refused is BidRefusal.CHANGED


def test_what_was_refused_is_kept_once():
    made = scene()
    for _ in range(3):
        assert made.bid(0, 1).refused is BidRefusal.BELOW_MINIMUM
    assert made.bid(0, 2).refused is BidRefusal.BELOW_MINIMUM
    assert made.bid(0, 1_000).refused is None
    lead = made.store.lead(made.lead_id)
    assert [each.amount.minor for each in lead.bidding.refused] == [1, 2]
    assert len(lead.bidding.auction.bids) == 1


# ----------------------------------------------------------------------------------------- close


def test_closed_again_nothing_changes():
    made = scene(accounts=2)
    made.bid(0, 2_000)
    made.bid(1, 1_000)
    won = made.close("first")
    before = journal(made)
    for name, after in (("first", COLLECT), ("second", POST)):
        again = made.store.run(made.closing(name, after=after))
        assert (again.outcome, again.lead) == (bo.Received.KNOWN, won)
    assert journal(made) == before
    stands(made)


def test_the_token_is_none_that_bidders_know():
    made = scene()
    made.bid(0, 2_000)
    with pytest.raises(Malformed, match="bidders know"):
        made.store.run(replace(made.closing(), sale_id=made.auction["auction_id"]))


def test_received_or_offered_again_under_its_id_it_is_known():
    made = scene()
    again = made.receive(1)
    assert (again.outcome, again.lead.status) == (bo.Received.KNOWN, LeadStatus.BIDDING)
    offer = bo.OfferLead(
        seller_id=made.seller,
        lead_id=made.lead_id,
        sale_id=made.auction["auction_id"],
        at=AT + TICK,
    )
    assert made.store.run(offer).outcome is bo.Received.KNOWN
    with pytest.raises(WrongState, match="the lead is bidding"):
        made.store.run(replace(offer, sale_id="another"))
    assert made.close().status is LeadStatus.UNSOLD
    assert made.store.run(offer).outcome is bo.Received.KNOWN
    fresh = made.store.run(replace(offer, sale_id="another", at=AT + POST)).lead
    assert (fresh.status, fresh.bidding.auction.id) == (LeadStatus.BIDDING, "another")
    with pytest.raises(WrongState, match="not in this auction"):
        made.bid(0, 2_000)


def test_while_it_is_auctioned_the_person_is_a_duplicate():
    made = scene()
    again = made.receive(2, of=1)
    assert (again.outcome, again.lead.duplicate_of) == (bo.Received.REFUSED, made.lead_id)


def test_old_bids_are_not_used_when_it_is_offered_anew():
    made = scene(accounts=2, funds=1_500)
    made.bid(0, 2_000)
    assert made.close().status is LeadStatus.UNSOLD
    assert made.reasons() == ("insufficient_funds", "no_bid")
    made.store.run(
        bo.Fund(
            seller_id=made.seller,
            account_id=made.account(),
            key="more",
            amount=Money(9_000, "USD"),
            actor="staff",
            at=AT + COLLECT,
        )
    )
    ways(made)
    offer = bo.OfferLead(
        seller_id=made.seller, lead_id=made.lead_id, sale_id=made.sale("anew"), at=AT + POST
    )
    sold = made.store.run(offer).lead
    assert (sold.status, sold.sale.price.minor) == (LeadStatus.SOLD, 2_500)
    stands(made)


def test_two_tiers_are_auctioned_one_after_the_other():
    made = AuctionScene(store=MemoryStore(), accounts=1)
    made.begin(replace(AUCTION, method=Method.WATERFALL, tiers=(Method.AUCTION, Method.AUCTION)))
    assert made.close("second").status is LeadStatus.UNSOLD
    assert made.reasons() == ("no_bid",)
    stands(made)


def test_a_close_that_opened_the_tier_below_is_known_again():
    made = AuctionScene(store=MemoryStore(), accounts=2).set_up()
    ways(made, replace(AUCTION, method=Method.WATERFALL, tiers=(Method.AUCTION, Method.AUCTION)))
    (order,) = (one for one, _ in made.store.orders(made.seller) if one.id == made.order(1))
    edit = EditOrder(replace(order.terms, tier=2))
    made.store.run(
        bo.KeepOrder(order_id=order.id, account_id=order.account_id, command=edit, at=AT)
    )
    made.receive(1)
    below = made.close("below")
    assert (below.status, below.bidding.auction.id) == (LeadStatus.BIDDING, made.sale("below"))
    assert made.store.run(made.closing("below")).outcome is bo.Received.KNOWN
    bid = replace(made.bidding(1, 1_100, after=COLLECT), auction_id=made.sale("below"))
    made.store.run(bid)
    close = replace(made.closing("won"), auction_id=made.sale("below"))
    assert made.store.run(close).lead.reservation.price.minor == 1_100
    assert made.reasons() == ("no_bid", "won")
    stands(made)


def test_a_return_reversed_meanwhile_leaves_nobody_the_person_twice():
    made = AuctionScene(store=MemoryStore(), accounts=3).set_up()
    sold = made.receive(9).lead
    ask = bo.RequestRefund(
        refund_id="r",
        lead_id=sold.id,
        user_id=UserId(sold.assigned_to),
        reason="spam",
        detail="asked",
        at=AT,
    )
    made.store.run(ask)
    approve = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    made.store.run(bo.DecideRefund(refund_id="r", command=approve, at=AT))
    ways(made, AUCTION)
    again = bo.ResellLead(
        seller_id=made.seller,
        lead_id=sold.id,
        new_lead_id=made.lead_id,
        sale_id=made.auction["auction_id"],
        at=AT,
    )
    assert made.store.run(again).lead.status is LeadStatus.BIDDING
    bidders = made.store.lead(made.lead_id).bidding.auction.bidders
    assert sold.sale.order_id not in bidders  # whoever returned the person is not even asked
    for number in range(3):
        made.bid(number, 2_000)
    reverse = ReverseRefund(by="staff", note="a member after all")
    made.store.run(bo.DecideRefund(refund_id="r", command=reverse, at=AT + TICK))
    closed = made.close()
    assert closed.status is LeadStatus.UNSOLD
    assert {each.reason for each in closed.offers if each.order_id in bidders} == {
        Reason.PERSON_SOLD
    }
    stands(made)


# ------------------------------------------------------------------------------------------ post


def test_a_post_is_taken_before_the_reservation_ends():
    made = scene()
    made.bid(0, 2_000)
    assert made.post(2_000).refused is PostRefusal.NO_OFFER
    made.close()
    assert made.post(2_000, "another").refused is PostRefusal.UNKNOWN_TOKEN
    with pytest.raises(WrongState, match="reserved only at"):
        made.post(2_000, after=COLLECT - TICK)
    assert made.post(2_000, after=COLLECT + POST).refused is PostRefusal.EXPIRED
    sold = made.post(2_000, after=COLLECT + POST - TICK).lead
    assert (sold.status, sold.sale.sold_at) == (LeadStatus.SOLD, AT + COLLECT + POST - TICK)
    before = journal(made)
    assert made.post(2_000, after=POST * 9).lead == sold
    assert journal(made) == before
    stands(made)


def test_a_refused_post_is_kept_once_with_its_reason():
    made = scene()
    made.bid(0, 2_000)
    made.close()
    for _ in range(2):
        assert made.post(1_999).refused is PostRefusal.PRICE_CHANGED
        assert made.post(1_999, "x").refused is PostRefusal.UNKNOWN_TOKEN
    posts = made.store.lead(made.lead_id).bidding.posts
    assert [each.reason for each in posts] == [
        PostRefusal.PRICE_CHANGED,
        PostRefusal.UNKNOWN_TOKEN,
    ]


def test_a_delivery_confirmed_without_a_post_leaves_none_to_take():
    made = scene()
    made.bid(0, 2_000)
    made.close()
    confirm = bo.ConfirmDelivery(
        seller_id=made.seller,
        lead_id=made.lead_id,
        sale_id=made.sale("won"),
        at=AT + COLLECT,
    )
    assert made.store.run(confirm).lead.status is LeadStatus.SOLD
    assert made.post(2_000).refused is PostRefusal.DUPLICATE


def test_a_lead_that_was_never_auctioned_takes_no_post():
    made = AuctionScene(store=MemoryStore()).set_up()
    made.receive(1)
    with pytest.raises(WrongState, match="never auctioned"):
        made.post(2_500)
    with pytest.raises(NotFound):
        made.store.run(
            bo.PostLead(
                seller_id="s",
                lead_id="l",
                token="t",
                price=Money(1, "USD"),
                key="k",
                at=AT,
            )
        )


def test_the_next_bid_is_asked_about_anew():
    made = scene(accounts=3)
    for number, minor in enumerate((2_000, 1_500, 1_200)):
        made.bid(number, minor)
    made.close("s-a")
    made.store.run(reception(made.seller, 2))
    made.store.run(failing(made, "s-a", "s-b"))
    assert made.reasons() == ("delivery_failed", "won", "outbid")
    made.store.run(failing(made, "s-b", "s-c"))
    assert made.reasons() == ("delivery_failed", "delivery_failed", "won")
    assert made.post(1_200, "s-c").lead.sale.price.minor == 1_200
    assert made.post(1_500, "s-b").refused is PostRefusal.EXPIRED
    stands(made)


@given(
    bids=st.lists(st.tuples(st.integers(0, 3), st.integers(999, 1_003)), max_size=6),
    fails=st.integers(0, 3),
)
def test_whatever_is_bid_the_charge_is_the_winners_bid(bids, fails):
    made = scene(accounts=3, quantity=1)
    counted = {}
    for number, minor in bids:
        case = replace(made.bidding(0, minor), order_id=made.order(number))
        if made.store.run(case).refused is None:
            counted.setdefault(number, minor)
    lead, name = made.close("s0"), "s0"
    for number in range(fails):
        if lead.status is LeadStatus.RESERVED:
            lead = made.store.run(failing(made, name, name := f"s{number + 1}")).lead
    prices = sorted(counted.values(), reverse=True)[fails:]
    if not prices:
        assert lead.status is LeadStatus.UNSOLD
    else:
        sold = made.post(prices[0], name).lead
        assert sold.sale.price.minor == prices[0]
        paid = [10_000 - made.balance(number) for number in range(3)]
        assert sorted(paid) == [0, 0, prices[0]]
    reasons = {each.order_id: each.reason for each in made.store.lead(made.lead_id).offers}
    assert set(reasons) == {made.order(number) for number in range(3)}
    stands(made)


# ------------------------------------------------------------------- one account, two orders


def two_orders():
    """Give a scene whose one account bids with two orders for the first lead."""
    made = AuctionScene(store=MemoryStore()).set_up()
    terms = OrderTerms(user_id=made.user(below=True), price=Money(2_500, "USD"), quantity=5)
    second = OpenOrder(
        order_id="second", seller_id=made.seller, account_id=made.account(), terms=terms
    )
    made.store.run(
        bo.KeepOrder(order_id="second", account_id=made.account(), command=second, at=AT)
    )
    ways_ = SellerTerms(name="Seller", distribution=DistributionTerms((AUCTION,)))
    made.store.run(bo.SetSellerTerms(seller_id=made.seller, terms=ways_, at=AT))
    made.store.run(reception(made.seller, 1))
    return made


def test_an_account_bids_once_with_each_order_and_pays_one_bid():
    made = two_orders()
    assert made.bid(0, 1_500).refused is None
    other = replace(made.bidding(0, 2_000), order_id="second")
    assert made.store.run(other).refused is None
    won = made.close()
    assert (won.reservation.order_id, won.reservation.price) == ("second", Money(2_000, "USD"))
    assert made.money(0)[1] == 2_000  # of its other bid nothing is held
    assert made.post(2_000).lead.sale.user_id == made.user(below=True)
    assert made.balance() == 8_000
    stands(made)


def test_its_other_order_has_the_next_turn_at_its_own_bid():
    made = two_orders()
    made.bid(0, 1_500)
    made.store.run(replace(made.bidding(0, 2_000), order_id="second"))
    made.close("first")
    then = made.store.run(failing(made, "first", "then")).lead
    assert (then.reservation.order_id, then.reservation.price) == (
        made.order(),
        Money(1_500, "USD"),
    )
    assert made.money(0) == (10_000, 1_500)
    assert made.post(1_500, "then").refused is None
    stands(made)
