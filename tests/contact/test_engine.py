"""Which rules can speak, and what their answers come to."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from leadcore.contact.engine import KERNELS, applicable, hits_of, verdict_of
from leadcore.decisions import NO_BASIS, Effect, Verdict
from leadcore.rulebooks import US, Confidence, Role, Rule, Status
from leadcore.rulebooks.rule import NOWHERE
from tests.contact.people import CALL, KNOWN, MAIL, ROBOTEXT, ask, case, literal, living, local

DAY = (date(2026, 11, 16),)


def ids(question: object, states: tuple[str, ...] = ("NY",), days: tuple[date, ...] = DAY) -> set:
    return {bound.rule.id for bound in applicable(US, days, question.shape, states)}


class TestApplicable:
    def test_by_channel_purpose_and_state(self) -> None:
        assert {"F-QH", "F-DNC", "H-LIVE"} <= ids(CALL)
        assert "F-PEWC-2" not in ids(CALL)
        assert "F-PEWC-2" in ids(ROBOTEXT)
        assert ids(MAIL) == {"H-EMAIL", "E-OPTOUT", "E-REV", "E-ADDR", "E-MSCM"}
        assert "S-FL-QH" in ids(CALL, ("FL",))
        assert "S-FL-QH" not in ids(CALL)
        assert "S-UNKNOWN-QH" in ids(CALL, ("FL", "ZZ"))

    def test_in_force_on_any_of_the_days(self) -> None:
        before, after = date(2025, 12, 31), date(2026, 1, 1)
        assert "S-OR-QH" not in ids(CALL, ("OR",), (before,))
        assert "S-OR-QH" in ids(CALL, ("OR",), (before, after))

    def test_literal_leaves_low_confidence_alone(self) -> None:
        assert "S-AL-QH" in ids(CALL, ("AL",))
        assert "S-AL-QH" not in ids(literal(CALL), ("AL",))
        (bound,) = [b for b in applicable(US, DAY, CALL.shape, ("AL",)) if b.rule.id == "S-AL-QH"]
        assert bound.beyond

    def test_is_kept(self) -> None:
        assert applicable(US, DAY, CALL.shape, ("NY",)) is applicable(US, DAY, CALL.shape, ("NY",))

    def test_an_unknown_kernel_is_an_error(self) -> None:
        rules = US.add(Rule(id="X", sentence="No.", citation="c", kernel="sorcery"))
        with pytest.raises(ValueError, match="rule X names the kernel 'sorcery'"):
            ask(CALL, KNOWN, rules=rules)

    def test_every_shipped_kernel_exists(self) -> None:
        named = {
            rule.kernel
            for rule in US.rules
            if rule.kernel and rule.role is not Role.NOTE and rule.scope != NOWHERE
        }
        assert named == set(KERNELS)


class TestOwnRules:
    def test_forbid(self) -> None:
        rules = US.forbid(
            "COUNSEL-1", "Nobody in New York is called.", when=lambda asked: "NY" in asked.states
        )
        decision = ask(CALL, KNOWN, rules=rules)
        assert decision.rules == ("COUNSEL-1",)
        assert decision.rulebook == "us-2026-11-21+COUNSEL-1"
        assert "COUNSEL-1" in str(decision.why_never)
        assert ask(CALL, living("GA"), rules=rules).rules == ()
        assert ask(MAIL, KNOWN, rules=rules).rules == ()

    def test_a_basis_of_ones_own(self) -> None:
        own = Rule(
            id="OWN-BASIS",
            sentence="Members may be reached.",
            citation="terms",
            role=Role.BASIS,
            when=lambda _: True,
        )
        bare = US.drop("H-LIVE").drop("H-TCPA-YES")
        assert ask(CALL, KNOWN, rules=bare).rules == (NO_BASIS,)
        assert ask(CALL, KNOWN, rules=bare.add(own)).verdict is Verdict.PERMITTED

    def test_a_note_says_nothing(self) -> None:
        note = Rule(
            id="OWN-NOTE",
            sentence="Be kind.",
            citation="house",
            role=Role.NOTE,
            when=lambda _: True,
        )
        assert ask(CALL, KNOWN, rules=US.add(note)).findings == ask(CALL, KNOWN).findings

    def test_rules_that_wait_are_switched_on(self) -> None:
        waiting = Rule(
            id="OWN-PENDING",
            sentence="Not any more.",
            citation="adopted",
            status=Status.ADOPTED_PENDING,
            confidence=Confidence.MEDIUM,
            when=lambda _: True,
        )
        rules = US.add(waiting)
        assert ask(CALL, KNOWN, rules=rules).rules == ()
        enacted = rules.enact("OWN-PENDING", date(2026, 11, 17))
        assert ask(CALL, KNOWN, rules=enacted).rules == ()
        at = local("2026-11-17 12:00")
        assert ask(CALL, KNOWN, at, enacted).rules == ("OWN-PENDING",)


class TestVerdict:
    def test_denials_need_no_missing_basis_beside_them(self) -> None:
        denied = case(ROBOTEXT, evolve(KNOWN, tcpa=KNOWN.tcpa.NO))
        verdict, findings = verdict_of(hits_of(denied, US))
        assert verdict is Verdict.DENIED
        assert [f.rule for f in findings if f.effect is Effect.DENY] == ["H-TCPA-NO"]

    def test_nothing_at_all_is_denied(self) -> None:
        verdict, findings = verdict_of([])
        assert verdict is Verdict.DENIED
        assert [finding.rule for finding in findings] == [NO_BASIS]
