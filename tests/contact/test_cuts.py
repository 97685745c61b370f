"""Between two cuts nothing changes an answer."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.contact import Cuts, Facts, Question, assess, cuts
from leadcore.rulebooks import US
from tests.contact.people import CALL, EASTERN, KNOWN, MONDAY_NOON, TEXT, TICK, cases

DAY = timedelta(days=1)


def changed(facts: Facts, path: str, value: object) -> Facts:
    part, name = path.split(".")
    return evolve(facts, **{part: evolve(getattr(facts, part), **{name: value})})


@given(cases(), st.data())
def test_two_values_with_no_cut_between_them_are_answered_alike(
    drawn: tuple[Question, Facts, datetime], data: st.DataObject
) -> None:
    question, facts, at = drawn
    found = cuts(question, US, at, [facts.number.zones])
    paths = {**found.instants, **found.days}
    path = data.draw(st.sampled_from(sorted(paths)))
    tick = TICK if path in found.instants else DAY
    values = paths[path]
    near = st.builds(
        lambda cut, by, far: cut + by * tick + far * DAY,
        st.sampled_from(values),
        st.integers(-1, 1),
        st.sampled_from((0, 0, 0, -3, 3)),
    )
    first, second = data.draw(near), data.draw(near)
    if bisect_right(values, first) != bisect_right(values, second):
        return
    again = facts.consent.regranted_at
    if path == "consent.revoked_at" and again is not None and (first < again) != (second < again):
        return
    revoked = facts.consent.revoked_at
    dated = path == "consent.regranted_at" and isinstance(revoked, datetime)
    if dated and (revoked < first) != (revoked < second):
        return
    answers = [
        assess(question, changed(facts, path, value), at=at, rules=US, ahead=False)
        for value in (first, second)
    ]
    assert answers[0] == answers[1]


def of(at: datetime = MONDAY_NOON, *zones: str, question: Question = CALL) -> Cuts:
    return cuts(question, US, at, [zones])


def test_the_cuts_of_dates() -> None:
    found = of(MONDAY_NOON, EASTERN).days
    assert found == {
        "registry.scrubbed_on": (date(2026, 10, 16), date(2026, 11, 18)),
        "reassigned.queried_on": (date(2026, 11, 17),),
        "relationship.inquiry_on": (date(2026, 8, 18), date(2026, 11, 17)),
        "relationship.purchase_on": (date(2025, 5, 25), date(2025, 11, 16), date(2026, 11, 17)),
        "number.ported_to_wireless_on": (date(2026, 11, 1), date(2026, 11, 17)),
    }


def test_the_cuts_of_instants() -> None:
    found = of(MONDAY_NOON, EASTERN).instants
    now = MONDAY_NOON + TICK
    assert found["consent.at"] == found["consent.regranted_at"] == (now,)
    assert MONDAY_NOON - timedelta(minutes=5) in found["consent.revoked_at"]
    # Veterans Day is no business day: what came on 29 October was due on the 13th.
    assert datetime(2026, 10, 30, 4, tzinfo=UTC) in found["registry.internal_since"]
    assert found["registry.internal_since"] == found["email.opted_out_at"]


def test_places_on_two_dates_have_the_cuts_of_both() -> None:
    at = datetime(2026, 11, 16, 5, 30, tzinfo=UTC)
    found = cuts(CALL, US, at, [(EASTERN,), ("America/Los_Angeles",)])
    assert found.days["reassigned.queried_on"] == (date(2026, 11, 16), date(2026, 11, 17))


@pytest.mark.parametrize("day", [13, 14, 15])
def test_a_day_that_begins_twice(day: int) -> None:
    zone, change = "Asia/Beirut", datetime(2023, 10, 28, 21, tzinfo=UTC)
    at = datetime(2023, 11, day, 12, tzinfo=UTC)
    values = of(at, zone).instants["consent.revoked_at"]
    robocall = evolve(CALL, initiation=CALL.initiation.PRERECORDED)
    number = evolve(KNOWN.number, zones=[zone])
    for minutes in range(-90, 90, 5):
        around = [change + timedelta(minutes=minutes + beside) for beside in (0, 5)]
        if bisect_right(values, around[0]) == bisect_right(values, around[1]):
            facts = [
                evolve(KNOWN, number=number, consent=evolve(KNOWN.consent, revoked_at=each))
                for each in around
            ]
            answers = [assess(robocall, f, at=at, rules=US, ahead=False) for f in facts]
            assert answers[0] == answers[1]


def test_what_else_matters() -> None:
    found = of()
    assert (found.touched, found.anything) == (False, False)
    assert {count.limit for count in found.counts} == {3}
    assert of(question=TEXT).touched
    own = US.forbid("OWN", "No.", when=lambda _: True)
    assert cuts(CALL, own, MONDAY_NOON, []).anything
