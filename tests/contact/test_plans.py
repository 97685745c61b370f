"""Where a question is looked up: the place, the date, the hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from leadcore.contact import Facts, Question, plans
from leadcore.contact.case import Case, Moment
from leadcore.contact.digests import digest_of
from leadcore.contact.plans import Plan, plan_of
from leadcore.rulebooks import US, Rule
from leadcore.values import micros
from tests.contact.people import (
    CALL,
    KNOWN,
    MONDAY_NOON,
    RECORDED,
    TEXT,
    TICK,
    case,
    literal,
    living,
    local,
)


def cell(plan: Plan, facts: Facts, at: datetime):
    return plan.cell(digest_of(facts, CALL).where, micros(at))


@pytest.fixture
def plan() -> Plan:
    return Plan(US, CALL.shape)


def test_a_cell_for_each_date_a_row_for_each_hour(plan: Plan) -> None:
    first, row = cell(plan, KNOWN, local("2026-11-16 00:00"))
    same, noon = cell(plan, KNOWN, local("2026-11-16 12:00"))
    other, _ = cell(plan, KNOWN, local("2026-11-17 00:00"))
    assert first is same is not other
    assert row is not noon
    assert cell(plan, KNOWN, local("2026-11-16 00:00") - TICK)[0].today == first.today - 1
    # Eight, nine p.m. and the microsecond behind it begin something new.
    edges = [local("2026-11-16 08:00"), local("2026-11-16 21:00"), local("2026-11-16 21:00") + TICK]
    rows = [cell(plan, KNOWN, at)[1] for edge in edges for at in (edge - TICK, edge)]
    assert [rows.index(each) for each in rows] == [0, 1, 1, 3, 3, 5]


def test_two_zones_and_none(plan: Plan) -> None:
    zones = ["America/New_York", "America/Los_Angeles"]
    both = evolve(KNOWN, number=evolve(KNOWN.number, zones=zones))
    around = datetime(2026, 11, 16, 5, tzinfo=UTC)
    before, after = (cell(plan, both, at) for at in (around - TICK, around))
    assert before[0] is not after[0]
    assert before[0].today == after[0].today - 1
    later = cell(plan, both, around + timedelta(hours=1))[1]
    assert later is cell(plan, both, around + timedelta(hours=2))[1] is not after[1]
    assert after[1] is not cell(plan, both, around + timedelta(hours=17))[1]
    nowhere = evolve(KNOWN, number=evolve(KNOWN.number, zones=[]))
    assert cell(plan, nowhere, MONDAY_NOON)[0].today == MONDAY_NOON.date().toordinal()


def test_a_statutes_own_clock_is_in_the_key(plan: Plan) -> None:
    facts = living("MS", "America/Chicago")
    # In summer Central Standard Time is an hour behind the clock on the wall.
    first = cell(plan, facts, local("2026-07-06 08:30", "America/Chicago"))[1]
    second = cell(plan, facts, local("2026-07-06 09:00", "America/Chicago"))[1]
    assert first is not second


def test_only_so_many_cells_and_answers(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_KEPT", 2)
    for days in range(5):
        cell(plan, KNOWN, MONDAY_NOON + timedelta(days=days))
    assert len(plan._cells) <= 2
    found, row = cell(plan, KNOWN, MONDAY_NOON)
    for bits in range(5):
        plan.answer(case(CALL, KNOWN), found, row, bits)
    assert len(row.answers) <= 2


def test_what_was_answered_is_kept_but_for_the_users_own(plan: Plan) -> None:
    found, row = cell(plan, KNOWN, MONDAY_NOON)
    bits = found.bits(digest_of(KNOWN, CALL), MONDAY_NOON)
    first = plan.answer(case(CALL, KNOWN), found, row, bits)
    assert row.answers == {bits: first}
    assert plan.answer(case(CALL, KNOWN), found, row, bits) is first
    rules = US.forbid("OWN", "No.", when=lambda asked: asked.facts.zip == "10001")
    own = Plan(rules, CALL.shape)
    found, row = cell(own, KNOWN, MONDAY_NOON)
    for code, denied in (("10001", True), (None, False), ("10001", True)):
        asked = Case(CALL, evolve(KNOWN, zip=code), Moment(MONDAY_NOON))
        assert own.answer(asked, found, row, bits).denied == denied
    assert row.answers == {}


@pytest.mark.parametrize(
    ("question", "strict", "texts", "hours"),
    [(CALL, True, False, 24), (TEXT, True, True, 24), (literal(CALL), False, False, 24)],
)
def test_what_matters_of_touches(question: Question, strict: bool, texts: bool, hours: int) -> None:
    plan = plan_of(question, US)
    assert (plan.strict, plan.texts) == (strict, texts)
    assert plan.reach == timedelta(hours=hours)
    assert {count.limit for count in plan.counts} == {3}
    assert not plan.own
    news = evolve(RECORDED, purpose=RECORDED.purpose.INFORMATIONAL)
    assert plan_of(news, US).reach == timedelta(days=30)
    assert plan_of(news, US.drop("F-RES-3")).reach == timedelta()


def test_is_kept_beside_the_question() -> None:
    question = evolve(CALL)
    first = plan_of(question, US)
    assert plan_of(question, US) is plan_of(evolve(CALL), US) is first
    assert plan_of(question, US.drop("F-QH")) is not first


def test_a_rule_that_cannot_be_tested_is_refused_whenever_it_holds() -> None:
    rule = Rule(
        id="X", sentence="No.", citation="c", kernel="sorcery", effective_from=MONDAY_NOON.date()
    )
    with pytest.raises(ValueError, match="rule X names the kernel 'sorcery'"):
        Plan(US.add(rule), CALL.shape)
