"""Percent-encoding gives what the standard library gives, and never fails."""

from __future__ import annotations

from urllib.parse import quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from leadcore.percent import percent_encode


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["", "@", "!$&+=*"]))
def test_it_is_what_the_standard_library_writes(text, safe):
    assert percent_encode(text, safe=safe) == quote(text, safe=safe)
    assert unquote(percent_encode(text)) == text


@given(st.text(st.sampled_from("a\ud83d\ude00é%")))
def test_half_a_pair_is_replaced_and_a_whole_one_kept(text):
    assert percent_encode(text).isascii()


def test_two_halves_are_the_character_they_stand_for():
    assert percent_encode("\ud83d\ude00") == "%F0%9F%98%80"
    assert percent_encode("\ud83d") == "%EF%BF%BD"
