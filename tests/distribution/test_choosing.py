"""One lead, one buyer, a reason for everybody, and nobody more than a lead from their due."""

import itertools
import math
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import AccountStatus, LedgerAccount
from leadcore.distribution import (
    PLAIN,
    SCALE,
    Apart,
    BiddingTerms,
    Candidate,
    Method,
    Reason,
    Way,
    choose,
    purse,
    rotate,
    shares,
)
from leadcore.distribution.decisions import CandidateDecision
from leadcore.orders import (
    MAX_WEIGHT,
    Cap,
    Caps,
    Filters,
    Hours,
    Order,
    OrderStatus,
    OrderTerms,
    Period,
    Span,
    Standing,
    Usage,
    window_at,
)
from leadcore.submissions import LeadKind, Source, Submission
from leadcore.testing.distribution_play import PLAIN_METHODS
from leadcore.values import MAX_MINOR, UNLIMITED, Address, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
LEAD = Submission(
    source=Source(format="json"),
    vertical="legal",
    area="Family law",
    address=Address(state="FL", zip="33101"),
)


FRESH = Standing()


def candidate(key="o1", *, standing=FRESH, paused=False, status=OrderStatus.OPEN, **more):
    known = {
        "account_active",
        "recipient_enabled",
        "available",
        "returned_person",
        "has_person",
        "undelivered",
    }
    terms = {"user_id": "u", "price": Money(2500, "USD"), "quantity": UNLIMITED}
    terms |= {name: value for name, value in more.items() if name not in known}
    order = Order(
        id=key,
        seller_id="s",
        account_id=f"account-of-{key}",
        terms=OrderTerms(**terms),
        status=status,
        paused=paused,
        opened_at=AT,
    )
    facts = {"account_active": True, "available": Money(10_000, "USD")}
    facts |= {name: value for name, value in more.items() if name in known}
    return Candidate(order=order, standing=standing, **facts)


def banked(bank, spent=0):
    given_ = {"bank": Money(bank, "USD"), "quantity": UNLIMITED}
    return candidate(**given_, standing=Standing(spent=spent))


def capped(period, used=0, **cap):
    caps = Caps(zone="UTC", limits=(Cap(period=period, **cap),))
    opens = window_at(caps, period, AT).opens_at
    usage = Usage(period=period, opens_at=opens, leads=used, money=2_500 * used)
    return candidate(caps=caps, standing=Standing(usage=(usage,)))


def only_reason(one, lead=LEAD, at=AT):
    (decision,) = choose(lead, [one], at=at).decisions
    return decision.reason


NO_STATE = replace(LEAD, address=Address())


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (candidate(), Reason.WON),
        (candidate(status=OrderStatus.CLOSED), Reason.ORDER_CLOSED),
        (candidate(paused=True), Reason.ORDER_PAUSED),
        (candidate(starts_at=AT), Reason.WON),
        (candidate(starts_at=AT + timedelta(microseconds=1)), Reason.NOT_STARTED),
        (candidate(ends_at=AT + timedelta(microseconds=1)), Reason.WON),
        (candidate(ends_at=AT), Reason.ENDED),
        (candidate(quantity=2, standing=Standing(sold=1)), Reason.WON),
        (candidate(quantity=2, standing=Standing(sold=2)), Reason.FILLED),
        (candidate(quantity=0), Reason.FILLED),
        (candidate(hours=Hours("UTC", (Span(AT.isoweekday(), 0, 1440),))), Reason.WON),
        (candidate(hours=Hours("UTC")), Reason.OUTSIDE_HOURS),
        (banked(5_000, spent=2_500), Reason.WON),
        (banked(5_000, spent=2_501), Reason.BANK),
        (banked(0), Reason.BANK),
        (capped(Period.DAY, leads=2, used=1), Reason.WON),
        *((capped(period, leads=2, used=2), Reason[f"CAP_{period.name}"]) for period in Period),
        (capped(Period.DAY, leads=0), Reason.CAP_DAY),
        (capped(Period.DAY, money=Money(5_000, "USD"), used=1), Reason.WON),
        *(
            (
                capped(period, money=Money(4_999, "USD"), used=1),
                Reason[f"MONEY_CAP_{period.name}"],
            )
            for period in Period
        ),
        (candidate(account_active=False), Reason.ACCOUNT_STOPPED),
        (candidate(recipient_enabled=False), Reason.NO_RECIPIENT),
        (candidate(available=Money(2500, "USD")), Reason.WON),
        (candidate(available=Money(2499, "USD")), Reason.FUNDS),
        (candidate(available=None), Reason.FUNDS),
        (candidate(available=UNLIMITED), Reason.WON),
        (candidate(available=Money(99_999, "EUR")), Reason.CURRENCY),
        (candidate(returned_person=True), Reason.FORMER_ASSOCIATE),
        (candidate(has_person=True), Reason.OWN_ASSOCIATE),
        (candidate(filters=Filters(kinds=frozenset({LeadKind.WEB}))), Reason.WON),
        (candidate(filters=Filters(kinds=frozenset({LeadKind.LIVE_CALL}))), Reason.KIND),
        (candidate(filters=Filters(verticals=frozenset({"LEGAL"}))), Reason.WON),
        (candidate(filters=Filters(verticals=frozenset({"solar"}))), Reason.VERTICAL),
        (candidate(filters=Filters(areas=frozenset({"family LAW"}))), Reason.WON),
        (candidate(filters=Filters(areas=frozenset())), Reason.AREA),
        (candidate(filters=Filters(states=frozenset({"FL"}))), Reason.WON),
        (candidate(filters=Filters(states=frozenset({"NY"}))), Reason.STATE),
        (candidate(filters=Filters(zips=frozenset({"331"}))), Reason.WON),
        (candidate(filters=Filters(zips=frozenset({"33102", "100"}))), Reason.ZIP),
    ],
)
def test_every_reason_on_both_sides_of_its_edge(one, reason):
    assert only_reason(one) is reason


