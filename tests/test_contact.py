"""Laws every contact decision obeys, over drawn cases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import UNKNOWN, Consent
from leadcore.contact import (
    Confirmation,
    EmailFacts,
    Facts,
    Moment,
    Number,
    Profile,
    Question,
    Reassigned,
    Registry,
    Relationship,
)
from leadcore.decisions import NO_BASIS, Effect, Verdict
from leadcore.rulebooks import US, ClosedDays, Hours, Role, Rule, Scope
from leadcore.rulebooks.rule import CALL_AND_TEXT, TELEMARKETING
from leadcore.submissions import Tcpa
from tests.contact.people import CALL, KNOWN, MONDAY_NOON, ask, cases, living, local

Drawn = tuple[Question, Facts, datetime]
RANK = {Verdict.PERMITTED: 0, Verdict.WARN: 1, Verdict.DENIED: 2}


def rank(question: Question, facts: Facts, at: datetime, rules=US) -> int:
    return RANK[ask(question, facts, at, rules, ahead=False).verdict]


class TestCombination:
    @given(cases())
    def test_deny_beats_warn_beats_permit(self, drawn: Drawn) -> None:
        decision = ask(*drawn, ahead=False)
        effects = {finding.effect for finding in decision.findings}
        if Effect.DENY in effects:
            assert decision.verdict is Verdict.DENIED
        elif Effect.WARN in effects:
            assert decision.verdict is Verdict.WARN
        else:
            assert effects == {Effect.PERMIT}
            assert decision.verdict is Verdict.PERMITTED

    @given(cases())
    def test_every_denial_names_a_rule_with_a_citation(self, drawn: Drawn) -> None:
        decision = ask(*drawn, ahead=False)
        if decision.verdict is Verdict.DENIED:
            assert decision.determining
            assert all(finding.citation for finding in decision.determining)
            assert all(finding.sentence.endswith(".") for finding in decision.determining)

    @given(cases())
    def test_equal_questions_give_equal_answers(self, drawn: Drawn) -> None:
        question, facts, at = drawn
        again = evolve(facts, states=list(facts.states))
        assert ask(question, facts, at) == ask(evolve(question), again, at)

    @given(cases())
    def test_findings_are_in_rulebook_order(self, drawn: Drawn) -> None:
        order = list(dict.fromkeys(rule.id for rule in US.rules))
        guards = [
            finding.rule
            for finding in ask(*drawn, ahead=False).findings
            if finding.effect is not Effect.PERMIT and finding.rule != NO_BASIS
        ]
        places = [order.index(rule) for rule in guards if rule not in {"F-CONF-12", "S-ME-ADAD"}]
        assert places == sorted(places)


class TestMonotony:
    @given(cases())
    def test_strict_never_permits_what_literal_denies(self, drawn: Drawn) -> None:
        question, facts, at = drawn
        strict, literal = (evolve(question, profile=profile) for profile in Profile)
        if rank(literal, facts, at) == 2:
            assert rank(strict, facts, at) == 2

    @given(cases(), st.data())
    def test_a_revocation_never_permits_more(self, drawn: Drawn, data: st.DataObject) -> None:
        question, facts, at = drawn
        seconds = data.draw(st.sampled_from((-86400, -1, 0, 1)))
        consent = evolve(facts.consent, revoked_at=at + timedelta(seconds=seconds))
        before = evolve(facts, consent=evolve(facts.consent, revoked_at=None))
        after = evolve(facts, consent=evolve(consent, regranted_at=None))
        if question.purpose.value != "optout_confirmation":  # which needs something to confirm
            assert rank(question, after, at) >= rank(question, before, at)

    @given(cases())
    def test_a_registry_entry_never_permits_more(self, drawn: Drawn) -> None:
        question, facts, at = drawn
        clean = evolve(facts, registry=evolve(facts.registry, national=False))
        listed = evolve(facts, registry=evolve(facts.registry, national=True))
        asked = evolve(clean, registry=evolve(clean.registry, internal_since=None))
        on_list = evolve(clean, registry=evolve(clean.registry, internal_since=at))
        assert rank(question, listed, at) >= rank(question, clean, at)
        assert rank(question, on_list, at) >= rank(question, asked, at)

    @given(cases(), st.data())
    def test_closing_a_day_or_earlier_never_permits_more(
        self, drawn: Drawn, data: st.DataObject
    ) -> None:
        question, facts, at = drawn
        day = at.date() + timedelta(days=data.draw(st.integers(-1, 1)))
        before = rank(question, facts, at)
        assert rank(question, facts, at, US.close("RI", day).close("UT", day)) >= before
        end = data.draw(st.sampled_from((12, 18, 20, 21)))
        (federal,) = US.editions("F-QH")
        earlier = evolve(federal, terms=Hours(week=type(federal.terms.week).daily(8, end)))
        assert rank(question, facts, at, US.replace(earlier)) >= before

    @given(cases(), st.data())
    def test_more_places_never_permit_more(self, drawn: Drawn, data: st.DataObject) -> None:
        question, facts, at = drawn
        if not facts.states or not facts.number.zones:
            return  # without any, the strictest place is assumed already
        state, zone = data.draw(st.sampled_from((("KY", "Pacific/Honolulu"), ("RI", "Asia/Tokyo"))))
        number = evolve(facts.number, zones=[*facts.number.zones, zone])
        wider = evolve(facts, number=number, states=[*facts.states, state])
        assert rank(question, wider, at) >= rank(question, facts, at)


FORGETTING = {
    "tcpa": lambda facts: evolve(facts, tcpa=Tcpa.UNKNOWN),
    "zip": lambda facts: evolve(facts, zip=None),
    "number": lambda facts: evolve(facts, number=Number()),
    "number.e164": lambda facts: evolve(facts, number=evolve(facts.number, e164=None)),
    "number.kind": lambda facts: evolve(facts, number=evolve(facts.number, kind=Number().kind)),
    "number.zones": lambda facts: evolve(facts, number=evolve(facts.number, zones=())),
    "number.ported": lambda facts: evolve(
        facts, number=evolve(facts.number, ported_to_wireless_on=None)
    ),
    "states": lambda facts: evolve(facts, states=()),
    "consent": lambda facts: evolve(facts, consent=Consent()),
    "registry": lambda facts: evolve(facts, registry=Registry()),
    "registry.national": lambda facts: evolve(
        facts, registry=evolve(facts.registry, national=None)
    ),
    "registry.scrubbed_on": lambda facts: evolve(
        facts, registry=evolve(facts.registry, scrubbed_on=None)
    ),
    "registry.internal_since": lambda facts: evolve(
        facts, registry=evolve(facts.registry, internal_since=UNKNOWN)
    ),
    "relationship": lambda facts: evolve(facts, relationship=Relationship()),
    "reassigned": lambda facts: evolve(facts, reassigned=Reassigned()),
    "personal_relationship": lambda facts: evolve(facts, personal_relationship=None),
    "history": lambda facts: evolve(facts, history=UNKNOWN),
    "email": lambda facts: evolve(facts, email=EmailFacts()),
    "confirmation": lambda facts: evolve(facts, confirmation=Confirmation()),
    "declared_emergencies": lambda facts: evolve(facts, declared_emergencies=UNKNOWN),
    **{
        f"consent.{name}": lambda facts, name=name, value=value: evolve(
            facts, consent=evolve(facts.consent, **{name: value})
        )
        for name, value in {
            "level": Consent().level,
            "invitation": None,
            "sellers": (),
            "number": UNKNOWN,
            "at": UNKNOWN,
            "elements": Consent().elements,
            "revoked_at": UNKNOWN,
            "regranted_at": None,
        }.items()
    },
}


class TestUnknown:
    @given(cases(), st.sampled_from(sorted(FORGETTING)))
    def test_forgetting_a_fact_never_turns_denied_into_permitted(
        self, drawn: Drawn, fact: str
    ) -> None:
        question, facts, at = drawn
        if rank(question, facts, at) == 2:
            assert rank(question, FORGETTING[fact](facts), at) == 2

    def test_knowing_nothing_permits_nothing_that_sells(self) -> None:
        for question in (CALL, evolve(CALL, channel=CALL.channel.TEXT)):
            for profile in Profile:
                asked = evolve(question, profile=profile)
                assert ask(asked, Facts()).verdict is Verdict.DENIED


class TestAsOf:
    @given(cases(), st.integers(1, 400))
    def test_later_rules_change_no_earlier_answer(self, drawn: Drawn, days: int) -> None:
        question, facts, at = drawn
        later = Rule(
            id="X-LATER",
            sentence="Nobody may be contacted any more.",
            citation="a law to come",
            effective_from=at.date() + timedelta(days=days + 1),
            scope=Scope(channels=frozenset(type(question.channel)), purposes=frozenset(
                type(question.purpose))),
            when=lambda case: True,
        )  # fmt: skip
        now = ask(question, facts, at, ahead=False)
        then = ask(question, facts, at, US.add(later), ahead=False)
        assert (now.verdict, now.findings) == (then.verdict, then.findings)
        assert then.rulebook == "us-2026-11-21+X-LATER"

    def test_an_old_question_is_judged_by_the_old_rules(self) -> None:
        before = living("PA", registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 10, 1)))
        assert ask(CALL, before, local("2026-10-16 19:30")).rules == ()
        assert ask(CALL, before, local("2026-10-19 19:30")).rules == ("S-PA-QH",)

    def test_a_moment_made_once_serves_a_batch(self) -> None:
        moment = Moment(MONDAY_NOON)
        first, second = (ask(CALL, KNOWN, moment, ahead=False) for _ in range(2))
        assert first == second == ask(CALL, KNOWN)

    def test_looking_ahead_can_be_left_out(self) -> None:
        decision = ask(CALL, KNOWN, local("2026-11-16 22:00"), ahead=False)
        assert decision.next_permitted_at is None
        assert decision.why_never is None

    def test_a_rule_that_ended_no_longer_speaks(self) -> None:
        ended = Rule(
            id="X-ENDED",
            sentence="No calls on Mondays.",
            citation="a law of the past",
            effective_until=date(2026, 11, 16),
            terms=ClosedDays(weekdays=frozenset({0})),
            kernel="closed_day",
            role=Role.GUARD,
            scope=Scope(channels=CALL_AND_TEXT, purposes=TELEMARKETING),
        )
        rules = US.add(ended)
        assert ask(CALL, KNOWN, local("2026-11-16 12:00"), rules).rules == ()
        stale = evolve(KNOWN, registry=evolve(KNOWN.registry, scrubbed_on=date(2026, 11, 1)))
        assert ask(CALL, stale, local("2026-11-09 12:00"), rules).rules == ("X-ENDED",)
