"""The office, with bidders over HTTP and a store in a file; killed between any two steps."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import time
from datetime import timedelta

import pytest
from attrs import evolve as replace
from starlette.applications import Starlette
from starlette.routing import Mount

from examples.ping_post.bidders import Bidder, after, no, offers, says, silent, yes
from examples.ping_post.exchange import served
from examples.ping_post.office import MARGIN, Office
from leadcore.distribution import BiddingTerms, Method, Way
from leadcore.leads import LeadStatus
from leadcore.testing.auction_contract import AuctionScene
from leadcore.testing.laws import violations
from leadcore.testing.scenes import AT, reception
from leadcore.values import Money
from leadcore_sqlalchemy import SqlStore, engine, upgrade

TRUST = ssl.create_default_context()  # read once: no bidder here has a certificate
FUNDS = 100_000
# Long enough for an honest answer on a busy machine; where somebody is silent it is waited for.
PATIENT = {"collect_ms": 3_000, "bidder_ms": 2_000, "post_ms": 20_000}


class Killed(Exception):
    """The office's process is gone."""


class Dying:
    """A store that is there until the process dies: before or after a numbered write."""

    def __init__(self, store, fatal, *, written) -> None:
        self.store, self.left, self.written = store, fatal, written
        self.lead, self.leads = store.lead, store.leads

    def run(self, case):
        self.left -= 1
        if self.left < 0 or (self.left == 0 and not self.written):
            raise Killed
        answer = self.store.run(case)
        if self.left == 0:
            raise Killed
        return answer


class Town:
    """A scene in a file whose lead is auctioned among bidders that are served."""

    def __init__(self, path, opened, bidders, **times) -> None:
        self.path, self.bidders = path, bidders
        routes = [Mount(f"/{number}", app=bidder.app) for number, bidder in enumerate(bidders)]
        base = opened.enter_context(served(Starlette(routes=routes)))
        self.store = SqlStore(engine(f"sqlite:///{path}"))
        opened.callback(self.close)
        way = Way(
            method=Method.AUCTION,
            bidding=BiddingTerms(minimum=Money(1_000, "USD"), **PATIENT | times),
        )
        self.scene = AuctionScene(store=self.store, accounts=len(bidders), funds=FUNDS, quantity=50)
        self.scene.begin(way)
        self.began = time.monotonic()
        self.addresses = {
            self.scene.order(number): f"{base}/{number}" for number in range(len(bidders))
        }

    def close(self):
        self.store.engine.dispose()

    def reopen(self):
        """Forget all that was in memory."""
        self.close()
        self.store = SqlStore(engine(f"sqlite:///{self.path}"))
        self.scene = replace(self.scene, store=self.store)

    def office(self, store=None, **changed):
        given = {
            "store": store or self.store,
            "seller_id": self.scene.seller,
            "bidders": self.addresses,
            "trust": TRUST,
            "clock": lambda: AT + timedelta(seconds=time.monotonic() - self.began),
        }
        return Office(**given | changed)

    def receive(self, number):
        """Receive one more lead, now."""
        self.store.run(reception(self.scene.seller, number, at=self.office().clock()))

    def sold(self):
        """Work every auction off, and give what became of the lead and the money."""
        asyncio.run(self.office().work_off())
        return self.state()

    def state(self):
        lead = self.store.lead(self.scene.lead_id)
        assert violations(self.store, self.scene.seller) == ()
        spent = [FUNDS - self.scene.money(n)[0] for n in range(len(self.bidders))]
        assert [self.scene.money(n)[1] for n in range(len(self.bidders))] == [0] * len(spent)
        return lead.status, spent, self.scene.reasons()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "empty.db"
    tables = engine(f"sqlite:///{path}")
    upgrade(tables)
    tables.dispose()
    return path


@pytest.fixture
def town(template, tmp_path):
    with contextlib.ExitStack() as opened:

        def make(*bidders, name="town", **times):
            path = tmp_path / f"{name}.db"
            shutil.copy(template, path)
            return Town(path, opened, bidders, **times)

        yield make


