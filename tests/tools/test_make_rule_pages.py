"""The pages on the rules are what the rules say."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from leadcore.rulebooks import US, Hours, Profile, Role
from tools import make_rule_pages
from tools.make_rule_pages import FOLDER, pages


@pytest.fixture(scope="module")
def made():
    return pages()


def test_the_pages_in_docs_are_those_the_rules_make(made) -> None:
    # After a change of the rules: python -m tools.make_rule_pages
    assert {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.md")} == made


def test_every_rule_has_its_section_with_sentence_citation_and_source(made) -> None:
    everything = "\n".join(made.values())
    for rule in US.rules:
        assert f"## {rule.id}\n" in everything, rule.id
        assert f"| Says | {rule.sentence} |" in everything, rule.id
        assert rule.citation in everything, rule.id
        assert rule.source is None or f"]({rule.source})" in everything, rule.id


def test_every_page_says_that_it_is_no_legal_advice(made) -> None:
    assert [name for name, text in made.items() if "**This is no legal advice.**" not in text] == []


def test_a_changed_rule_changes_its_page(made, monkeypatch) -> None:
    (hours,) = US.editions("S-FL-QH")
    later = evolve(hours, effective_until=date(2026, 12, 1), citation="Fla. Stat. 1")
    monkeypatch.setattr(make_rule_pages, "US", US.replace(later))
    changed = pages()
    assert {name for name in made if made[name] != changed[name]} == {"states.md", "README.md"}
    assert "| Holds | to 2026-11-30: in force on 2026-11-21 |" in changed["states.md"]
    assert "| Source | [Fla. Stat. 1](" in changed["states.md"]


def test_the_check_names_the_page_that_differs(made, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(make_rule_pages, "FOLDER", tmp_path)
    monkeypatch.setattr(make_rule_pages, "pages", lambda: made)
    assert make_rule_pages.main([]) == 0
    assert make_rule_pages.main(["--check"]) == 0
    (tmp_path / "ftc.md").write_text("by hand", "utf-8")
    (tmp_path / "old.md").write_text("of a page that is gone", "utf-8")
    capsys.readouterr()
    assert make_rule_pages.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert said.splitlines() == [
        "docs/rules/ftc.md is not what the rules say",
        "docs/rules/old.md is not what the rules say",
    ]
    assert make_rule_pages.main([]) == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(made)


@pytest.mark.parametrize(
    ("minute", "said"),
    [(0, "midnight"), (480, "8 a.m."), (720, "noon"), (750, "12:30 p.m."), (1440, "midnight")],
)
def test_the_clock_in_words(minute, said) -> None:
    assert make_rule_pages.clock(minute) == said


@pytest.mark.parametrize(
    ("rule", "profile", "lifts", "not_lifts"),
    [
        ("F-DNC", Profile.STRICT, "prior express written consent in due form", "invitation"),
        ("F-DNC", Profile.LITERAL, "the person's invitation", "TCPA"),
        ("F-QH", Profile.LITERAL, "a purchase from this seller or an inquiry", "landline"),
        ("S-OR-CAP", Profile.STRICT, "a purchase from this seller, in time", "inquiry"),
        ("S-LA-EMERGENCY", Profile.STRICT, "no declared emergency", "consent"),
        ("F-ATDS-1", Profile.STRICT, "a number ported within 15 days", "inquiry"),
        ("F-CONF-12", Profile.STRICT, "a first confirmation", "consent"),
    ],
)
def test_what_lifts_a_rule_is_what_the_engine_says(rule, profile, lifts, not_lifts) -> None:
    guard = next(each for each in US.editions(rule)[::-1] if each.role is Role.GUARD)
    said = dict(make_rule_pages.lifted(guard))[f"Falls silent, {profile.value}"]
    assert lifts in said
    assert not_lifts not in said


def test_what_never_speaks_is_said_and_what_only_time_lifts() -> None:
    (contested,) = US.editions("S-AL-QH")
    assert isinstance(contested.terms, Hours)
    assert dict(make_rule_pages.lifted(contested)) == {
        "Falls silent, strict": "another time only",
        "Falls silent, literal": "does not speak",
    }
