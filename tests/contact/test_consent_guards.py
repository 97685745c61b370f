"""Consent, revocation, lists and databases: each rule on both sides of each of its edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from leadcore.consent import UNKNOWN, Elements, Level
from leadcore.contact import (
    Confirmation,
    EmailFacts,
    Facts,
    Initiation,
    Number,
    Purpose,
    Question,
    Reassigned,
    ReassignedStatus,
    Registry,
    Relationship,
    Touch,
    TouchKind,
)
from leadcore.contact.consent_guards import last_day_to_comply
from leadcore.contact.hits import Hit
from leadcore.decisions import Severity, Verdict
from leadcore.rulebooks import US
from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind
from tests.contact.people import (
    CALL,
    DIALED,
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
    denied,
    hit,
    literal,
    living,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = timedelta(days=1)
TODAY = date(2026, 11, 16)
INFORMING = evolve(DIALED, purpose=Purpose.INFORMATIONAL)
CONFIRMING = evolve(ROBOTEXT, purpose=Purpose.OPTOUT_CONFIRMATION)
EMERGENCY = evolve(RECORDED, purpose=Purpose.EMERGENCY)


def person(**changes: object) -> Facts:
    return evolve(KNOWN, **changes)


def consenting(consent: object, **changes: object) -> Facts:
    return evolve(KNOWN, consent=consent, **changes)


class TestFlag:
    @pytest.mark.parametrize("flag", [Tcpa.NO, Tcpa.UNKNOWN])
    def test_without_a_yes_only_a_live_call_is_left(self, flag: Tcpa) -> None:
        facts = person(tcpa=flag)
        assert denied(CALL, facts) == ()
        assert denied(MAIL, facts) == ()
        for question in (TEXT, ROBOTEXT, DIALED, RECORDED, INFORMING, CONFIRMING):
            assert "H-TCPA-NO" in denied(question, facts)

    def test_it_is_no_bar_to_an_emergency(self) -> None:
        assert denied(EMERGENCY, person(tcpa=Tcpa.NO)) == ()

    def test_yes_is_not_written_consent(self) -> None:
        assert denied(DIALED, consenting(SPOKEN)) == ("F-PEWC-2",)


class TestFirstText:
    @pytest.mark.parametrize("history", [(), UNKNOWN])
    def test_warns(self, history: object) -> None:
        decision = ask(TEXT, person(history=history))
        assert decision.verdict is Verdict.WARN
        assert decision.rules == ("H-FIRST-TEXT",)
        assert decision.determining[0].severity is Severity.POLICY

    def test_a_later_contact_is_none(self) -> None:
        touch = Touch(kind=TouchKind.CALL, at=MONDAY_NOON)
        assert denied(TEXT, person(history=[touch])) == ("H-FIRST-TEXT",)


class TestSecondText:
    @pytest.mark.parametrize("kind", TouchKind)
    def test_any_contact_before_a_text_counts_and_two_are_enough(self, kind: TouchKind) -> None:
        for question in (TEXT, evolve(TEXT, purpose=Purpose.INFORMATIONAL)):
            for ticks, rules in (
                ((-1,), ("H-ORDER",)),
                ((0, -1, 1), ("H-ORDER",)),
                ((-2, -1), ()),
                ((-1, -1, 5), ()),
            ):
                touches = [Touch(kind=kind, at=MONDAY_NOON + n * TICK) for n in ticks]
                decision = ask(question, person(history=touches))
                assert decision.rules == rules
                assert decision.verdict is (Verdict.WARN if rules else Verdict.PERMITTED)

    def test_is_about_no_call_and_no_mail(self) -> None:
        once = person(history=[Touch(kind=TouchKind.CALL, at=MONDAY_NOON - TICK)])
        assert denied(CALL, once) == denied(MAIL, once) == ()


class TestNoConsentAtAll:
    SOMEBODYS = evolve(SPOKEN, sellers=["other"], number="+13055550100", at=MONDAY_NOON + TICK)

    @pytest.mark.parametrize("question", [DIALED, RECORDED, ROBOTEXT])
    def test_the_statute_speaks_besides(self, question: Question) -> None:
        both = ("F-ATDS-1", "F-PEWC-2")
        assert denied(question, consenting(NOTHING)) == both
        assert denied(question, consenting(INVITED)) == both  # being asked is no consent
        assert denied(question, consenting(self.SOMEBODYS)) == ("F-PEWC-2",)
        assert denied(question, consenting(SPOKEN)) == ("F-PEWC-2",)
        assert denied(question, consenting(WRITTEN)) == ()

    def test_by_the_words_only_voices_are_meant(self) -> None:
        assert denied(literal(RECORDED), consenting(INVITED)) == ("F-ATDS-1", "F-PEWC-2")
        assert denied(literal(DIALED), consenting(INVITED)) == ()

    def test_it_is_about_wireless_lines_that_were_so_for_long(self) -> None:
        landline = evolve(KNOWN.number, kind=PhoneKind.LANDLINE)
        assert denied(DIALED, consenting(INVITED, number=landline)) == ()
        ported = evolve(KNOWN.number, ported_to_wireless_on=date(2026, 11, 10))
        assert denied(DIALED, consenting(INVITED, number=ported)) == ("F-PEWC-2",)

    def test_before_october_2013_any_express_consent_of_the_seller_was_meant(self) -> None:
        before = datetime(2013, 10, 15, 17, tzinfo=UTC)
        assert hit("F-ATDS-1", DIALED, consenting(self.SOMEBODYS), before) is Hit.DENY
        assert hit("F-ATDS-1", DIALED, consenting(self.SOMEBODYS)) is Hit.SILENT


class TestExpressConsent:
    def test_information_by_machine_needs_express_consent(self) -> None:
        assert denied(INFORMING, consenting(NOTHING)) == ("F-ATDS-1",)
        assert denied(INFORMING, consenting(SPOKEN)) == ()

    @pytest.mark.parametrize(
        ("kind", "rules"),
        [
            (PhoneKind.WIRELESS, ("F-ATDS-1",)),
            (PhoneKind.UNKNOWN, ("F-ATDS-1",)),
            (PhoneKind.TOLL_FREE, ("F-ATDS-1",)),
            (PhoneKind.LANDLINE, ()),
        ],
    )
    def test_an_unknown_line_counts_as_wireless(
        self, kind: PhoneKind, rules: tuple[str, ...]
    ) -> None:
        number = evolve(KNOWN.number, kind=kind)
        assert denied(INFORMING, consenting(NOTHING, number=number)) == rules

    def test_a_list_dialler_is_no_autodialer_by_the_words(self) -> None:
        assert denied(literal(INFORMING), consenting(NOTHING)) == ()
        recorded = evolve(INFORMING, initiation=Initiation.ARTIFICIAL)
        assert denied(literal(recorded), consenting(NOTHING)) == ("F-ATDS-1",)

    @pytest.mark.parametrize(
        "consent",
        [
            evolve(SPOKEN, sellers=["other"]),
            evolve(SPOKEN, sellers=[]),
            evolve(SPOKEN, number="+13055550100"),
            evolve(SPOKEN, number=UNKNOWN),
            evolve(SPOKEN, at=UNKNOWN),
            evolve(SPOKEN, at=MONDAY_NOON + TICK),
        ],
    )
    def test_consent_is_for_one_seller_one_number_and_from_its_own_instant_on(
        self, consent: object
    ) -> None:
        assert denied(INFORMING, consenting(consent)) == ("F-ATDS-1",)

    def test_consent_for_this_very_number_at_this_very_instant_counts(self) -> None:
        consent = evolve(SPOKEN, number=KNOWN.number.e164, at=MONDAY_NOON)
        assert denied(INFORMING, consenting(consent)) == ()

    def test_nobody_asks_without_a_seller(self) -> None:
        assert denied(evolve(INFORMING, seller=None), consenting(SPOKEN)) == ("F-ATDS-1",)

    def test_before_2013_sales_needed_express_consent_only(self) -> None:
        facts = consenting(NOTHING, registry=evolve(KNOWN.registry, scrubbed_on=date(2013, 10, 1)))
        old = datetime(2013, 10, 15, 17, tzinfo=UTC)
        assert "F-ATDS-1" in denied(DIALED, facts, old)
        assert "F-PEWC-2" in denied(DIALED, facts, old + DAY)


class TestPorting:
    @pytest.mark.parametrize(
        ("age", "rules"), [(-1, ("F-ATDS-1",)), (0, ()), (15, ()), (16, ("F-ATDS-1",))]
    )
    def test_fifteen_days_of_grace(self, age: int, rules: tuple[str, ...]) -> None:
        number = evolve(KNOWN.number, ported_to_wireless_on=TODAY - age * DAY)
        assert denied(INFORMING, consenting(NOTHING, number=number)) == rules

    @pytest.mark.parametrize(
        "registry",
        [
            evolve(KNOWN.registry, national=True),
            evolve(KNOWN.registry, national=None),
            evolve(KNOWN.registry, internal_since=MONDAY_NOON),
        ],
    )
    def test_none_for_listed_numbers(self, registry: Registry) -> None:
        number = evolve(KNOWN.number, ported_to_wireless_on=TODAY)
        facts = consenting(NOTHING, number=number, registry=registry)
        assert denied(INFORMING, facts) == ("F-ATDS-1",)

    def test_none_for_texts_and_sales(self) -> None:
        number = evolve(KNOWN.number, ported_to_wireless_on=TODAY)
        facts = consenting(NOTHING, number=number)
        texting = evolve(ROBOTEXT, purpose=Purpose.INFORMATIONAL)
        assert "F-ATDS-1" in denied(texting, facts)
        assert "F-PEWC-2" in denied(DIALED, facts)

    @pytest.mark.parametrize(
        ("ported", "rules"),
        [
            (date(2026, 11, 1), ("F-ATDS-1",)),  # sixteen days ago in Guam
            (date(2026, 11, 2), ()),
            (date(2026, 11, 16), ()),
            (date(2026, 11, 17), ("F-ATDS-1",)),  # not yet in New York
        ],
    )
    def test_on_every_calendar_the_person_may_live_by(
        self, ported: date, rules: tuple[str, ...]
    ) -> None:
        number = evolve(
            KNOWN.number, zones=["America/New_York", "Pacific/Guam"], ported_to_wireless_on=ported
        )
        late = datetime(2026, 11, 16, 17, tzinfo=UTC)  # the 17th in Guam
        assert denied(INFORMING, consenting(NOTHING, number=number), late) == rules


class TestWrittenConsent:
    @pytest.mark.parametrize("missing", [field.name for field in Elements.__attrs_attrs__])
    @pytest.mark.parametrize("value", [False, None])
    def test_all_five_elements_are_needed(self, missing: str, value: bool | None) -> None:
        elements = evolve(Elements.all(), **{missing: value})
        facts = consenting(evolve(WRITTEN, elements=elements))
        for question in (DIALED, RECORDED, ROBOTEXT):
            assert denied(question, facts) == ("F-PEWC-2",)

    def test_in_due_form_it_opens(self) -> None:
        for question in (DIALED, RECORDED, ROBOTEXT):
            assert denied(question, KNOWN) == ()

    @pytest.mark.parametrize(
        "consent",
        [
            SPOKEN,
            evolve(WRITTEN, level=Level.EXPRESS),
            evolve(WRITTEN, sellers=["vendor"]),
            evolve(WRITTEN, number="+13055550100"),
            evolve(WRITTEN, at=MONDAY_NOON + TICK),
        ],
    )
    def test_less_does_not(self, consent: object) -> None:
        assert denied(DIALED, consenting(consent)) == ("F-PEWC-2",)

    def test_a_live_call_needs_none(self) -> None:
        assert denied(CALL, consenting(INVITED)) == ()

    def test_spoken_consent_in_the_fifth_circuit(self) -> None:
        facts = living("TX", "America/Chicago", consent=SPOKEN)
        assert denied(RECORDED, facts) == ("F-PEWC-2",)
        assert denied(literal(RECORDED), facts) == ()
        both = evolve(facts, states=["TX", "OK"])
        assert "F-PEWC-2" in denied(literal(RECORDED), both)
        assert "F-PEWC-2" in denied(literal(RECORDED), evolve(facts, consent=INVITED))
        before = evolve(
            facts,
            registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 2, 20)),
            reassigned=Reassigned(status=ReassignedStatus.NO),
        )
        old = datetime(2026, 2, 24, 18, tzinfo=UTC)
        assert denied(literal(RECORDED), before, old) == ("F-PEWC-2",)
        assert denied(literal(RECORDED), before, old + DAY) == ()

    @pytest.mark.parametrize("state", ["TX", "LA", "MS"])
    def test_the_fifth_circuit_is_three_states(self, state: str) -> None:
        facts = living(state, "America/Chicago", consent=SPOKEN)
        assert hit("F-PEWC-2", literal(RECORDED), facts) is Hit.SILENT
        everywhere = evolve(facts, states=["TX", "LA", "MS"])
        assert hit("F-PEWC-2", literal(RECORDED), everywhere) is Hit.SILENT
        assert hit("F-PEWC-2", literal(RECORDED), evolve(facts, states=["FL"])) is Hit.DENY
        assert hit("F-PEWC-2", literal(RECORDED), evolve(facts, consent=NOTHING)) is Hit.DENY

    def test_the_fifth_circuit_spoke_on_every_calendar(self) -> None:
        number = evolve(KNOWN.number, zones=["America/Chicago", "Pacific/Guam"])
        facts = living("TX", consent=SPOKEN, number=number)
        eve = datetime(2026, 2, 24, 18, tzinfo=UTC)  # the 25th in Guam
        assert hit("F-PEWC-2", literal(RECORDED), facts, eve) is Hit.DENY
        assert hit("F-PEWC-2", literal(RECORDED), facts, eve + DAY) is Hit.SILENT

    def test_recorded_sales_calls_to_residential_lines(self) -> None:
        number = evolve(KNOWN.number, kind=PhoneKind.LANDLINE)
        assert denied(RECORDED, consenting(SPOKEN, number=number)) == ("F-RES-3",)
        assert denied(RECORDED, consenting(WRITTEN, number=number)) == ()
        assert denied(DIALED, consenting(SPOKEN, number=number)) == ()
        louisiana = living("LA", "America/Chicago", consent=SPOKEN, number=number)
        assert denied(literal(RECORDED), louisiana) == ()


class TestStatesOnAutomaticDialling:
    @pytest.mark.parametrize("state", ["CT", "FL", "MD", "OK"])
    def test_written_consent_is_needed_even_for_landlines(self, state: str) -> None:
        number = evolve(KNOWN.number, kind=PhoneKind.LANDLINE)
        facts = living(state, consent=SPOKEN, number=number)
        assert denied(DIALED, facts) == (f"S-{state}-ADAD",)
        assert denied(DIALED, evolve(facts, consent=WRITTEN)) == ()
        assert denied(CALL, facts) == ()

    def test_connecticut_wants_an_invitation_for_live_sales(self) -> None:
        assert denied(CALL, living("CT", consent=NOTHING)) == ("S-CT-WRITTEN",)
        for consent in (INVITED, SPOKEN, WRITTEN):
            assert denied(CALL, living("CT", consent=consent)) == ()
        related = Relationship(with_seller=SELLER, purchase_on=TODAY)
        facts = living("CT", consent=NOTHING, relationship=related)
        assert denied(CALL, facts) == ("S-CT-WRITTEN",)
        assert denied(literal(CALL), facts) == ()

    def test_washington_wants_consent_to_texts(self) -> None:
        facts = living("WA", "America/Los_Angeles", consent=NOTHING)
        assert denied(TEXT, facts) == ("S-WA-TEXT",)
        assert denied(CALL, facts) == ()
        assert denied(TEXT, evolve(facts, consent=INVITED)) == ()


class TestMobileBans:
    @pytest.mark.parametrize(
        ("state", "zone"), [("AZ", "America/Phoenix"), ("NJ", "America/New_York")]
    )
    def test_unsolicited_sales(self, state: str, zone: str) -> None:
        rule = (f"S-{state}-MOBILE",)
        facts = living(state, zone, consent=NOTHING)
        assert denied(CALL, facts) == rule
        assert denied(TEXT, facts) == rule
        assert denied(CALL, evolve(facts, consent=INVITED)) == ()
        assert denied(CALL, evolve(facts, consent=SPOKEN)) == ()
        revoked = evolve(INVITED, revoked_at=MONDAY_NOON)
        assert set(rule) < set(denied(CALL, evolve(facts, consent=revoked)))

    @pytest.mark.parametrize("kind", [PhoneKind.LANDLINE, PhoneKind.TOLL_FREE])
    def test_other_lines_are_free(self, kind: PhoneKind) -> None:
        number = evolve(KNOWN.number, kind=kind)
        assert denied(CALL, living("NJ", consent=NOTHING, number=number)) == ()

    def test_texts_are_our_caution(self) -> None:
        facts = living("NJ", consent=NOTHING)
        assert hit("S-NJ-MOBILE", CALL, facts) is Hit.DENY
        assert hit("S-NJ-MOBILE", TEXT, facts) is Hit.CAUTION
        assert hit("S-NJ-MOBILE", literal(TEXT), facts) is Hit.SILENT


class TestEmergencies:
    def test_louisiana_has_no_exception(self) -> None:
        facts = living("LA", "America/Chicago", declared_emergencies=["LA"])
        assert denied(CALL, facts) == ("S-LA-EMERGENCY",)
        assert denied(literal(CALL), facts) == ()

    def test_new_york_forbids_the_unsolicited(self) -> None:
        facts = living("NY", declared_emergencies=["NY"], consent=NOTHING)
        assert denied(CALL, facts) == ("S-NY-EMERGENCY",)
        assert denied(CALL, evolve(facts, consent=INVITED)) == ()

    def test_elsewhere_or_undeclared_nothing_happens(self) -> None:
        assert denied(CALL, living("NY", declared_emergencies=["LA"], consent=NOTHING)) == ()
        assert denied(CALL, living("GA", declared_emergencies=["GA"])) == ()

    def test_not_knowing_counts_as_declared(self) -> None:
        facts = living("LA", "America/Chicago", declared_emergencies=UNKNOWN)
        assert hit("S-LA-EMERGENCY", CALL, facts) is Hit.CAUTION

    def test_information_may_pass(self) -> None:
        facts = living("LA", "America/Chicago", declared_emergencies=["LA"])
        assert denied(evolve(CALL, purpose=Purpose.INFORMATIONAL), facts) == ()


class TestReassigned:
    @pytest.mark.parametrize(
        ("status", "live", "dialed"),
        [
            (ReassignedStatus.NO, Hit.SILENT, Hit.SILENT),
            (ReassignedStatus.NO_DATA, Hit.SILENT, Hit.WARN),
            (ReassignedStatus.NOT_CHECKED, Hit.SILENT, Hit.WARN),
            (ReassignedStatus.YES, Hit.DENY, Hit.DENY),
            (ReassignedStatus.UNKNOWN, Hit.CAUTION, Hit.CAUTION),
        ],
    )
    def test_answers(self, status: ReassignedStatus, live: Hit, dialed: Hit) -> None:
        facts = person(reassigned=Reassigned(status=status))
        assert hit("F-RND", CALL, facts) is live
        assert hit("F-RND", DIALED, facts) is dialed
        assert hit("F-RND", literal(RECORDED), facts) is dialed

    def test_an_answer_that_lies_ahead_is_none_yet_but_a_yes_is(self) -> None:
        for status, expected in (
            (ReassignedStatus.NO, Hit.WARN),
            (ReassignedStatus.YES, Hit.DENY),
        ):
            reassigned = Reassigned(status=status, queried_on=TODAY + DAY)
            assert hit("F-RND", DIALED, person(reassigned=reassigned)) is expected
        today = Reassigned(status=ReassignedStatus.NO, queried_on=TODAY)
        assert hit("F-RND", DIALED, person(reassigned=today)) is Hit.SILENT

    @pytest.mark.parametrize(
        ("initiation", "strict", "words"),
        [
            (Initiation.MANUAL, Hit.SILENT, Hit.SILENT),
            (Initiation.AUTODIALED, Hit.WARN, Hit.SILENT),
            (Initiation.PRERECORDED, Hit.WARN, Hit.WARN),
            (Initiation.ARTIFICIAL, Hit.WARN, Hit.WARN),
        ],
    )
    def test_no_data_warns_of_machines(
        self, initiation: Initiation, strict: Hit, words: Hit
    ) -> None:
        asked = evolve(CALL, initiation=initiation)
        facts = person(reassigned=Reassigned(status=ReassignedStatus.NO_DATA))
        assert hit("F-RND", asked, facts) is strict
        assert hit("F-RND", literal(asked), facts) is words

    def test_declared_autodialing_is_unregulated_by_the_words(self) -> None:
        facts = person(reassigned=Reassigned(status=ReassignedStatus.NO_DATA))
        assert hit("F-RND", literal(DIALED), facts) is Hit.SILENT

    def test_maine_wants_it_asked(self) -> None:
        for status in ReassignedStatus:
            facts = living("ME", reassigned=Reassigned(status=status))
            asked = status not in {ReassignedStatus.NOT_CHECKED, ReassignedStatus.UNKNOWN}
            assert hit("S-ME-RND", CALL, facts) is (Hit.SILENT if asked else Hit.DENY)
            assert hit("S-ME-RND", TEXT, facts) is (Hit.SILENT if asked else Hit.CAUTION)


class TestRevocation:
    def test_holds_from_its_own_instant_on(self) -> None:
        facts = consenting(evolve(WRITTEN, revoked_at=MONDAY_NOON))
        for question in (CALL, TEXT, DIALED, ROBOTEXT, INFORMING):
            assert denied(question, facts, MONDAY_NOON - TICK) == ()
            assert denied(question, facts, MONDAY_NOON) == ("F-REV-10",)

    def test_only_a_later_grant_restores(self) -> None:
        revoked = evolve(WRITTEN, revoked_at=MONDAY_NOON)
        same = evolve(revoked, regranted_at=MONDAY_NOON)
        assert denied(ROBOTEXT, consenting(same)) == ("F-REV-10",)
        later = evolve(revoked, regranted_at=MONDAY_NOON + TICK)
        assert denied(ROBOTEXT, consenting(later)) == ("F-REV-10",)
        assert denied(ROBOTEXT, consenting(later), MONDAY_NOON + TICK) == ()

    def test_the_deadline_only_decides_who_speaks(self) -> None:
        # Received on Monday 2026-11-16: with Thanksgiving the tenth business day is 12-01.
        facts = consenting(
            evolve(WRITTEN, revoked_at=MONDAY_NOON),
            registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 11, 25)),
        )
        last = datetime(2026, 12, 1, 18, tzinfo=UTC)
        assert last_day_to_comply(facts.number.zones, MONDAY_NOON) == date(2026, 12, 1)
        assert hit("F-REV-10", ROBOTEXT, facts, last) is Hit.CAUTION
        assert hit("F-REV-10", ROBOTEXT, facts, last + DAY) is Hit.DENY

    def test_live_calls_stop_too_by_caution(self) -> None:
        facts = consenting(evolve(WRITTEN, revoked_at=MONDAY_NOON - 60 * DAY))
        assert hit("F-REV-10", CALL, facts) is Hit.CAUTION
        assert denied(literal(CALL), facts) == ()
        assert denied(literal(RECORDED), facts) == ("F-REV-10",)

    def test_not_knowing_counts_as_revoked(self) -> None:
        facts = consenting(evolve(WRITTEN, revoked_at=UNKNOWN))
        assert hit("F-REV-10", ROBOTEXT, facts) is Hit.UNTOLD
        assert hit("F-REV-10", CALL, facts) is Hit.UNTOLD
        assert denied(literal(CALL), facts) == ()

    @pytest.mark.parametrize(
        ("question", "rule", "facts_of"),
        [
            (ROBOTEXT, "F-REV-10", lambda at: consenting(evolve(WRITTEN, revoked_at=at))),
            (CALL, "F-REV-10", lambda at: consenting(evolve(WRITTEN, revoked_at=at))),
            (
                CALL,
                "F-IDNC",
                lambda at: person(registry=evolve(KNOWN.registry, internal_since=at)),
            ),
            (MAIL, "E-REV", lambda at: person(email=evolve(KNOWN.email, opted_out_at=at))),
        ],
    )
    def test_what_nobody_knows_is_not_told_as_the_persons_word(
        self, question: Question, rule: str, facts_of: Callable[[object], Facts]
    ) -> None:
        # Asked in turns: what is kept of one answer is not given for the other.
        for at, unknown in ((MONDAY_NOON, False), (UNKNOWN, True), (MONDAY_NOON, False)):
            decision = ask(question, facts_of(at))
            (finding,) = (each for each in decision.determining if each.rule == rule)
            assert finding.severity is Severity.POLICY
            assert finding.sentence.startswith("It is not known whether ") is unknown

    def test_mail_and_emergencies_are_separate(self) -> None:
        facts = consenting(evolve(WRITTEN, revoked_at=MONDAY_NOON))
        assert denied(MAIL, facts) == ()
        assert denied(EMERGENCY, facts) == ()

    def test_before_the_deadline_was_law_it_ended_contact_too(self) -> None:
        old = datetime(2025, 4, 10, 17, tzinfo=UTC)
        facts = consenting(
            evolve(WRITTEN, revoked_at=old),
            registry=evolve(KNOWN.registry, scrubbed_on=date(2025, 4, 1)),
            reassigned=Reassigned(status=ReassignedStatus.NO),
        )
        decision = ask(ROBOTEXT, facts, old)
        assert "F-REV-10" in decision.rules
        assert "FCC 15-72" in next(f.citation for f in decision.findings if f.rule == "F-REV-10")

    def test_the_days_count_from_the_earliest_date_of_receipt(self) -> None:
        late = datetime(2026, 11, 16, 17, tzinfo=UTC)  # the 17th in Guam
        zones = ("Pacific/Guam", "America/New_York")
        assert last_day_to_comply(zones[:1], late) == date(2026, 12, 2)
        assert last_day_to_comply(zones, late) == date(2026, 12, 1)
        assert last_day_to_comply(zones[::-1], late) == date(2026, 12, 1)

    def test_without_zones_the_date_is_the_one_in_utc(self) -> None:
        facts = consenting(evolve(WRITTEN, revoked_at=MONDAY_NOON), number=Number())
        assert last_day_to_comply(facts.number.zones, MONDAY_NOON) == date(2026, 12, 1)


class TestInternalList:
    def test_never_ends(self) -> None:
        for years in (0, 5, 30):
            since = MONDAY_NOON - years * 366 * DAY
            facts = person(registry=evolve(KNOWN.registry, internal_since=since))
            assert denied(CALL, facts) == ("F-IDNC",)
            assert denied(literal(TEXT), facts) == ("F-IDNC",)

    def test_begins_with_the_request(self) -> None:
        facts = person(registry=evolve(KNOWN.registry, internal_since=MONDAY_NOON))
        assert denied(CALL, facts, MONDAY_NOON - TICK) == ()
        assert hit("F-IDNC", CALL, facts) is Hit.CAUTION
        assert hit("F-IDNC", CALL, facts, MONDAY_NOON + 30 * DAY) is Hit.DENY

    def test_not_knowing_counts_and_information_may_pass(self) -> None:
        facts = person(registry=evolve(KNOWN.registry, internal_since=UNKNOWN))
        assert denied(CALL, facts) == ("F-IDNC",)
        assert denied(INFORMING, facts) == ()

    def test_ends_a_business_relationship(self) -> None:
        facts = consenting(
            INVITED,
            registry=evolve(KNOWN.registry, national=True, internal_since=MONDAY_NOON),
            relationship=Relationship(with_seller=SELLER, purchase_on=TODAY),
        )
        assert denied(CALL, facts) == ("F-IDNC", "F-DNC")


class TestRegistry:
    LISTED = evolve(KNOWN.registry, national=True)

    def test_written_permission_opens_and_an_invitation_only_literally(self) -> None:
        assert denied(CALL, consenting(INVITED, registry=self.LISTED)) == ("F-DNC",)
        assert denied(CALL, consenting(SPOKEN, registry=self.LISTED)) == ("F-DNC",)
        assert denied(CALL, consenting(WRITTEN, registry=self.LISTED)) == ()
        for consent in (INVITED, SPOKEN):
            assert denied(literal(CALL), consenting(consent, registry=self.LISTED)) == ()
        assert denied(literal(CALL), consenting(NOTHING, registry=self.LISTED)) == ("F-DNC",)

    def test_texts_are_reached(self) -> None:
        assert denied(TEXT, consenting(INVITED, registry=self.LISTED)) == ("F-DNC",)

    def test_friends_may_be_called(self) -> None:
        facts = consenting(INVITED, registry=self.LISTED, personal_relationship=True)
        assert denied(CALL, facts) == ()

    @pytest.mark.parametrize(
        ("inquiry", "purchase", "opened"),
        [
            (90, None, True),
            (91, None, False),  # within three months, but over the FTC's 90 days
            (None, 540, True),
            (None, 541, False),  # within eighteen months, but over the FTC's 540 days
            (0, None, True),
            (-1, None, False),  # lies ahead
            (200, 100, True),
            (None, None, False),
        ],
    )
    def test_business_relationships(
        self, inquiry: int | None, purchase: int | None, opened: bool
    ) -> None:
        relationship = Relationship(
            with_seller=SELLER,
            inquiry_on=None if inquiry is None else TODAY - inquiry * DAY,
            purchase_on=None if purchase is None else TODAY - purchase * DAY,
        )
        facts = consenting(INVITED, registry=self.LISTED, relationship=relationship)
        assert denied(CALL, facts) == (() if opened else ("F-DNC",))

    def test_three_months_may_be_shorter_than_90_days(self) -> None:
        # From 1 February to 1 May are 89 days; 31 January is 90 days back and too old.
        at = datetime(2027, 5, 1, 16, tzinfo=UTC)
        for day, rules in ((date(2027, 2, 1), ()), (date(2027, 1, 31), ("F-DNC",))):
            facts = consenting(
                INVITED,
                registry=evolve(self.LISTED, scrubbed_on=date(2027, 4, 20)),
                relationship=Relationship(with_seller=SELLER, inquiry_on=day),
            )
            assert denied(CALL, facts, at) == rules

    def test_pennsylvania_counts_twelve_months(self) -> None:
        for day, rules in ((date(2025, 11, 16), ()), (date(2025, 11, 15), ("F-DNC",))):
            relationship = Relationship(with_seller=SELLER, purchase_on=day)
            changes = {"registry": self.LISTED, "relationship": relationship, "consent": INVITED}
            assert denied(CALL, living("PA", **changes)) == rules
            assert denied(CALL, living("NY", **changes)) == ()

    def test_a_relationship_with_the_vendor_does_not_pass(self) -> None:
        relationship = Relationship(with_seller="vendor", purchase_on=TODAY)
        facts = consenting(INVITED, registry=self.LISTED, relationship=relationship)
        assert denied(CALL, facts) == ("F-DNC",)
        nobody = evolve(relationship, with_seller=None)
        asked = evolve(CALL, seller=None)
        assert denied(asked, evolve(facts, relationship=nobody)) == ("F-DNC",)

    def test_a_stop_ends_a_relationship_strictly(self) -> None:
        facts = consenting(
            evolve(INVITED, revoked_at=MONDAY_NOON),
            registry=self.LISTED,
            relationship=Relationship(with_seller=SELLER, purchase_on=TODAY),
        )
        assert denied(CALL, facts) == ("F-REV-10", "F-DNC")
        assert denied(literal(CALL), facts) == ()

    def test_revoked_permission_opens_nothing(self) -> None:
        facts = consenting(evolve(WRITTEN, revoked_at=MONDAY_NOON), registry=self.LISTED)
        assert denied(literal(CALL), facts) == ("F-DNC",)

    def test_not_knowing(self) -> None:
        unknown = evolve(KNOWN.registry, national=None)
        assert hit("F-DNC", CALL, consenting(INVITED, registry=unknown)) is Hit.CAUTION
        stale = evolve(unknown, scrubbed_on=None)
        assert denied(CALL, consenting(INVITED, registry=stale)) == ("F-DNC-SCRUB",)
        assert hit("F-DNC", CALL, consenting(INVITED, registry=stale)) is Hit.SILENT

    def test_information_may_pass(self) -> None:
        informing = evolve(CALL, purpose=Purpose.INFORMATIONAL)
        assert denied(informing, consenting(INVITED, registry=self.LISTED)) == ()


class TestScrub:
    @pytest.mark.parametrize(
        ("age", "fresh"), [(0, True), (31, True), (32, False), (-1, True), (-2, False)]
    )
    def test_31_days(self, age: int, fresh: bool) -> None:
        registry = evolve(KNOWN.registry, scrubbed_on=TODAY - age * DAY)
        rules = () if fresh else ("F-DNC-SCRUB",)
        assert denied(CALL, consenting(INVITED, registry=registry)) == rules

    def test_counts_to_the_latest_local_date(self) -> None:
        number = evolve(KNOWN.number, zones=["America/New_York", "Pacific/Guam"])
        registry = evolve(KNOWN.registry, scrubbed_on=date(2026, 10, 16))
        facts = consenting(INVITED, registry=registry, number=number)
        assert hit("F-DNC-SCRUB", CALL, facts, datetime(2026, 11, 16, 13, tzinfo=UTC)) is Hit.SILENT
        assert hit("F-DNC-SCRUB", CALL, facts, datetime(2026, 11, 16, 14, tzinfo=UTC)) is Hit.DENY

    def test_does_not_matter_with_permission_or_relationship(self) -> None:
        stale = evolve(KNOWN.registry, scrubbed_on=None)
        assert denied(CALL, consenting(WRITTEN, registry=stale)) == ()
        related = Relationship(with_seller=SELLER, inquiry_on=TODAY)
        assert denied(CALL, consenting(INVITED, registry=stale, relationship=related)) == ()
        friend = consenting(INVITED, registry=stale, personal_relationship=True)
        assert denied(CALL, friend) == ()


class TestConfirmation:
    STOPPED = evolve(WRITTEN, revoked_at=MONDAY_NOON)

    @pytest.mark.parametrize(
        ("after", "expected"),
        [
            (-TICK, Hit.DENY),
            (0 * TICK, Hit.SILENT),
            (timedelta(minutes=5), Hit.SILENT),
            (timedelta(minutes=5) + TICK, Hit.WARN),
        ],
    )
    def test_five_minutes(self, after: timedelta, expected: Hit) -> None:
        facts = consenting(self.STOPPED)
        assert hit("F-CONF-12", CONFIRMING, facts, MONDAY_NOON + after) in {
            expected,
            Hit.PERMIT if expected is Hit.SILENT else expected,
        }

    def test_late_warns(self) -> None:
        decision = ask(CONFIRMING, consenting(self.STOPPED), MONDAY_NOON + timedelta(minutes=6))
        assert decision.verdict is Verdict.WARN
        assert decision.rules == ("F-CONF-12",)

    @pytest.mark.parametrize(
        "confirmation",
        [
            Confirmation(contains_marketing=True, already_sent=False),
            Confirmation(contains_marketing=False, already_sent=True),
            Confirmation(contains_marketing=None, already_sent=False),
            Confirmation(contains_marketing=False, already_sent=None),
        ],
    )
    def test_one_without_marketing(self, confirmation: Confirmation) -> None:
        facts = consenting(self.STOPPED, confirmation=confirmation)
        assert denied(CONFIRMING, facts) == ("F-CONF-12",)

    @pytest.mark.parametrize("revoked", [None, UNKNOWN])
    def test_something_must_have_been_revoked(self, revoked: object) -> None:
        assert denied(CONFIRMING, consenting(evolve(WRITTEN, revoked_at=revoked))) == ("F-CONF-12",)

    def test_by_text_only_and_at_any_hour(self) -> None:
        night = datetime(2026, 11, 16, 7, tzinfo=UTC)
        facts = consenting(evolve(WRITTEN, revoked_at=night))
        assert denied(CONFIRMING, facts, night) == ()
        calling = evolve(CONFIRMING, channel=CALL.channel)
        assert denied(calling, facts, night) == ("F-CONF-12",)
        mailing = evolve(CONFIRMING, channel=MAIL.channel)
        assert denied(mailing, facts, night) == ()


class TestMail:
    def test_in_order_it_goes_at_any_hour_and_whatever_the_flag(self) -> None:
        night = datetime(2026, 11, 16, 7, tzinfo=UTC)
        assert denied(MAIL, person(tcpa=Tcpa.NO), night) == ()

    @pytest.mark.parametrize(
        ("changes", "rules"),
        [
            ({"optout_mechanism": False}, ("E-OPTOUT",)),
            ({"optout_mechanism": None}, ("E-OPTOUT",)),
            ({"physical_address": False}, ("E-ADDR",)),
            ({"physical_address": None}, ("E-ADDR",)),
            ({"gateway_domain": True}, ("E-MSCM",)),
            ({"gateway_domain": None}, ("E-MSCM",)),
            ({"gateway_domain": True, "wireless_authorization": True}, ()),
            ({"opted_out_at": MONDAY_NOON}, ("E-REV",)),
            ({"opted_out_at": MONDAY_NOON + TICK}, ()),
            ({"opted_out_at": UNKNOWN}, ("E-REV",)),
        ],
    )
    def test_marketing(self, changes: dict[str, object], rules: tuple[str, ...]) -> None:
        facts = person(email=evolve(KNOWN.email, **changes))
        assert denied(MAIL, facts) == rules

    @pytest.mark.parametrize(
        ("fact", "lacking", "rule"),
        [
            ("optout_mechanism", False, "E-OPTOUT"),
            ("physical_address", False, "E-ADDR"),
            ("gateway_domain", True, "E-MSCM"),
        ],
    )
    def test_what_nobody_knows_is_not_told_as_a_breach(
        self, fact: str, lacking: bool, rule: str
    ) -> None:
        told = {}
        for value, severity in ((lacking, Severity.LEGAL), (None, Severity.POLICY)):
            decision = ask(MAIL, person(email=evolve(KNOWN.email, **{fact: value})))
            (finding,) = decision.determining
            assert (finding.rule, finding.severity) == (rule, severity)
            told[value] = finding.sentence
        assert told[None].startswith("It is not known whether ")
        assert not told[lacking].startswith("It is not known")

    def test_the_deadline_only_decides_who_speaks(self) -> None:
        facts = person(email=evolve(KNOWN.email, opted_out_at=MONDAY_NOON))
        assert hit("E-REV", MAIL, facts) is Hit.CAUTION
        assert hit("E-REV", MAIL, facts, MONDAY_NOON + 30 * DAY) is Hit.DENY

    def test_transactional_mail_is_exempt(self) -> None:
        facts = person(email=EmailFacts())
        assert denied(evolve(MAIL, purpose=Purpose.INFORMATIONAL), facts) == ()
        assert "E-OPTOUT" in denied(MAIL, facts)


class TestTerms:
    def test_a_gate_without_a_gate_is_an_error(self) -> None:
        rules = US.replace(evolve(US.editions("S-AZ-MOBILE")[0], terms=None))
        with pytest.raises(TypeError, match="S-AZ-MOBILE needs a Gate"):
            ask(CALL, living("AZ", "America/Phoenix"), rules=rules)
