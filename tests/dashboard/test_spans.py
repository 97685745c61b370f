"""Days of a zone: every day is there, each with its own length."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.dashboard.spans import MOST_DAYS, Days, two_months
from leadcore.errors import Malformed
from leadcore.intervals import local_date

ZONES = ("America/New_York", "UTC", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo")


@given(
    st.integers(0, 8_800).map(
        lambda days: (
            datetime(2005, 1, 1, 3, 59, 59, tzinfo=UTC) + timedelta(days=days, seconds=days % 3)
        )
    ),
    st.sampled_from(ZONES),
)
def test_two_months_hold_the_instant_and_all_days_of_both(at, zone):
    shown = two_months(at, zone)
    assert shown.opens_at <= at < shown.closes_at
    assert (shown.first.day, (shown.last + timedelta(days=1)).day) == (1, 1)
    assert len({day.replace(day=1) for day in shown.days}) == 2
    assert shown.days[0] == shown.first
    assert shown.days[-1] == shown.last
    assert local_date(at, zone).replace(day=1) == shown.last.replace(day=1)
    assert list(shown.starts) == sorted(shown.starts)


def test_the_days_of_the_change_of_clocks_have_23_and_25_hours():
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)):
        one = Days(zone="America/New_York", first=day, last=day)
        assert one.closes_at - one.opens_at == timedelta(hours=hours)


@pytest.mark.parametrize("number", [0, MOST_DAYS + 1])
def test_a_chart_has_at_least_a_day_and_not_too_many(number):
    first = date(2026, 1, 1)
    with pytest.raises(Malformed, match="days: a chart"):
        Days(zone="UTC", first=first, last=first + timedelta(days=number - 1))
    most = Days(zone="UTC", first=first, last=first + timedelta(days=MOST_DAYS - 1))
    assert len(most.days) == MOST_DAYS


def test_a_zone_that_there_is_not_is_refused():
    with pytest.raises(Malformed, match="no-such"):
        two_months(datetime(2026, 1, 1, tzinfo=UTC), "no-such")
    with pytest.raises(Malformed, match="no-such"):
        Days(zone="no-such", first=date(2026, 1, 1), last=date(2026, 1, 2))
