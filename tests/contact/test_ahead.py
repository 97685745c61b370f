"""The next permitted instant, against an oracle that tries every instant that could matter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import UNKNOWN, Unknown
from leadcore.contact import Facts, Profile, Question, Registry, Touch, TouchKind, assess
from leadcore.contact.ahead import next_event
from leadcore.decisions import Verdict
from leadcore.rulebooks import US
from leadcore.rulebooks.states import NAMES
from leadcore.values import PhoneKind, micros, of_micros
from tests.contact.people import (
    CALL,
    EASTERN,
    INVITED,
    KNOWN,
    MAIL,
    MONDAY_NOON,
    NOTHING,
    RECORDED,
    TEXT,
    TICK,
    WRITTEN,
    ask,
    case,
    cases,
    literal,
    living,
    local,
)

QUARTER = timedelta(minutes=15)
SPAN = timedelta(days=4)


def candidates(facts: Facts, at: datetime) -> list[datetime]:
    """Give every instant in the span at which an answer can change, and the one after it.

    All hours and offsets are multiples of a quarter; the rest are instants among the facts, and
    those at which an earlier contact leaves a span of 8 or 24 hours or 30 days.
    """
    start = at.replace(minute=0, second=0, microsecond=0)
    found = {start + n * QUARTER for n in range(SPAN // QUARTER + 8)}
    consent = facts.consent
    for moment in (consent.at, consent.revoked_at, consent.regranted_at):
        if moment is not None and not isinstance(moment, Unknown):
            found.add(moment)
            found.add(moment + timedelta(minutes=5))
    for moment in (facts.registry.internal_since, facts.email.opted_out_at):
        if moment is not None and not isinstance(moment, Unknown):
            found.add(moment)
    if not isinstance(facts.history, Unknown):
        for touch in facts.history:
            for hours in (0, 8, 24, 30 * 24):
                found.add(touch.at + timedelta(hours=hours))
    return sorted(
        each for each in found | {moment + TICK for moment in found} if at < each < at + SPAN
    )


def oracle(question: Question, facts: Facts, at: datetime) -> datetime | None:
    """Give the first candidate that is not denied."""
    for each in candidates(facts, at):
        if ask(question, facts, each, ahead=False).verdict is not Verdict.DENIED:
            return each
    return None


class TestAgainstTheOracle:
    @given(cases())
    def test_is_the_first_instant_that_is_not_denied(
        self, drawn: tuple[Question, Facts, datetime]
    ) -> None:
        question, facts, at = drawn
        decision = ask(question, facts, at)
        if decision.verdict is not Verdict.DENIED:
            assert decision.next_permitted_at == at
            assert decision.why_never is None
            return
        expected = oracle(question, facts, at)
        found = decision.next_permitted_at
        if expected is not None:
            assert found == expected
        else:
            assert found is None or found >= at + SPAN
        assert (found is None) == (decision.why_never is not None)

    @given(cases(), st.data())
    def test_between_two_candidates_nothing_changes(
        self, drawn: tuple[Question, Facts, datetime], data: st.DataObject
    ) -> None:
        question, facts, at = drawn
        instants = candidates(facts, at)
        index = data.draw(st.integers(0, len(instants) - 2))
        low, high = instants[index], instants[index + 1]
        inside = low + TICK * data.draw(st.integers(0, (high - low) // TICK - 1))
        first = ask(question, facts, low, ahead=False)
        second = ask(question, facts, inside, ahead=False)
        assert (first.verdict, first.rules) == (second.verdict, second.rules)


EVENINGS = ("2026-07-11 21:30", "2026-07-13 00:30", "2026-07-14 06:59", "2026-11-25 20:30")
ZONES = ((EASTERN,), ("America/Chicago",), ("America/Denver",), (EASTERN, "Pacific/Honolulu"))


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("state", NAMES)
def test_in_every_state_it_is_the_edge_and_nothing_opens_before(
    state: str, profile: Profile
) -> None:
    question = evolve(CALL, profile=profile)
    consents = (WRITTEN,) if state == "CT" else (WRITTEN, NOTHING)
    for text, zones, consent in product(EVENINGS, ZONES, consents):
        at = local(text, zones[0])
        facts = evolve(
            KNOWN,
            states=[state],
            number=evolve(KNOWN.number, zones=zones, kind=PhoneKind.LANDLINE),
            registry=evolve(KNOWN.registry, scrubbed_on=at.date() - timedelta(days=9)),
            reassigned=evolve(KNOWN.reassigned, queried_on=at.date() - timedelta(days=9)),
            consent=consent,
        )

        def denied_at(each: datetime, facts: Facts = facts) -> bool:
            decision = assess(question, facts, at=each, rules=US, ahead=False)
            return decision.verdict is Verdict.DENIED

        opens = assess(question, facts, at=at, rules=US).next_permitted_at
        assert opens is not None
        assert not denied_at(opens)
        if opens > at:
            closed = [at + n * QUARTER * 2 for n in range(-((at - opens) // (QUARTER * 2)))]
            assert all(map(denied_at, (*closed, opens - TICK)))


class TestNamedCases:
    def test_evening_opens_next_morning(self) -> None:
        decision = ask(CALL, KNOWN, local("2026-11-16 22:30"))
        assert decision.next_permitted_at == local("2026-11-17 08:00")

    def test_over_the_night_the_clocks_go_back(self) -> None:
        decision = ask(CALL, KNOWN, local("2026-10-31 21:00"))
        assert decision.next_permitted_at == datetime(2026, 11, 1, 13, tzinfo=UTC)

    def test_over_the_night_the_clocks_go_forward(self) -> None:
        facts = evolve(KNOWN, registry=evolve(KNOWN.registry, scrubbed_on=date(2027, 3, 10)))
        decision = ask(CALL, facts, local("2027-03-13 21:00"))
        assert decision.next_permitted_at == datetime(2027, 3, 14, 12, tzinfo=UTC)

    def test_both_zones_must_be_open(self) -> None:
        number = evolve(KNOWN.number, zones=["America/New_York", "America/Los_Angeles"])
        facts = evolve(KNOWN, number=number, states=["NY", "CA"])
        decision = ask(CALL, facts, local("2026-11-16 09:00"))
        assert decision.next_permitted_at == local("2026-11-16 08:00", "America/Los_Angeles")

    def test_a_weekend_with_a_holiday_before_it(self) -> None:
        # Friday 2026-07-03 is Independence Day observed, Saturday the day itself, then Sunday.
        facts = living("PA", registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 6, 20)))
        decision = ask(CALL, facts, local("2026-07-03 12:00"))
        assert decision.next_permitted_at == local("2026-07-05 08:00")

    def test_pennsylvania_opens_before_its_new_law_and_not_on_the_sunday_after(self) -> None:
        facts = living("PA", registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 10, 1)))
        assert ask(CALL, facts, local("2026-10-17 07:00")).next_permitted_at == local(
            "2026-10-17 08:00"
        )
        assert ask(CALL, facts, local("2026-10-17 21:30")).next_permitted_at == local(
            "2026-10-19 09:00"
        )

    def test_a_cap_ends_a_microsecond_after_the_oldest_contact_is_a_day_old(self) -> None:
        touches = [
            Touch(kind=TouchKind.CALL, at=MONDAY_NOON - timedelta(hours=h), subject="solar")
            for h in (3, 2, 1)
        ]
        decision = ask(CALL, living("FL", history=touches))
        assert decision.rules == ("S-FL-CAP",)
        assert decision.next_permitted_at == touches[0].at + timedelta(hours=24) + TICK

    def test_a_later_grant_opens(self) -> None:
        again = MONDAY_NOON + timedelta(hours=1)
        consent = evolve(WRITTEN, revoked_at=MONDAY_NOON, regranted_at=again)
        assert ask(CALL, evolve(KNOWN, consent=consent)).next_permitted_at == again

    def test_mail_opens_at_no_hour_by_itself(self) -> None:
        facts = evolve(KNOWN, email=evolve(KNOWN.email, opted_out_at=MONDAY_NOON))
        decision = ask(MAIL, facts)
        assert decision.next_permitted_at is None
        assert decision.why_never is not None
        assert decision.why_never.startswith("Time alone won't open it")
        assert "E-REV" in decision.why_never

    def test_the_internal_list_never_opens(self) -> None:
        facts = evolve(KNOWN, registry=evolve(KNOWN.registry, internal_since=MONDAY_NOON))
        decision = ask(CALL, facts, local("2026-11-16 22:00"))
        assert decision.next_permitted_at is None
        assert "F-IDNC" in str(decision.why_never)

    def test_unknown_history_under_a_cap_never_opens(self) -> None:
        decision = ask(CALL, living("FL", history=UNKNOWN))
        assert decision.rules == ("S-FL-CAP",)
        assert decision.next_permitted_at is None

    def test_nothing_permits_and_nothing_will(self) -> None:
        rules = US.drop("H-LIVE").drop("H-TCPA-YES")
        decision = ask(CALL, KNOWN, rules=rules)
        assert decision.rules == ("NO-BASIS",)
        assert decision.why_never == "No rule permits this, and time alone won't change that."

    def test_hours_that_never_meet(self) -> None:
        number = evolve(KNOWN.number, zones=["Pacific/Auckland", "America/New_York", "Asia/Dubai"])
        decision = ask(CALL, evolve(KNOWN, number=number), local("2026-11-16 12:00"))
        assert decision.next_permitted_at is None
        assert "never meet" in str(decision.why_never)

    def test_events_are_later_than_the_case(self) -> None:
        registry = Registry(national=False, scrubbed_on=date(2026, 11, 20), internal_since=None)
        facts = evolve(KNOWN, registry=registry, consent=evolve(INVITED, at=MONDAY_NOON + TICK))
        found: list[datetime] = []
        at: int | None = micros(MONDAY_NOON)
        while (at := next_event(case(CALL, facts, of_micros(at)), US)) is not None:
            found.append(of_micros(at))
        assert found == [
            MONDAY_NOON + TICK,
            local("2026-11-19 00:00"),
            local("2026-11-20 00:00"),
            local("2027-01-31 00:00"),
        ]

    def test_a_date_begins_in_each_zone(self) -> None:
        number = evolve(KNOWN.number, zones=["America/New_York", "Pacific/Guam"])
        facts = evolve(KNOWN, number=number)
        first = next_event(case(CALL, facts, local("2027-01-29 12:00")), US)
        assert first is not None
        assert of_micros(first) == local("2027-01-31 00:00", "Pacific/Guam")
        second = next_event(case(CALL, facts, of_micros(first)), US)
        assert second is not None
        assert of_micros(second) == local("2027-01-31 00:00")
        assert next_event(case(CALL, facts, of_micros(second)), US) is None

    def test_a_recorded_call_waits_until_the_month_is_over(self) -> None:
        facts = evolve(
            KNOWN,
            consent=NOTHING,
            number=evolve(KNOWN.number, kind=KNOWN.number.kind.LANDLINE),
            history=[
                Touch(kind=TouchKind.PRERECORDED, at=MONDAY_NOON - timedelta(days=days))
                for days in (29, 2, 1)
            ],
        )
        question = evolve(RECORDED, purpose=RECORDED.purpose.INFORMATIONAL)
        decision = ask(question, facts)
        assert decision.rules == ("F-RES-3",)
        assert decision.next_permitted_at == MONDAY_NOON + timedelta(days=1) + TICK

    @pytest.mark.parametrize("question", [CALL, TEXT])
    def test_literal_opens_at_the_very_end(self, question: Question) -> None:
        # The cap ends in the one instant at which the literal profile still leaves Oregon open.
        end = local("2026-11-16 20:00", "America/Los_Angeles")
        touches = [
            Touch(kind=TouchKind.CALL, at=end - timedelta(hours=24) - TICK, subject="solar")
        ] * 3
        facts = living("OR", "America/Los_Angeles", history=touches)
        asked = end - timedelta(hours=1)
        assert ask(literal(question), facts, asked).next_permitted_at == end
        assert ask(question, facts, asked).next_permitted_at == end + timedelta(hours=12)
