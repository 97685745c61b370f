"""The federal calendar against an independent one, and deadlines counted over it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.business_days import (
    FEDERAL,
    Calendar,
    add_business_days,
    closed_days,
    deadline,
    federal_holidays,
    is_business_day,
    nth_weekday,
    observed,
)


class TestAgainstTheHolidaysPackage:
    def test_every_year_since_the_monday_holidays(self) -> None:
        for year in range(1971, 2101):  # the package knows no year after 2100
            theirs = holidays.country_holidays("US", years=year)
            assert set(closed_days(year)) == set(theirs), year

    def test_later_centuries_have_eleven_holidays(self) -> None:
        assert {len(federal_holidays(year)) for year in range(2101, 9999)} == {11}

    def test_own_days_of_earlier_years(self) -> None:
        for year in range(1890, 1971):
            theirs = holidays.country_holidays(
                "US", years=year, categories=("government", "public")
            )
            ours = {holiday.day for holiday in federal_holidays(year)}
            # Columbus Day was proclaimed from 1937 on, but was no legal holiday before 1971.
            columbus = {day for day in theirs if "Columbus" in theirs[day]}
            assert ours <= set(theirs) - columbus, year


class TestHolidays:
    def test_juneteenth_since_2021(self) -> None:
        # 2021-06-19 was a Saturday: the law signed on the 17th was kept on the 18th.
        assert closed_days(2021)[date(2021, 6, 18)] == (
            "Juneteenth National Independence Day (observed)"
        )
        assert date(2020, 6, 19) not in closed_days(2020)
        assert not is_business_day(date(2026, 6, 19))

    def test_inauguration_day_is_a_business_day(self) -> None:
        assert is_business_day(date(2027, 1, 20))
        assert is_business_day(date(2021, 1, 20))

    def test_new_year_kept_in_the_year_before(self) -> None:
        assert not is_business_day(date(2027, 12, 31))
        assert date(2028, 1, 1) in closed_days(2028)
        assert closed_days(2027)[date(2027, 12, 31)] == "New Year's Day (observed)"

    def test_sunday_is_kept_on_monday(self) -> None:
        assert observed(date(2027, 7, 4)) == date(2027, 7, 5)
        assert observed(date(1948, 7, 4)) == date(1948, 7, 4)

    def test_saturday_is_kept_on_friday(self) -> None:
        assert observed(date(2026, 7, 4)) == date(2026, 7, 3)
        assert observed(date(1964, 7, 4)) == date(1964, 7, 4)

    def test_thanksgiving_moved(self) -> None:
        found = {
            year: next(h.day for h in federal_holidays(year) if h.name == "Thanksgiving Day")
            for year in (1938, 1939, 1941, 1942, 1951, 2026)
        }
        assert found == {
            1938: date(1938, 11, 24),
            1939: date(1939, 11, 23),
            1941: date(1941, 11, 20),
            1942: date(1942, 11, 26),
            1951: date(1951, 11, 22),
            2026: date(2026, 11, 26),
        }

    def test_nth_weekday(self) -> None:
        assert nth_weekday(2026, 5, 0, -1) == date(2026, 5, 25)
        assert nth_weekday(2026, 12, 3, -1) == date(2026, 12, 31)
        assert nth_weekday(2026, 8, 0, 2) == date(2026, 8, 10)


class TestCounting:
    @given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 30))
    def test_counts_every_business_day_once(self, day: date, count: int) -> None:
        end = add_business_days(day, count)
        between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
        assert sum(is_business_day(each) for each in between) == count
        assert is_business_day(end)

    @given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 15), st.data())
    def test_closing_more_days_never_ends_earlier(
        self, day: date, count: int, data: st.DataObject
    ) -> None:
        extra = data.draw(st.sets(st.integers(1, 25)))
        closed = Calendar(id="state", extra={day + timedelta(days=n) for n in extra})
        assert add_business_days(day, count, closed) >= add_business_days(day, count)

    def test_none_is_refused(self) -> None:
        with pytest.raises(ValueError, match="from 1 on"):
            add_business_days(date(2026, 1, 1), 0)

    def test_extra_days_are_named(self) -> None:
        day = date(2026, 8, 10)
        calendar = Calendar(id="RI", extra=[day])
        assert calendar.closed(day) == "closed by the calendar"
        assert not is_business_day(day, calendar)
        assert is_business_day(day, FEDERAL)
        assert calendar.closed(date(2026, 12, 25)) == "Christmas Day"


class TestDeadline:
    @pytest.mark.parametrize(
        ("receipt", "zone", "days", "last"),
        [
            # Late in the evening: the local date is still Friday.
            (datetime(2025, 12, 20, 4, 59, tzinfo=UTC), "America/New_York", 10, date(2026, 1, 6)),
            # One minute later it is Saturday; the count is the same, the first day is Monday.
            (datetime(2025, 12, 20, 5, 0, tzinfo=UTC), "America/New_York", 10, date(2026, 1, 6)),
            # Monday evening against Tuesday night.
            (datetime(2026, 3, 3, 4, 59, tzinfo=UTC), "America/New_York", 1, date(2026, 3, 3)),
            (datetime(2026, 3, 3, 5, 0, tzinfo=UTC), "America/New_York", 1, date(2026, 3, 4)),
            # Guam is a day ahead.
            (datetime(2026, 3, 2, 14, 0, tzinfo=UTC), "Pacific/Guam", 1, date(2026, 3, 4)),
            # Observed Independence Day of 2026 is Friday the 3rd.
            (datetime(2026, 7, 1, 16, 0, tzinfo=UTC), "America/Chicago", 2, date(2026, 7, 6)),
        ],
    )
    def test_counts_from_the_local_date(
        self, receipt: datetime, zone: str, days: int, last: date
    ) -> None:
        assert deadline(receipt, zone=zone, days=days) == last

    def test_unknown_zone(self) -> None:
        with pytest.raises(ValueError, match="IANA"):
            deadline(datetime(2026, 1, 1, tzinfo=UTC), zone="Mars/Base", days=1)
