"""What follows from facts at a moment: dates, clocks, consent, relationships."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import UNKNOWN
from leadcore.contact import Case, Facts, Moment, Relationship
from leadcore.contact.case import months_before, purchase_months
from leadcore.rulebooks.rule import Lift
from leadcore.values import micros
from tests.contact.people import (
    CALL,
    INVITED,
    KNOWN,
    MONDAY_NOON,
    NOTHING,
    SELLER,
    SPOKEN,
    TICK,
    WRITTEN,
    case,
    literal,
)

BOTH = ("Pacific/Guam", "America/New_York")


class TestMonths:
    @given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
    def test_same_day_or_the_last_of_the_month(self, day: date, months: int) -> None:
        found = months_before(day, months)
        assert (day.year - found.year) * 12 + day.month - found.month == months
        next_day = found + timedelta(days=1)
        assert found.day == day.day or (found.day < day.day and next_day.day == 1)

    def test_leap_days(self) -> None:
        assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
        assert months_before(date(2028, 3, 31), 1) == date(2028, 2, 29)

    @pytest.mark.parametrize(
        ("states", "months"),
        [(("NY",), 18), (("PA",), 12), (("NY", "PA"), 12), (("UNKNOWN",), 12), ((), 18)],
    )
    def test_a_purchase_lasts_shorter_in_pennsylvania_and_where_nothing_is_known(
        self, states: tuple[str, ...], months: int
    ) -> None:
        assert purchase_months(states) == months


class TestMoment:
    def test_a_local_time_is_whole_down_to_the_microsecond(self) -> None:
        at = datetime(2026, 11, 16, 3, 24, 35, 6, tzinfo=UTC)
        shown = Moment(at).local("America/New_York")
        assert shown.time == ((22 * 60 + 24) * 60 + 35) * 10**6 + 6
        assert (shown.day, shown.weekday) == (date(2026, 11, 15), 6)

    def test_reads_each_clock_once(self) -> None:
        moment = Moment(MONDAY_NOON)
        assert moment.local(BOTH[0]) is moment.local(BOTH[0])
        local = moment.local(BOTH[1])
        assert (local.day, local.weekday, local.time) == (date(2026, 11, 16), 0, 12 * 3600 * 10**6)

    def test_days(self) -> None:
        moment = Moment(MONDAY_NOON + TICK)
        assert moment.days(BOTH) == (date(2026, 11, 16), date(2026, 11, 17))
        assert moment.days(BOTH[:1]) == (date(2026, 11, 17),)
        assert moment.days(()) == (date(2026, 11, 16),)
        assert moment.local("UTC").time == 17 * 3600 * 10**6 + 1


class TestCase:
    def test_names(self) -> None:
        number = evolve(KNOWN.number, zones=BOTH)
        asked = case(CALL, evolve(KNOWN, number=number))
        assert asked.at == MONDAY_NOON
        assert asked.today == date(2026, 11, 17)
        assert [local.day.day for local in asked.locals] == [17, 16]
        assert asked.midnights(date(2026, 11, 16)) == (
            datetime(2026, 11, 15, 14, tzinfo=UTC),
            datetime(2026, 11, 16, 5, tzinfo=UTC),
        )
        later = asked.at_micros(micros(MONDAY_NOON) + 1)
        assert later.at == MONDAY_NOON + TICK
        assert later.facts is asked.facts

    def test_without_zones_days_begin_in_utc(self) -> None:
        asked = case(CALL, evolve(KNOWN, number=evolve(KNOWN.number, zones=())))
        assert asked.midnights(date(2026, 11, 16)) == (datetime(2026, 11, 16, tzinfo=UTC),)

    def test_the_unknown_state(self) -> None:
        assert case(CALL, KNOWN).states == ("NY",)
        assert case(CALL, Facts()).states == ("UNKNOWN",)

    def test_lives_elsewhere(self) -> None:
        asked = case(CALL, evolve(KNOWN, zip="30301"))
        assert asked.lives_elsewhere("FL")
        assert not asked.lives_elsewhere("GA")
        assert not case(literal(CALL), evolve(KNOWN, zip="30301")).lives_elsewhere("FL")
        assert not case(CALL, KNOWN).lives_elsewhere("FL")

    def test_revoked_is_asked_once(self) -> None:
        asked = case(CALL, evolve(KNOWN, consent=evolve(WRITTEN, revoked_at=UNKNOWN)))
        assert asked.revoked
        assert asked.revoked

    @pytest.mark.parametrize(
        ("consent", "written", "express", "invited"),
        [
            (WRITTEN, True, True, True),
            (SPOKEN, False, True, True),
            (INVITED, False, False, True),
            (NOTHING, False, False, False),
            (evolve(WRITTEN, at=MONDAY_NOON), True, True, True),
            (evolve(WRITTEN, at=MONDAY_NOON + TICK), False, False, True),
            (evolve(WRITTEN, at=UNKNOWN), False, False, True),
            (evolve(WRITTEN, number=KNOWN.number.e164), True, True, True),
            (evolve(WRITTEN, number=UNKNOWN), False, False, True),
        ],
    )
    def test_consent(self, consent: object, written: bool, express: bool, invited: bool) -> None:
        asked = case(CALL, evolve(KNOWN, consent=consent))
        assert (asked.written, asked.express, asked.invited) == (written, express, invited)

    def test_permission(self) -> None:
        revoked = evolve(WRITTEN, revoked_at=MONDAY_NOON)
        for consent, strict, words in (
            (WRITTEN, True, True),
            (SPOKEN, False, True),
            (INVITED, False, True),
            (NOTHING, False, False),
            (revoked, False, False),
        ):
            facts = evolve(KNOWN, consent=consent)
            assert case(CALL, facts).permission is strict
            assert case(literal(CALL), facts).permission is words

    def test_relationships(self) -> None:
        bought = Relationship(with_seller=SELLER, purchase_on=date(2026, 1, 1))
        inquired = Relationship(with_seller=SELLER, inquiry_on=date(2026, 11, 1))
        asked = case(CALL, evolve(KNOWN, relationship=bought))
        assert asked.customer
        assert asked.related
        assert asked.related
        asked = case(CALL, evolve(KNOWN, relationship=inquired))
        assert not asked.customer
        assert asked.related
        assert not case(CALL, KNOWN).related
        old = Relationship(with_seller=SELLER, purchase_on=date(2025, 10, 1))
        for states, related in ((["NY"], True), (["PA"], False), ([], False)):
            assert case(CALL, evolve(KNOWN, relationship=old, states=states)).related is related

    def test_lifts(self) -> None:
        related = Relationship(with_seller=SELLER, purchase_on=date(2026, 1, 1))
        facts = evolve(KNOWN, consent=NOTHING, relationship=related)
        assert case(CALL, facts).lifted(frozenset({Lift.RELATIONSHIP}))
        assert not case(CALL, facts).lifted(frozenset({Lift.INVITATION, Lift.CONSENT}))
        assert case(CALL, evolve(KNOWN, consent=SPOKEN)).lifted(frozenset({Lift.CONSENT}))
        assert case(CALL, evolve(KNOWN, consent=INVITED)).lifted(frozenset({Lift.INVITATION}))
        assert not case(CALL, KNOWN).lifted(frozenset())

    def test_closures_are_the_rulebooks(self) -> None:
        assert Case(CALL, KNOWN, Moment(MONDAY_NOON)).closures == frozenset()

    def test_the_profile_and_the_closures_are_kept(self) -> None:
        closures = frozenset({("NY", date(2026, 11, 16))})
        asked = Case(CALL, KNOWN, Moment(MONDAY_NOON), closures)
        assert asked.strict
        assert not case(literal(CALL), KNOWN).strict
        assert asked.at_micros(1).closures == closures
        assert asked.at_micros(1).question is CALL

    @pytest.mark.parametrize(
        ("since", "listed"),
        [
            (None, False),
            (UNKNOWN, True),
            (MONDAY_NOON - TICK, True),
            (MONDAY_NOON, True),
            (MONDAY_NOON + TICK, False),
        ],
    )
    def test_the_internal_list_ends_a_relationship(self, since: object, listed: bool) -> None:
        bought = Relationship(with_seller=SELLER, purchase_on=date(2026, 11, 1))
        registry = evolve(KNOWN.registry, internal_since=since)
        asked = case(CALL, evolve(KNOWN, registry=registry, relationship=bought))
        assert asked.on_internal_list is listed
        assert asked.related is not listed
        assert asked.customer is not listed

    def test_a_revocation_ends_a_relationship_strictly(self) -> None:
        bought = Relationship(with_seller=SELLER, purchase_on=date(2026, 11, 1))
        stopped = evolve(WRITTEN, revoked_at=MONDAY_NOON)
        facts = evolve(KNOWN, consent=stopped, relationship=bought)
        assert not case(CALL, facts).customer
        assert case(literal(CALL), facts).customer
        assert case(CALL, evolve(facts, consent=WRITTEN)).customer

    def test_a_relationship_is_with_one_seller(self) -> None:
        bought = Relationship(with_seller="other", purchase_on=date(2026, 11, 1))
        assert not case(CALL, evolve(KNOWN, relationship=bought)).customer
        nobodys = evolve(bought, with_seller=None)
        nobody = evolve(CALL, seller=None)
        assert not case(nobody, evolve(KNOWN, relationship=nobodys)).customer

    @pytest.mark.parametrize(
        ("at", "purchase", "inquiry", "related"),
        [
            # 540 days are shorter than these eighteen months, and longer than some others.
            (MONDAY_NOON, date(2025, 5, 25), None, True),
            (MONDAY_NOON, date(2025, 5, 24), None, False),
            (MONDAY_NOON, date(2026, 11, 16), None, True),
            (MONDAY_NOON, date(2026, 11, 17), None, False),
            (MONDAY_NOON, None, date(2026, 8, 18), True),
            (MONDAY_NOON, None, date(2026, 8, 17), False),
            (datetime(2027, 5, 1, 16, tzinfo=UTC), None, date(2027, 2, 1), True),
            (datetime(2027, 5, 1, 16, tzinfo=UTC), None, date(2027, 1, 31), False),
            (MONDAY_NOON, None, None, False),
        ],
    )
    def test_the_shortest_clock_counts(
        self, at: datetime, purchase: date | None, inquiry: date | None, related: bool
    ) -> None:
        known = Relationship(with_seller=SELLER, purchase_on=purchase, inquiry_on=inquiry)
        asked = case(CALL, evolve(KNOWN, relationship=known), at)
        assert asked.related is related
        assert asked.customer is (related and purchase is not None)

    @pytest.mark.parametrize(
        "consent",
        [
            evolve(WRITTEN, sellers=["other"]),
            evolve(WRITTEN, sellers=[]),
            evolve(WRITTEN, number="+13055550100"),
        ],
    )
    def test_consent_for_others_is_none(self, consent: object) -> None:
        asked = case(CALL, evolve(KNOWN, consent=consent))
        assert not asked.written
        assert not asked.express

    def test_written_consent_is_complete(self) -> None:
        unsigned = evolve(WRITTEN, elements=evolve(WRITTEN.elements, signature=None))
        asked = case(CALL, evolve(KNOWN, consent=unsigned))
        assert not asked.written
        assert asked.express
        spoken = evolve(WRITTEN, level=SPOKEN.level)
        assert not case(CALL, evolve(KNOWN, consent=spoken)).written

    def test_an_unknown_invitation_is_none(self) -> None:
        assert not case(CALL, evolve(KNOWN, consent=evolve(INVITED, invitation=None))).invited

    def test_what_was_revoked_lifts_nothing(self) -> None:
        for consent, lift in ((SPOKEN, Lift.CONSENT), (INVITED, Lift.INVITATION)):
            facts = evolve(KNOWN, consent=evolve(consent, revoked_at=MONDAY_NOON))
            asked = case(literal(CALL), facts)
            assert asked.revoked
            assert not asked.lifted(frozenset({lift}))
            assert not asked.permission
            assert case(literal(CALL), facts, MONDAY_NOON - TICK).lifted(frozenset({lift}))
        assert case(CALL, evolve(KNOWN, consent=evolve(SPOKEN, revoked_at=MONDAY_NOON))).express

    def test_each_lift_is_its_own(self) -> None:
        invited = case(CALL, evolve(KNOWN, consent=INVITED))
        assert not invited.lifted(frozenset({Lift.CONSENT, Lift.RELATIONSHIP}))
        spoken = evolve(SPOKEN, invitation=False)
        consenting = case(CALL, evolve(KNOWN, consent=spoken))
        assert not consenting.lifted(frozenset({Lift.INVITATION, Lift.RELATIONSHIP}))
