"""Recording and sharing calls, and a labelled set for the finder of what must not be shared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decisions import Severity, Verdict
from leadcore.recordings import (
    RecordingQuestion,
    SensitiveKind,
    ShareQuestion,
    assess_recording,
    assess_sharing,
    find_sensitive,
    luhn,
    redact,
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


CARD, CODE, SSN = SensitiveKind.CARD_NUMBER, SensitiveKind.SECURITY_CODE, SensitiveKind.SSN
# Numbers are the payment networks' published test numbers and never-issued SSNs of examples.
HOLDING = (
    ("my card is 4111 1111 1111 1111", [CARD]),
    ("it's 4111-1111-1111-1111, expires 12/29", [CARD]),
    ("5555555555554444 is the number", [CARD]),
    ("the amex, 378282246310005", [CARD]),
    ("3782 822463 10005", [CARD]),
    ("6011 1111 1111 1117 it's a discover", [CARD]),
    ("four one one one one one one one one one one one one one one one", [CARD]),
    ("four triple one, one one one one, one one one one, one one one one", [CARD]),
    ("five five five five um five five five five uh five five five five four four four four",
     [CARD]),
    ("4242 4242 4242 4242 and the cvv is 123", [CARD, CODE]),
    ("the security code is 999", [CODE]),
    ("three digit code on the back? yes, 4 5 6", [CODE]),
    ("CVC: 7890", [CODE]),
    ("the code on the back is one two three", [CODE]),
    ("my pin is 4321", [CODE]),
    ("social is 219-09-9999", [SSN]),
    ("my social security number is 219099999", [SSN]),
    ("social security two one nine oh nine nine nine nine nine", [SSN]),
    ("219 09 9999", [SSN]),
)  # fmt: skip
CLEAN = (
    "call me at 212-555-0123 any time",
    "the reference is 219099999",
    "my social is 000 123 456",
    "my number is 1 800 555 0199 extension 1234",
    "I live at 4111 Main Street, ZIP 10001",
    "the policy number is 4111111111111112",
    "order 1234567890123456",
    "my zip code is 90210, the address is 12 Elm",
    "I was born on 01/02/1960",
    "we have 3 kids, 7, 9 and 12",
    "tracking number 9999999999999999",
    "the year 2026 and 2027",
    "case 000-12-3456 is closed",
    "one two three testing",
    "we pay 123 dollars a month",
    "the security code? I don't have it. My zip is 10001",
    "",
)


class TestFinder:
    @pytest.mark.parametrize(("text", "kinds"), HOLDING)
    def test_finds(self, text: str, kinds: list[SensitiveKind]) -> None:
        assert [each.kind for each in find_sensitive(text)] == kinds

    @pytest.mark.parametrize("text", CLEAN)
    def test_leaves_alone(self, text: str) -> None:
        assert find_sensitive(text) == ()

    def test_redacting_leaves_nothing_to_find(self) -> None:
        for text, kinds in HOLDING:
            cleaned = redact(text)
            assert cleaned.count("[removed]") == len(kinds)
            assert find_sensitive(cleaned) == ()
        assert redact("nothing here") == "nothing here"

    @given(st.integers(0, 10**15 - 1), st.sampled_from(["", " ", "-"]))
    def test_every_sixteen_digits_that_pass_the_check_are_found(self, digits: int, by: str) -> None:
        body = f"4{digits:015d}"[:15]
        number = next(body + str(last) for last in range(10) if luhn(body + str(last)))
        grouped = by.join(number[n : n + 4] for n in range(0, 16, 4))
        if len(set(number)) > 1:
            found = find_sensitive(f"it is {grouped} okay")
            assert [each.kind for each in found] == [CARD]
            assert redact(f"it is {grouped} okay") == "it is [removed] okay"

    def test_luhn(self) -> None:
        assert luhn("79927398713")
        assert not luhn("79927398710")
