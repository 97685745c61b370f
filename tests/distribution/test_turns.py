"""Seats of a lead: exact parts, the earliest deadline first, nobody more than a lead from due."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, inf

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.distribution.turns import SCALE, Member, deal, portions, rotate, shares, turns

WEIGHTS = st.lists(st.integers(1, 50), min_size=1, max_size=9).map(tuple)
LEAD = SCALE


def member(number=0, *, tier=0, place=0, weight=1, credit=0, group=None):
    return Member(tier, place, weight, credit, number if group is None else group)


def settled(members, dealt):
    """Give everybody's credit after a lead."""
    return [
        each._replace(credit=each.credit + gain - LEAD * (index in dealt.winners))
        for index, (each, gain) in enumerate(zip(members, dealt.gains, strict=True))
    ]


def by_the_words(weights, places):
    """Split seats by weight, at most one each, in exact fractions."""
    parts = dict.fromkeys(range(len(weights)), Fraction(0))
    open_, left = set(parts), Fraction(min(places, len(weights)))
    while left:
        total = sum(weights[index] for index in open_)
        over = {index for index in open_ if weights[index] * left >= total}
        for index in over or open_:
            parts[index] = Fraction(1) if over else Fraction(weights[index], total) * left
        left = left - len(over) if over else Fraction(0)
        open_ -= over
    return tuple(parts.values())


@given(WEIGHTS, st.integers(1, 10))
def test_seats_are_split_by_weight_and_nobody_gets_more_than_one(weights, places):
    found = portions(weights, places)
    assert sum(found) == LEAD * min(places, len(weights))
    exact = by_the_words(weights, places)
    assert all(abs(part - LEAD * one) <= 1 for part, one in zip(found, exact, strict=True))
    assert all(0 <= part <= LEAD for part in found)


