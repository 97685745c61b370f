"""A card number is found however it is written, and never repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore.payments.cards import (
    REMOVED,
    card_free,
    card_like,
    card_problems,
    digits_apart,
    without_cards,
)
from leadcore.sensitive import luhn

NUMBERS = (
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "6011111111111117",
    "3530111333300000",
    "6205500000000000004",
)
WRITTEN = (
    "{}",
    "card {}!",
    "pm_{}x",
    "x{}",
)
BETWEEN = ("", " ", "-", ".", "\u00a0", "\u2011", "\u200b", " - ", "_")


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("way", WRITTEN)
def test_a_number_is_found_inside_any_text(number, way):
    for networks in (False, True):
        assert card_like(way.format(number), networks=networks)
    assert number not in without_cards(way.format(number))


@given(
    st.sampled_from(NUMBERS),
    st.sampled_from(BETWEEN),
    st.lists(st.integers(1, 6), min_size=2, max_size=6),
)
def test_whatever_stands_between_its_digits(number, between, lengths):
    parts, start = [], 0
    for length in [*lengths, len(number)]:
        parts.append(number[start : start + length])
        start += length
    text = between.join(part for part in parts if part)
    assert card_like(f"my {text} is it")
    assert without_cards(f"my {text} is it") == f"my {REMOVED} is it"


def test_digits_of_any_script_count():
    assert card_like("4111111111111111".translate({ord("0") + n: 0xFF10 + n for n in range(10)}))


@given(st.integers(10**12, 10**19 - 1))
def test_just_what_passes_the_check_looks_like_one(number):
    digits = str(number)
    inside = any(card_like(digits[a : a + 13 + n]) for n in range(7) for a in range(7))
    if luhn(digits) and len(set(digits)) > 1:
        assert card_like(digits)
    elif not inside:
        assert not card_like(digits)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111111111111112",
        "411111111111",
        "00000000-0000-0000-0000-000000000000",
        "pm_1NirD82eZvKYlo2CIvbtLWuY",
        "0199aabb-1c2d-7e3f-8a4b-5c6d7e8f9a0b",
        "2026-11-22T13:00:00Z",
    ],
)
def test_what_is_none(text):
    assert not card_like(text)
    assert without_cards(text) == text


def test_one_in_ten_is_chance_and_ids_are_asked_by_network():
    assert card_like("1000000000000008")
    assert not card_like("1000000000000008", networks=True)


def test_a_number_within_a_longer_one_is_found():
    assert card_like(f"99{NUMBERS[0]}99999")
    assert card_like(f"1234 {NUMBERS[0]} 1227 123 9999")


def test_an_error_says_where_and_not_what():
    (problem,) = card_problems("token", NUMBERS[0])
    assert problem.path == "token"
    assert NUMBERS[0] not in str(problem)
    assert card_free("reason", "changed my mind") == "changed my mind"
    with pytest.raises(Malformed, match=r"^reason: ") as malformed:
        card_free("reason", f"use {NUMBERS[0]}")
    assert NUMBERS[0] not in str(malformed.value)


@given(
    st.text("0123456789/-xa", max_size=60)
    | st.sampled_from(NUMBERS).map(lambda number: f"renewal/{len(number)}/{number}/2")
)
def test_an_id_made_of_ids_never_looks_like_a_card_number(text):
    apart = digits_apart(text)
    assert not card_like(apart)
    assert card_like(text) <= (apart != text)
    # It can be read back, so that no two become one.
    digits, back, skip = 0, "", False
    for sign in apart:
        if skip:
            assert sign == "x"
            skip = False
            continue
        back += sign
        digits += sign.isdigit()
        skip = sign.isdigit() and digits % 12 == 0
    assert (back, skip) == (text, False)