def test_what_is_not_known_of_a_lead_matches_no_filter():
    assert only_reason(candidate(filters=Filters(states=frozenset({"FL"}))), NO_STATE) is (
        Reason.STATE
    )
    assert only_reason(candidate(filters=Filters(zips=frozenset({"3"}))), NO_STATE) is Reason.ZIP
    assert only_reason(candidate(), NO_STATE) is Reason.WON


def test_nobody_to_choose_from_is_no_winner():
    choice = choose(LEAD, [], at=AT)
    assert (choice.decisions, choice.winner) == ((), None)


def test_purse_is_what_may_be_spent():
    account = LedgerAccount(
        id="a", seller_id="s", currency="USD", floor=-500, credits_posted=1000, debits_pending=100
    )
    assert purse(account) == Money(1400, "USD")
    assert purse(replace(account, floor=UNLIMITED)) is UNLIMITED
    assert purse(replace(account, status=AccountStatus.FROZEN)) is None
    assert purse(None) is None


def play(weights, leads, *, eligible=lambda _lead, _index: True):
    """Give each order's received leads and exact due (in SCALE parts) after each lead."""
    carried = [0] * len(weights)
    due = [0] * len(weights)
    got = [0] * len(weights)
    for lead in range(leads):
        taking = [index for index in range(len(weights)) if eligible(lead, index)]
        if not taking:
            continue
        gains = shares(tuple(weights[index] for index in taking))
        winner = taking[rotate(tuple(carried[index] for index in taking), gains)]
        for index, gain in zip(taking, gains, strict=True):
            carried[index] += gain
            due[index] += gain
        carried[winner] -= SCALE
        got[winner] += 1
        yield tuple(got), tuple(due), tuple(carried)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12), st.integers(1, 300))
def test_after_every_lead_everybody_is_within_one_lead_of_their_due(weights, leads):
    for got, due, carried in play(weights, leads):
        assert all(abs(g * SCALE - d) < SCALE for g, d in zip(got, due, strict=True))
        assert sum(carried) == 0


@given(st.lists(st.integers(1, 50), min_size=2, max_size=8), st.data())
def test_whoever_is_away_neither_gains_nor_loses(weights, data):
    away = data.draw(st.integers(0, len(weights) - 1))
    carried = [
        step[away] for *_, step in play(weights, 60, eligible=lambda n, i: i != away or n < 20)
    ]
    assert set(carried[20:]) == {carried[19]}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(weights, random):
    asked = [
        candidate(f"o{index}", weight=weight, standing=Standing(credit=index * 7 - 9))
        for index, weight in enumerate(weights)
    ]
    shuffled = asked[:]
    random.shuffle(shuffled)
    assert choose(LEAD, asked, at=AT) == choose(LEAD, shuffled, at=AT)


