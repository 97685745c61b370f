"""Hours, closed days and caps: every state of the table on both sides of each of its edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import UNKNOWN
from leadcore.contact import (
    Facts,
    Initiation,
    Purpose,
    Question,
    Registry,
    Relationship,
    Touch,
    TouchKind,
)
from leadcore.contact.hits import Hit
from leadcore.contact.time_guards import (
    TIME_OPENINGS,
    TIME_TESTS,
    cap_opening,
    closed_day_opening,
    closed_on,
    hours_opening,
    next_open,
)
from leadcore.decisions import Severity
from leadcore.intervals import WeeklyHours
from leadcore.rulebooks import US, ClosedDays, Hours
from leadcore.rulebooks.rule import LIFTS_NOTHING
from leadcore.values import PhoneKind, micros
from tests.contact.people import (
    CALL,
    DIALED,
    EASTERN,
    INVITED,
    KNOWN,
    MAIL,
    MONDAY_NOON,
    NOTHING,
    RECORDED,
    ROBOTEXT,
    SELLER,
    SPOKEN,
    TEXT,
    TICK,
    WRITTEN,
    ask,
    bound,
    case,
    denied,
    hit,
    literal,
    living,
    local,
)

UNINVITED = evolve(SPOKEN, invitation=False)
CENTRAL, MOUNTAIN, PACIFIC = "America/Chicago", "America/Denver", "America/Los_Angeles"
FEDERAL = (8, 21)
# state, zone, Monday to Friday, Saturday, Sunday (None: closed), closed on holidays; November 2026.
TABLE = (
    ("AL", CENTRAL, (8, 20), (8, 20), None, True),
    ("AK", "America/Anchorage", FEDERAL, FEDERAL, FEDERAL, False),
    ("AZ", "America/Phoenix", FEDERAL, FEDERAL, FEDERAL, False),
    ("AR", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("CA", PACIFIC, FEDERAL, FEDERAL, FEDERAL, False),
    ("CO", MOUNTAIN, FEDERAL, FEDERAL, FEDERAL, False),
    ("CT", EASTERN, (9, 20), (9, 20), (9, 20), False),
    ("DE", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("DC", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("FL", EASTERN, (8, 20), (8, 20), (8, 20), False),
    ("GA", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("HI", "Pacific/Honolulu", FEDERAL, FEDERAL, FEDERAL, False),
    ("ID", MOUNTAIN, FEDERAL, FEDERAL, FEDERAL, False),
    ("IL", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("IN", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("IA", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("KS", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("KY", EASTERN, (10, 21), (10, 21), (10, 21), False),
    ("LA", CENTRAL, (8, 20), (8, 20), None, True),
    ("ME", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("MD", EASTERN, (8, 20), (8, 20), (8, 20), False),
    ("MA", EASTERN, (8, 20), (8, 20), (8, 20), False),
    ("MI", EASTERN, (9, 21), (9, 21), (9, 21), False),
    ("MN", CENTRAL, (9, 21), (9, 21), (9, 21), False),
    ("MS", CENTRAL, (8, 20), (8, 20), None, True),
    ("MO", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("MT", MOUNTAIN, FEDERAL, FEDERAL, FEDERAL, False),
    ("NE", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("NV", PACIFIC, (9, 20), (9, 20), (9, 20), False),
    ("NH", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("NJ", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("NM", MOUNTAIN, (9, 21), (9, 21), (9, 21), False),
    ("NY", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("NC", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("ND", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("OH", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("OK", CENTRAL, (8, 20), (8, 20), (8, 20), False),
    ("OR", PACIFIC, (8, 20), (8, 20), (8, 20), False),
    ("PA", EASTERN, (9, 19), (9, 19), None, True),
    ("RI", EASTERN, (9, 18), (10, 17), None, True),
    ("SC", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("SD", CENTRAL, (9, 21), (9, 21), None, False),
    ("TN", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("TX", CENTRAL, (9, 21), (9, 21), (12, 21), False),
    ("UT", MOUNTAIN, FEDERAL, FEDERAL, None, True),
    ("VT", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("VA", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("WA", PACIFIC, (8, 20), (8, 20), (8, 20), False),
    ("WV", EASTERN, FEDERAL, FEDERAL, FEDERAL, False),
    ("WI", CENTRAL, FEDERAL, FEDERAL, FEDERAL, False),
    ("WY", MOUNTAIN, (8, 20), (8, 20), (8, 20), False),
    ("PR", "America/Puerto_Rico", FEDERAL, FEDERAL, FEDERAL, False),
    ("VI", "America/Puerto_Rico", FEDERAL, FEDERAL, FEDERAL, False),
    ("GU", "Pacific/Guam", FEDERAL, FEDERAL, FEDERAL, False),
    ("AS", "Pacific/Pago_Pago", FEDERAL, FEDERAL, FEDERAL, False),
    ("MP", "Pacific/Guam", FEDERAL, FEDERAL, FEDERAL, False),
)
TUESDAY, SATURDAY, SUNDAY = date(2026, 11, 17), date(2026, 11, 21), date(2026, 11, 22)
THANKSGIVING = date(2026, 11, 26)


def clock(day: date, hour: int, zone: str) -> datetime:
    at = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(hours=hour)
    return at.astimezone(UTC)


def by_hours(state: str, hours: tuple[int, int], hour_is_before: bool, hour: int) -> set[str]:
    """Say which rules deny a moment outside a state's hours: the federal ones speak first."""
    federal = hour < 8 if hour_is_before else hour >= 21
    return ({"F-QH"} if federal else set()) | ({f"S-{state}-QH"} if hours != FEDERAL else set())


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
class TestTable:
    def test_hours_of_each_day(self, row) -> None:
        state, zone, weekdays, saturday, sunday, _ = row
        facts = living(state, zone)
        for day, hours in ((TUESDAY, weekdays), (SATURDAY, saturday), (SUNDAY, sunday)):
            if hours is None:
                continue
            opens, closes = (clock(day, hour, zone) for hour in hours)
            assert denied(CALL, facts, opens) == ()
            assert denied(CALL, facts, closes - TICK) == ()
            rules = by_hours(state, hours, True, 7 if hours[0] == 8 else hours[0] - 1)
            assert set(denied(CALL, facts, opens - TICK)) == rules
            rules = by_hours(state, hours, False, hours[1])
            assert set(denied(CALL, facts, closes)) == rules

    def test_closed_days(self, row) -> None:
        state, zone, _, _, sunday, holidays = row
        facts = living(state, zone)
        rule = (f"S-{state}-DAY",)
        assert denied(CALL, facts, clock(SUNDAY, 13, zone)) == (rule if sunday is None else ())
        assert denied(CALL, facts, clock(THANKSGIVING, 13, zone)) == (rule if holidays else ())

    def test_texts_and_consent_make_no_difference_strictly(self, row) -> None:
        state, zone, weekdays, _, _, _ = row
        at = clock(TUESDAY, weekdays[1], zone)
        expected = denied(CALL, living(state, zone), at)
        assert expected
        assert set(denied(TEXT, living(state, zone), at)) >= set(expected)
        assert denied(CALL, living(state, zone, consent=SPOKEN), at) == expected

    def test_mail_and_information_have_no_hours(self, row) -> None:
        state, zone, *_ = row
        night = clock(TUESDAY, 3, zone)
        assert denied(MAIL, living(state, zone), night) == ()
        for purpose in (Purpose.INFORMATIONAL, Purpose.EMERGENCY):
            assert denied(evolve(CALL, purpose=purpose), living(state, zone), night) == ()


