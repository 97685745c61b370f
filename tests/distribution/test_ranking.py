"""Where an order stands, by each method; whom it shares with; why it was not asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadcore.distribution import Apart, Candidate, Method, Reason, Way
from leadcore.distribution.ranking import is_ranked, member, passed_over, rank_of
from leadcore.orders import Order, OrderStatus, OrderTerms, Standing
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
FALLS = Way(method=Method.WATERFALL, tiers=(Method.PRICE, Method.PRIORITY, Method.ROUND_ROBIN))


def terms(**more):
    known = {"user_id": "u", "price": Money(2500, "USD"), "quantity": UNLIMITED, "priority": 7}
    return OrderTerms(**known | more)


def candidate(account="a", user="u", top=None, **more):
    order = Order(
        id=f"{account}/{user}",
        seller_id="s",
        account_id=account,
        terms=terms(user_id=user, **more),
        status=OrderStatus.OPEN,
        paused=False,
        opened_at=AT,
    )
    return Candidate(
        order=order,
        standing=Standing(credit=5),
        account_active=True,
        available=UNLIMITED,
        top_id=top,
    )


@pytest.mark.parametrize(
    ("way", "given", "rank"),
    [
        (Way(), {"tier": 3}, (0, 0)),
        (Way(method=Method.ROUND_ROBIN), {}, (0, 0)),
        (Way(method=Method.PRIORITY), {}, (0, -7)),
        (Way(method=Method.PRICE), {"tier": 2}, (0, -2500)),
        (FALLS, {"tier": 1}, (1, -2500)),
        (FALLS, {"tier": 2}, (2, -7)),
        (FALLS, {"tier": 3}, (3, 0)),
        (FALLS, {"tier": 4}, (4, 0)),
    ],
)
def test_where_an_order_stands(way, given, rank):
    assert rank_of(terms(**given), way) == rank


def test_the_weight_counts_unless_all_parts_are_equal():
    one = candidate(weight=9)
    assert member(one, (0, 0), Way())[:4] == (0, 0, 9, 5)
    assert member(one, (0, 0), Way(method=Method.ROUND_ROBIN)).weight == 1
    assert [member(one, (tier, 0), FALLS).weight for tier in (2, 3, 4)] == [9, 1, 9]


@pytest.mark.parametrize(
    ("apart", "alone"),
    [(Apart.ACCOUNT, 2), (Apart.DOWNLINE, 3), (Apart.ASSOCIATE, 4)],
)
def test_how_far_apart_buyers_are(apart, alone):
    way = Way(buyers=2, apart=apart)
    given = [
        candidate("a", "u1", "boss"),
        candidate("a", "u2", "boss"),
        candidate("a", "u3"),
        candidate("b", "u1", "boss"),
    ]
    assert len({member(each, (0, 0), way).group for each in given}) == alone
    # One seat: nobody stands in anybody's way.
    exclusive = Way(apart=apart)
    assert len({member(each, (0, 0), exclusive).group for each in given}) == len(given)


@pytest.mark.parametrize(
    ("way", "rank", "last", "reason"),
    [
        (Way(method=Method.PRIORITY), (0, -1), (0, -2), Reason.LOWER_PRIORITY),
        (Way(method=Method.PRICE), (0, -1), (0, -2), Reason.LOWER_PRICE),
        (FALLS, (2, -9), (1, -1), Reason.LOWER_TIER),
        (FALLS, (1, -1), (1, -2), Reason.LOWER_PRICE),
        (FALLS, (2, -1), (2, -2), Reason.LOWER_PRIORITY),
    ],
)
def test_why_an_order_was_not_asked(way, rank, last, reason):
    assert passed_over(rank, last, way) is reason


def test_what_ranks_orders_and_what_goes_by_turn():
    ranked = {method for method in Method if is_ranked(Way(method=method))}
    assert ranked == {Method.PRIORITY, Method.PRICE, Method.WATERFALL, Method.AUCTION}