@given(st.lists(st.integers(1, 10**6), max_size=20))
def test_shares_of_one_lead_sum_to_one_lead(weights):
    parts = shares(tuple(weights))
    assert sum(parts) == (SCALE if weights else 0)
    total = sum(weights)
    assert all(abs(p * total - SCALE * w) <= total for p, w in zip(parts, weights, strict=True))


def test_ties_go_to_the_larger_credit_then_to_the_smaller_id():
    assert rotate((0, 0, 0), shares((1, 1, 1))) == 0
    assert rotate((-5, 5), shares((1, 1))) == 1


def test_with_nothing_due_to_anybody_the_one_least_ahead_is_taken():
    assert rotate((-3 * SCALE, -2 * SCALE, -2 * SCALE), shares((1, 1, 1))) == 1


def test_unrelated_candidates_change_nothing_for_the_others():
    two = [candidate("o1", weight=3), candidate("o2", weight=1)]
    stranger = candidate("o0", filters=Filters(states=frozenset({"NY"})))
    with_stranger = choose(LEAD, [*two, stranger], at=AT)
    assert choose(LEAD, two, at=AT).decisions == with_stranger.decisions[1:]
    assert with_stranger.decisions[0].share == 0


def test_a_test_lead_has_no_buyer_and_counts_for_nobody():
    asked = [candidate("o1"), candidate("o2", paused=True)]
    choice = choose(replace(LEAD, test=True), asked, at=AT)
    assert choice.winner is None
    assert [(d.reason, d.share) for d in choice.decisions] == [(Reason.TEST_LEAD, 0)] * 2


def test_a_vast_credit_limit_still_fits_a_column():
    rich = LedgerAccount(
        id="a", seller_id="s", currency="USD", floor=-MAX_MINOR, credits_posted=MAX_MINOR
    )
    assert purse(rich) == Money(MAX_MINOR, "USD")
    poor = LedgerAccount(
        id="a", seller_id="s", currency="USD", floor=MAX_MINOR, debits_posted=MAX_MINOR
    )
    assert purse(poor) == Money(-MAX_MINOR, "USD")
    assert only_reason(candidate(available=purse(rich))) is Reason.WON
    assert only_reason(candidate(available=purse(poor))) is Reason.FUNDS


def test_the_largest_weight_leaves_the_smallest_a_part_beside_a_thousand():
    assert min(shares((*[MAX_WEIGHT] * 999, 1))) >= 1


def test_a_share_of_nothing_waits_for_those_with_a_deadline():
    assert rotate((1, 0), (0, SCALE)) == 1
    assert rotate((1, -2 * SCALE), (0, SCALE)) == 0


def test_filters_are_looked_at_in_their_order():
    filters = Filters(
        kinds=frozenset(),
        verticals=frozenset(),
        areas=frozenset(),
        states=frozenset(),
        zips=frozenset(),
    )
    found = []
    for name in ("kinds", "verticals", "areas", "states", "zips"):
        found.append(only_reason(candidate(filters=filters)))
        filters = replace(filters, **{name: None})
    assert found == [Reason.KIND, Reason.VERTICAL, Reason.AREA, Reason.STATE, Reason.ZIP]
    assert only_reason(candidate(filters=filters)) is Reason.WON


@given(st.lists(st.booleans(), max_size=6))
def test_every_candidate_gets_exactly_one_reason(pauses):
    asked = [candidate(f"o{index}", paused=paused) for index, paused in enumerate(pauses)]
    choice = choose(LEAD, iter(asked[::-1]), at=AT)
    assert [d.order_id for d in choice.decisions] == [one.order.id for one in asked]
    won = [d.order_id for d in choice.decisions if d.reason is Reason.WON]
    assert won == ([] if all(pauses) else [choice.winner])
    assert sum(d.share for d in choice.decisions) == (0 if all(pauses) else SCALE)


def by_the_words(carried, gains):
    """Say whose turn it is, slowly: the earliest deadline, then the most due, then the first."""
    due = [credit + gain for credit, gain in zip(carried, gains, strict=True)]

    def turn(index):
        gain = gains[index]
        late = math.ceil(Fraction(SCALE - due[index], gain)) if gain else math.inf
        return (late, -due[index], index)

    owed = [index for index, value in enumerate(due) if value > 0]
    return min(owed, key=turn) if owed else max(range(len(due)), key=lambda i: (due[i], -i))