class TestFederalHours:
    def test_21_00_is_closed_strictly_and_open_by_the_words(self) -> None:
        nine = local("2026-11-16 21:00")
        assert denied(CALL, KNOWN, nine - TICK) == ()
        decision = ask(CALL, KNOWN, nine)
        assert decision.rules == ("F-QH",)
        assert decision.determining[0].severity is Severity.POLICY
        facts = evolve(KNOWN, consent=NOTHING)
        assert denied(literal(CALL), facts, nine) == ()
        assert denied(literal(CALL), facts, nine + TICK) == ("F-QH",)
        assert ask(CALL, KNOWN, nine + TICK).determining[0].severity is Severity.LEGAL

    def test_arizona_keeps_no_daylight_saving_time(self) -> None:
        july = evolve(KNOWN.registry, scrubbed_on=date(2026, 7, 1))
        landline = evolve(KNOWN.number, kind=PhoneKind.LANDLINE, zones=["America/Phoenix"])
        facts = evolve(KNOWN, states=["AZ"], number=landline, registry=july)
        assert denied(CALL, facts, datetime(2026, 7, 14, 14, 59, 59, tzinfo=UTC)) == ("F-QH",)
        assert denied(CALL, facts, datetime(2026, 7, 14, 15, 0, tzinfo=UTC)) == ()

    def test_both_passes_of_a_repeated_hour_are_closed(self) -> None:
        for hour in (5, 6):
            assert denied(CALL, KNOWN, datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) == ("F-QH",)

    @pytest.mark.parametrize("consent", [INVITED, SPOKEN, WRITTEN, UNINVITED])
    def test_permission_lifts_them_by_the_words_only(self, consent: object) -> None:
        night = local("2026-11-16 22:00")
        facts = evolve(KNOWN, consent=consent)
        assert denied(CALL, facts, night) == ("F-QH",)
        assert denied(literal(CALL), facts, night) == ()
        revoked = evolve(facts, consent=evolve(consent, revoked_at=MONDAY_NOON))
        assert denied(literal(CALL), revoked, night) == ("F-QH",)

    def test_a_relationship_lifts_the_one_agencys_hours_and_not_the_others(self) -> None:
        related = Relationship(with_seller=SELLER, purchase_on=date(2026, 11, 1))
        facts = evolve(KNOWN, consent=NOTHING, relationship=related)
        night = local("2026-11-16 22:00")
        assert denied(literal(CALL), facts, night) == ("T-QH",)
        assert denied(literal(TEXT), facts, night) == ()
        assert denied(CALL, facts, night) == ("F-QH",)
        assert denied(literal(CALL), facts) == ()
        for prior in (INVITED, UNINVITED):
            assert denied(literal(CALL), evolve(facts, consent=prior), night) == ()

    def test_without_a_zone_nothing_is_open(self) -> None:
        number = evolve(KNOWN.number, zones=())
        facts = evolve(KNOWN, number=number, states=())
        assert denied(CALL, facts) == ("Z-UNKNOWN",)
        assert denied(evolve(CALL, purpose=Purpose.INFORMATIONAL), facts) == ()

    @pytest.mark.parametrize("zones", [(EASTERN, PACIFIC), (PACIFIC, EASTERN)])
    def test_every_zone_must_be_open(self, zones: tuple[str, ...]) -> None:
        facts = evolve(KNOWN, number=evolve(KNOWN.number, zones=zones), states=["NY", "CA"])
        assert denied(CALL, facts, local("2026-11-16 10:59")) == ("F-QH",)
        assert denied(CALL, facts, local("2026-11-16 11:00")) == ()
        assert denied(CALL, facts, local("2026-11-16 20:59")) == ()
        assert denied(CALL, facts, local("2026-11-16 21:00")) == ("F-QH",)


