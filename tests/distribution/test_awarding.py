"""The highest bid that can be paid wins, at that bid; everybody else is told why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import auction
from leadcore.distribution import (
    SCALE,
    BiddingTerms,
    Candidate,
    CandidateDecision,
    Method,
    Reason,
    Way,
    award,
    choose,
)
from leadcore.distribution.bidding import closed, opened, told
from leadcore.orders import Order, OrderStatus, OrderTerms, Standing
from leadcore.submissions import Source, Submission
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 22, 15, tzinfo=UTC)
LEAD = Submission(source=Source(format="json"))
WAY = Way(method=Method.AUCTION, bidding=BiddingTerms(minimum=Money(1_000, "USD")))
TIERS = replace(WAY, method=Method.WATERFALL, tiers=(Method.AUCTION, Method.PRICE))
TWICE = replace(WAY, method=Method.WATERFALL, tiers=(Method.AUCTION, Method.AUCTION))


def usd(minor):
    return Money(minor, "USD")


def candidate(key, *, funds=10_000, paused=False, undelivered=False, **terms):
    known = {"user_id": "u", "price": usd(2_500), "quantity": UNLIMITED}
    order = Order(
        id=key,
        seller_id="s",
        account_id=f"account-of-{key}",
        terms=OrderTerms(**(known | terms)),
        status=OrderStatus.OPEN,
        paused=paused,
        opened_at=AT,
    )
    return Candidate(
        order=order,
        standing=Standing(),
        account_active=True,
        available=usd(funds),
        undelivered=undelivered,
    )


def held(bids, *, silent=(), way=WAY, tier=0, seed="auction"):
    """Hold an auction: order id and bid, each of them asked."""
    event = auction.AuctionOpened(
        auction_id=seed,
        ping=auction.ping_of(LEAD),
        bidders=frozenset({*bids, *silent}),
        terms=way.bidding.auction_terms,
        at=AT,
    )
    found = opened(event, tier)
    for bidder, minor in bids.items():
        command = auction.PlaceBid(bidder=bidder, amount=usd(minor))
        for said in auction.decide(command, found.auction, AT):
            found = told(found, said)
    return closed(found, auction.ranked(found.auction.bids, seed))


def reasons(choice):
    return {each.order_id: each.reason for each in choice.decisions}


def test_the_highest_bid_wins_and_moves_no_turn():
    bids = {"a": 1_500, "b": 2_000}
    choice = award(LEAD, map(candidate, "abc"), held(bids, silent="c"), at=AT, way=WAY)
    assert (choice.winner, choice.price, choice.bidders) == ("b", usd(2_000), ())
    assert [(each.reason, each.share, each.rank, each.bid) for each in choice.decisions] == [
        (Reason.OUTBID, 0, 2, usd(1_500)),
        (Reason.WON, SCALE, 1, usd(2_000)),
        (Reason.NO_BID, 0, None, None),
    ]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"price": usd(2_000)}, None),
        ({"price": usd(1_999)}, Reason.ABOVE_CEILING),
        ({"funds": 2_000}, None),
        ({"funds": 1_999}, Reason.FUNDS),
        ({"bank": usd(2_000)}, None),
        ({"bank": usd(1_999)}, Reason.BANK),
        ({"quantity": 0}, Reason.FILLED),
        ({"paused": True}, Reason.ORDER_PAUSED),
        ({"undelivered": True}, Reason.DELIVERY_FAILED),
    ],
)
def test_a_bid_that_cannot_be_paid_loses_to_the_next(more, reason):
    choice = award(
        LEAD,
        [candidate("a"), candidate("b", **more)],
        held({"a": 1_500, "b": 2_000}),
        at=AT,
        way=WAY,
    )
    assert reasons(choice)["b"] is (reason or Reason.WON)
    assert (choice.winner, choice.price) == (
        ("b", usd(2_000)) if reason is None else ("a", usd(1_500))
    )


def test_whoever_came_after_the_ping_was_not_asked():
    late, closed_one = candidate("late"), candidate("shut", paused=True)
    choice = award(LEAD, [candidate("a"), late, closed_one], held({"a": 1_500}), at=AT, way=WAY)
    assert reasons(choice) == {
        "a": Reason.WON,
        "late": Reason.NOT_INVITED,
        "shut": Reason.ORDER_PAUSED,
    }
    nobody = award(LEAD, [candidate("a"), late], held({}, silent="a"), at=AT, way=WAY)
    assert (nobody.winner, nobody.bidders) == (None, ())
    assert reasons(nobody) == {"a": Reason.NO_BID, "late": Reason.NOT_INVITED}


def test_where_nobody_bids_the_tier_below_has_it():
    first, second = candidate("a", tier=1), candidate("b", tier=2)
    auctioned = held({"a": 2_000}, tier=1)
    choice = award(LEAD, [first, second], auctioned, at=AT, way=TIERS)
    assert reasons(choice) == {"a": Reason.WON, "b": Reason.LOWER_TIER}
    poor = replace(first, available=usd(1))
    choice = award(LEAD, [poor, second], auctioned, at=AT, way=TIERS)
    assert (choice.winner, choice.price) == ("b", None)
    assert [(each.reason, each.bid, each.rank) for each in choice.decisions] == [
        (Reason.FUNDS, usd(2_000), 1),
        (Reason.WON, None, 1),
    ]


def test_the_tier_below_may_be_an_auction_of_its_own():
    first, second, new = (
        candidate("a", tier=1),
        candidate("b", tier=2),
        candidate("new", tier=1),
    )
    everybody = [first, second, new]
    choice = award(LEAD, everybody, held({}, silent="a", tier=1), at=AT, way=TWICE)
    assert (choice.winner, choice.bidders, choice.tier) == (None, ("b",), 2)
    assert reasons(choice) == {
        "a": Reason.NO_BID,
        "b": Reason.INVITED,
        "new": Reason.NOT_INVITED,
    }
    for bids, silent, last in (({"b": 1_000}, "", Reason.WON), ({}, "b", Reason.NO_BID)):
        below = held(bids, silent=silent, tier=2)
        then = award(LEAD, everybody, below, at=AT, way=TWICE, before=choice.decisions)
        assert reasons(then) == {
            "a": Reason.NO_BID,
            "b": last,
            "new": Reason.NOT_INVITED,
        }


def test_a_way_that_was_changed_meanwhile_sells_to_who_is_left():
    choice = award(LEAD, [candidate("a"), candidate("b")], held({}, silent="a"), at=AT, way=Way())
    assert (choice.winner, reasons(choice)["a"]) == ("b", Reason.NO_BID)
    bare = replace(WAY, bidding=None)
    choice = award(LEAD, [candidate("b")], held({}, silent="a"), at=AT, way=bare)
    assert reasons(choice) == {"b": Reason.NOT_INVITED}


def test_why_somebody_is_out_is_kept():
    stopped = replace(candidate("a"), passed=Reason.PERSON_SOLD)
    quiet = replace(candidate("b"), passed=Reason.PERSON_SOLD)
    choice = award(LEAD, [stopped, quiet], held({"a": 2_000}, silent="b"), at=AT, way=WAY)
    assert set(reasons(choice).values()) == {Reason.PERSON_SOLD}
    won = CandidateDecision(order_id="a", account_id="account-of-a", reason=Reason.WON)
    again = award(LEAD, [candidate("a")], held({}, tier=1), at=AT, way=TWICE, before=(won,))
    assert reasons(again) == {"a": Reason.NOT_INVITED}


@pytest.mark.parametrize(
    ("early", "told"),
    [
        (Reason.INVITED, Reason.NOT_INVITED),
        (Reason.LOWER_TIER, Reason.NOT_INVITED),
        (Reason.OUTBID, Reason.NOT_INVITED),
        (Reason.OUTRANKED, Reason.NOT_INVITED),
        (Reason.WON, Reason.NOT_INVITED),
        (Reason.NOT_INVITED, Reason.NOT_INVITED),
        (Reason.BID_LATE, Reason.BID_LATE),
        (Reason.NO_BID, Reason.NO_BID),
    ],
)
def test_what_an_earlier_auction_said_counts_where_it_says_why_not(early, told):
    before = (CandidateDecision(order_id="b", account_id="account-of-b", reason=early),)
    below = held({"a": 1_000}, tier=2)
    both = [candidate("a", tier=2), candidate("b", tier=1)]
    choice = award(LEAD, both, below, at=AT, way=TWICE, before=before)
    assert reasons(choice) == {"a": Reason.WON, "b": told}


def test_a_lead_that_was_not_taken_is_so_whatever_has_changed_since():
    late = candidate("b", undelivered=True, price=usd(1_999))
    choice = award(LEAD, [candidate("a"), late], held({"a": 1_500, "b": 2_000}), at=AT, way=WAY)
    assert reasons(choice) == {"a": Reason.WON, "b": Reason.DELIVERY_FAILED}


def test_who_was_not_asked_and_stands_no_lower_is_told_that():
    changed = replace(TIERS, tiers=(Method.PRICE, Method.PRICE))
    both = [candidate("a", tier=1), candidate("b", tier=1), candidate("c", tier=2)]
    choice = award(LEAD, both, held({"a": 1_500}, tier=1), at=AT, way=changed)
    assert reasons(choice) == {
        "a": Reason.WON,
        "b": Reason.NOT_INVITED,
        "c": Reason.LOWER_TIER,
    }


BIDS = st.dictionaries(st.sampled_from("abcdef"), st.integers(999, 1_004), max_size=6)
PURSES = st.fixed_dictionaries({key: st.sampled_from([900, 1_002, 9_000]) for key in "abcdef"})
CEILINGS = st.fixed_dictionaries({key: st.sampled_from([1_001, 2_500]) for key in "abcdef"})


@given(bids=BIDS, purses=PURSES, ceilings=CEILINGS, order=st.permutations("abcdef"), seed=st.text())
def test_the_winner_has_the_highest_bid_that_can_be_paid(bids, purses, ceilings, order, seed):
    everybody = [candidate(key, funds=purses[key], price=usd(ceilings[key])) for key in "abcdef"]
    invited = choose(LEAD, everybody, at=AT, way=WAY).bidders
    given_bids = {key: minor for key, minor in bids.items() if key in invited}
    auctioned = held(given_bids, silent=invited, seed=seed)
    choice = award(LEAD, everybody, auctioned, at=AT, way=WAY)
    payable = {
        key: minor
        for key, minor in given_bids.items()
        if minor >= 1_000 and minor <= purses[key] and minor <= ceilings[key]
    }
    if payable:
        assert choice.price == usd(max(payable.values()))
        assert choice.winner in [
            key for key, minor in payable.items() if usd(minor) == choice.price
        ]
    else:
        assert (choice.winner, choice.price) == (None, None)
    assert [each.order_id for each in choice.decisions] == list("abcdef")
    assert sum(each.share for each in choice.decisions) == (SCALE if payable else 0)
    # Neither who is asked first nor who bids first changes anything.
    turned = held(
        {key: given_bids[key] for key in order if key in given_bids}, silent=invited, seed=seed
    )
    others = sorted(everybody, key=lambda each: order.index(each.order.id))
    assert award(LEAD, others, turned, at=AT, way=WAY) == choice


def test_equal_bids_are_drawn_by_the_id_of_the_auction():
    tied = {"a": 1_500, "b": 1_500}
    winners = [
        award(LEAD, map(candidate, "ab"), held(tied, seed=f"s{number}"), at=AT, way=WAY).winner
        for number in range(40)
    ]
    assert set(winners) == {"a", "b"}
    assert 10 <= winners.count("a") <= 30
