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
from leadcore.distribution import SCALE, Candidate, Reason, choose, purse, rotate, shares
from leadcore.distribution.choosing import CandidateDecision
from leadcore.orders import MAX_WEIGHT, Filters, Order, OrderStatus, OrderTerms, Standing
from leadcore.submissions import LeadKind, Source, Submission
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
    known = {"account_active", "recipient_enabled", "available", "returned_person", "has_person"}
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
        "TEST_LEAD": "test_lead",
        "ORDER_CLOSED": "order_closed",
        "ORDER_PAUSED": "order_paused",
        "NOT_STARTED": "order_not_started",
        "ENDED": "order_ended",
        "FILLED": "order_filled",
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
    }
    assert SCALE == 10**9
