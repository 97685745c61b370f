"""A seller's ways are data: the first that fits is the lead's, and nonsense is named."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore import wire
from leadcore.distribution import (
    PLAIN,
    Apart,
    BiddingTerms,
    DistributionTerms,
    Method,
    Way,
    terms_problems,
)
from leadcore.distribution.bidding import MAX_BIDDING_MS
from leadcore.distribution.terms import MAX_BUYERS, MAX_HOLD_MINUTES
from leadcore.submissions import LeadKind, Source, Submission
from leadcore.values import UNLIMITED, Money


def lead(vertical=None, kind=LeadKind.WEB):
    return Submission(source=Source(format="json"), vertical=vertical, kind=kind)


CALLS = Way(kinds=frozenset({LeadKind.LIVE_CALL}), method=Method.PRICE)
LEGAL = Way(verticals=frozenset({"Legal"}), buyers=3)
TERMS = DistributionTerms((CALLS, LEGAL))


@pytest.mark.parametrize(
    ("given", "way"),
    [
        (lead(), PLAIN),
        (lead("solar"), PLAIN),
        (lead("LEGAL"), LEGAL),
        (lead("legal", LeadKind.LIVE_CALL), CALLS),
    ],
)
def test_the_first_way_that_fits_is_the_leads(given, way):
    assert TERMS.way(given) == way
    assert DistributionTerms().way(given) == PLAIN


def test_what_is_not_known_of_a_lead_is_none_that_is_named():
    assert not Way(verticals=frozenset()).fits(lead())
    assert Way(verticals=None).fits(lead())


AUCTION = Way(method=Method.AUCTION, bidding=BiddingTerms(minimum=Money(1_000, "USD")))


def bidding(**more):
    return replace(AUCTION, bidding=replace(AUCTION.bidding, **more))


@pytest.mark.parametrize(
    ("way", "name"),
    [
        (Way(buyers=1), None),
        (Way(buyers=MAX_BUYERS), None),
        (Way(buyers=0), "buyers"),
        (Way(buyers=MAX_BUYERS + 1), "buyers"),
        (Way(buyers=True), "buyers"),
        (Way(buyer_days=0), None),
        (Way(buyer_days=36_500), None),
        (Way(buyer_days=36_501), "buyer_days"),
        (Way(buyer_days=-1), "buyer_days"),
        (Way(buyer_days=UNLIMITED), None),
        (Way(method=Method.WATERFALL), None),
        (Way(method=Method.WATERFALL, tiers=(Method.PRICE, Method.WEIGHTED)), None),
        (Way(method=Method.WATERFALL, tiers=(Method.WATERFALL,)), "tiers"),
        (Way(tiers=(Method.PRICE,)), "tiers"),
        (Way(hold_minutes=1), None),
        (Way(hold_minutes=MAX_HOLD_MINUTES), None),
        (Way(hold_minutes=0), "hold_minutes"),
        (Way(hold_minutes=MAX_HOLD_MINUTES + 1), "hold_minutes"),
        (Way(hold_minutes=5, buyers=2), "hold_minutes"),
        (AUCTION, None),
        (replace(AUCTION, method=Method.WATERFALL, tiers=(Method.AUCTION,), hold_minutes=5), None),
        (replace(AUCTION, method=Method.PRICE), "bidding"),
        (replace(AUCTION, bidding=None), "bidding"),
        (replace(AUCTION, buyers=2), "buyers"),
        (replace(AUCTION, hold_minutes=5), "hold_minutes"),
        (bidding(minimum=Money(0, "USD")), None),
        (bidding(minimum=Money(-1, "USD")), "bidding.minimum"),
        (bidding(collect_ms=1), None),
        (bidding(collect_ms=0), "bidding.collect_ms"),
        (bidding(bidder_ms=True), "bidding.bidder_ms"),
        (bidding(post_ms=MAX_BIDDING_MS), None),
        (bidding(post_ms=MAX_BIDDING_MS + 1), "bidding.post_ms"),
    ],
)
def test_ways_that_make_no_sense_are_named(way, name):
    found = terms_problems(DistributionTerms((PLAIN, way)))
    assert [each.path for each in found] == ([f"ways[1].{name}"] if name else [])


def test_the_limits_are_those_that_are_published():
    assert (MAX_BUYERS, MAX_HOLD_MINUTES) == (100, 10_080)


SAID = {
    "a whole number from 1 to 100": Way(buyers=0),
    "a whole number from 0 to 36500, or unlimited": Way(buyer_days=-1),
    "only a waterfall has tiers": Way(tiers=(Method.PRICE,)),
    "a tier of a waterfall is no waterfall itself": Way(
        method=Method.WATERFALL, tiers=(Method.WATERFALL,)
    ),
    "a whole number from 1 to 10080": Way(hold_minutes=0),
    "a lead that is delivered first has one buyer": Way(hold_minutes=5, buyers=2),
    "only an auction has its terms": replace(AUCTION, method=Method.PRICE),
    "an auction has its terms": replace(AUCTION, bidding=None),
    "a lead that is auctioned has one buyer": replace(AUCTION, buyers=2),
    "what is auctioned is held for its bidding.post_ms": replace(AUCTION, hold_minutes=5),
    "at least zero": bidding(minimum=Money(-1, "USD")),
    "a whole number from 1 to 604800000": bidding(collect_ms=0),
}


@pytest.mark.parametrize("words", SAID)
def test_each_problem_is_told_in_words(words):
    (found,) = terms_problems(DistributionTerms((SAID[words],)))
    assert found.message == words


def test_what_is_auctioned():
    assert AUCTION.auctions
    assert Way(method=Method.WATERFALL, tiers=(Method.PRICE, Method.AUCTION)).auctions
    assert not Way(method=Method.WATERFALL, tiers=(Method.PRICE,)).auctions


def test_ways_are_written_and_read_back():
    assert wire.load(DistributionTerms, wire.dump(TERMS)) == TERMS
    auctions = DistributionTerms((bidding(tell=frozenset({"size", "age"})),))
    assert wire.load(DistributionTerms, wire.dump(auctions)) == auctions
    # What was agreed is written out: a later default changes nothing.
    assert wire.dump(PLAIN) == {
        "method": "weighted",
        "buyers": 1,
        "apart": "account",
        "buyer_days": "unlimited",
    }


def test_downlines_are_asked_for_only_where_they_matter():
    assert Way(buyers=2, apart=Apart.DOWNLINE).by_downline
    others = (PLAIN, Way(apart=Apart.DOWNLINE), Way(buyers=2))
    assert not any(way.by_downline for way in others)
