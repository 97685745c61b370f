"""What kernels are said to read is all that they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from leadcore.contact.case import Case, Moment
from leadcore.contact.digests import digest_of
from leadcore.contact.engine import KERNELS
from leadcore.contact.plans import plan_of
from leadcore.contact.reads import ALL, READS, reads_of
from leadcore.rulebooks import US
from leadcore.values import micros
from tests.contact.people import cases

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.contact import Facts, Question
    from leadcore.contact.hits import Hit

SEEN: dict[tuple[object, ...], Hit] = {}


def test_every_kernel_says_what_it_reads() -> None:
    assert set(READS) == set(KERNELS)


@pytest.mark.parametrize(("kernel", "bits"), [("", 0), ("sorcery", ALL), ("no_zone", 0)])
def test_what_is_not_said_is_everything(kernel: str, bits: int) -> None:
    assert reads_of(kernel) == bits


@settings(max_examples=120)
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
