"""Every row gets the answer the core gives, whatever the rows and the instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadcore.contact import Relationship, Touch, TouchKind, assess
from leadcore.errors import Malformed
from leadcore.rulebooks import US
from leadcore_columnar import asking, prepare
from leadcore_columnar.people import facts_of
from tests.contact.people import (
    CALL,
    EASTERN,
    KNOWN,
    MONDAY_NOON,
    PLACES,
    TICK,
    facts,
    instants,
    living,
    questions,
)


def agree(frame, people, question, at, rules=US):
    answers = prepare(frame, question, rules).ask(at)
    told = answers.frame
    for index, each in enumerate(people):
        decision = assess(question, each, at=at, rules=rules)
        found = told.row(index, named=True)
        assert found["verdict"] == decision.verdict.value
        assert found["findings"] == [finding.rule for finding in decision.findings]
        assert tuple(found["rules"]) == decision.rules
        assert found["rule"] == (decision.rules[0] if decision.rules else None)
    return answers


@st.composite
def lists(draw):
    places = tuple(draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True)))
    at = draw(instants(tuple(zone for _, zone in places)))
    people = [
        draw(facts(at, draw(st.sampled_from([places, places[:1], ()]))))
        for _ in range(draw(st.integers(1, 8)))
    ]
    return draw(questions()), people, at


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(lists())
def test_every_row_is_answered_as_by_the_core(frame_of, drawn):
    question, people, at = drawn
    frame = frame_of(people)
    assert [facts_of(row) for row in frame.to_dicts()] == people
    agree(frame, people, question, at)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(lists(), st.lists(st.sampled_from((-86400, -3600, -301, 0, 1, 60, 86400)), min_size=2))
def test_what_is_kept_from_one_instant_is_right_at_the_next(frame_of, drawn, steps):
    question, people, at = drawn
    leads = prepare(frame_of(people), question, US)
    for seconds in steps[:6]:
        moment = at + timedelta(seconds=seconds)
        expected = [assess(question, each, at=moment, rules=US, ahead=False) for each in people]
        told = leads.ask(moment)
        assert told.verdicts.to_list() == [each.verdict.value for each in expected]
        findings = [[finding.rule for finding in each.findings] for each in expected]
        assert told.column("findings").to_list() == findings


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(("FL", "OR", "NY", "ME")), st.integers(-1, 1),
                          st.integers(1, 4), st.sampled_from(TouchKind)),
                min_size=1, max_size=20), st.sampled_from((8, 24)))  # fmt: skip
def test_caps_to_the_microsecond(frame_of, drawn, hours):
    people = []
    for state, beside, many, kind in drawn:
        oldest = MONDAY_NOON - timedelta(hours=hours) + beside * TICK
        touches = [Touch(kind=kind, at=oldest + i * TICK, subject="solar") for i in range(many)]
        people.append(living(state, history=touches))
    answers = agree(frame_of(people), people, CALL, MONDAY_NOON)
    assert len(answers.numbers) == len(people)


def test_asked_again_at_other_instants(frame_of):
    later = Touch(kind=TouchKind.CALL, at=MONDAY_NOON + timedelta(hours=1), subject="solar")
    people = [
        living("FL", history=[later] * 3),
        evolve(KNOWN, consent=evolve(KNOWN.consent, at=MONDAY_NOON)),
        evolve(KNOWN, consent=evolve(KNOWN.consent, revoked_at=MONDAY_NOON - timedelta(days=14))),
    ]
    leads = prepare(frame_of(people), CALL, US)
    assert len(leads) == 3
    for hours in (-30, -1, 0, 1, 2, 12, 24, 25, 26):
        at = MONDAY_NOON + timedelta(hours=hours)
        answers = leads.ask(at)
        expected = [assess(CALL, each, at=at, rules=US) for each in people]
        assert answers.verdicts.to_list() == [each.verdict.value for each in expected]
        assert [answers.decision(index) for index in range(3)] == expected


@pytest.mark.parametrize("order", [1, -1])
def test_nobody_with_touches_ahead_stands_for_another(frame_of, order):
    ahead, past = (
        living(
            "FL",
            history=[
                Touch(kind=TouchKind.CALL, at=MONDAY_NOON + beside, subject="solar")
                for beside in (hour,) * 3
            ],
        )
        for hour in (timedelta(hours=1), timedelta(hours=-1))
    )
    people = [ahead, past][::order] * 2
    answers = agree(frame_of(people), people, CALL, MONDAY_NOON)
    assert answers.verdicts.to_list() == ["permitted", "denied"][::order] * 2


def test_rules_of_ones_own_look_at_every_row(frame_of):
    rules = US.forbid("OWN", "No.", when=lambda case: case.facts.number.e164 == "+12125550199")
    people = [KNOWN, evolve(KNOWN, number=evolve(KNOWN.number, e164="+12125550199")), KNOWN]
    answers = agree(frame_of(people), people, CALL, MONDAY_NOON, rules)
    assert answers.column("rule").to_list() == [None, "OWN", None]


def test_a_day_that_begins_twice(frame_of):
    # Beirut's midnight of 29 October 2023 came twice; the last day to comply hangs on it.
    zone = "Asia/Beirut"
    around = datetime(2023, 10, 28, 21, tzinfo=UTC)
    people = [
        living("NY", zone, consent=evolve(KNOWN.consent, revoked_at=around + minutes))
        for minutes in (timedelta(minutes=10 * step) for step in range(-9, 10))
    ]
    robocall = evolve(CALL, initiation=CALL.initiation.PRERECORDED)
    told = set()
    for day in (13, 14, 15, 16):
        at = datetime(2023, 11, day, 12, tzinfo=UTC)
        told |= set(agree(frame_of(people), people, robocall, at).verdicts)
    assert told == {"denied"}


def test_nobody_at_all():
    answers = prepare(pl.DataFrame(), CALL, US).ask(MONDAY_NOON)
    assert answers.frame.columns == ["verdict", "rule", "rules", "findings"]
    assert answers.frame.height == 0


def test_what_nobody_knows_is_denied():
    answers = prepare(pl.DataFrame({"other": [1, 2]}), CALL, US).ask(MONDAY_NOON)
    assert answers.verdicts.to_list() == ["denied", "denied"]
    assert "Z-UNKNOWN" in answers.column("rules")[0]


@pytest.mark.parametrize("sparse", [0, 2, 2**20])
def test_however_few_of_many_combinations_are_there(frame_of, monkeypatch, sparse):
    monkeypatch.setattr(asking, "_SPARSE", sparse)
    people = [
        evolve(
            KNOWN,
            relationship=Relationship(
                with_seller=seller, purchase_on=MONDAY_NOON.date() - timedelta(days=days)
            ),
            registry=evolve(KNOWN.registry, scrubbed_on=MONDAY_NOON.date() - timedelta(days=days)),
        )
        for seller in ("associate-7", "another")
        for days in (0, 29, 31, 32, 539, 549, 700)
    ]
    answers = agree(frame_of(people), people, CALL, MONDAY_NOON)
    assert len(answers.numbers) == len(people)


def test_the_rule_is_null_where_all_is_well(frame_of):
    open_one = KNOWN
    listed = evolve(KNOWN.registry, internal_since=MONDAY_NOON - timedelta(days=60))
    shut = evolve(KNOWN, registry=listed)
    for people in ([open_one], [shut], [open_one, shut, open_one]):
        answers = prepare(frame_of(people), CALL, US).ask(MONDAY_NOON)
        rules = answers.column("rule").to_list()
        assert [rule is None for rule in rules] == [each is open_one for each in people]
        assert answers.column("rule").dtype == answers.table.schema["rule"]


def test_facts_are_kept_only_so_long(frame_of, monkeypatch):
    monkeypatch.setattr("leadcore_columnar.asking._KEPT", 2)
    people = [living(state) for state in ("NY", "FL", "TX", "GA")]
    leads = prepare(frame_of(people), CALL, US)
    assert leads.facts([0, 1]) == people[:2]
    assert leads.facts([1, 2]) == people[1:3]
    assert len(leads._people) == 2


def test_a_zone_that_is_none():
    with pytest.raises(Malformed, match=r"\$\.zones: 'Mars/Olympus'"):
        prepare(pl.DataFrame({"zones": [[EASTERN], ["Mars/Olympus"]]}), CALL, US)


def test_only_so_many_hours_are_kept(frame_of, monkeypatch):
    monkeypatch.setattr("leadcore_columnar.asking._HOURS", 2)
    leads = prepare(frame_of([KNOWN]), CALL, US)
    for hours in range(0, 24, 4):
        at = MONDAY_NOON + timedelta(hours=hours)
        verdict = assess(CALL, KNOWN, at=at, rules=US).verdict.value
        assert leads.ask(at).verdicts.to_list() == [verdict]
    assert len(leads._tables) <= 2
