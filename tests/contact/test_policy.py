"""The quick forms against the rules asked one by one."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import UNKNOWN
from leadcore.contact import Facts, Moment, Question, Touch, TouchKind, assess, bind, policy
from leadcore.contact.engine import hits_of, verdict_of
from leadcore.decisions import Verdict
from leadcore.rulebooks import US
from tests.contact.people import (
    CALL,
    DIALED,
    INVITED,
    KNOWN,
    MAIL,
    MONDAY_NOON,
    NOTHING,
    TEXT,
    TICK,
    WRITTEN,
    case,
    cases,
    living,
    local,
    reference,
)


class TestAgainstTheRules:
    @given(cases())
    def test_one_by_one_and_bound(self, drawn: tuple[Question, Facts, datetime]) -> None:
        question, facts, at = drawn
        expected = reference(question, facts, at)
        assert assess(question, facts, at=at, rules=US) == expected
        assert bind(question, US, at).assess(evolve(facts)) == expected

    @given(
        cases(),
        st.lists(
            st.tuples(
                st.sampled_from((-86400, -301, -300, 0, 0, 0, 1, 3600, 86400, 20 * 86400)),
                st.integers(-1, 1),
            ),
            min_size=2,
            max_size=6,
        ),
    )
    def test_facts_asked_about_again_at_other_instants(
        self, drawn: tuple[Question, Facts, datetime], steps: list[tuple[int, int]]
    ) -> None:
        question, facts, at = drawn
        for seconds, ticks in steps:
            moment = at + timedelta(seconds=seconds) + ticks * TICK
            quick = assess(question, facts, at=moment, rules=US, ahead=False)
            asked = case(question, facts, moment)
            assert (quick.verdict, quick.findings) == verdict_of(hits_of(asked, US))

    @given(st.lists(cases(), min_size=2, max_size=6))
    def test_a_batch_at_one_instant(self, drawn: list[tuple[Question, Facts, datetime]]) -> None:
        question, _, at = drawn[0]
        bound = bind(question, US, at)
        people = [facts for _, facts, _ in drawn] * 2
        for facts, decision in zip(people, bound.decisions(people), strict=True):
            again = reference(question, facts, at)
            assert (decision.verdict, decision.findings) == (again.verdict, again.findings)
            assert decision.next_permitted_at == again.next_permitted_at
            assert decision.why_never == again.why_never

    @given(
        st.lists(cases(), min_size=1, max_size=4),
        st.lists(
            st.sampled_from((0, 1, 3_600, 86_400, 8 * 86_400, 40 * 86_400)), min_size=3, max_size=6
        ),
    )
    def test_batches_at_other_instants(
        self, drawn: list[tuple[Question, Facts, datetime]], steps: list[int]
    ) -> None:
        question, _, at = drawn[0]
        people = [facts for _, facts, _ in drawn] * 2
        for seconds in steps:
            moment = at + timedelta(seconds=seconds)
            found = list(bind(question, US, moment).decisions(people))
            for facts, decision in zip(people, found, strict=True):
                expected = verdict_of(hits_of(case(question, facts, moment), US))
                assert (decision.verdict, decision.findings) == expected

    @given(
        st.lists(cases(), min_size=3, max_size=8),
        st.lists(st.sampled_from((0, 1, 8, 12, 13, 20, 21, 22)), min_size=2, max_size=5),
        st.sampled_from(("FL", "NY", "OK", "TX")),
    )
    def test_neighbours_on_one_day(
        self, drawn: list[tuple[Question, Facts, datetime]], hours: list[int], state: str
    ) -> None:
        question = drawn[0][0]
        here = living(state)
        people = [
            evolve(
                facts,
                states=here.states,
                zip=here.zip,
                number=evolve(facts.number, zones=here.number.zones),
            )
            for _, facts, _ in drawn
        ] * 3
        for hour in hours:
            moment = MONDAY_NOON + timedelta(hours=hour - 12)
            for facts, decision in zip(
                people, bind(question, US, moment).decisions(people), strict=True
            ):
                expected = verdict_of(hits_of(case(question, facts, moment), US))
                assert (decision.verdict, decision.findings) == expected

    def test_batches_of_those_asked_about_before(self) -> None:
        people = [KNOWN, evolve(KNOWN, tcpa=Facts().tcpa), evolve(KNOWN)] * 2
        for hours in (0, 1, 2, 10):
            at = MONDAY_NOON + timedelta(hours=hours)
            found = list(bind(CALL, US, at).decisions(people))
            assert found == [reference(CALL, facts, at) for facts in people]
        assert {decision.verdict for decision in found} == {Verdict.DENIED}

    def test_who_was_asked_about_at_a_later_instant_is_looked_at_again(self) -> None:
        """Then they were as one who has been asked about now; now their consent lies ahead."""
        later = MONDAY_NOON + timedelta(hours=2)
        known = evolve(KNOWN)
        ahead = evolve(KNOWN, consent=evolve(WRITTEN, at=MONDAY_NOON + timedelta(hours=1)))
        for at in (later,) * 3:
            for facts in (known, ahead):
                assert assess(DIALED, facts, at=at, rules=US) == reference(DIALED, facts, at)
        assert known.digest.seen[0] is ahead.digest.seen[0]
        found = list(bind(DIALED, US, MONDAY_NOON).decisions([known, ahead]))
        assert found == [reference(DIALED, facts) for facts in (known, ahead)]
        assert [each.verdict for each in found] == [Verdict.PERMITTED, Verdict.DENIED]
        assert found[1].next_permitted_at == ahead.consent.at

    @given(cases())
    def test_with_rules_of_ones_own(self, drawn: tuple[Question, Facts, datetime]) -> None:
        question, facts, at = drawn
        rules = US.forbid("OWN", "No.", when=lambda case: case.facts.tcpa is Facts().tcpa)
        expected = reference(question, facts, at, rules)
        assert assess(question, facts, at=at, rules=rules) == expected
        assert bind(question, rules, at).assess(facts) == expected


class TestAsking:
    def test_one_question_of_two_sellers(self) -> None:
        other = evolve(CALL, seller="other")
        facts = evolve(KNOWN, registry=evolve(KNOWN.registry, national=True))
        for question in (CALL, other, CALL):
            expected = reference(question, facts, MONDAY_NOON)
            assert assess(question, facts, at=MONDAY_NOON, rules=US) == expected
        assert assess(other, facts, at=MONDAY_NOON, rules=US).rules == ("F-DNC",)

    def test_one_person_bound_for_two_sellers(self) -> None:
        facts = evolve(KNOWN, registry=evolve(KNOWN.registry, national=True))
        for question in (CALL, evolve(CALL, seller="other"), CALL):
            bound = bind(question, US, MONDAY_NOON)
            assert bound.assess(facts) == reference(question, facts, MONDAY_NOON)

    def test_one_question_by_two_rulebooks(self) -> None:
        without = US.drop("F-QH")
        at = local("2026-11-16 22:00")
        for rules in (US, without, US):
            decision = assess(CALL, KNOWN, at=at, rules=rules)
            assert decision == reference(CALL, KNOWN, at, rules)

    def test_a_moment_serves_as_an_instant(self) -> None:
        moment = Moment(MONDAY_NOON)
        assert assess(CALL, KNOWN, at=moment, rules=US) == reference(CALL, KNOWN, MONDAY_NOON)

    def test_looks_not_ahead_unless_asked(self) -> None:
        decision = assess(CALL, KNOWN, at=local("2026-11-16 22:00"), rules=US, ahead=False)
        assert decision.verdict is Verdict.DENIED
        assert (decision.next_permitted_at, decision.why_never) == (None, None)

    def test_what_is_kept_beside_facts_is_no_part_of_them(self) -> None:
        fresh, asked = evolve(KNOWN), evolve(KNOWN)
        assess(CALL, asked, at=MONDAY_NOON, rules=US)
        assert asked == fresh
        assert repr(asked) == repr(fresh)
        assert pickle.loads(pickle.dumps(asked)) == fresh  # noqa: S301 - our own bytes
        assert not hasattr(copy.deepcopy(asked), "digest")

    def test_an_unknown_zone(self) -> None:
        facts = evolve(KNOWN, number=evolve(KNOWN.number, zones=["Mars/Olympus"]))
        with pytest.raises(ValueError, match="Mars/Olympus"):
            assess(CALL, facts, at=MONDAY_NOON, rules=US)


class TestLater:
    """The next permitted instant is found when it is read."""

    @pytest.mark.parametrize("kept", [policy._KEPT, 1])
    def test_those_who_are_alike_share_it(self, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(policy, "_KEPT", kept)
        at = local("2026-11-16 22:00")
        bound = bind(CALL, US, at)
        recent = [Touch(kind=TouchKind.CALL, at=at - timedelta(hours=1), subject="solar")] * 3
        people = [
            KNOWN,
            evolve(KNOWN, consent=evolve(WRITTEN, at=MONDAY_NOON)),
            evolve(KNOWN, consent=evolve(NOTHING, at=at + timedelta(hours=1))),
            evolve(KNOWN, consent=evolve(INVITED, at=UNKNOWN)),
            evolve(KNOWN, consent=evolve(WRITTEN, regranted_at=at)),
            evolve(KNOWN, registry=evolve(KNOWN.registry, internal_since=at)),
            evolve(KNOWN, relationship=evolve(KNOWN.relationship, inquiry_on=at.date())),
            living("FL", history=recent),
            living("FL"),
            living("OR"),
        ]
        for facts in people * 2:
            assert bound.assess(facts) == reference(CALL, facts, at)
        for facts in people:
            day = bind(CALL, US, MONDAY_NOON).assess(facts)
            assert day == reference(CALL, facts, MONDAY_NOON)

    def test_open_ones_are_one_value(self) -> None:
        bound = bind(CALL, US, MONDAY_NOON)
        first, second = bound.decisions([evolve(KNOWN), evolve(KNOWN)])
        assert first is second
        assert first.next_permitted_at == MONDAY_NOON
        assert (bound.question, bound.rules, bound.at) == (CALL, US, MONDAY_NOON)

    def test_an_hour_stands_for_what_only_facts_can_change(self) -> None:
        hours = [
            bind(CALL, US, MONDAY_NOON + timedelta(minutes=minutes)).hour(KNOWN)
            for minutes in (0, 1, 8 * 60, 9 * 60 + 1)
        ]
        assert hours[0] is hours[1] is hours[2]
        assert hours[3] is not hours[0]
        assert bind(CALL, US, MONDAY_NOON).hour(living("TX")) is not hours[0]

    @pytest.mark.parametrize("question", [CALL, TEXT, MAIL])
    def test_few_are_kept(self, question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(policy, "_KEPT", 1)
        bound = bind(question, US, MONDAY_NOON)
        for facts in (KNOWN, living("TX"), living("GA"), KNOWN):
            assert bound.assess(facts) == reference(question, facts, MONDAY_NOON)
