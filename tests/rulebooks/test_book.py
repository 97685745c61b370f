"""A rulebook is a value; every change gives another one that says what was changed."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from leadcore.decisions import Severity
from leadcore.rulebooks import US, Role, Rule, Rulebook, Status

DAY = date(2026, 11, 21)
OWN = Rule(id="OWN", sentence="No.", citation="house")
SMALL = Rulebook(id="small", as_of=DAY, rules=[evolve(OWN, id="A"), evolve(OWN, id="B")])


def ids(book: Rulebook) -> list[str]:
    return [rule.id for rule in book.rules]


def test_add() -> None:
    book = SMALL.add(OWN, evolve(OWN, id="C"))
    assert ids(book) == ["A", "B", "OWN", "C"]
    assert book.id == "small+OWN+C"
    assert ids(SMALL) == ["A", "B"]
    with pytest.raises(ValueError, match="these rules exist already: A, B; replace"):
        SMALL.add(evolve(OWN, id="B"), evolve(OWN, id="A"))


def test_replace_keeps_the_place() -> None:
    old = evolve(OWN, id="A", effective_until=DAY, sentence="Old.")
    new = evolve(OWN, id="A", effective_from=DAY, sentence="New.")
    book = SMALL.replace(old, new)
    assert [rule.sentence for rule in book.rules] == ["Old.", "New.", "No."]
    assert book.id == "small~A"
    assert ids(book.replace(evolve(OWN, id="A"))) == ["A", "B"]
    with pytest.raises(KeyError, match="Z"):
        SMALL.replace(evolve(OWN, id="Z"))


def test_drop() -> None:
    assert ids(SMALL.drop("A")) == ["B"]
    assert SMALL.drop("A").id == "small-A"
    with pytest.raises(KeyError):
        SMALL.drop("Z")


def test_forbid() -> None:
    book = SMALL.forbid("MINE", "Never on my watch.", when=lambda _: True)
    rule = book.rules[-1]
    assert (rule.role, rule.severity, rule.citation) == (
        Role.GUARD,
        Severity.POLICY,
        "house rule",
    )
    assert book.id == "small+MINE"


def test_close() -> None:
    book = SMALL.close("LA", date(2026, 9, 2), date(2026, 9, 1))
    assert book.closures == {("LA", date(2026, 9, 1)), ("LA", date(2026, 9, 2))}
    assert book.id == "small+LA:2026-09-01,2026-09-02"


def test_enact() -> None:
    pending = evolve(OWN, status=Status.ADOPTED_PENDING)
    book = SMALL.add(pending)
    assert "OWN" not in [rule.id for rule in book.in_force(DAY)]
    enacted = book.enact("OWN", DAY)
    assert "OWN" in [rule.id for rule in enacted.in_force(DAY)]
    assert enacted.id == "small+OWN!OWN@2026-11-21"
    assert not enacted.rules[-1].in_force_on(date(2026, 11, 20))


def test_editions_and_in_force() -> None:
    assert [rule.effective_until for rule in US.editions("S-OR-QH")] == [date(2026, 1, 1), None]
    with pytest.raises(KeyError):
        US.editions("nothing")


def test_equality_looks_at_everything_and_the_hash_at_the_name() -> None:
    twin = Rulebook(id="small", as_of=DAY, rules=SMALL.rules)
    assert twin == SMALL
    assert hash(twin) == hash(SMALL)
    assert evolve(SMALL, rules=()) != SMALL
    assert "rules" not in repr(SMALL)