def test_the_best_bid_that_is_taken_pays_itself(town):
    there = town(
        Bidder(offers(2_300), no),
        Bidder(offers(2_200), says("taken")),
        Bidder(offers(2_100), says("{}", 503)),
        Bidder(offers(1_900)),
        Bidder(offers(2_600)),
        Bidder(offers(1_500)),
        Bidder(after(2.2, offers(2_400))),
        Bidder(silent),
        Bidder(says('{"minor": 25.5, "currency": "USD"}')),
        Bidder(offers(999)),
        Bidder(offers(2_400, "EUR")),
        collect_ms=2_500,
        bidder_ms=2_000,
    )
    assert there.sold() == (
        LeadStatus.SOLD,
        [0, 0, 0, 1_900, 0, 0, 0, 0, 0, 0, 0],
        (
            *("delivery_failed",) * 3,
            "won",
            "bid_above_its_price",
            "outbid",
            *("declined_to_bid",) * 3,
            "below_minimum",
            "currency_mismatch",
        ),
    )
    assert [len(each.posts) for each in there.bidders] == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert all(len(each.pings) == 1 for each in there.bidders)
    assert not any("212555" in str(each.pings) for each in there.bidders), "a ping names nobody"
    assert "+12125550001" in str(there.bidders[3].posts)
    lead = there.store.lead(there.scene.lead_id)
    assert [each.why for each in lead.failed] == [
        "it said no: we are full",
        "its answer is no JSON",
        "it answered 503",
    ]


def test_whoever_does_not_answer_the_post_is_asked_until_its_time_is_over(town):
    mute, honest = Bidder(offers(2_000), silent), Bidder(offers(1_500))
    there = town(mute, honest, post_ms=600)
    office = there.office(patience=timedelta(milliseconds=150))
    asyncio.run(office.work_off())
    assert there.state() == (LeadStatus.SOLD, [0, 1_500], ("delivery_failed", "won"))
    assert len(mute.posts) > 1
    assert all(post == mute.posts[0] for post in mute.posts), "the same post, under the same token"
    assert there.store.lead(there.scene.lead_id).failed[0].why == "not confirmed in time"


def test_an_answer_that_was_lost_is_asked_for_again(town):
    slow = Bidder(offers(2_000), after(0.2, yes))
    there = town(slow)
    asyncio.run(there.office(patience=timedelta(milliseconds=100)).work_off())
    assert there.state() == (LeadStatus.SOLD, [2_000], ("won",))
    assert len(slow.posts) > 1
    assert len(set(slow.keys)) == 1


def test_nobody_bids_and_an_order_without_an_address_is_passed_over(town):
    there = town(Bidder(says("", 500)), Bidder(offers(2_000)))
    del there.addresses[there.scene.order(1)]
    assert there.sold() == (LeadStatus.UNSOLD, [0, 0], ("declined_to_bid", "declined_to_bid"))


def test_two_workers_of_one_office_sell_a_lead_once(town):
    there = town(Bidder(offers(2_000), no), Bidder(offers(1_500)))

    async def both():
        await asyncio.gather(there.office().work_off(), there.office().work_off())

    asyncio.run(both())
    assert there.state() == (LeadStatus.SOLD, [0, 1_500], ("delivery_failed", "won"))
    assert [len(set(each.keys)) for each in there.bidders] == [1, 1]


def test_killed_between_any_two_steps_it_goes_on_where_it_was(town):
    """Three answers, the close, the first one's failure, the sale: killed on both sides of each."""
    full, honest, mad = Bidder(offers(2_000), no), Bidder(offers(1_500)), Bidder(says("null"))
    there = town(full, honest, mad)
    there.sold()
    before, written = range(1, 7), range(3, 7)
    fatal = [(step, False) for step in before] + [(step, True) for step in written]
    for number, (step, last) in enumerate(fatal, start=2):
        there.receive(number)
        with pytest.raises(ExceptionGroup) as died:
            asyncio.run(there.office(Dying(there.store, step, written=last)).work_off())
        assert died.group_contains(Killed)
        there.reopen()
        asyncio.run(there.office().work_off())
        assert there.store.lead(f"{there.scene.seller}/l{number}").sale.price.minor == 1_500
    sales = 1 + len(fatal)
    assert there.state()[1] == [0, 1_500 * sales, 0]
    assert [len(set(each.keys)) for each in there.bidders] == [sales, sales, 0]
    assert len(honest.keys) == sales, "what it took it took once"
    assert len(honest.posts) == sales + 1, "and once it was asked twice, under the same key"


def test_dead_until_the_time_of_a_winner_is_over(town):
    """Whoever restarts too late does not post any more: the next bid has its turn."""
    there = town(Bidder(offers(2_000)), Bidder(offers(1_500)), post_ms=600)
    try:
        asyncio.run(there.office(Dying(there.store, 4, written=False)).work_off())
    except* Killed:
        assert len(there.bidders[0].keys) == 1
    there.reopen()
    early, late = there.office().clock, timedelta(milliseconds=600) - MARGIN
    asyncio.run(there.office(clock=lambda: early() + late).work_off())
    assert there.state() == (LeadStatus.SOLD, [0, 1_500], ("delivery_failed", "won"))
    assert [len(each.posts) for each in there.bidders] == [1, 1]
