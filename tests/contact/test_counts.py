"""Caps by one comparison, against counting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.contact import Touch, TouchKind
from leadcore.contact.counts import Count, Counts, counts_in, counts_of
from leadcore.contact.digests import CAPS, Digest
from leadcore.rulebooks import US, Cap, Rule
from tests.contact.people import CALL, KNOWN, MONDAY_NOON, TICK

SPAN = timedelta(hours=8)
BESIDE = st.sampled_from((-1, 0, 1)).map(lambda ticks: ticks * TICK)
TIMES = st.tuples(st.sampled_from((-SPAN, -SPAN / 2, timedelta(), SPAN)), BESIDE)
TOUCHES = st.builds(
    Touch,
    kind=st.sampled_from(TouchKind),
    at=TIMES.map(lambda parts: MONDAY_NOON + parts[0] + parts[1]),
    subject=st.sampled_from(("solar", "other", None)),
)


def played(*before: timedelta) -> list[Touch]:
    return [Touch(kind=TouchKind.PRERECORDED, at=MONDAY_NOON + each) for each in before]


def cap(**changes: object) -> Rule:
    return Rule(
        id="CAP", sentence="S.", citation="C", kernel="cap", terms=Cap(**{"limit": 2, **changes})
    )


@given(
    st.lists(TOUCHES, max_size=6),
    st.integers(1, 3),
    st.integers(0, 5),
    st.integers(0, 5),
    st.sampled_from(("solar", None)),
)
@example(played(-SPAN, -SPAN), 2, 0, 0, None)  # both on the span's beginning
@example(played(-SPAN - TICK, -TICK), 2, 0, 0, None)  # one before it
@example(played(-SPAN, -TICK, timedelta()), 2, 0, 0, None)  # one at the instant itself
@example(played(-SPAN - TICK, -TICK, timedelta()), 2, 0, 0, None)
@example(played(-TICK, timedelta()), 2, 0, 0, None)  # too few before it
def test_is_reached_when_so_many_are_within(
    touches: list[Touch], limit: int, ours: int, words: int, subject: str | None
) -> None:
    digest = Digest(evolve(KNOWN, history=touches), evolve(CALL, subject=subject))
    first, second = Count(ours, limit, SPAN), Count(words, limit, SPAN)

    def reached(count: Count) -> bool:
        counted = [
            touch
            for touch in touches
            if touch.kind in count.kinds
            and MONDAY_NOON - SPAN <= touch.at < MONDAY_NOON
            and (count.any_subject or subject is None or touch.subject in {None, subject})
        ]
        return len(counted) >= limit

    expected = 0
    if reached(first):
        expected = 0b1100 if reached(second) else 0b100
    counts = Counts(first, second, 0b100)
    assert counts.bits(digest, MONDAY_NOON) == expected
    assert counts.bits(digest, MONDAY_NOON) == expected


def test_a_cap_of_none_reads_nothing() -> None:
    digest = Digest(KNOWN, CALL)
    assert Counts(Count(4, 0, SPAN), Count(2, 0, SPAN), 1).bits(digest, MONDAY_NOON) == 0


@pytest.mark.parametrize(
    ("rule", "strict", "codes"),
    [
        (cap(), True, (4, 2)),
        (cap(), False, (2, 2)),
        (cap(texts=True), False, (4, 4)),
        (cap(prerecorded_only=True), True, (1, 1)),
        (evolve(cap(), kernel="residential_cap"), True, (0, 0)),
        (US.editions("F-QH")[0], True, ()),
    ],
)
def test_what_a_cap_counts(rule: Rule, strict: bool, codes: tuple[int, ...]) -> None:
    found = counts_of(rule, strict=strict)
    assert tuple(count.code for count in found) == codes


def test_each_cap_has_bits_of_its_own() -> None:
    class Bound:
        def __init__(self, rule: Rule) -> None:
            self.rule = rule

    found = counts_in((Bound(cap()), Bound(US.editions("F-QH")[0]), Bound(cap())), strict=True)
    assert [counts.bit for counts in found] == [1 << CAPS, 1 << CAPS + 2]