@pytest.mark.parametrize(
    ("weights", "places", "parts"),
    [
        ((2, 1, 1), 2, (LEAD, LEAD // 2, LEAD // 2)),
        ((3, 1, 1), 2, (LEAD, LEAD // 2, LEAD // 2)),
        ((9, 9, 1, 1), 3, (LEAD, LEAD, LEAD // 2, LEAD // 2)),
        ((1, 1), 2, (LEAD, LEAD)),
        ((1,), 5, (LEAD,)),
        ((), 1, ()),
    ],
)
def test_what_is_cut_goes_to_the_rest(weights, places, parts):
    assert portions(weights, places) == parts


def in_turn(carried, gains):
    """Put in order by the words: whoever is due, by the lead that makes them a whole lead late."""
    due = list(map(sum, zip(carried, gains, strict=True)))

    def late(index):
        missing = Fraction(LEAD - due[index])
        return ceil(missing / gains[index]) if gains[index] else inf

    ready = [index for index, each in enumerate(due) if each > 0]
    rest = [index for index, each in enumerate(due) if each <= 0]
    ready.sort(key=lambda index: (late(index), -due[index]))
    rest.sort(key=lambda index: -due[index])
    return (*ready, *rest)


@given(WEIGHTS, st.data())
@example((1, 1, 1, 1), None)
def test_turns_are_in_the_order_the_words_say(weights, data):
    gains = shares(weights)
    if data is None:  # due, nothing due, less than nothing due, and again
        carried = tuple(each - gain for each, gain in zip((1, 0, -1, 0), gains, strict=True))
        assert turns(carried, gains, 4) == (0, 1, 3, 2)
    else:
        edges = st.sampled_from([-2 * LEAD, -LEAD, -1, 0, 1, LEAD // 2])
        gains = tuple(data.draw(st.sampled_from((gain, gain, 0))) for gain in gains)
        carried = tuple(data.draw(edges) - data.draw(st.sampled_from((0, gain))) for gain in gains)
    assert turns(carried, gains, len(weights)) == in_turn(carried, gains)


@given(WEIGHTS, st.data())
def test_the_first_in_turn_is_whose_turn_it_is(weights, data):
    edges = st.sampled_from([-2 * LEAD, -LEAD, -1, 0, 1, LEAD // 2])
    carried = tuple(data.draw(edges) + data.draw(st.integers(-2, 2)) for _ in weights)
    gains = shares(weights)
    order = turns(carried, gains, len(weights))
    assert order[0] == rotate(carried, gains)
    assert sorted(order) == list(range(len(weights)))
    assert turns(carried, gains, 1) == order[:1]


@given(WEIGHTS, st.integers(1, 60), st.integers(1, 2))
def test_nobody_is_a_lead_from_their_due_when_one_or_two_share(weights, leads, places):
    members = [member(number, weight=weight) for number, weight in enumerate(weights)]
    for _ in range(leads):
        dealt = deal(members, places)
        assert len(set(dealt.winners)) == min(places, len(weights))
        members = settled(members, dealt)
        assert all(abs(each.credit) < LEAD for each in members)
        assert sum(each.credit for each in members) == 0


@given(WEIGHTS, st.integers(1, 60), st.integers(3, 6))
def test_nobody_is_two_leads_from_their_due_when_several_share(weights, leads, places):
    members = [member(number, weight=weight) for number, weight in enumerate(weights)]
    for _ in range(leads):
        members = settled(members, deal(members, places))
        assert all(abs(each.credit) < 2 * LEAD for each in members)
        assert sum(each.credit for each in members) == 0


def test_a_lower_standing_is_asked_for_what_the_higher_leaves():
    members = [member(0, tier=2), member(1, tier=1, place=5), member(2, tier=1, place=-5)]
    assert deal(members, 1).winners == (2,)
    dealt = deal(members, 2)
    assert (dealt.winners, dealt.levels, dealt.asked) == ((2, 1), (2, 1, 0), 2)
    assert dealt.gains == (0, LEAD, LEAD)
    assert deal(members, 9).winners == (2, 1, 0)


def test_whoever_was_not_asked_gains_nothing():
    members = [member(0, credit=LEAD // 2, place=1), member(1), member(2)]
    dealt = deal(members, 1)
    assert dealt.gains == (0, LEAD // 2, LEAD // 2)
    assert dealt.winners == (1,)


def test_of_one_group_one_is_served_and_its_part_is_one_seat():
    members = [member(0, group="a", weight=5), member(1, group="a", weight=4), member(2), member(3)]
    dealt = deal(members, 2)
    assert len({members[index].group for index in dealt.winners}) == 2
    assert dealt.gains[0] + dealt.gains[1] == LEAD
    assert dealt.gains[2:] == (LEAD // 2, LEAD // 2)
    # Within the group it goes round as well.
    members, first = settled(members, dealt), dealt.winners[0]
    assert {first, deal(members, 2).winners[0]} == {0, 1}


def test_a_group_that_was_served_is_not_asked_again_further_down():
    members = [member(0, group="a"), member(1, group="a", tier=1), member(2, tier=2)]
    dealt = deal(members, 2)
    assert (dealt.winners, dealt.asked) == ((0, 2), 3)
    assert dealt.gains == (LEAD, 0, LEAD)


def test_nobody_to_deal_to():
    assert deal([], 2) == ((), (), (), 0)


@given(
    st.lists(
        st.builds(
            member,
            tier=st.integers(0, 1),
            place=st.integers(0, 1),
            weight=st.integers(1, 3),
            credit=st.integers(-2, 2).map(lambda part: part * LEAD // 2),
            group=st.sampled_from("abcd"),
        ),
        max_size=6,
    ),
    st.integers(1, 4),
)
def test_a_seat_is_never_left_while_somebody_could_have_it(members, places):
    dealt = deal(members, places)
    groups = [members[index].group for index in dealt.winners]
    assert len(groups) == len(set(groups)) == min(places, len({each.group for each in members}))
    assert sum(dealt.gains) == LEAD * len(groups)
    assert all(0 <= gain <= LEAD for gain in dealt.gains)
    standing = [(members[index].tier, members[index].place) for index in dealt.winners]
    assert standing == sorted(standing)
