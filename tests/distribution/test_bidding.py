"""What is known of a lead's auction: who was asked, what they answered, what may be told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from attrs import fields

from leadcore import auction
from leadcore.auction import AuctionStatus, Bid, BidRefusal, PostRefusal, PostRefused
from leadcore.distribution import BiddingTerms, Candidate, Reason
from leadcore.distribution.bidding import (
    Bidding,
    answer_of,
    asked_for,
    at_price,
    bidding_tests,
    closed,
    opened,
    told,
)
from leadcore.orders import Order, OrderStatus, OrderTerms, Standing
from leadcore.submissions import Answer, LeadKind, Source, Submission
from leadcore.values import UNLIMITED, Address, Email, Money, PersonName, Phone

AT = datetime(2026, 11, 22, 15, tzinfo=UTC)
TERMS = BiddingTerms(minimum=Money(1_000, "USD"))
OWN, COLLECT = timedelta(milliseconds=500), timedelta(milliseconds=750)
TICK = timedelta(microseconds=1)


def candidate(minor=2_500, currency="USD"):
    order = Order(
        id="o1",
        seller_id="s",
        account_id="a1",
        terms=OrderTerms(user_id="u", price=Money(minor, currency), quantity=UNLIMITED),
        status=OrderStatus.OPEN,
        paused=False,
        opened_at=AT,
    )
    return Candidate(order=order, standing=Standing(), account_active=True, available=UNLIMITED)


def bidding(*bidders, ping=None):
    event = auction.AuctionOpened(
        auction_id="a1",
        ping=ping or auction.Ping(kind=LeadKind.WEB),
        bidders=frozenset(bidders),
        terms=TERMS.auction_terms,
        at=AT,
    )
    return opened(event, 2)


def say(held, command, at=AT):
    for event in auction.decide(command, held.auction, at):
        held = told(held, event)
    return held


def bid(held, bidder, minor, at=AT, currency="USD"):
    return say(held, auction.PlaceBid(bidder=bidder, amount=Money(minor, currency)), at)


def test_the_terms_are_those_of_an_auction_that_keeps_nothing():
    terms = replace(TERMS, collect_ms=1, bidder_ms=2, post_ms=3).auction_terms
    assert (terms.minimum, terms.collect_ms, terms.bidder_ms) == (TERMS.minimum, 1, 2)
    assert (terms.post_ms, terms.deliver_ms, terms.keep_permille) == (3, 3, 0)
    assert all(holds for holds, _, _ in bidding_tests(TERMS))
    assert (TERMS.collect_ms, TERMS.bidder_ms, TERMS.post_ms) == (750, 500, 30_000)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"minimum": Money(0, "USD")}, []),
        ({"minimum": Money(-1, "USD")}, [("minimum", "at least zero")]),
        ({"collect_ms": 1, "bidder_ms": 1, "post_ms": 604_800_000}, []),
        ({"collect_ms": 0}, [("collect_ms", "a whole number from 1 to 604800000")]),
        ({"bidder_ms": True}, [("bidder_ms", "a whole number from 1 to 604800000")]),
        ({"post_ms": 604_800_001}, [("post_ms", "a whole number from 1 to 604800000")]),
    ],
)
def test_terms_on_both_sides_of_each_edge(changes, wrong):
    told = bidding_tests(replace(TERMS, **changes))
    assert [(name, message) for holds, name, message in told if not holds] == wrong


def test_an_auction_is_of_no_waterfall_and_not_over_unless_it_is_said():
    held = Bidding(auction=bidding("a").auction)
    assert (held.tier, held.over) == (0, False)


def test_a_ping_names_nobody():
    person = Submission(
        source=Source(format="json"),
        name=PersonName(first="Secretfirst", last="Secretlast"),
        phones=(Phone(raw="212-555-0199", normal="+12125550199"),),
        emails=(Email(raw="secret@x.example", normal="secret@x.example"),),
        address=Address(street=("1 Secret St",), city="Secretville", state="AZ", zip="85001"),
        comments="Secret comment",
        other_info="Secret info",
        answers=(
            Answer(key="size", values=("4",)),
            Answer(key="nick", values=("Secretnick",)),
        ),
    )
    ping = auction.ping_of(person, tell=frozenset({"size"}))
    assert "ecret" not in repr(ping)
    assert "555" not in repr(ping)
    assert ping.answers == (("size", "4"),)
    # Whoever adds a field here answers for what it tells of a person.
    assert {each.name for each in fields(auction.Ping)} == {
        "kind",
        "vertical",
        "area",
        "state",
        "zip",
        "tcpa",
        "answers",
    }


@pytest.mark.parametrize(
    ("given", "price", "passed"),
    [
        (candidate(1_000), 1_000, None),
        (candidate(2_500), 1_000, None),
        (candidate(999), 999, Reason.BELOW_MINIMUM),
        (candidate(2_500, "EUR"), 2_500, Reason.CURRENCY),
        (replace(candidate(), passed=Reason.OUTBID), 2_500, Reason.OUTBID),
    ],
)
def test_who_is_asked_must_be_able_to_pay_the_least_bid(given, price, passed):
    asked = asked_for(given, TERMS)
    assert (asked.order.terms.price.minor, asked.passed) == (price, passed)


def test_a_candidate_at_another_price_is_the_same_otherwise():
    assert at_price(candidate(2_500), Money(7, "USD")) == candidate(7)


def test_everybody_who_was_asked_has_one_answer():
    held = bidding("won", "late", "low", "euros", "no", "silent", "twice")
    assert held.tier == 2
    held = bid(held, "won", 1_500, AT + OWN - TICK)
    held = bid(held, "late", 1_500, AT + OWN)
    held = bid(held, "low", 999)
    held = bid(held, "euros", 1_500, currency="EUR")
    held = say(held, auction.DeclineBidding(bidder="no", reason="not today"))
    held = bid(held, "twice", 1)
    held = bid(held, "twice", 1_000)
    held = bid(held, "stranger", 9_000)
    held = closed(held, auction.ranked(held.auction.bids, "seed"))
    assert {key: answer_of(held, key) for key in (*held.auction.bidders, "stranger")} == {
        "won": Bid(bidder="won", amount=Money(1_500, "USD"), at=AT + OWN - TICK),
        "twice": Bid(bidder="twice", amount=Money(1_000, "USD"), at=AT),
        "late": Reason.BID_LATE,
        "low": Reason.BELOW_MINIMUM,
        "euros": Reason.CURRENCY,
        "no": Reason.BID_DECLINED,
        "silent": Reason.NO_BID,
        "stranger": Reason.NOT_INVITED,
    }
    assert held.auction.status is AuctionStatus.OFFERED
    assert bid(held, "silent", 2_000, AT + COLLECT).refused[-1].reason is BidRefusal.LATE


def test_a_declined_answer_that_is_changed_stays_declined():
    held = say(bidding("no"), auction.DeclineBidding(bidder="no", reason="not today"))
    held = bid(held, "no", 2_000)
    assert held.refused[-1].reason is BidRefusal.CHANGED
    assert answer_of(closed(held, ()), "no") is Reason.BID_DECLINED


def test_the_last_refusal_is_the_one_that_is_told():
    held = bid(bid(bidding("low"), "low", 1), "low", 5_000, AT + OWN)
    assert [each.reason for each in held.refused] == [BidRefusal.BELOW_MINIMUM, BidRefusal.LATE]
    assert answer_of(closed(held, ()), "low") is Reason.BID_LATE


def test_a_bid_that_was_changed_and_does_not_count_is_told_so():
    held = bid(bid(bidding("two"), "two", 1_500), "two", 2_000)
    assert held.refused[-1].reason is BidRefusal.CHANGED
    assert answer_of(closed(held, ()), "two") is Reason.BID_CHANGED


def test_an_auction_without_a_bid_is_closed_with_nothing():
    held = closed(bidding("a"), ())
    assert held.auction.status is AuctionStatus.UNSOLD
    refused = PostRefused(key="k", reason=PostRefusal.NO_OFFER, at=AT)
    assert told(held, refused).posts == (refused,)