class TestStateHours:
    def test_every_state_that_may_apply_does(self) -> None:
        facts = evolve(KNOWN, states=["FL", "GA"], zip="30301")
        at = local("2026-11-16 20:30")
        assert denied(CALL, facts, at) == ("S-FL-QH",)
        assert hit("S-FL-QH", CALL, facts, at) is Hit.CAUTION  # only the area code says Florida
        assert hit("S-FL-QH", CALL, evolve(facts, zip="33101"), at) is Hit.DENY
        assert hit("S-FL-QH", CALL, evolve(facts, zip=None), at) is Hit.DENY

    def test_an_unknown_state_is_the_strictest_of_all(self) -> None:
        for states in ((), ("XX",)):
            facts = evolve(KNOWN, states=states)
            for text, rules in (
                ("2026-11-16 09:59", ("S-UNKNOWN-QH",)),
                ("2026-11-16 10:00", ()),
                ("2026-11-16 18:00", ("S-UNKNOWN-QH",)),
                ("2026-11-21 17:00", ("S-UNKNOWN-QH",)),
                ("2026-11-22 12:00", ("S-UNKNOWN-DAY",)),
                ("2026-11-26 12:00", ("S-UNKNOWN-DAY",)),
            ):
                assert denied(CALL, facts, local(text)) == rules

    def test_mississippi_names_standard_time(self) -> None:
        # In July 20:30 by the person's clock is 19:30 Central Standard Time, and 08:30 is 07:30.
        facts = living("MS", CENTRAL, registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 7, 1)))
        evening, morning = (local(f"2026-07-14 {t}", CENTRAL) for t in ("20:30", "08:30"))
        assert hit("S-MS-QH", CALL, facts, evening) is Hit.CAUTION
        assert hit("S-MS-QH", literal(CALL), facts, evening) is Hit.SILENT
        assert hit("S-MS-QH", CALL, facts, morning) is Hit.DENY
        assert hit("S-MS-QH", literal(CALL), facts, morning) is Hit.DENY
        assert hit("S-MS-QH", CALL, facts, local("2026-07-14 09:00", CENTRAL)) is Hit.SILENT
        assert ask(CALL, facts, morning).next_permitted_at == local("2026-07-14 09:00", CENTRAL)
        assert ask(CALL, facts, evening).next_permitted_at == local("2026-07-15 09:00", CENTRAL)

    def test_mississippi_by_its_words_asks_its_own_clock_alone(self) -> None:
        # 07:59 on the person's clock is 06:59 Central Standard Time, which opens at 09:00.
        facts = living("MS", CENTRAL, registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 7, 1)))
        at = local("2026-07-14 07:59", CENTRAL)
        assert ask(literal(CALL), facts, at).next_permitted_at == local("2026-07-14 09:00", CENTRAL)
        west = evolve(facts, number=evolve(facts.number, zones=[PACIFIC]))
        assert hit("S-MS-QH", literal(CALL), west, local("2026-07-14 07:00", PACIFIC)) is Hit.SILENT
        decision = ask(literal(CALL), west, local("2026-07-14 05:59", PACIFIC))
        assert decision.next_permitted_at == local("2026-07-14 07:00", PACIFIC)

    def test_the_words_may_excuse(self) -> None:
        sunday = local("2026-11-22 11:00", CENTRAL)
        assert denied(CALL, living("TX", CENTRAL, consent=INVITED), sunday) == ("S-TX-QH",)
        assert denied(literal(CALL), living("TX", CENTRAL, consent=INVITED), sunday) == ()
        assert denied(literal(CALL), living("TX", CENTRAL, consent=NOTHING), sunday) == ("S-TX-QH",)
        evening = local("2026-11-16 20:30")
        assert denied(literal(CALL), living("FL", consent=WRITTEN), evening) == ("S-FL-QH",)

    def test_texts_are_caution_where_the_words_are_about_calls(self) -> None:
        at = local("2026-11-16 20:30", PACIFIC)
        assert hit("S-WA-QH", TEXT, living("WA", PACIFIC), at) is Hit.CAUTION
        assert hit("S-WA-QH", literal(TEXT), living("WA", PACIFIC), at) is Hit.SILENT
        assert hit("S-OR-QH", TEXT, living("OR", PACIFIC), at) is Hit.DENY
        assert hit("S-OR-QH", literal(TEXT), living("OR", PACIFIC), at) is Hit.DENY

    def test_contested_hours_are_caution(self) -> None:
        at = local("2026-11-16 20:30", CENTRAL)
        assert hit("S-AL-QH", CALL, living("AL", CENTRAL), at) is Hit.CAUTION
        assert denied(literal(CALL), living("AL", CENTRAL), at) == ()

    def test_oregon_before_and_since_2026(self) -> None:
        for text, rules in (("2025-12-31 20:30", ()), ("2026-01-01 20:30", ("S-OR-QH",))):
            at = local(text, PACIFIC)
            registry = evolve(KNOWN.registry, scrubbed_on=date(2025, 12, 20))
            assert denied(CALL, living("OR", PACIFIC, registry=registry), at) == rules

    def test_pennsylvania_before_and_since_its_new_law(self) -> None:
        registry = evolve(KNOWN.registry, scrubbed_on=date(2026, 10, 1))
        facts = living("PA", registry=registry)
        for text, rules in (
            ("2026-10-17 08:00", ()),
            ("2026-10-17 20:59", ()),
            ("2026-10-11 12:00", ()),
            ("2026-10-12 12:00", ("S-PA-DAY",)),  # Columbus Day
            ("2026-10-18 12:00", ("S-PA-DAY",)),  # the first Sunday under the new law
            ("2026-10-19 08:30", ("S-PA-QH",)),
            ("2026-10-19 18:59", ()),
            ("2026-10-19 19:00", ("S-PA-QH",)),
        ):
            assert denied(CALL, facts, local(text)) == rules, text

    def test_holidays_in_pennsylvania_since_december_2019(self) -> None:
        facts = living("PA", registry=evolve(KNOWN.registry, scrubbed_on=date(2019, 11, 20)))
        assert denied(CALL, facts, local("2019-11-28 12:00")) == ()
        later = living("PA", registry=evolve(KNOWN.registry, scrubbed_on=date(2019, 12, 20)))
        assert denied(CALL, later, local("2019-12-25 12:00")) == ("S-PA-DAY",)

    def test_maryland_since_2024(self) -> None:
        for day, rules in ((date(2023, 12, 29), ()), (date(2024, 1, 2), ("S-MD-QH",))):
            facts = living("MD", registry=evolve(KNOWN.registry, scrubbed_on=day))
            assert denied(CALL, facts, clock(day, 20, EASTERN)) == rules


