"""Every event of an auction says when; the commands and events are all there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from attrs import fields, fields_dict

from leadcore.auction import Bid, BidPlaced, PlaceBid, acts
from leadcore.auction.acts import AuctionCommand, AuctionEvent
from leadcore.values import Money

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PHOENIX = timezone(timedelta(hours=-7))
PRICE = Money(900, "USD")


def test_the_unions_name_every_class():
    named = [each.__name__ for each in (*get_args(AuctionCommand), *get_args(AuctionEvent))]
    assert sorted([*named, "AuctionCommand", "AuctionEvent"]) == sorted(acts.__all__)


@pytest.mark.parametrize("kind", sorted(set(get_args(AuctionEvent)) - {BidPlaced}, key=str))
def test_every_event_says_when(kind):
    assert fields(kind).at.converter is not None


def test_a_bid_that_counts_came_when_the_bid_says():
    placed = BidPlaced(Bid(bidder="ann", amount=PRICE, at=AT.astimezone(PHOENIX)))
    assert (placed.at, placed.at.tzinfo) == (AT, UTC)
    assert list(fields_dict(BidPlaced)) == ["bid"]  # so the two can never differ


def test_when_a_bidder_was_asked_may_be_left_out_but_not_its_zone():
    assert PlaceBid(bidder="ann", amount=PRICE).asked_at is None
    asked = PlaceBid(bidder="ann", amount=PRICE, asked_at=AT.astimezone(PHOENIX)).asked_at
    assert (asked, asked.tzinfo) == (AT, UTC)
    with pytest.raises(ValueError, match="has no zone"):
        PlaceBid(bidder="ann", amount=PRICE, asked_at=AT.replace(tzinfo=None))


def test_ties_are_drawn_alike_where_nothing_is_said_to_draw_them_by():
    assert acts.Advance(token="t").seed == ""
