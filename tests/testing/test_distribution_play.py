"""Plays about distribution come out alike each time, and reach what they are about."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from leadcore import back_office as bo
from leadcore.auction import PostRefusal
from leadcore.distribution import (
    BiddingTerms,
    DistributionTerms,
    Method,
    Way,
    terms_problems,
)
from leadcore.leads import LeadStatus
from leadcore.testing import MemoryStore, violations
from leadcore.testing.distribution_play import (
    DistributionPlay,
    auction_plays,
    distribution_plays,
    perform_distribution,
)
from leadcore.testing.scenes import new_seller
from leadcore.values import Money

SHARED = Way(buyers=2)
HELD = Way(hold_minutes=30)


def play(way, *steps):
    store, seller = MemoryStore(), new_seller()
    given = DistributionPlay(way=way, quantity=2, steps=steps)
    answers = perform_distribution(store, given, seller)
    assert violations(store, seller) == ()
    return answers


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("confirm", LeadStatus.SOLD),
        ("fail", LeadStatus.RESERVED),
        ("offer", None),
        ("expire", None),
    ],
)
def test_a_delivery_goes_on(what, status):
    answer = play(HELD, ("receive", 0), (what, 0))[-1]
    if status is None:
        assert answer[0] == "WrongState"
    else:
        assert answer.lead.status is status


def test_a_share_is_returned_sold_on_and_not_given_back():
    received, (asked, approved), sold_on, reversed_ = play(
        SHARED, ("receive", 0), ("refund", 1), ("resell", 1), ("reverse", 1)
    )
    assert len(received.shares) == 1
    assert asked.lead_id == approved.lead_id == received.shares[0].id
    assert (sold_on.outcome, sold_on.lead.status) == (bo.Received.ACCEPTED, LeadStatus.SOLD)
    assert reversed_[0] == "Refused"


BIDDING = BiddingTerms(
    minimum=Money(1_000, "USD"), collect_ms=1_200_000, bidder_ms=900_000, post_ms=1_800_000
)
AUCTION = Way(method=Method.AUCTION, bidding=BIDDING)


def test_a_lead_is_bid_for_declined_closed_and_posted():
    received, bid, declined, stranger, closed, posted, strange = play(
        AUCTION,
        ("receive", 0),
        ("bid", 4),
        ("decline", 1),
        ("decline", 3),
        ("close", 0),
        ("post", 1),
        ("post", 0),
    )
    assert received.lead.bidding is not None
    assert not any(isinstance(each, tuple) for each in (bid, declined, closed))
    assert (bid.refused, declined.refused, stranger.refused) == (None, None, None)
    auction = stranger.lead.bidding.auction
    assert [each.amount.minor for each in auction.bids] == [2_500]
    assert len(auction.declined) == 1  # that nobody's order declines does not count
    assert closed.lead.reservation.price == Money(2_500, "USD")
    assert (posted.refused, posted.lead.status) == (None, LeadStatus.SOLD)
    assert posted.lead.sale.price == closed.lead.reservation.price
    assert strange.refused is PostRefusal.UNKNOWN_TOKEN


@pytest.mark.parametrize("what", ["close", "post", "bid"])
def test_what_was_never_auctioned_is_not_bid_for(what):
    assert isinstance(play(SHARED, ("receive", 0), (what, 1))[-1][0], str)


def test_with_nothing_received_there_is_nothing_to_do():
    assert play(SHARED, ("confirm", 0)) == (None,)


@settings(max_examples=5)
@given(distribution_plays())
def test_a_play_is_played_alike_each_time(given_play):
    seller = new_seller()
    first, second = (perform_distribution(MemoryStore(), given_play, seller) for _ in range(2))
    assert first == second


@settings(max_examples=10)
@given(distribution_plays() | auction_plays())
def test_what_is_drawn_makes_sense(given_play):
    assert terms_problems(DistributionTerms((given_play.way,))) == ()
    assert given_play.steps[0] == ("receive", 0)
