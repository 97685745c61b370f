"""What kernels are said to read is all that they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve
from hypothesis import given

from leadcore.contact import assess, bind
from leadcore.contact.case import Case, Moment
from leadcore.contact.digests import digest_of
from leadcore.contact.engine import KERNELS
from leadcore.contact.hits import Hit
from leadcore.contact.plans import plan_of
from leadcore.contact.reads import READS, is_kept, reads_of
from leadcore.rulebooks import US
from leadcore.rulebooks.rule import Rule
from leadcore.values import micros
from tests.contact.people import CALL, KNOWN, MONDAY_NOON, cases

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

    from leadcore.contact import Facts, Question
    from leadcore.contact.hits import BoundRule

SEEN: dict[tuple[object, ...], Hit] = {}


def test_every_kernel_says_what_it_reads() -> None:
    assert set(READS) == set(KERNELS)


def rule(**given: Any) -> Rule:
    return Rule(id="X", sentence="No.", citation="c", **given)


def test_only_what_looks_at_listed_bits_is_kept() -> None:
    assert is_kept(rule())
    assert is_kept(rule(kernel="no_zone"))
    assert not is_kept(rule(kernel="sorcery"))
    assert not is_kept(rule(when=lambda _: True))
    assert (reads_of("no_zone"), reads_of("sorcery")) == (0, 0)


def test_a_kernel_that_is_not_listed_is_asked_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_letter(asked: Case, _bound: BoundRule) -> Hit:
        return Hit.DENY if asked.facts.consent.revoked_by == "letter" else Hit.SILENT

    monkeypatch.setitem(KERNELS, "by_letter", by_letter)
    rules = US.add(rule(kernel="by_letter"))
    letter = evolve(KNOWN, consent=evolve(KNOWN.consent, revoked_by="letter"))
    for facts in (KNOWN, letter, KNOWN, letter):
        said = {"X"} if facts is letter else set()
        assert set(assess(CALL, facts, at=MONDAY_NOON, rules=rules).rules) == said
        assert set(bind(CALL, rules, MONDAY_NOON).assess(facts).rules) == said


@given(cases())
def test_the_same_bits_give_the_same_answer(drawn: tuple[Question, Facts, datetime]) -> None:
    # Over all examples: what was answered once must be answered the same to others like that.
    question, facts, at = drawn
    digest = digest_of(facts, question)
    cell, row = plan_of(question, US).cell(digest.where, micros(at))
    bits = cell.bits(digest, at)
    case = Case(question, facts, Moment(at), US.closures)
    for (bound, reads), table in zip(cell.rules, row.tables, strict=True):
        hit = bound.test(case, bound)
        assert SEEN.setdefault((id(table), id(bound), bits & reads), hit) == hit
        assert table is not None
        assert table.setdefault(bits & reads, hit) == hit
