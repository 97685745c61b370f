"""The table of hours as rules, and its words."""

from __future__ import annotations

from leadcore.rulebooks import US, Hours, Role
from leadcore.rulebooks.states import NAMES, STATE_HOURS, state_hours_rules


def rule(rule_id: str):
    return next(each for each in state_hours_rules() if each.id == rule_id)


def test_words() -> None:
    assert rule("S-TX-QH").sentence == (
        "In Texas sales calls are allowed from 9 a.m. to 9 p.m. on weekdays, 9 a.m. to 9 p.m. on "
        "Saturdays, noon to 9 p.m. on Sundays, on the person's clock."
    )
    assert "8 a.m. to 8 p.m. every day" in rule("S-FL-QH").sentence
    assert "Sundays" not in rule("S-RI-QH").sentence


def test_federal_hours_are_a_note() -> None:
    assert rule("S-NY-QH").role is Role.NOTE
    assert rule("S-UT-QH").role is Role.NOTE
    assert rule("S-FL-QH").role is Role.GUARD


def test_a_day_closed_altogether_is_said_once() -> None:
    terms = rule("S-SD-QH").terms
    assert isinstance(terms, Hours)
    assert terms.week.days[6] == (0, 1440)
    assert terms.week.days[0] == (540, 1260)


def test_every_row_makes_its_rules() -> None:
    made = [each.id for each in state_hours_rules()]
    for row in STATE_HOURS:
        assert f"S-{row.state}-QH" in made
        assert (f"S-{row.state}-DAY" in made) == any(
            each.holidays or each.sunday is None for each in STATE_HOURS if each.state == row.state
        )
        assert row.state in NAMES
    assert set(made) <= {each.id for each in US.rules}
