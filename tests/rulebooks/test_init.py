"""The rulebook that ships: complete, well-formed, and with the law's known dates."""

from __future__ import annotations

from datetime import date

import pytest

from leadcore.rulebooks import NAMES, US, Confidence, Role, Status
from leadcore.rulebooks.rule import NOWHERE

LISTED = {
    *("F-ATDS-1", "F-ATDS-DEF", "F-PEWC-2", "F-RES-3", "F-AI", "F-EMERG"),
    *("F-PORT", "F-DMG", "F-RND", "F-SELLER", "F-REV-10", "F-REV-11"),
    *("F-CONF-12", "F-REV-SCOPE", "F-BD", "F-QH", "T-QH", "F-DNC"),
    *("F-DNC-SCRUB", "F-EBR", "F-IDNC", "F-ID", "F-PRE", "T-REC"),
    *("H-TCPA-NO", "H-TCPA-YES", "H-FIRST-TEXT", "H-ORDER", "H-RECORDING-REVIEW", "E-OPTOUT"),
    *("E-REV", "E-ADDR", "E-XACT", "E-MSCM", "R-ALLPARTY", "R-PCI"),
    *("EV-CERT", "Z-UNKNOWN"),
}


def test_every_rule_is_there() -> None:
    ids = {rule.id for rule in US.rules}
    assert ids >= LISTED


def test_every_rule_says_what_it_says_and_where_it_is_from() -> None:
    for rule in US.rules:
        assert rule.sentence.endswith("."), rule.id
        assert rule.sentence[0].isupper(), rule.id
        assert rule.citation, rule.id
        assert rule.caution is None or rule.caution.endswith("."), rule.id
        house = rule.id.startswith("H-")
        unknown = rule.state == "UNKNOWN"
        if not house and not unknown and rule.id != "EV-CERT":
            assert (rule.source or "").startswith("http"), rule.id


def test_guards_can_be_tested_and_name_their_facts() -> None:
    for rule in US.rules:
        if rule.role is Role.GUARD:
            assert rule.kernel, rule.id
            assert rule.evidence, rule.id


def test_literal_scopes_are_never_wider() -> None:
    for rule in US.rules:
        if rule.literal is not None:
            assert rule.literal.channels <= rule.scope.channels, rule.id
            assert rule.literal.purposes <= rule.scope.purposes, rule.id
            assert rule.literal.initiations <= rule.scope.initiations, rule.id


def test_every_state_and_territory_has_a_name() -> None:
    assert len(NAMES) == 50 + 1 + 5 + 1
    assert {rule.state for rule in US.rules} - {None} <= set(NAMES)


@pytest.mark.parametrize(
    ("rule", "before", "since"),
    [
        ("F-CONF-12", date(2024, 4, 3), date(2024, 4, 4)),
        ("S-OR-CAP", date(2025, 12, 31), date(2026, 1, 1)),
        ("S-MD-CAP", date(2023, 12, 31), date(2024, 1, 1)),
        ("S-CT-ADAD", date(2023, 9, 30), date(2023, 10, 1)),
        ("F-5CIR", date(2026, 2, 24), date(2026, 2, 25)),
    ],
)
def test_dates(rule: str, before: date, since: date) -> None:
    assert rule not in {each.id for each in US.in_force(before)}
    assert rule in {each.id for each in US.in_force(since)}


def test_editions_of_one_rule_do_not_overlap() -> None:
    for day in (date(2013, 10, 16), date(2025, 4, 11), date(2026, 1, 1), date(2026, 10, 18)):
        for near in (day, day.replace(day=day.day - 1) if day.day > 1 else date(2025, 12, 31)):
            hours = [rule.id for rule in US.in_force(near) if rule.kernel == "state_hours"]
            assert len(hours) == len(set(hours))
            revoked = [rule.id for rule in US.in_force(near) if rule.kernel == "revoked"]
            assert revoked == ["F-REV-10"]


def test_what_is_not_in_force_waits() -> None:
    waiting = {rule.id: rule.status for rule in US.rules if rule.status is not Status.IN_FORCE}
    assert waiting == {
        "F-REV-SCOPE": Status.WAIVED,
        "F-REV-EXCLUSIVE": Status.ADOPTED_PENDING,
        "F-ONE-TO-ONE": Status.VACATED,
    }
    in_force = {rule.id for rule in US.in_force(date(2026, 11, 21))}
    assert not in_force & set(waiting)
    assert "F-REV-SCOPE" in {rule.id for rule in US.in_force(date(2027, 1, 31))}


def test_contested_readings_are_marked() -> None:
    low = {rule.id for rule in US.rules if rule.confidence is Confidence.LOW}
    assert low == {"S-AL-QH", "S-AL-DAY", "S-MS-DAY"}


def test_rules_about_other_things_never_meet_a_contact() -> None:
    assert {rule.id for rule in US.rules if rule.scope == NOWHERE} == {
        "R-ALLPARTY",
        "R-PCI",
        "H-RECORDING-REVIEW",
    }