class TestDevices:
    @pytest.mark.parametrize(
        ("state", "zone", "start", "end", "weekend"),
        [
            ("CA", PACIFIC, 9, 21, True),
            ("IL", CENTRAL, 9, 21, True),
            ("IN", EASTERN, 9, 20, True),
            ("ME", EASTERN, 9, 17, False),
            ("SD", CENTRAL, 9, 21, False),
            ("NE", CENTRAL, 8, 21, True),
            ("GA", EASTERN, 8, 21, True),
        ],
    )
    def test_hours(self, state: str, zone: str, start: int, end: int, weekend: bool) -> None:
        rule = f"S-{state}-ADAD"
        facts = living(state, zone)
        for day, opened in ((TUESDAY, True), (SATURDAY, weekend)):
            if opened:
                opens, closes = clock(day, start, zone), clock(day, end, zone)
                assert hit(rule, RECORDED, facts, opens) is Hit.SILENT
                assert hit(rule, RECORDED, facts, closes - TICK) is Hit.SILENT
                assert hit(rule, RECORDED, facts, opens - TICK) is Hit.DENY
                assert hit(rule, RECORDED, facts, closes) is Hit.CAUTION
                assert hit(rule, RECORDED, facts, closes + TICK) is Hit.DENY
            else:
                assert hit(rule, RECORDED, facts, clock(day, 12, zone)) is Hit.DENY
            assert hit(rule, CALL, facts, clock(day, start, zone) - TICK) is Hit.SILENT

    def test_everything_automated_is_meant_by_caution(self) -> None:
        at = clock(SATURDAY, 12, EASTERN)
        for question in (DIALED, ROBOTEXT):
            assert hit("S-ME-ADAD", question, living("ME"), at) is Hit.CAUTION
            assert hit("S-ME-ADAD", literal(question), living("ME"), at) is Hit.SILENT
        artificial = evolve(RECORDED, initiation=Initiation.ARTIFICIAL)
        assert hit("S-ME-ADAD", literal(artificial), living("ME"), at) is Hit.DENY

    def test_maine_allows_one_in_eight_hours(self) -> None:
        at = clock(TUESDAY, 16, EASTERN)
        for age, expected in (
            (timedelta(hours=8), Hit.DENY),
            (timedelta(hours=8) + TICK, Hit.SILENT),
        ):
            touch = Touch(kind=TouchKind.PRERECORDED, at=at - age, subject="other")
            assert hit("S-ME-ADAD", RECORDED, living("ME", history=[touch]), at) is expected

    @pytest.mark.parametrize(
        "kind", [kind for kind in TouchKind if kind is not TouchKind.PRERECORDED]
    )
    def test_maine_counts_devices_only(self, kind: TouchKind) -> None:
        at = clock(TUESDAY, 16, EASTERN)
        touch = Touch(kind=kind, at=at - timedelta(hours=1), subject="solar")
        assert hit("S-ME-ADAD", RECORDED, living("ME", history=[touch]), at) is Hit.SILENT


