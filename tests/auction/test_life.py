"""An auction: who wins, at what price, and what comes too late, twice or changed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.auction import (
    Advance,
    Auction,
    AuctionOpened,
    AuctionStatus,
    AuctionTerms,
    Bid,
    BiddingDeclined,
    BidPlaced,
    BidRefusal,
    BidRefused,
    ConfirmationRefused,
    ConfirmDelivery,
    DeclineBidding,
    DeliveryFailed,
    FailDelivery,
    LeadDelivered,
    NothingBid,
    OfferExpired,
    OfferMade,
    OpenAuction,
    Ping,
    PlaceBid,
    PostLead,
    PostRefusal,
    PostRefused,
    PostTaken,
    Undeliverable,
    decide,
    due_at,
    evolve,
    offered,
    ranked,
)
from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.submissions import LeadKind
from leadcore.values import Money

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PING = Ping(kind=LeadKind.WEB, vertical="solar", state="AZ", zip="85001")
TERMS = AuctionTerms(minimum=Money(500, "USD"))
BIDDERS = frozenset({"ann", "bob", "cy"})


def after(millis: float) -> datetime:
    return AT + timedelta(milliseconds=millis)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


CLOSE, POST = after(750), after(1_000)


class Played:
    """An auction under way, with every event of it."""

    def __init__(self, terms: AuctionTerms = TERMS, bidders: frozenset[str] = BIDDERS) -> None:
        self.state: Auction | None = None
        self.events = []
        self.opening = OpenAuction(auction_id="a1", ping=PING, bidders=bidders, terms=terms)
        self.says(self.opening)

    def says(self, command, at: datetime = AT):
        events = decide(command, self.state, at)
        self.events += events
        self.state = fold(evolve, self.state, events)
        return events

    def bids(self, at: datetime = AT, **amounts: int):
        for bidder, minor in amounts.items():
            self.says(PlaceBid(bidder=bidder, amount=usd(minor)), at)
        return self

    def closed(self, at: datetime = CLOSE):
        self.says(Advance(token="t", seed="s"), at)
        return self

    def posted(self, at: datetime = POST, **changed):
        offer = self.state.offer
        given = {"token": offer.token, "price": offer.price, "key": "k", **changed}
        return self.says(PostLead(**given), at)


# -------------------------------------------------------------------------------- collecting


def test_the_best_bid_wins_and_its_price_is_offered():
    played = Played().bids(ann=900, bob=1_200, cy=1_000).closed()
    assert played.state.status is AuctionStatus.OFFERED
    assert played.state.offer.price == usd(1_200)
    assert [bid.bidder for bid in played.state.ranking] == ["bob", "cy", "ann"]


def test_the_seller_keeps_its_part():
    played = Played(replace(TERMS, keep_permille=150)).bids(ann=999).closed()
    assert played.state.offer.price == usd(849)  # 849.15, rounded down


def test_it_closes_as_soon_as_everybody_answered():
    played = Played().bids(ann=900, bob=1_200)
    assert played.says(Advance(token="t"), after(1)) == ()
    assert due_at(played.state) == after(750)
    played.says(DeclineBidding(bidder="cy", reason="not my area"))
    assert due_at(played.state) == AT
    (made,) = played.says(Advance(token="t"), after(1))
    assert isinstance(made, OfferMade)


@pytest.mark.parametrize(
    ("at", "asked", "heard"),
    [
        (after(500) - TICK, None, True),
        (after(500), None, False),
        (after(750) - TICK, after(300), True),
        (after(750), after(300), False),
        (after(700), after(200), False),
        (AT, AT - TICK, False),
    ],
)
def test_a_bidder_and_the_collecting_have_each_their_own_end(at, asked, heard):
    played = Played()
    (event,) = played.says(PlaceBid(bidder="ann", amount=usd(900), asked_at=asked), at)
    assert isinstance(event, BidPlaced if heard else BidRefused)
    assert heard or event.reason is BidRefusal.LATE


@pytest.mark.parametrize(("at", "closes"), [(after(750) - TICK, False), (after(750), True)])
def test_collecting_ends_at_its_instant(at, closes):
    played = Played().bids(ann=900)
    assert bool(played.says(Advance(token="t"), at)) is closes


@pytest.mark.parametrize(
    ("bid", "reason"),
    [
        (PlaceBid(bidder="eve", amount=usd(900)), BidRefusal.NOT_INVITED),
        (PlaceBid(bidder="ann", amount=usd(901)), BidRefusal.CHANGED),
        (PlaceBid(bidder="cy", amount=usd(901)), BidRefusal.CHANGED),
        (PlaceBid(bidder="bob", amount=Money(900, "EUR")), BidRefusal.CURRENCY),
        (PlaceBid(bidder="bob", amount=usd(499)), BidRefusal.BELOW_MINIMUM),
    ],
)
def test_what_is_no_good_bid_is_refused_with_its_reason(bid, reason):
    played = Played().bids(ann=900)
    played.says(DeclineBidding(bidder="cy", reason="no"))
    before = played.state
    (event,) = played.says(bid)
    assert (event.reason, event.bidder) == (reason, bid.bidder)
    assert played.state == before


def test_the_least_bid_counts():
    assert [bid.amount for bid in Played().bids(bob=500).state.bids] == [usd(500)]


def test_a_bid_after_the_close_is_late():
    played = Played().bids(ann=900).closed()
    (event,) = played.says(PlaceBid(bidder="bob", amount=usd(2_000)), after(760))
    assert event.reason is BidRefusal.LATE
    assert played.state.offer.price == usd(900)


def test_what_is_said_twice_counts_once():
    played = Played().bids(ann=900)
    assert played.says(played.opening, after(9_999)) == ()
    assert played.says(PlaceBid(bidder="ann", amount=usd(900)), after(9_999)) == ()
    played.says(DeclineBidding(bidder="bob", reason="no"))
    assert played.says(DeclineBidding(bidder="bob", reason="no")) == ()
    assert played.says(DeclineBidding(bidder="ann", reason="no")) == ()
    played.closed()
    offer = played.state.offer
    assert played.says(Advance(token="other")) == ()
    assert played.says(played.opening, after(9_999)) == ()
    assert played.state.offer == offer, "the same ping gets the same bid"
    assert played.says(DeclineBidding(bidder="cy", reason="late")) == ()


def test_an_id_is_one_ping():
    played = Played()
    with pytest.raises(WrongState) as refused:
        played.says(replace(played.opening, ping=replace(PING, state="NM")))
    said = "OpenAuction is not possible: the id was used for another ping"
    assert str(refused.value) == said
    for other in (
        replace(played.opening, bidders=BIDDERS | {"dan"}),
        replace(played.opening, terms=replace(TERMS, post_ms=1)),
    ):
        with pytest.raises(WrongState, match="another ping"):
            played.says(other)
    assert played.says(played.opening) == ()


def test_without_a_bid_there_is_no_offer():
    played = Played().closed()
    assert isinstance(played.events[-1], NothingBid)
    assert (played.state.status, played.state.reason) == (AuctionStatus.UNSOLD, "nobody bid")
    assert due_at(played.state) is None
    assert played.says(Advance(token="t"), after(10**6)) == ()
    (refused,) = played.says(PostLead(token="t", price=usd(1), key="k"))
    assert refused.reason is PostRefusal.NO_OFFER


# ------------------------------------------------------------------------------------ posting


def test_a_post_is_delivered_to_the_best_bidder_and_sold_at_its_bid():
    played = Played(replace(TERMS, keep_permille=100)).bids(ann=900, bob=1_000).closed()
    (taken,) = played.posted()
    assert isinstance(taken, PostTaken)
    assert (taken.to.bidder, taken.to.amount) == ("bob", usd(1_000))
    (sold,) = played.says(ConfirmDelivery(bidder="bob"), after(1_100))
    assert isinstance(sold, LeadDelivered)
    assert (played.state.status, played.state.deliver_to.amount) == (AuctionStatus.SOLD, usd(1_000))
    assert played.says(ConfirmDelivery(bidder="bob"), after(99_999)) == ()
    assert due_at(played.state) is None


@pytest.mark.parametrize(
    ("changed", "at", "reason"),
    [
        ({"token": "guessed"}, after(1_000), PostRefusal.UNKNOWN_TOKEN),
        ({"price": usd(901)}, after(1_000), PostRefusal.PRICE_CHANGED),
        ({"price": usd(899)}, after(1_000), PostRefusal.PRICE_CHANGED),
        ({"price": Money(900, "EUR")}, after(1_000), PostRefusal.PRICE_CHANGED),
        ({}, after(30_750), PostRefusal.EXPIRED),
    ],
)
def test_a_post_that_is_not_the_offer_is_refused_with_its_reason(changed, at, reason):
    played = Played().bids(ann=900).closed()
    before = played.state
    (event,) = played.posted(at, **changed)
    assert (event.reason, played.state) == (reason, before)


def test_the_last_instant_of_an_offer_is_in_time():
    played = Played().bids(ann=900).closed()
    assert isinstance(played.posted(after(30_750) - TICK)[0], PostTaken)


def test_an_offer_lapses():
    played = Played().bids(ann=900).closed()
    assert due_at(played.state) == after(30_750)
    assert played.says(Advance(token="t"), after(30_750) - TICK) == ()
    (lapsed,) = played.says(Advance(token="t"), after(30_750))
    assert isinstance(lapsed, OfferExpired)
    assert (played.state.status, played.state.reason) == (
        AuctionStatus.EXPIRED,
        "nothing was posted in time",
    )
    assert due_at(played.state) is None
    assert played.posted(after(30_751))[0].reason is PostRefusal.EXPIRED


def test_a_second_post_is_a_duplicate_and_the_same_one_is_not():
    played = Played().bids(ann=900).closed()
    played.posted()
    assert played.posted() == ()
    assert played.posted(key="another")[0].reason is PostRefusal.DUPLICATE
    played.says(ConfirmDelivery(bidder="ann"), after(1_100))
    assert played.posted(key="another")[0].reason is PostRefusal.DUPLICATE
    assert played.posted() == ()


# --------------------------------------------------------------------------------- delivering


def test_the_next_one_gets_it_but_never_below_the_offered_price():
    played = Played(replace(TERMS, keep_permille=100)).bids(ann=1_000, bob=999, cy=1_000).closed()
    assert played.state.offer.price == usd(900)
    first, second = (bid.bidder for bid in played.state.ranking[:2])
    assert {first, second} == {"ann", "cy"}
    played.posted()
    (failed,) = played.says(FailDelivery(bidder=first, reason="HTTP 500"), after(1_200))
    assert isinstance(failed, DeliveryFailed)
    assert (failed.to.bidder, played.state.deliver_by) == (second, after(6_200))
    assert played.says(FailDelivery(bidder=first, reason="HTTP 500"), after(1_300)) == ()
    (end,) = played.says(FailDelivery(bidder=second, reason="full"), after(1_400))
    assert isinstance(end, Undeliverable), "bob's bid does not carry the offered price"
    assert played.state.status is AuctionStatus.UNSOLD
    assert played.state.reason == "nobody took it; last: full"


@pytest.mark.parametrize(
    ("at", "kind"), [(after(6_000) - TICK, LeadDelivered), (after(6_000), ConfirmationRefused)]
)
def test_a_delivery_is_confirmed_in_time_or_not_at_all(at, kind):
    played = Played().bids(ann=900).closed()
    played.posted()
    (event,) = played.says(ConfirmDelivery(bidder="ann"), at)
    assert isinstance(event, kind)


def test_a_silent_bidder_loses_its_turn_and_can_not_take_it_back():
    played = Played().bids(ann=900, bob=900).closed()
    played.posted()
    silent = played.state.deliver_to.bidder
    other = next(bid.bidder for bid in played.state.ranking if bid.bidder != silent)
    assert played.says(Advance(token="t"), after(6_000) - TICK) == ()
    (failed,) = played.says(Advance(token="t"), after(6_000))
    assert (failed.bidder, failed.to.bidder) == (silent, other)
    assert failed.reason == "it was not confirmed in time"
    assert played.state.failed == {silent}
    (refused,) = played.says(ConfirmDelivery(bidder=silent), after(6_001))
    assert refused == ConfirmationRefused(bidder=silent, at=after(6_001))
    played.says(ConfirmDelivery(bidder=other), after(6_002))
    assert played.state.deliver_to.bidder == other


def test_everybody_who_failed_is_remembered():
    played = Played(bidders=BIDDERS).bids(ann=900, bob=900, cy=900).closed()
    played.posted()
    failed = set()
    for turn in range(2):
        now = played.state.deliver_to.bidder
        played.says(FailDelivery(bidder=now, reason="full"), after(1_100 + turn))
        failed.add(now)
        assert played.state.failed == failed
        # Said again by either of them, it is nothing new.
        assert [played.says(FailDelivery(bidder=each, reason="x")) for each in failed] == [
            () for _ in failed
        ]


def test_only_who_has_its_turn_can_fail():
    played = Played().bids(ann=900, bob=901).closed()
    with pytest.raises(WrongState, match=r"FailDelivery .*: nothing is being delivered to bob"):
        played.says(FailDelivery(bidder="bob", reason="x"))
    played.posted()
    with pytest.raises(WrongState, match="nothing is being delivered to ann"):
        played.says(FailDelivery(bidder="ann", reason="x"))
    assert played.says(ConfirmDelivery(bidder="ann"))[0].bidder == "ann"
    assert isinstance(played.events[-1], ConfirmationRefused)


# ------------------------------------------------------------------------------------- ranking


def test_ties_are_drawn_and_no_name_helps():
    bids = tuple(Bid(bidder=name, amount=usd(900), at=AT) for name in ("ann", "bob", "cy"))
    seeds = [str(number) for number in range(3_000)]
    won = Counter(ranked(bids, seed)[0].bidder for seed in seeds)
    assert all(900 < times < 1_100 for times in won.values())
    assert ranked(bids, "x") == ranked(tuple(reversed(bids)), "x")


# -------------------------------------------------------------------------------- what is wrong


def test_every_problem_of_the_terms_is_named():
    terms = AuctionTerms(
        minimum=usd(-1),
        collect_ms=0,
        bidder_ms=1.5,
        post_ms=-1,
        deliver_ms=True,
        keep_permille=1001,
    )
    with pytest.raises(Malformed) as wrong:
        Played(terms)
    whole = "is a whole number of milliseconds above zero"
    assert [(problem.path, problem.message) for problem in wrong.value.problems] == [
        ("terms.minimum", "is at least zero"),
        ("terms.collect_ms", whole),
        ("terms.bidder_ms", whole),
        ("terms.post_ms", whole),
        ("terms.deliver_ms", whole),
        ("terms.keep_permille", "is a whole number from 0 to 1000"),
    ]
    least = AuctionTerms(minimum=usd(0), collect_ms=1, bidder_ms=1, post_ms=1, deliver_ms=1)
    assert Played(least).state is not None
    for keep in (None, -1):
        with pytest.raises(Malformed):
            Played(replace(TERMS, keep_permille=keep))
    assert Played(replace(TERMS, keep_permille=1_000)).state is not None


def test_there_must_be_an_auction():
    with pytest.raises(WrongState, match="there is no such auction"):
        decide(Advance(token="t"), None, AT)
    with pytest.raises(WrongState, match="never opened"):
        evolve(None, NothingBid(at=AT))
    with pytest.raises(WrongState, match="collecting"):
        evolve(Played().state, LeadDelivered(bidder="ann", at=AT))


# -------------------------------------------------------------------------------------- always

NAMES = st.sampled_from(["ann", "bob", "cy", "eve"])
COMMANDS = st.one_of(
    st.builds(
        PlaceBid,
        bidder=NAMES,
        amount=st.builds(usd, st.sampled_from([499, 500, 501, 1_000])),
        asked_at=st.none(),
    ),
    st.builds(DeclineBidding, bidder=NAMES, reason=st.just("no")),
    st.builds(Advance, token=st.sampled_from(["t", "u"]), seed=st.sampled_from(["", "s"])),
    st.builds(
        PostLead,
        token=st.sampled_from(["t", "u"]),
        price=st.builds(usd, st.sampled_from([450, 500, 501, 900, 1_000])),
        key=st.sampled_from(["k", "l"]),
    ),
    st.builds(ConfirmDelivery, bidder=NAMES),
    st.builds(FailDelivery, bidder=NAMES, reason=st.just("no")),
)
PAUSES = st.sampled_from([0, 1, 250, 499, 500, 750, 4_999, 5_000, 29_999, 30_000])


@given(
    steps=st.lists(st.tuples(PAUSES, COMMANDS), max_size=25), keep=st.sampled_from([0, 100, 1_000])
)
def test_whatever_happens_there_is_one_winner_at_the_offered_price(steps, keep):
    played = Played(replace(TERMS, keep_permille=keep))
    now, offers = AT, set()
    for pause, command in steps:
        now += timedelta(milliseconds=pause)
        try:
            events = played.says(command, now)
        except WrongState:
            assert isinstance(command, FailDelivery)
            continue
        assert decide(command, played.state, now) == () or all(
            isinstance(event, BidRefused | PostRefused | ConfirmationRefused)
            for event in decide(command, played.state, now)
        ), "said again at once, nothing more happens"
        state = played.state
        if state.offer is not None:
            offers.add(state.offer)
        if state.deliver_to is not None:
            assert state.deliver_to.bidder not in state.failed
            assert offered(state.deliver_to.amount.minor, keep) >= state.offer.price.minor
        assert (due_at(state) is None) == (
            state.status in {AuctionStatus.SOLD, AuctionStatus.UNSOLD, AuctionStatus.EXPIRED}
        )
        del events
    kinds = Counter(type(event) for event in played.events)
    assert kinds[AuctionOpened] == 1
    assert len(offers) <= 1
    assert kinds[LeadDelivered] + kinds[Undeliverable] <= kinds[PostTaken] <= 1
    assert kinds[BidPlaced] + kinds[BiddingDeclined] <= len(BIDDERS)
    assert fold(evolve, None, played.events) == played.state