@pytest.mark.parametrize(
    "weights", [(1,), (1, 1), (1, 3), (3, 1), (0, 1), (1, 1, 2), (2, 1, 1), (0, 1, 3)]
)
def test_the_turn_is_the_earliest_deadlines_on_both_sides_of_each_edge(weights):
    gains = tuple(SCALE * weight // sum(weights) for weight in weights)
    parts = (-SCALE, -SCALE // 2, 0, SCALE // 2)
    beside = (-1, 0, 1)
    # Around nothing due and around the deadline of each, and a whole lead behind or ahead.
    edges = [[part - gain + tick for part in parts for tick in beside] for gain in gains]
    for carried in itertools.product(*edges):
        assert rotate(carried, gains) == by_the_words(carried, gains), carried


def test_an_earlier_deadline_goes_before_more_due():
    quarter = SCALE // 4
    # Four fifths a lead with 0.4 due is late in one lead; one fifth with 0.5 due in three.
    assert rotate((-2 * SCALE // 5, 3 * SCALE // 10), (4 * SCALE // 5, SCALE // 5)) == 0
    assert rotate((1, 0, -SCALE), (0, quarter, 3 * quarter)) == 1


def test_whoever_is_passed_over_was_outranked():
    choice = choose(LEAD, [candidate("o1"), candidate("o2", weight=3)], at=AT)
    assert [(d.reason, d.share) for d in choice.decisions] == [
        (Reason.OUTRANKED, SCALE // 4),
        (Reason.WON, 3 * SCALE // 4),
    ]
    assert CandidateDecision(order_id="o", account_id="a", reason=Reason.WON).share == 0


def test_reasons_are_kept_by_these_words():
    assert {reason.name: reason.value for reason in Reason} == {
        "WON": "won",
        "OUTRANKED": "outranked",
        "LOWER_TIER": "lower_tier",
        "INVITED": "invited_to_bid",
        "OUTBID": "outbid",
        "NO_BID": "no_bid",
        "BID_DECLINED": "declined_to_bid",
        "BID_LATE": "bid_too_late",
        "BID_CHANGED": "bid_changed",
        "BELOW_MINIMUM": "below_minimum",
        "ABOVE_CEILING": "bid_above_its_price",
        "NOT_INVITED": "not_invited",
        "PERSON_SOLD": "person_sold_meanwhile",
        "LOWER_PRIORITY": "lower_priority",
        "LOWER_PRICE": "lower_price",
        "SHARES_IT": "account_shares_it",
        "TEST_LEAD": "test_lead",
        "ORDER_CLOSED": "order_closed",
        "ORDER_PAUSED": "order_paused",
        "NOT_STARTED": "order_not_started",
        "ENDED": "order_ended",
        "OUTSIDE_HOURS": "outside_hours",
        "FILLED": "order_filled",
        "BANK": "bank_exhausted",
        "CAP_HOUR": "cap_reached_hour",
        "CAP_DAY": "cap_reached_day",
        "CAP_WEEK": "cap_reached_week",
        "CAP_MONTH": "cap_reached_month",
        "CAP_TOTAL": "cap_reached_total",
        "MONEY_CAP_HOUR": "money_cap_reached_hour",
        "MONEY_CAP_DAY": "money_cap_reached_day",
        "MONEY_CAP_WEEK": "money_cap_reached_week",
        "MONEY_CAP_MONTH": "money_cap_reached_month",
        "MONEY_CAP_TOTAL": "money_cap_reached_total",
        "ACCOUNT_STOPPED": "account_stopped",
        "CURRENCY": "currency_mismatch",
        "FUNDS": "insufficient_funds",
        "KIND": "kind_not_wanted",
        "VERTICAL": "vertical_not_wanted",
        "AREA": "area_not_wanted",
        "STATE": "state_not_wanted",
        "ZIP": "zip_not_wanted",
        "FORMER_ASSOCIATE": "returned_this_person",
        "OWN_ASSOCIATE": "has_this_person",
        "NO_RECIPIENT": "recipient_disabled",
        "DELIVERY_FAILED": "delivery_failed",
    }
    assert SCALE == 10**9


# ---------------------------------------------------------------------------------- other methods


def told(choice):
    return {each.order_id: (each.reason, each.share, each.rank) for each in choice.decisions}


def test_the_highest_priority_goes_first_and_the_rest_is_told():
    asked = [candidate("o1", priority=1), candidate("o2", priority=9), candidate("o3", priority=5)]
    choice = choose(LEAD, asked, at=AT, way=Way(method=Method.PRIORITY))
    assert choice.winners == ("o2",)
    assert told(choice) == {
        "o1": (Reason.LOWER_PRIORITY, 0, 3),
        "o2": (Reason.WON, SCALE, 1),
        "o3": (Reason.LOWER_PRIORITY, 0, 2),
    }


def test_the_highest_price_goes_first_as_long_as_it_can_pay():
    rich = candidate("o1", price=Money(3000, "USD"), available=Money(3000, "USD"))
    asked = [rich, candidate("o2", price=Money(2500, "USD"))]
    way = Way(method=Method.PRICE)
    assert choose(LEAD, asked, at=AT, way=way).winner == "o1"
    poor = replace(rich, available=Money(2999, "USD"))
    choice = choose(LEAD, [poor, asked[1]], at=AT, way=way)
    assert told(choice) == {"o1": (Reason.FUNDS, 0, None), "o2": (Reason.WON, SCALE, 1)}


def test_in_a_round_robin_weights_count_for_nothing():
    asked = [candidate("o1", weight=9), candidate("o2", weight=1)]
    choice = choose(LEAD, asked, at=AT, way=Way(method=Method.ROUND_ROBIN))
    assert told(choice) == {
        "o1": (Reason.WON, SCALE // 2, None),
        "o2": (Reason.OUTRANKED, SCALE // 2, None),
    }


def test_a_lower_tier_is_asked_only_when_the_higher_has_nobody():
    asked = [
        candidate("o1", tier=2, price=Money(9000, "USD")),
        candidate("o2", tier=1, price=Money(100, "USD")),
        candidate("o3", tier=1, price=Money(200, "USD")),
        candidate("o4", tier=3),
    ]
    way = Way(method=Method.WATERFALL, tiers=(Method.PRICE, Method.WEIGHTED))
    assert told(choose(LEAD, asked, at=AT, way=way)) == {
        "o1": (Reason.LOWER_TIER, 0, 3),
        "o2": (Reason.LOWER_PRICE, 0, 2),
        "o3": (Reason.WON, SCALE, 1),
        "o4": (Reason.LOWER_TIER, 0, 4),
    }
    later = [asked[0], *(candidate(key, tier=1, paused=True) for key in ("o2", "o3")), asked[3]]
    assert choose(LEAD, later, at=AT, way=way).winner == "o1"


METHODS = [
    Way(),
    Way(method=Method.ROUND_ROBIN),
    Way(method=Method.PRIORITY),
    Way(method=Method.PRICE),
    Way(method=Method.WATERFALL, tiers=(Method.PRICE, Method.ROUND_ROBIN)),
]
EACH = pytest.mark.parametrize("way", METHODS, ids=lambda way: way.method.value)


def counted(candidates, choice):
    """Give the candidates after a lead, with their credits and sales."""
    by_id = {each.order_id: each for each in choice.decisions}
    return [
        replace(
            each,
            standing=replace(
                each.standing,
                sold=each.standing.sold + won,
                credit=each.standing.credit + by_id[each.order.id].share - SCALE * won,
            ),
        )
        for each in candidates
        for won in (each.order.id in choice.winners,)
    ]


@EACH
def test_ties_never_go_to_whoever_came_first(way):
    # Known from elsewhere: whoever is first in the table takes every lead of a tie.
    asked, got = [candidate(f"o{index}") for index in range(4)], []
    for _ in range(8):
        choice = choose(LEAD, asked, at=AT, way=way)
        asked = counted(asked, choice)
        got.append(choice.winner)
    assert sorted(got) == sorted(["o0", "o1", "o2", "o3"] * 2)
    assert {*got[:4]} == {*got[4:]} == {"o0", "o1", "o2", "o3"}


@EACH
def test_whose_turn_it_is_hangs_on_what_is_stored_alone(way):
    # Known from elsewhere: the rotation is kept in a session, and every process begins anew.
    asked = [candidate(f"o{index}") for index in range(3)]
    first = choose(LEAD, asked, at=AT, way=way)
    assert choose(LEAD, asked, at=AT, way=way) == first
    others = {choose(LEAD, counted(asked, first), at=AT, way=way).winner for _ in range(3)}
    assert len(others) == 1
    assert others != {first.winner}


@EACH
def test_it_is_not_the_turn_of_whoever_comes_after_the_newest_leads_owner(way):
    # Known from elsewhere: the owner of the newest lead says who is next, so that a lead that was
    # given by hand, or a buyer who left, moves or stops the round.
    asked = [candidate(f"o{index}") for index in range(3)]
    asked = counted(asked, choose(LEAD, asked, at=AT, way=way))
    alone = choose(LEAD, [asked[0]], at=AT, way=way)
    by_hand = [*counted(asked[:1], alone), *asked[1:]]
    assert choose(LEAD, by_hand, at=AT, way=way) == choose(LEAD, asked, at=AT, way=way)


@EACH
def test_the_former_associate_never_gets_the_person_back_by_any_method(way):
    shared = replace(way, buyers=3)
    asked = [
        candidate("o1", returned_person=True, priority=9, price=Money(9000, "USD")),
        candidate("o2", has_person=True, priority=9, price=Money(9000, "USD")),
        candidate("o3", undelivered=True, priority=9, price=Money(9000, "USD")),
        candidate("o4"),
    ]
    for each in (way, shared):
        choice = choose(LEAD, asked, at=AT, way=each)
        assert choice.winners == ("o4",)
        assert [one.reason for one in choice.decisions] == [
            Reason.FORMER_ASSOCIATE,
            Reason.OWN_ASSOCIATE,
            Reason.DELIVERY_FAILED,
            Reason.WON,
        ]


# ----------------------------------------------------------------------------------- shared leads


def test_a_lead_is_shared_by_at_most_so_many():
    asked = [candidate("o1", weight=2), candidate("o2"), candidate("o3")]
    choice = choose(LEAD, asked, at=AT, way=Way(buyers=2))
    assert choice.winners == ("o1", "o2")
    assert told(choice) == {
        "o1": (Reason.WON, SCALE, None),
        "o2": (Reason.WON, SCALE // 2, None),
        "o3": (Reason.OUTRANKED, SCALE // 2, None),
    }
    assert choose(LEAD, asked[:1], at=AT, way=Way(buyers=2)).winners == ("o1",)
    assert choose(LEAD, [], at=AT, way=Way(buyers=2)).winners == ()


def of_one_account(one):
    return replace(one, order=replace(one.order, account_id="same"))


def test_an_account_shares_a_lead_with_others_not_with_itself():
    asked = [of_one_account(candidate(key, user_id=key)) for key in ("o1", "o2")]
    asked.append(candidate("o3"))
    choice = choose(LEAD, asked, at=AT, way=Way(buyers=3))
    assert set(choice.winners) == {"o1", "o3"}
    assert choice.decisions[1].reason is Reason.SHARES_IT
    within = choose(LEAD, asked, at=AT, way=Way(buyers=3, apart=Apart.ASSOCIATE))
    assert set(within.winners) == {"o1", "o2", "o3"}


def test_two_shares_of_one_account_are_paid_from_one_purse():
    asked = [
        of_one_account(candidate(key, user_id=key, available=Money(4999, "USD")))
        for key in ("o1", "o2")
    ]
    way = Way(buyers=2, apart=Apart.ASSOCIATE)
    choice = choose(LEAD, asked, at=AT, way=way)
    assert told(choice) == {"o1": (Reason.WON, SCALE, None), "o2": (Reason.FUNDS, 0, None)}
    enough = [replace(one, available=Money(5000, "USD")) for one in asked]
    assert choose(LEAD, enough, at=AT, way=way).winners == ("o1", "o2")


WAYS = st.builds(
    Way,
    method=st.sampled_from(PLAIN_METHODS),
    buyers=st.integers(1, 3),
    apart=st.sampled_from(Apart),
)
BOOKS = st.lists(
    st.builds(
        dict,
        weight=st.integers(1, 3),
        priority=st.integers(0, 1),
        tier=st.integers(1, 2),
        price=st.sampled_from([0, 2500, 2501]).map(lambda minor: Money(minor, "USD")),
        user_id=st.sampled_from("uv"),
        standing=st.integers(-2, 2).map(lambda half: Standing(credit=half * SCALE // 2)),
        account=st.sampled_from("ab"),
        top_id=st.none() | st.just("top"),
    ),
    max_size=5,
)


def book(given):
    for number, terms in enumerate(given):
        made = dict(terms)
        account, top = made.pop("account"), made.pop("top_id")
        one = candidate(f"o{number}", **made, available=Money(6000, "USD"))
        yield replace(one, order=replace(one.order, account_id=account), top_id=top)


@given(BOOKS, WAYS, st.randoms(use_true_random=False))
def test_by_every_method_strangers_and_the_order_of_candidates_change_nothing(given, way, random):
    asked = list(book(given))
    choice = choose(LEAD, asked, at=AT, way=way)
    strangers = [candidate("p1", paused=True, priority=9), candidate("n1", quantity=0, tier=1)]
    mixed = [*asked, *strangers]
    random.shuffle(mixed)
    among = choose(LEAD, mixed, at=AT, way=way)
    assert among.winners == choice.winners
    assert [each for each in among.decisions if each.order_id[0] == "o"] == list(choice.decisions)


@given(BOOKS, WAYS)
def test_by_every_method_everybody_gets_one_reason_and_no_part_of_a_lead_is_lost(given, way):
    asked = list(book(given))
    choice = choose(LEAD, asked, at=AT, way=way)
    assert [each.order_id for each in choice.decisions] == [one.order.id for one in asked]
    won = [each.order_id for each in choice.decisions if each.reason is Reason.WON]
    assert sorted(choice.winners) == won
    assert len(won) <= way.buyers
    assert bool(won) == bool(asked)
    assert sum(each.share for each in choice.decisions) == SCALE * len(won)
    spent = {}
    for one in asked:
        if one.order.id in won:
            key = one.order.account_id
            spent[key] = spent.get(key, 0) + one.order.terms.price.minor
    assert all(minor <= 6000 for minor in spent.values())


# -------------------------------------------------------------------------------------- auctions


AUCTION = Way(method=Method.AUCTION, bidding=BiddingTerms(minimum=Money(1_000, "USD")))
TIERS = replace(AUCTION, method=Method.WATERFALL, tiers=(Method.PRICE, Method.AUCTION))


def dollars(number):
    return Money(100 * number, "USD")


def test_whoever_is_eligible_at_the_least_bid_is_asked_to_bid():
    choice = choose(
        LEAD,
        [
            candidate("poor", price=dollars(30), available=dollars(9)),
            candidate("enough", price=dollars(30), available=dollars(10)),
            candidate("low", price=Money(999, "USD")),
            candidate("edge", price=dollars(10)),
            candidate("euros", price=Money(3_000, "EUR")),
            candidate("bank", price=dollars(30), bank=dollars(10), quantity=UNLIMITED),
            candidate("asleep", paused=True),
        ],
        at=AT,
        way=AUCTION,
    )
    assert (choice.winner, choice.bidders, choice.tier) == (None, ("bank", "edge", "enough"), 0)
    assert {each.order_id: each.reason for each in choice.decisions} == {
        "poor": Reason.FUNDS,
        "enough": Reason.INVITED,
        "low": Reason.BELOW_MINIMUM,
        "edge": Reason.INVITED,
        "euros": Reason.CURRENCY,
        "bank": Reason.INVITED,
        "asleep": Reason.ORDER_PAUSED,
    }
    assert {each.share for each in choice.decisions} == {0}


def test_a_tier_is_auctioned_only_when_those_above_it_have_nobody():
    above, bidder, below = (candidate(f"o{tier}", tier=tier) for tier in (1, 2, 3))
    choice = choose(LEAD, [below, bidder, above], at=AT, way=TIERS)
    assert (choice.winner, choice.bidders) == ("o1", ())
    choice = choose(LEAD, [below, bidder], at=AT, way=TIERS)
    assert (choice.bidders, choice.tier) == (("o2",), 2)
    assert [(each.reason, each.rank) for each in choice.decisions] == [
        (Reason.INVITED, 1),
        (Reason.LOWER_TIER, 2),
    ]
    assert choose(LEAD, [below], at=AT, way=TIERS).winner == "o3"
    assert choose(LEAD, [], at=AT, way=TIERS).decisions == ()


def test_a_way_without_its_terms_auctions_nothing():
    way = replace(TIERS, bidding=None)
    choice = choose(LEAD, [candidate("o2", tier=2)], at=AT, way=way)
    assert (choice.winner, choice.bidders) == ("o2", ())


def test_whoever_is_out_already_is_told_why():
    passed = replace(candidate("o1"), passed=Reason.OUTBID)
    for way in (PLAIN, AUCTION):
        choice = choose(LEAD, [passed], at=AT, way=way)
        assert [each.reason for each in choice.decisions] == [Reason.OUTBID]
        assert choice.bidders == ()