class TestClosedDays:
    @pytest.mark.parametrize(
        ("state", "zone", "day"),
        [
            ("RI", EASTERN, date(2026, 8, 10)),  # Victory Day
            ("RI", EASTERN, date(2026, 11, 3)),  # Election Day
            ("UT", MOUNTAIN, date(2026, 7, 24)),  # Pioneer Day
            ("LA", CENTRAL, date(2026, 2, 17)),  # Mardi Gras
            ("LA", CENTRAL, date(2026, 4, 3)),  # Good Friday
            ("AL", CENTRAL, date(2026, 4, 27)),  # Confederate Memorial Day
            ("AL", CENTRAL, date(2026, 6, 1)),  # Jefferson Davis's Birthday
            ("PA", EASTERN, date(2026, 6, 19)),  # Juneteenth
            ("UT", MOUNTAIN, date(2026, 7, 3)),  # Independence Day observed
            ("UT", MOUNTAIN, date(2026, 7, 4)),  # and the day itself
        ],
    )
    def test_state_and_federal_holidays(self, state: str, zone: str, day: date) -> None:
        facts = living(state, zone, registry=evolve(KNOWN.registry, scrubbed_on=day))
        assert denied(CALL, facts, clock(day, 13, zone)) == (f"S-{state}-DAY",)
        other = living("NY", registry=evolve(KNOWN.registry, scrubbed_on=day))
        assert denied(CALL, other, clock(day, 13, EASTERN)) == ()

    def test_election_day_is_in_even_years_only(self) -> None:
        day = date(2025, 11, 4)
        facts = living("RI", registry=evolve(KNOWN.registry, scrubbed_on=day))
        assert denied(CALL, facts, clock(day, 13, EASTERN)) == ()

    def test_any_calendar_the_person_may_live_by(self) -> None:
        # Saturday evening in Utah is Sunday in Guam.
        number = evolve(KNOWN.number, zones=[MOUNTAIN, "Pacific/Guam"])
        facts = evolve(KNOWN, states=["UT"], number=number)
        at = clock(SATURDAY, 18, MOUNTAIN)
        assert hit("S-UT-DAY", CALL, facts, at) is Hit.DENY

    @pytest.mark.parametrize("question", [CALL, literal(CALL)])
    def test_a_day_closed_on_the_statutes_own_clock(self, question: Question) -> None:
        # In July Monday 00:30 by the person's clock is Sunday 23:30 Central Standard Time.
        facts = living("MS", CENTRAL, registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 7, 1)))
        monday = local("2026-07-13 00:30", CENTRAL)
        for at, hit_now in (
            (monday, Hit.DENY),
            (monday + timedelta(minutes=30), Hit.SILENT),
            (monday - timedelta(days=1), Hit.DENY),  # on the person's own clock
            (monday - timedelta(minutes=31 + 24 * 60), Hit.SILENT),
        ):
            assert hit("S-MS-DAY", question, facts, at) is hit_now
        decision = ask(question, facts, monday)
        assert "S-MS-DAY" in decision.rules
        assert decision.next_permitted_at == local("2026-07-13 09:00", CENTRAL)
        nowhere = evolve(facts, number=evolve(facts.number, zones=()))
        assert hit("S-MS-DAY", question, nowhere, monday) is Hit.DENY

    def test_own_closures(self) -> None:
        rules = US.close("LA", TUESDAY)
        at = clock(TUESDAY, 12, CENTRAL)
        assert denied(CALL, living("LA", CENTRAL), at, rules) == ("S-LA-DAY",)
        assert denied(CALL, living("LA", CENTRAL), at) == ()
        assert denied(CALL, living("UT", MOUNTAIN), at, rules) == ()

    def test_literally_rhode_island_closes_holidays_from_monday_to_friday(self) -> None:
        day = date(2026, 7, 4)  # a Saturday
        facts = living("RI", registry=evolve(KNOWN.registry, scrubbed_on=day))
        at = clock(day, 12, EASTERN)
        assert denied(CALL, facts, at) == ("S-RI-DAY",)
        assert denied(literal(CALL), facts, at) == ()
        assert denied(literal(CALL), facts, at - timedelta(days=1)) == ("S-RI-DAY",)

    def test_utahs_words_excuse_consent(self) -> None:
        at = clock(SUNDAY, 12, MOUNTAIN)
        assert denied(literal(CALL), living("UT", MOUNTAIN, consent=SPOKEN), at) == ()
        assert denied(literal(CALL), living("UT", MOUNTAIN, consent=INVITED), at) == ("S-UT-DAY",)

    def test_without_zones_there_is_no_date(self) -> None:
        facts = evolve(KNOWN, states=["UT"], number=evolve(KNOWN.number, zones=()))
        assert denied(CALL, facts, clock(SUNDAY, 12, MOUNTAIN)) == ("Z-UNKNOWN",)

    def test_texts_are_caution(self) -> None:
        at = clock(SUNDAY, 12, CENTRAL)
        assert hit("S-SD-DAY", TEXT, living("SD", CENTRAL), at) is Hit.CAUTION
        assert hit("S-SD-DAY", CALL, living("SD", CENTRAL), at) is Hit.DENY

    def test_a_closed_day_opens_after_the_last_one_in_a_row(self) -> None:
        # Thanksgiving is a Thursday; Saturday night runs into Sunday.
        facts = living("UT", MOUNTAIN)
        for day, opens in ((THANKSGIVING, date(2026, 11, 27)), (SUNDAY, date(2026, 11, 23))):
            decision = ask(CALL, facts, clock(day, 12, MOUNTAIN))
            assert decision.next_permitted_at == clock(opens, 8, MOUNTAIN)

    def test_days_in_a_row_are_looked_for_ahead(self) -> None:
        (rule,) = US.editions("S-SD-DAY")
        weekend = evolve(rule, terms=ClosedDays(weekdays=frozenset({5, 6})))
        facts, rules = living("SD", CENTRAL), US.replace(weekend)
        decision = ask(CALL, facts, clock(SATURDAY, 12, CENTRAL), rules=rules)
        assert decision.next_permitted_at == clock(SUNDAY + timedelta(days=1), 9, CENTRAL)

    def test_a_rule_that_closes_every_day_never_opens(self) -> None:
        (rule,) = US.editions("S-SD-DAY")
        always = evolve(rule, terms=ClosedDays(weekdays=frozenset(range(7))))
        rules = US.replace(always)
        decision = ask(CALL, living("SD", CENTRAL), rules=rules)
        assert decision.rules == ("S-SD-DAY",)
        assert decision.next_permitted_at is None
        asked = case(CALL, living("SD", CENTRAL))
        assert closed_day_opening(asked, bound("S-SD-DAY", CALL, living("SD", CENTRAL))) == 0


