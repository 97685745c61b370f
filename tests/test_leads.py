"""A lead's life follows its table; what its events add to orders sums to what they hold."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import leads
from leadcore.auction import (
    AuctionOpened,
    AuctionTerms,
    Bid,
    BiddingDeclined,
    BidPlaced,
    BidRefusal,
    BidRefused,
    Ping,
    PostRefusal,
    PostRefused,
)
from leadcore.decider import fold
from leadcore.distribution import SCALE, CandidateDecision, Reason
from leadcore.distribution.bidding import opened
from leadcore.errors import Malformed, WrongState
from leadcore.leads import (
    AssignLead,
    AttemptOutcome,
    AuctionClosed,
    ContactAttempt,
    ContactAttempted,
    DeliveryFailed,
    FailedDelivery,
    LeadAssigned,
    LeadAuctioned,
    LeadDelivered,
    LeadDetached,
    LeadReattached,
    LeadReceived,
    LeadRefused,
    LeadReserved,
    LeadSold,
    LeadStatus,
    LeadUnsold,
    LogAttempt,
    NoteAdded,
    RefusalReason,
    Reservation,
    Sale,
    decide,
    evolve,
    first_contact_due,
    spending_deltas,
    standing_deltas,
    untried_until,
)
from leadcore.submissions import Channel, LeadKind, Source, Submission
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
S = LeadStatus
RECEIVED = LeadReceived(
    lead_id="l1",
    seller_id="s",
    source_key="k",
    submission=Submission(source=Source(format="json")),
    at=AT,
)
LEAD = evolve(None, RECEIVED)
OFFERS = (
    CandidateDecision(order_id="o1", account_id="a", reason=Reason.WON, share=SCALE // 4),
    CandidateDecision(
        order_id="o2", account_id="b", reason=Reason.OUTRANKED, share=SCALE - SCALE // 4
    ),
    CandidateDecision(order_id="o3", account_id="c", reason=Reason.ORDER_PAUSED),
)
SALE = Sale(
    id="sale",
    lead_id="l1",
    order_id="o1",
    account_id="a",
    user_id="u",
    price=Money(2500, "USD"),
    sold_at=AT,
)
ATTEMPT = ContactAttempt(channel=Channel.CALL, at=AT, by="u", outcome=AttemptOutcome.NO_ANSWER)
HELD = Reservation(
    sale_id="sale",
    order_id="o1",
    account_id="a",
    user_id="u",
    price=Money(2500, "USD"),
    hold_id="sale/hold",
    reserved_at=AT,
    expires_at=AT + timedelta(minutes=30),
)
FAILED = FailedDelivery(sale_id="sale", order_id="o1", account_id="a", why="503", at=AT)
OPENED = AuctionOpened(
    auction_id="auction",
    ping=Ping(kind=LeadKind.WEB),
    bidders=frozenset({"o1", "o2"}),
    terms=AuctionTerms(minimum=Money(1_000, "USD")),
    at=AT,
)
BIDDING = opened(OPENED, 0)
BID = Bid(bidder="o1", amount=Money(2_500, "USD"), at=AT)
EVENTS = {
    "auctioned": LeadAuctioned(opened=OPENED, tier=0, offers=OFFERS, at=AT),
    "bid": BidPlaced(BID),
    "bid refused": BidRefused(
        bidder="o2", amount=Money(1, "USD"), reason=BidRefusal.BELOW_MINIMUM, at=AT
    ),
    "declined": BiddingDeclined(bidder="o2", reason="no", at=AT),
    "closed": AuctionClosed(ranking=(BID,), at=AT),
    "post refused": PostRefused(key="k", reason=PostRefusal.EXPIRED, at=AT),
    "reserved": LeadReserved(reservation=HELD, offers=OFFERS, at=AT),
    "delivered": LeadDelivered(sale_id="sale", transfer_id="sale/charge", at=AT),
    "undelivered": DeliveryFailed(failed=FAILED, offers=OFFERS, frees=Money(2500, "USD"), at=AT),
    "refused": LeadRefused(reasons=(RefusalReason.DUPLICATE,), duplicate_of="l0", at=AT),
    "sold": LeadSold(sale=SALE, offers=OFFERS, at=AT),
    "unsold": LeadUnsold(offers=OFFERS[2:], at=AT),
    "assigned": LeadAssigned(user_id="v", by="u", at=AT),
    "detached": LeadDetached(refund_id="r", order_id="o1", frees_place=True, at=AT),
    "reattached": LeadReattached(refund_id="r", order_id="o1", takes_place=True, at=AT),
    "attempted": ContactAttempted(attempt=ATTEMPT),
    "noted": NoteAdded(text="asked again", lead_id="l2", at=AT),
}
FOLLOWS = {
    ("refused", S.RECEIVED): S.REFUSED,
    ("sold", S.RECEIVED): S.SOLD,
    ("sold", S.UNSOLD): S.SOLD,
    ("unsold", S.RECEIVED): S.UNSOLD,
    ("unsold", S.UNSOLD): S.UNSOLD,
    ("reserved", S.RECEIVED): S.RESERVED,
    ("reserved", S.UNSOLD): S.RESERVED,
    ("delivered", S.RESERVED): S.SOLD,
    ("undelivered", S.RESERVED): S.UNSOLD,
    ("assigned", S.SOLD): S.SOLD,
    ("detached", S.SOLD): S.REFUNDED,
    ("reattached", S.REFUNDED): S.SOLD,
    ("attempted", S.SOLD): S.SOLD,
    ("auctioned", S.RECEIVED): S.BIDDING,
    ("auctioned", S.UNSOLD): S.BIDDING,
    ("bid", S.BIDDING): S.BIDDING,
    ("declined", S.BIDDING): S.BIDDING,
    ("closed", S.BIDDING): S.UNSOLD,
    **{("noted", status): status for status in S},
    **{("bid refused", status): status for status in S},
    **{("post refused", status): status for status in S},
}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("name", EVENTS)
def test_every_event_in_every_state(name, status):
    state = replace(LEAD, status=status, sale=SALE, reservation=HELD, bidding=BIDDING)
    if (name, status) in FOLLOWS:
        assert evolve(state, EVENTS[name]).status is FOLLOWS[name, status]
    else:
        with pytest.raises(WrongState, match=f"the lead is {status.value}"):
            evolve(state, EVENTS[name])


@pytest.mark.parametrize("name", EVENTS)
def test_nothing_happens_before_the_reception(name):
    with pytest.raises(WrongState, match="never received"):
        evolve(None, EVENTS[name])


def test_the_table_names_every_event_but_the_first():
    events = set(leads.LeadEvent.__args__) - {LeadReceived}
    assert set(leads._FROM) == set(leads._AFTER) == events


def test_what_an_auction_leaves_behind():
    bidding = evolve(LEAD, EVENTS["auctioned"])
    assert (bidding.offers, bidding.bidding, bidding.held_by) == (OFFERS, BIDDING, None)
    told = fold(evolve, bidding, [EVENTS["bid"], EVENTS["declined"], EVENTS["bid refused"]])
    assert told.bidding.auction.bids == (BID,)
    closed = evolve(told, EVENTS["closed"])
    assert (closed.bidding.auction.ranking, closed.bidding.over) == ((BID,), False)
    assert evolve(closed, EVENTS["unsold"]).bidding.over
    held = fold(evolve, closed, [EVENTS["reserved"], EVENTS["post refused"]])
    assert held.bidding.posts == (EVENTS["post refused"],)
    sold = evolve(held, replace(EVENTS["delivered"], post_key="post"))
    assert sold.bidding.auction.post_key == "post"
    assert evolve(held, EVENTS["delivered"]).bidding == held.bidding
    again = evolve(closed, EVENTS["auctioned"])
    assert again.bidding == BIDDING
    assert standing_deltas(EVENTS["auctioned"]) == spending_deltas(EVENTS["auctioned"]) == ()


@pytest.mark.parametrize("name", ["bid refused", "post refused"])
def test_what_was_never_auctioned_has_no_bids_and_no_posts(name):
    with pytest.raises(WrongState, match="never auctioned"):
        evolve(LEAD, EVENTS[name])


def test_what_each_event_leaves_behind():
    sold = evolve(LEAD, EVENTS["sold"])
    assert (sold.sale, sold.assigned_to, sold.offers) == (SALE, "u", OFFERS)
    assert evolve(sold, EVENTS["assigned"]).assigned_to == "v"
    gone = evolve(sold, EVENTS["detached"])
    assert (gone.refund_id, gone.freed_place, gone.sale) == ("r", True, SALE)
    back = evolve(gone, EVENTS["reattached"])
    assert (back.refund_id, back.freed_place, back.sale) == (None, False, SALE)
    refused = evolve(LEAD, EVENTS["refused"])
    assert (refused.refusals, refused.duplicate_of) == ((RefusalReason.DUPLICATE,), "l0")
    assert evolve(LEAD, EVENTS["unsold"]).offers == OFFERS[2:]
    noted = fold(evolve, sold, [EVENTS["attempted"], EVENTS["noted"], EVENTS["noted"]])
    assert (noted.attempts, noted.notes) == ((ATTEMPT,), (EVENTS["noted"],) * 2)


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("command", [AssignLead(user_id="v", by="u"), LogAttempt(attempt=ATTEMPT)])
def test_only_a_held_lead_is_worked(command, status):
    state = replace(LEAD, status=status, sale=SALE, assigned_to="u")
    if status is S.SOLD:
        assert len(decide(command, state, AT)) == 1
    else:
        with pytest.raises(WrongState, match=status.value):
            decide(command, state, AT)


def test_saying_again_what_holds_changes_nothing():
    held = fold(evolve, LEAD, [EVENTS["sold"], EVENTS["attempted"]])
    assert decide(AssignLead(user_id="u"), held, AT) == ()
    assert decide(LogAttempt(attempt=ATTEMPT), held, AT) == ()
    other = replace(ATTEMPT, outcome=AttemptOutcome.VOICEMAIL)
    assert len(decide(LogAttempt(attempt=other), held, AT + timedelta(hours=1))) == 1


def test_an_attempt_lies_between_the_sale_and_now():
    held = fold(evolve, LEAD, [EVENTS["sold"]])
    tick, now = timedelta(microseconds=1), SALE.sold_at + timedelta(hours=1)
    for at in (SALE.sold_at, now):
        assert decide(LogAttempt(attempt=replace(ATTEMPT, at=at)), held, now)
    for at, words in ((SALE.sold_at - tick, "before the sale"), (now + tick, "future")):
        with pytest.raises(Malformed, match=words):
            decide(LogAttempt(attempt=replace(ATTEMPT, at=at)), held, now)


def test_a_lead_is_held_since_its_sale_or_its_return():
    sold = fold(evolve, LEAD, [EVENTS["sold"]])
    gone = evolve(sold, EVENTS["detached"])
    back = evolve(gone, EVENTS["reattached"])
    assert (LEAD.held_since, sold.held_since) == (None, SALE.sold_at)
    assert (gone.held_since, back.held_since) == (None, EVENTS["reattached"].at)


def test_a_sale_takes_a_place_and_moves_the_credits():
    assert standing_deltas(EVENTS["sold"]) == (
        ("o1", 1, SCALE // 4 - SCALE),
        ("o2", 0, SCALE - SCALE // 4),
    )
    assert sum(credit for _, _, credit in standing_deltas(EVENTS["sold"])) == 0


def test_a_winner_with_no_share_still_pays_for_the_lead():
    offers = (replace(OFFERS[0], share=0), replace(OFFERS[1], share=SCALE))
    event = LeadSold(sale=SALE, offers=offers, at=AT)
    assert standing_deltas(event) == (("o1", 1, -SCALE), ("o2", 0, SCALE))


@given(st.booleans())
def test_a_refund_frees_a_place_only_where_the_terms_say_so(frees):
    detached = replace(EVENTS["detached"], frees_place=frees)
    reattached = replace(EVENTS["reattached"], takes_place=frees)
    assert standing_deltas(detached) == ((("o1", -1, 0),) if frees else ())
    assert standing_deltas(reattached) == ((("o1", 1, 0),) if frees else ())


@pytest.mark.parametrize("name", ["refused", "unsold", "assigned", "attempted", "noted"])
def test_other_events_move_no_numbers(name):
    assert standing_deltas(EVENTS[name]) == ()


# --------------------------------------------------------------------------------- first contact


def tried(lead, gap):
    attempt = replace(ATTEMPT, at=lead.sale.sold_at + gap)
    return evolve(lead, ContactAttempted(attempt=attempt))


def test_first_contact_is_due_24_hours_after_the_account_came_to_hold_the_lead():
    sold, hour = evolve(LEAD, EVENTS["sold"]), timedelta(hours=1)
    assert first_contact_due(sold) == untried_until(sold) == AT + 24 * hour
    assert first_contact_due(LEAD) is untried_until(LEAD) is None
    back = evolve(sold, replace(EVENTS["detached"], at=AT + hour))
    assert first_contact_due(back) is untried_until(back) is None
    again = evolve(back, replace(EVENTS["reattached"], at=AT + 5 * hour))
    assert first_contact_due(again) == untried_until(again) == AT + 29 * hour
    assert first_contact_due(replace(sold, held_since=None)) == AT + 24 * hour


def test_whoever_tried_since_is_waited_for_no_more():
    sold, tick = evolve(LEAD, EVENTS["sold"]), timedelta(microseconds=1)
    assert untried_until(tried(sold, timedelta())) is None
    assert first_contact_due(tried(sold, timedelta())) == AT + timedelta(hours=24)
    before = evolve(tried(sold, tick), EVENTS["detached"])
    again = evolve(before, replace(EVENTS["reattached"], at=AT + 2 * tick))
    assert untried_until(again) == AT + 2 * tick + timedelta(hours=24)
    assert untried_until(tried(again, 2 * tick)) is None
    assert untried_until(replace(tried(sold, tick), held_since=None)) is None


# --------------------------------------------------------------------- delivered before it is sold


def test_a_reservation_becomes_the_sale_when_it_arrives():
    held = evolve(LEAD, EVENTS["reserved"])
    assert (held.reservation, held.sale, held.assigned_to, held.held_by) == (HELD, None, None, "a")
    sold = evolve(held, EVENTS["delivered"])
    assert (sold.reservation, sold.assigned_to, sold.held_by) == (None, "u", "a")
    assert sold.sale == replace(SALE, transfer_id="sale/charge", placed_at=AT)
    assert (sold.held_since, sold.offers) == (AT, OFFERS)


def test_what_is_reserved_for_another_sale_does_not_arrive():
    held = evolve(LEAD, EVENTS["reserved"])
    for wrong in (
        replace(held, reservation=None),
        replace(held, reservation=replace(HELD, sale_id="x")),
    ):
        with pytest.raises(WrongState, match="reserved for another sale"):
            evolve(wrong, EVENTS["delivered"])


def test_a_delivery_that_fails_leaves_who_it_was_and_nothing_else():
    free = fold(evolve, LEAD, [EVENTS["reserved"], EVENTS["undelivered"]])
    assert (free.reservation, free.failed, free.held_by) == (None, (FAILED,), None)
    numbers = {}
    for name in ("reserved", "delivered", "undelivered"):
        for key, sold, credit in standing_deltas(EVENTS[name]):
            before = numbers.get(key, (0, 0))
            numbers[key] = (before[0] + sold, before[1] + credit)
    assert set(numbers.values()) == {(0, 0)}


def test_a_lead_is_of_the_family_of_the_first():
    assert LEAD.family == "l1"
    share = evolve(None, replace(RECEIVED, lead_id="l1~2", share_of="l1"))
    assert (share.id, share.family, share.held_by) == ("l1~2", "l1", None)


def test_what_an_event_adds_to_what_orders_have_spent():
    price = SALE.price
    placed = replace(EVENTS["detached"], frees=price)
    assert spending_deltas(EVENTS["sold"]) == ((SALE.order_id, price.minor),)
    assert spending_deltas(placed) == ((placed.order_id, -price.minor),)
    assert spending_deltas(EVENTS["detached"]) == ()
    taken = replace(EVENTS["reattached"], takes=price)
    assert spending_deltas(taken) == ((taken.order_id, price.minor),)
    assert spending_deltas(EVENTS["attempted"]) == ()


def test_a_sale_counts_when_its_place_was_taken():
    before = SALE.sold_at - timedelta(minutes=5)
    assert SALE.counted_at == SALE.sold_at
    assert replace(SALE, placed_at=before).counted_at == before


def test_what_a_reservation_spends_comes_back_when_it_fails():
    spent = [spending_deltas(EVENTS[name]) for name in ("reserved", "delivered", "undelivered")]
    assert spent == [(("o1", 2500),), (), (("o1", -2500),)]
    over = replace(EVENTS["undelivered"], frees=None)
    assert spending_deltas(over) == ()
    assert [sold for _, sold, _ in standing_deltas(over)] == [0, 0]
