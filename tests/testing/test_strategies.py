"""The strategies seek the edges they promise."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from leadcore.intervals import zone_info
from leadcore.refunds import assess
from leadcore.submissions import person_keys
from leadcore.testing.strategies import (
    ZONES,
    instants,
    money,
    refund_cases,
    submissions,
    transitions,
    trees,
    zone_edges,
    zones,
)

TICK = timedelta(microseconds=1)
MANY = settings(max_examples=5_000, phases=[Phase.generate])  # nothing is shrunk


def test_the_transitions_of_new_york():
    found = transitions("America/New_York", 2026, 2027)
    assert found == (
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
    )


@pytest.mark.parametrize("zone", ZONES)
def test_at_a_transition_the_offset_changes(zone):
    rules = zone_info(zone)
    for at in transitions(zone):
        before, after = ((at - TICK).astimezone(rules), at.astimezone(rules))
        assert before.utcoffset() != after.utcoffset()
    assert bool(transitions(zone)) == (
        zone
        not in {
            "America/Phoenix",
            "Pacific/Honolulu",
            "America/Puerto_Rico",
            "Pacific/Guam",
            "UTC",
        }
    )


@pytest.mark.parametrize("ticks", [-1, 0, 1])
def test_both_sides_of_a_clock_change_are_drawn(ticks):
    edges = {edge + ticks * TICK for edge in transitions("America/New_York")}
    assert find(zone_edges(), lambda at: at in edges, settings=MANY) in edges


@given(zone_edges("Australia/Lord_Howe"))
def test_edges_lie_near_a_clock_change_of_their_zone(at):
    near = min(abs(at - edge) for edge in transitions("Australia/Lord_Howe"))
    assert near <= timedelta(days=6)


@given(instants())
def test_instants_are_in_utc(at):
    assert at.tzinfo is UTC
    assert 2023 <= at.year <= 2029


def test_the_end_of_a_month_is_drawn():
    last = find(instants(), lambda at: (at + TICK).day == 1 and at.day != 1, settings=MANY)
    assert (last + TICK).day == 1


@given(money("EUR", least=-3, most=3), zones())
def test_money_and_zones_stay_within_what_was_asked(amount, zone):
    assert (amount.currency, abs(amount.minor) <= 3) == ("EUR", True)
    assert zone in ZONES


@given(submissions(people=2, test=False))
def test_submissions_are_of_few_people(submission):
    assert not submission.test
    assert submission.name.last in {"Person 0", "Person 1"}


def test_tests_and_people_nobody_knows_are_drawn_too():
    assert find(submissions(), lambda one: one.test, settings=MANY).test
    assert find(submissions(test=True), lambda _one: True, settings=MANY).test
    nobody = find(submissions(), lambda one: not person_keys(one), settings=MANY)
    assert not nobody.phones


@pytest.mark.parametrize("shape", ["chain", "star", "forest"])
def test_trees_of_every_shape(shape):
    def wanted(tree):
        tops = [one for one in tree._parents if not list(tree.upline(one))]
        deepest = max(len(list(tree.upline(one))) for one in tree._parents)
        if shape == "chain":
            return deepest >= 5
        return deepest == 1 and len(tree) > 4 if shape == "star" else len(tops) > 2

    assert wanted(find(trees(), wanted, settings=MANY))


RULES = [
    frozenset(),
    frozenset({"RET-LATE"}),
    frozenset({"RET-EARLY"}),
    frozenset({"RET-BEFORE-SALE"}),
]


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: next(iter(rules), "eligible"))
@given(st.data())
def test_refund_cases_get_the_verdict_they_were_made_for(rules, data):
    case = data.draw(refund_cases(rules=rules))
    assert case.rules == rules
    assert set(assess(case.question, case.facts, at=case.at, rules=case.terms).rules) == rules


@pytest.mark.parametrize(("rules", "off"), [(RULES[0], 0), (RULES[1], 1)])
def test_refund_cases_lie_on_the_edge(rules, off):
    def on_the_edge(case):
        return case.at - case.facts.sold_at == timedelta(hours=120) + off * TICK

    assert on_the_edge(find(refund_cases(rules=rules), on_the_edge, settings=MANY))