class TestClosedOn:
    WEEKDAYS = frozenset(range(5))
    TERMS = ClosedDays(weekdays=frozenset({6}), holidays=True, literal_weekdays=WEEKDAYS)

    @pytest.mark.parametrize(
        ("day", "strict", "words"),
        [
            (SUNDAY, True, True),
            (THANKSGIVING, True, True),
            (date(2026, 7, 4), True, False),  # Independence Day, a Saturday
            (SATURDAY, False, False),
            (TUESDAY, False, False),
        ],
    )
    def test_holidays_by_the_words_on_some_weekdays(
        self, day: date, strict: bool, words: bool
    ) -> None:
        assert closed_on(day, self.TERMS, strict=True) is strict
        assert closed_on(day, self.TERMS, strict=False) is words

    def test_own_closures_are_like_holidays(self) -> None:
        assert closed_on(SATURDAY, self.TERMS, strict=True, extra=True)
        assert not closed_on(SATURDAY, self.TERMS, strict=False, extra=True)
        assert closed_on(TUESDAY, self.TERMS, strict=False, extra=True)

    def test_without_holidays_only_weekdays_close(self) -> None:
        terms = evolve(self.TERMS, holidays=False)
        assert not closed_on(THANKSGIVING, terms, strict=True)
        assert closed_on(SUNDAY, terms, strict=True)
        assert closed_on(date(2026, 7, 24), evolve(terms, state="UT"), strict=True)
        assert not closed_on(date(2026, 7, 24), terms, strict=True)


class TestCaps:
    @pytest.mark.parametrize(
        ("state", "zone"),
        [("FL", EASTERN), ("MD", EASTERN), ("OK", CENTRAL), ("OR", PACIFIC), ("XX", EASTERN)],
    )
    def test_three_in_24_hours(self, state: str, zone: str) -> None:
        at = clock(TUESDAY, 16, zone)
        rule = "S-UNKNOWN-CAP" if state == "XX" else f"S-{state}-CAP"

        def called(*ages: timedelta, **more: object) -> tuple[str, ...]:
            kind = {"kind": TouchKind.CALL, "subject": "solar", **more}
            touches = [Touch(at=at - age, **kind) for age in ages]
            return denied(CALL, living(state, zone, history=touches), at)

        day, hour = timedelta(hours=24), timedelta(hours=1)
        assert called(hour, hour) == ()
        assert called(hour, hour, hour) == (rule,)
        assert called(hour, hour, day) == (rule,)
        assert called(hour, hour, day + TICK) == ()
        assert called(hour, hour, timedelta()) == ()
        assert called(hour, hour, -hour) == ()
        assert called(hour, hour, hour, subject="other") == ()
        assert called(hour, hour, hour, subject=None) == (rule,)
        assert called(hour, hour, hour, kind=TouchKind.PRERECORDED) == (rule,)
        assert called(hour, hour, hour, kind=TouchKind.TEXT) == (rule,)
        assert called(hour, hour, hour, kind=TouchKind.EMAIL) == ()

    HOURLY = tuple(MONDAY_NOON - timedelta(hours=n) for n in (1, 2, 3))

    def test_texts_count_by_caution(self) -> None:
        texts = [Touch(kind=TouchKind.TEXT, at=at, subject="solar") for at in self.HOURLY]
        assert hit("S-FL-CAP", CALL, living("FL", history=texts)) is Hit.CAUTION
        assert denied(literal(CALL), living("FL", history=texts)) == ()
        facts = living("OR", PACIFIC, history=texts)
        assert hit("S-OR-CAP", CALL, facts) is Hit.DENY
        assert hit("S-OR-CAP", literal(TEXT), facts) is Hit.DENY
        calls = [evolve(touch, kind=TouchKind.CALL) for touch in texts]
        assert hit("S-FL-CAP", TEXT, living("FL", history=calls)) is Hit.CAUTION
        assert hit("S-FL-CAP", CALL, living("FL", history=calls)) is Hit.DENY

    def test_a_question_without_a_subject_counts_all(self) -> None:
        calls = [Touch(kind=TouchKind.CALL, at=at, subject="other") for at in self.HOURLY]
        facts = living("FL", history=calls)
        assert denied(CALL, facts) == ()
        assert denied(evolve(CALL, subject=None), facts) == ("S-FL-CAP",)

    def test_unknown_history_is_full(self) -> None:
        assert hit("S-FL-CAP", CALL, living("FL", history=UNKNOWN)) is Hit.CAUTION

    def test_customers_in_oregon_have_none(self) -> None:
        calls = [Touch(kind=TouchKind.CALL, at=at, subject="solar") for at in self.HOURLY]
        bought = Relationship(with_seller=SELLER, purchase_on=date(2026, 6, 1))
        asked = Relationship(with_seller=SELLER, inquiry_on=date(2026, 11, 1))
        for state, zone, relationship, rules in (
            ("OR", PACIFIC, bought, ()),
            ("OR", PACIFIC, asked, ("S-OR-CAP",)),
            ("FL", EASTERN, bought, ("S-FL-CAP",)),
        ):
            facts = living(state, zone, history=calls, relationship=relationship)
            assert denied(CALL, facts) == rules

    def test_states_without_a_cap(self) -> None:
        calls = [Touch(kind=TouchKind.CALL, at=at, subject="solar") for at in self.HOURLY]
        assert denied(CALL, living("GA", history=calls * 3)) == ()


