"""The finder of what must not be shared, on single cases and measured on the labelled set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.sensitive import SensitiveKind, find_sensitive, luhn, redact
from leadcore.testing.transcripts import TRANSCRIPTS, measure

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

    @pytest.mark.parametrize("text", ["forty", "fifty-", "double", "triple forty", "[00:12]", "--"])
    def test_words_that_begin_a_number_and_end_there(self, text: str) -> None:
        assert find_sensitive(text) == ()
        assert find_sensitive(f"the cvv is {text}") == ()

    def test_what_is_found_holds_the_word_that_doubles_it(self) -> None:
        assert redact("the cvv is double four two.") == "the cvv is [removed]."
        assert redact("the cvv is forty two one.") == "the cvv is [removed]."
        assert redact("the cvv is thirty one oh?") == "the cvv is [removed]?"
        assert redact("the cvv is twenty oh one") == "the cvv is [removed]"


class TestMeasure:
    def test_the_set_is_found_as_well_as_the_page_says(self) -> None:
        assert len(TRANSCRIPTS) >= 150
        card, code, ssn = measure(find_sensitive)
        assert (card.kind, code.kind, ssn.kind) == (CARD, CODE, SSN)
        assert not card.wrong + code.wrong + ssn.wrong
        assert card.per_mille[1] >= 960
        assert code.per_mille[1] >= 925
        assert ssn.per_mille[1] == 1000

    def test_redacting_the_set_leaves_no_digit_of_what_was_found(self) -> None:
        for told in TRANSCRIPTS:
            assert find_sensitive(redact(told.text)) == ()
