"""The exchange, driven over HTTP, with bidders that are slow, silent or wrong."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from examples.ping_post.bidders import Bidder, no, offers, says, silent
from examples.ping_post.exchange import Exchange, served
from leadcore.auction import (
    AuctionStatus,
    AuctionTerms,
    BiddingDeclined,
    BidRefusal,
    BidRefused,
    DeliveryFailed,
)
from leadcore.values import Money

PING = {"kind": "web", "vertical": "solar", "state": "AZ", "zip": "85001"}
# Long enough for an honest answer on a busy machine, short enough to wait for a silent one.
TERMS = AuctionTerms(
    minimum=Money(500, "USD"), collect_ms=3_000, bidder_ms=2_000, deliver_ms=2_000, post_ms=600_000
)


class Market:
    def __init__(self, exchange, base, bidders) -> None:
        self.exchange, self.base, self.bidders = exchange, base, bidders
        self.http = httpx.Client(trust_env=False, timeout=60)

    def ping(self, name="a", ping=PING):
        return self.http.post(f"{self.base}/auctions/{name}/ping", json=ping)

    def post(self, offer, name="a", **changed):
        said = {"token": offer["token"], "price": offer["price"], "person": {"name": "Ann"}}
        return self.http.post(f"{self.base}/auctions/{name}/post", json=said | changed)

    def journal(self, kind, name="a"):
        return [each for each in self.exchange.running[name].journal if isinstance(each, kind)]

    def state(self, name="a"):
        return self.exchange.running[name].state


@pytest.fixture
def market():
    with contextlib.ExitStack() as opened:

        def make(terms=TERMS, **bidders):
            addresses = {
                name: opened.enter_context(served(bidder.app)) for name, bidder in bidders.items()
            }
            exchange = Exchange(addresses, terms)
            made = Market(exchange, opened.enter_context(served(exchange.app)), bidders)
            opened.callback(made.http.close)
            return made

        yield make


def test_the_best_good_bid_gets_the_lead_and_nobody_else_the_person(market):
    there = market(
        good=Bidder(offers(2_500)),
        cheap=Bidder(offers(900)),
        silent=Bidder(silent),
        nonsense=Bidder(says("two thousand")),
        float=Bidder(says('{"minor": 25.5, "currency": "USD"}')),
        down=Bidder(says("{}", 500)),
        euro=Bidder(offers(9_900, "EUR")),
        low=Bidder(offers(499)),
    )
    told = there.ping().json()
    assert told["offer"]["price"] == {"minor": 2_500, "currency": "USD"}
    assert {each.bidder for each in there.journal(BiddingDeclined)} == {
        "silent",
        "nonsense",
        "float",
        "down",
    }
    assert {each.bidder: each.reason for each in there.journal(BidRefused)} == {
        "euro": BidRefusal.CURRENCY,
        "low": BidRefusal.BELOW_MINIMUM,
    }
    assert there.ping().json() == told, "the same ping gets the same bid"
    assert there.post(told["offer"]).json() == {"status": "sold"}
    assert there.state().deliver_to.bidder == "good"
    assert [len(bidder.posts) for bidder in there.bidders.values()] == [1] + [0] * 7
    assert all("Ann" not in str(bidder.pings) for bidder in there.bidders.values())


def test_a_bidder_that_fails_is_followed_by_the_next(market):
    there = market(
        first=Bidder(offers(1_000), says("[]")),
        second=Bidder(offers(1_000), silent),
        third=Bidder(offers(1_000), no),
        fourth=Bidder(offers(1_000), says("{}", 503)),
        honest=Bidder(offers(999)),
    )
    offer = there.ping().json()["offer"]
    answer = there.post(offer).json()
    assert answer["status"] == "unsold", "the honest bid does not carry the offered price"
    assert len(there.journal(DeliveryFailed)) == 3
    assert there.post(offer).json() == answer, "the same post gets the same answer"
    assert len(there.bidders["honest"].posts) == 0


def test_what_is_no_good_post_is_refused_with_its_reason(market):
    there = market(good=Bidder(offers(1_000)))
    offer = there.ping().json()["offer"]
    assert there.post(offer, token="guessed").json() == {"refused": "unknown_token"}
    changed = there.post(offer, price={"minor": 1, "currency": "USD"})
    assert (changed.status_code, changed.json()) == (422, {"refused": "price_changed"})
    assert there.post(offer, name="b").status_code == 404
    assert there.post(offer, price={"minor": "1", "currency": "USD"}).status_code == 400
    assert there.ping(ping=PING | {"phone": "+16025550100"}).status_code == 400
    assert there.ping(ping=[]).status_code == 400
    assert there.ping(ping=PING | {"state": "NM"}).status_code == 409
    assert there.post(offer).json() == {"status": "sold"}
    twice = there.post(offer, person={"name": "Bob"})
    assert (twice.status_code, twice.json()) == (409, {"refused": "duplicate"})


def test_posts_at_the_same_time_are_one_sale(market):
    there = market(good=Bidder(offers(1_000)), other=Bidder(offers(1_000)))
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: there.ping().json(), range(8)))
        assert all(each == told[0] for each in told)
        offer = told[0]["offer"]
        posts = list(
            threads.map(lambda n: there.post(offer, person={"name": f"P{n % 2}"}), range(8))
        )
    assert sorted({post.status_code for post in posts}) == [200, 409]
    assert there.state().status is AuctionStatus.SOLD
    assert sum(len(bidder.posts) for bidder in there.bidders.values()) == 1
    assert [len(bidder.pings) for bidder in there.bidders.values()] == [1, 1]


def test_nobody_bids(market):
    there = market(down=Bidder(says("", 500)))
    assert there.ping().json() == {"status": "unsold", "reason": "nobody bid"}