class TestResidentialCap:
    NEWS = evolve(RECORDED, purpose=Purpose.INFORMATIONAL)

    def facts(self, count: int, kind: PhoneKind = PhoneKind.LANDLINE, **more: object):
        touches = [
            Touch(kind=TouchKind.PRERECORDED, at=MONDAY_NOON - timedelta(days=n + 1))
            for n in range(count)
        ]
        number = evolve(KNOWN.number, kind=kind)
        return evolve(KNOWN, number=number, history=touches, consent=NOTHING, **more)

    def test_the_fourth_recorded_call_needs_consent(self) -> None:
        assert denied(self.NEWS, self.facts(2)) == ()
        assert denied(self.NEWS, self.facts(3)) == ("F-RES-3",)
        assert denied(self.NEWS, evolve(self.facts(3), consent=SPOKEN)) == ()

    def test_thirty_days(self) -> None:
        facts = self.facts(2)
        for age, rules in (
            (timedelta(days=30), ("F-RES-3",)),
            (timedelta(days=30) + TICK, ()),
        ):
            third = Touch(kind=TouchKind.PRERECORDED, at=MONDAY_NOON - age)
            assert denied(self.NEWS, evolve(facts, history=[*facts.history, third])) == rules

    def test_only_recorded_calls_count_and_only_to_such_lines(self) -> None:
        live = [evolve(touch, kind=TouchKind.CALL) for touch in self.facts(5).history]
        assert denied(self.NEWS, evolve(self.facts(0), history=live)) == ()
        for kind in (PhoneKind.WIRELESS, PhoneKind.TOLL_FREE):
            assert hit("F-RES-3", self.NEWS, self.facts(5, kind)) is Hit.SILENT
        assert hit("F-RES-3", self.NEWS, self.facts(3, PhoneKind.UNKNOWN)) is Hit.DENY


class TestSilence:
    """What is silent says so by its own name: a truth value would count as a permission."""

    NIGHT = local("2026-11-16 22:00")
    CALLS = (Touch(kind=TouchKind.CALL, at=MONDAY_NOON - TICK, subject="solar"),) * 3
    BOUGHT = Relationship(with_seller=SELLER, purchase_on=date(2026, 6, 1))

    @pytest.mark.parametrize(
        ("rule", "question", "facts", "at"),
        [
            ("F-QH", literal(CALL), evolve(KNOWN, consent=INVITED), NIGHT),
            ("T-QH", CALL, KNOWN, NIGHT),
            ("S-TX-QH", literal(CALL), living("TX", CENTRAL, consent=INVITED), NIGHT),
            (
                "S-UT-DAY",
                literal(CALL),
                living("UT", MOUNTAIN, consent=SPOKEN),
                clock(SUNDAY, 12, MOUNTAIN),
            ),
            (
                "S-UT-DAY",
                CALL,
                evolve(KNOWN, states=["UT"], number=evolve(KNOWN.number, zones=())),
                clock(SUNDAY, 12, MOUNTAIN),
            ),
            ("S-UT-DAY", CALL, living("UT", MOUNTAIN), clock(TUESDAY, 12, MOUNTAIN)),
            (
                "S-OR-CAP",
                CALL,
                living("OR", PACIFIC, history=CALLS, relationship=BOUGHT),
                MONDAY_NOON,
            ),
        ],
    )
    def test_is_said(self, rule: str, question: Question, facts: Facts, at: datetime) -> None:
        assert hit(rule, question, facts, at) is Hit.SILENT


