"""Slots: the clock on the wall is what was agreed, on either side of a change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.appointments import LONGEST_SLOT, Slot, realigned, slot, slot_on, slot_problems
from leadcore.intervals import Window, to_local
from leadcore.testing.strategies import zone_edges, zones

HOUR = timedelta(hours=1)
NEW_YORK = "America/New_York"
NINE = slot_on(date(2026, 11, 24), time(9), 60, NEW_YORK)


@given(zones().flatmap(lambda zone: st.tuples(st.just(zone), zone_edges())), st.integers(1, 600))
def test_a_slot_of_instants_is_the_slot_of_its_wall_clock(where, minutes):
    zone, at = where
    begins = at.replace(microsecond=0)
    made = slot(begins, begins + timedelta(minutes=minutes), zone)
    local = to_local(begins, zone)
    assert made.local == local.replace(tzinfo=None).isoformat()
    assert realigned(made) == made
    assert tuple(slot_problems(made)) == ()
    if not local.fold:
        assert slot_on(local.date(), local.time().replace(fold=0), minutes, zone) == made


@pytest.mark.parametrize("day", [date(2027, 3, 13), date(2027, 3, 14), date(2026, 11, 1)])
def test_nine_o_clock_is_nine_o_clock_on_either_side_of_a_change(day):
    assert to_local(slot_on(day, time(9), 60, NEW_YORK).begins_at, NEW_YORK).hour == 9


def test_it_is_half_open():
    later = slot_on(date(2026, 11, 24), time(10), 30, NEW_YORK)
    inside = slot_on(date(2026, 11, 24), time(9, 59), 2, NEW_YORK)
    assert not NINE.overlaps(later)
    assert not later.overlaps(NINE)
    assert NINE.overlaps(inside)
    assert inside.overlaps(later)
    assert NINE.window == Window(NINE.begins_at, NINE.ends_at)


@pytest.mark.parametrize("moved", [HOUR, -HOUR, timedelta(minutes=-30)])
def test_by_new_rules_it_is_at_the_same_time_on_the_clock(moved):
    old = replace(NINE, begins_at=NINE.begins_at + moved, ends_at=NINE.ends_at + moved)
    assert realigned(old) == NINE


@pytest.mark.parametrize(("utc_hour", "fold"), [(5, 0), (6, 1)])
def test_of_a_time_that_comes_twice_the_nearer_pass_is_meant(utc_hour, fold):
    meant = slot(
        datetime(2026, 11, 1, utc_hour, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 7, tzinfo=UTC),
        NEW_YORK,
    )
    assert to_local(meant.begins_at, NEW_YORK).fold == fold
    nudge = timedelta(minutes=29) * (1 if fold else -1)
    old = replace(meant, begins_at=meant.begins_at + nudge, ends_at=meant.ends_at + nudge)
    assert realigned(old) == meant


def test_a_time_the_new_rules_skip_is_the_moment_of_the_change():
    at = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    old = Slot(begins_at=at, ends_at=at + HOUR, zone=NEW_YORK, local="2027-03-14T02:30:00")
    found = realigned(old)
    assert found.begins_at == datetime(2027, 3, 14, 7, tzinfo=UTC)
    assert found.ends_at - found.begins_at == HOUR


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({}, []),
        ({"zone": "Mars/Base"}, ["zone"]),
        ({"local": "nine"}, ["local"]),
        ({"local": "2026-11-24T09:00:00+00:00"}, ["local"]),
        ({"local": "2026-11-24 09:00:00"}, ["local"]),
        ({"begins_at": NINE.begins_at + timedelta(microseconds=1)}, ["begins_at"]),
        ({"ends_at": NINE.ends_at + timedelta(microseconds=1)}, ["begins_at"]),
        ({"ends_at": NINE.begins_at}, ["ends_at"]),
        ({"ends_at": NINE.begins_at + LONGEST_SLOT}, []),
        ({"ends_at": NINE.begins_at + LONGEST_SLOT + timedelta(seconds=1)}, ["ends_at"]),
    ],
)
def test_what_is_wrong_is_said_with_its_path(changed, paths):
    made = replace(NINE, **changed)
    assert [problem.path for problem in slot_problems(made)] == paths
    if "local" in paths:
        assert realigned(made) == made


def test_a_zone_that_is_none_is_refused():
    with pytest.raises(ValueError, match="IANA"):
        slot(NINE.begins_at, NINE.ends_at, "Mars/Base")
