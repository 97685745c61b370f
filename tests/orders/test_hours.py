"""Hours are what the clock on the wall shows, minute by minute, through every change of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.orders import Hours, Span, is_open
from leadcore.orders.hours import hours_problems, steady_until

MINUTE = timedelta(minutes=1)
ZONES = ("America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
# An hour before the clocks of New York and Lord Howe are changed, and midnights.
EDGES = (
    datetime(2026, 11, 1, 4, 55, tzinfo=UTC),
    datetime(2027, 3, 14, 5, 55, tzinfo=UTC),
    datetime(2026, 4, 4, 13, 55, tzinfo=UTC),
    datetime(2026, 10, 3, 14, 25, tzinfo=UTC),
    datetime(2026, 11, 16, 0, tzinfo=UTC),
)


def spans():
    minutes = st.sampled_from((0, 1, 60, 90, 119, 120, 150, 720, 1380, 1439, 1440))
    drawn = st.builds(Span, st.integers(1, 7), minutes.filter(lambda m: m < 1440), minutes)
    return drawn.filter(lambda span: span.opens != span.closes and span.closes > 0)


def shown(hours, at):
    """Do it by the words: write down every minute of the week that a span has."""
    open_ = set()
    for span in hours.spans:
        length = span.closes - span.opens + (1440 if span.closes <= span.opens else 0)
        start = (span.day - 1) * 1440 + span.opens
        open_ |= {(start + minute) % 10_080 for minute in range(length)}
    wall = at.astimezone(ZoneInfo(hours.zone))
    return wall.weekday() * 1440 + wall.hour * 60 + wall.minute in open_


@given(
    hours=st.builds(Hours, st.sampled_from(ZONES), st.lists(spans(), max_size=3).map(tuple)),
    start=st.sampled_from(EDGES),
)
def test_hours_are_those_of_a_scan_minute_by_minute(hours, start):
    instants = [start + minute * MINUTE for minute in range(0, 200, 5)]
    for at in instants:
        assert is_open(hours, at) is shown(hours, at)
        assert is_open(hours, at + MINUTE - timedelta(microseconds=1)) is shown(hours, at)


@given(
    hours=st.builds(Hours, st.sampled_from(ZONES), st.lists(spans(), max_size=3).map(tuple)),
    start=st.sampled_from(EDGES),
    later=st.integers(0, 14_400),
)
def test_nothing_changes_while_it_is_said_to_be_steady(hours, start, later):
    at = start + timedelta(seconds=later)
    until = steady_until(hours, at)
    assert at < until <= at + timedelta(hours=25)
    step = (until - at) / 7
    assert {is_open(hours, at + step * part) for part in range(7)} == {is_open(hours, at)}
    assert is_open(hours, until - timedelta(microseconds=1)) is is_open(hours, at)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-16T13:59:59.999999", "2026-11-16T14:00:00"),
        ("2026-11-16T14:00:00", "2026-11-16T22:00:00"),
        ("2026-11-16T14:10:30.500000", "2026-11-16T22:00:00"),
        ("2026-11-16T22:00:00", "2026-11-17T05:00:00"),
        ("2026-11-01T05:59:59", "2026-11-01T06:00:00"),
        ("2026-11-01T06:00:00", "2026-11-01T14:00:00"),
        ("2026-11-01T12:00:00", "2026-11-01T14:00:00"),
    ],
)
def test_they_are_steady_until_the_next_edge_or_change_of_the_clock(at, until):
    hours = Hours("America/New_York", (Span(1, 540, 1020),))
    assert steady_until(hours, datetime.fromisoformat(f"{at}+00:00")) == datetime.fromisoformat(
        f"{until}+00:00"
    )


def test_skipped_times_never_come_and_repeated_ones_are_open_twice():
    gone = Hours("America/New_York", (Span(7, 120, 180),))
    twice = Hours("America/New_York", (Span(7, 60, 120),))
    spring = [datetime(2027, 3, 14, 5, tzinfo=UTC) + n * MINUTE for n in range(300)]
    autumn = [datetime(2026, 11, 1, 4, tzinfo=UTC) + n * MINUTE for n in range(300)]
    assert sum(is_open(gone, at) for at in spring) == 0
    assert sum(is_open(twice, at) for at in autumn) == 120


def test_without_spans_it_is_never_open():
    assert not is_open(Hours("UTC"), EDGES[0])


@pytest.mark.parametrize(
    ("hours", "paths"),
    [
        (Hours("UTC", (Span(1, 0, 1440), Span(7, 1439, 1))), []),
        (Hours("Mars"), ["zone"]),
        (Hours("UTC", (Span(0, 0, 1),)), ["spans[0].day"]),
        (Hours("UTC", (Span(8, 0, 1),)), ["spans[0].day"]),
        (Hours("UTC", (Span(1, -1, 1),)), ["spans[0].opens"]),
        (Hours("UTC", (Span(1, 1440, 1),)), ["spans[0].opens"]),
        (Hours("UTC", (Span(1, 5, 0),)), ["spans[0].closes"]),
        (Hours("UTC", (Span(1, 5, 1441),)), ["spans[0].closes"]),
        (Hours("UTC", (Span(1, 5, 5),)), ["spans[0].closes"]),
        (Hours("UTC", (Span(True, 5, 6),)), ["spans[0].day"]),
    ],
)
def test_what_makes_no_sense_is_named(hours, paths):
    assert [problem.path for problem in hours_problems(hours)] == paths


def test_what_makes_no_sense_is_said_in_words():
    told = hours_problems(Hours("UTC", (Span(8, 1440, 1441), Span(1, 5, 5))))
    assert [(each.path, each.message) for each in told] == [
        ("spans[0].day", "a weekday from 1, Monday, to 7, Sunday"),
        ("spans[0].opens", "minutes after midnight, 0 to 1439"),
        ("spans[0].closes", "minutes after midnight, 1 to 1440"),
        ("spans[1].closes", "is not when it opens; a whole day is 0 to 1440"),
    ]