class TestOpenings:
    @given(
        st.sampled_from([EASTERN, "America/Havana", "Australia/Lord_Howe", "America/Phoenix"]),
        st.integers(0, 47),
        st.integers(1, 48),
        st.integers(0, 4 * 365 * 96),
    )
    def test_next_open_is_the_first_open_instant_after_a_closed_one(
        self, zone: str, start: int, length: int, quarter: int
    ) -> None:
        end = min(start * 30 + length * 30, 1440)
        week = WeeklyHours(((start * 30, end),) * 5 + (None, (start * 30, end)))
        at = datetime(2025, 1, 1, tzinfo=UTC) + quarter * timedelta(minutes=15)
        if week.is_open(at, zone):
            return
        found = next_open(at, week, zone)
        assert found is not None
        assert week.is_open(found, zone)
        assert not week.is_open(found - TICK, zone)
        step = at + timedelta(minutes=15)
        while step < found:
            assert not week.is_open(step, zone)
            step += timedelta(minutes=15)

    def test_hours_that_are_never_open(self) -> None:
        week = WeeklyHours((None,) * 7)
        assert next_open(MONDAY_NOON, week, EASTERN) is None
        (federal,) = US.editions("F-QH")
        rules = US.replace(evolve(federal, terms=Hours(week=week, lifts=LIFTS_NOTHING)))
        assert ask(CALL, KNOWN, rules=rules).next_permitted_at is None

    def test_a_repeated_hour_may_open_twice(self) -> None:
        # 01:00 to 01:30: the second pass opens when the clocks go back to 01:00.
        week = WeeklyHours(((60, 90),) * 7)
        at = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)
        assert next_open(at, week, EASTERN) == datetime(2026, 11, 1, 6, 0, tzinfo=UTC)

    def test_hours_that_begin_with_the_last_minute(self) -> None:
        week = WeeklyHours(((23 * 60 + 59, 1440),) * 7)
        assert next_open(MONDAY_NOON, week, EASTERN) == local("2026-11-16 23:59")

    def test_the_beginning_itself_is_over(self) -> None:
        week = WeeklyHours((None, (600, 630), *(None,) * 5))
        opens = local("2026-11-17 10:00")
        assert next_open(opens - TICK, week, EASTERN) == opens
        assert next_open(opens, week, EASTERN) == local("2026-11-24 10:00")

    def test_a_skipped_hour_hides_a_beginning(self) -> None:
        # The clocks go from 02:00 to 03:00: the hours begin with the change.
        week = WeeklyHours(((135, 240),) * 7)
        at = datetime(2026, 3, 8, 5, tzinfo=UTC)
        assert next_open(at, week, EASTERN) == datetime(2026, 3, 8, 7, tzinfo=UTC)

    @pytest.mark.parametrize("zones", [(EASTERN, PACIFIC), (PACIFIC, EASTERN)])
    def test_hours_open_with_the_last_clock_that_is_closed(self, zones: tuple[str, ...]) -> None:
        facts = evolve(KNOWN, number=evolve(KNOWN.number, zones=zones))
        rule = bound("F-QH", CALL, facts)
        for text, opens in (
            ("2026-11-16 03:00", "2026-11-16 11:00"),
            ("2026-11-16 10:59", "2026-11-16 11:00"),
            ("2026-11-16 22:00", "2026-11-17 08:00"),  # open in the West
        ):
            found = hours_opening(case(CALL, facts, local(text)), rule)
            assert found == micros(local(opens))
        assert hours_opening(case(CALL, facts), rule) == 0

    def test_closed_days_open_with_the_last_calendar(self) -> None:
        number = evolve(KNOWN.number, zones=[MOUNTAIN, "Pacific/Guam"])
        facts = evolve(KNOWN, states=["UT"], number=number)
        rule = bound("S-UT-DAY", CALL, facts)
        monday = local("2026-11-23 00:00", MOUNTAIN)
        # Saturday evening in Utah is Sunday in Guam, whose Monday comes first.
        assert closed_day_opening(case(CALL, facts, clock(SUNDAY, 1, MOUNTAIN)), rule) == micros(
            monday
        )
        saturday = case(CALL, facts, clock(SATURDAY, 18, MOUNTAIN))
        expected = local("2026-11-23 00:00", "Pacific/Guam")
        assert closed_day_opening(saturday, rule) == micros(expected)

    def test_a_contact_that_leaves_now_has_left(self) -> None:
        now = [Touch(kind=TouchKind.CALL, at=MONDAY_NOON - timedelta(hours=24) - TICK)] * 3
        facts = living("FL", history=now)
        assert cap_opening(case(CALL, facts), bound("S-FL-CAP", CALL, facts)) is None

    def test_each_rule_that_time_alone_may_silence_has_an_opening(self) -> None:
        assert set(TIME_OPENINGS) == set(TIME_TESTS) - {"no_zone"}

    def test_a_cap_that_is_not_full_has_no_opening(self) -> None:
        facts = living("FL", history=[])
        assert cap_opening(case(CALL, facts), bound("S-FL-CAP", CALL, facts)) is None
        old = [Touch(kind=TouchKind.CALL, at=MONDAY_NOON - timedelta(days=9))] * 3
        facts = living("FL", history=old)
        assert cap_opening(case(CALL, facts), bound("S-FL-CAP", CALL, facts)) is None

    def test_a_cap_opens_when_enough_have_left(self) -> None:
        touches = [
            Touch(kind=TouchKind.CALL, at=MONDAY_NOON - timedelta(hours=n)) for n in (1, 2, 3, 4)
        ]
        facts = living("FL", history=touches)
        found = cap_opening(case(CALL, facts), bound("S-FL-CAP", CALL, facts))
        assert found == micros(MONDAY_NOON + timedelta(hours=21)) + 1

    def test_a_recorded_call_opens_a_month_after_the_first(self) -> None:
        touches = [
            Touch(kind=TouchKind.PRERECORDED, at=MONDAY_NOON - timedelta(days=n)) for n in (1, 2, 3)
        ]
        number = evolve(KNOWN.number, kind=PhoneKind.LANDLINE)
        facts = evolve(KNOWN, number=number, history=touches, consent=NOTHING)
        news = evolve(RECORDED, purpose=Purpose.INFORMATIONAL)
        expected = MONDAY_NOON + timedelta(days=27) + TICK
        assert ask(news, facts).next_permitted_at == expected
        live = [Touch(kind=TouchKind.CALL, at=MONDAY_NOON - timedelta(hours=9))] * 3
        facts = evolve(facts, history=[*touches, *live])
        assert ask(news, facts).next_permitted_at == expected

    def test_an_unknown_history_has_no_opening(self) -> None:
        facts = living("FL", history=UNKNOWN)
        assert cap_opening(case(CALL, facts), bound("S-FL-CAP", CALL, facts)) is None

    def test_wrong_terms_are_an_error(self) -> None:
        rules = US.replace(evolve(US.editions("F-QH")[0], terms=None))
        with pytest.raises(TypeError, match="F-QH needs Hours"):
            ask(CALL, KNOWN, rules=rules)

    def test_registry_is_needed_as_well(self) -> None:
        facts = evolve(KNOWN, registry=Registry(), consent=INVITED)
        assert set(denied(CALL, facts)) == {"F-IDNC", "F-DNC-SCRUB"}
