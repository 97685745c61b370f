"""Recording and sharing calls."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from leadcore.decisions import Severity, Verdict
from leadcore.recordings import (
    RecordingQuestion,
    ShareQuestion,
    assess_recording,
    assess_sharing,
)
from leadcore.rulebooks import NAMES, US
from leadcore.rulebooks.recording import ALL_PARTY, ONE_PARTY

AT = datetime(2026, 11, 16, tzinfo=UTC)


def recording(caller: str | None, called: str | None, announced: bool | None = False):
    question = RecordingQuestion(caller_state=caller, called_state=called, announced=announced)
    return assess_recording(question, at=AT, rules=US)


def sharing(**changes: bool | None):
    clean = ShareQuestion(contains_sad=False, contains_pan=False, redacted=False, reviewed=True)
    return assess_sharing(evolve(clean, **changes), at=AT, rules=US)


class TestRecording:
    def test_every_state_is_of_one_kind(self) -> None:
        assert set(ALL_PARTY) | ONE_PARTY | {"UNKNOWN"} == set(NAMES)
        assert not set(ALL_PARTY) & ONE_PARTY
        assert len(ALL_PARTY) == 13

    @pytest.mark.parametrize("state", sorted(ALL_PARTY))
    def test_one_end_where_all_must_agree_is_enough(self, state: str) -> None:
        for ends in ((state, "NY"), ("NY", state), (state, state)):
            decision = recording(*ends)
            assert decision.rules == ("R-ALLPARTY",)
            assert ALL_PARTY[state][0] in decision.findings[0].citation
            assert decision.findings[0].severity is Severity.LEGAL
            assert recording(*ends, announced=True).verdict is Verdict.PERMITTED

    @pytest.mark.parametrize("state", sorted(ONE_PARTY))
    def test_one_party_states_need_no_announcement(self, state: str) -> None:
        decision = recording(state, "NY")
        assert decision.verdict is Verdict.PERMITTED
        assert decision.rules == ()
        assert decision.findings

    @pytest.mark.parametrize("state", [None, "ON", "XX"])
    def test_an_unknown_state_counts_as_one_where_all_must_agree(self, state: str | None) -> None:
        decision = recording("NY", state)
        assert decision.rules == ("R-ALLPARTY",)
        assert decision.findings[0].severity is Severity.POLICY
        assert recording("NY", state, announced=True).verdict is Verdict.PERMITTED

    def test_not_knowing_of_an_announcement_is_none(self) -> None:
        assert recording("CA", "NY", announced=None).rules == ("R-ALLPARTY",)


class TestSharing:
    def test_reviewed_and_clean(self) -> None:
        assert sharing().verdict is Verdict.PERMITTED
        assert sharing(redacted=True).rules == ()

    @pytest.mark.parametrize("held", ["contains_sad", "contains_pan"])
    def test_card_details_stay(self, held: str) -> None:
        assert sharing(**{held: True}).rules == ("R-PCI",)
        assert sharing(**{held: True}, redacted=True).rules == ("R-PCI",)
        both = sharing(**{held: True}, reviewed=False)
        assert both.rules == ("R-PCI", "H-RECORDING-REVIEW")

    @pytest.mark.parametrize("reviewed", [False, None])
    def test_nobody_looked(self, reviewed: bool | None) -> None:
        assert sharing(reviewed=reviewed).rules == ("H-RECORDING-REVIEW",)

    def test_not_knowing_is_no_review(self) -> None:
        assert sharing(contains_pan=None).rules == ("H-RECORDING-REVIEW",)
        assert sharing(contains_pan=None, contains_sad=True).rules == ("R-PCI",)
