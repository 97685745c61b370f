"""Passwords: long, not what everybody tries; no sentence repeats one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore.logins import (
    NIST_63B,
    PasswordFacts,
    PasswordRules,
    check_password,
    forms,
    normal,
    password_problems,
)

FREE = PasswordFacts(common=False)
GOOD = "four green bottles"
MANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def said(password, facts=FREE, rules=NIST_63B):
    return " / ".join(each.message for each in password_problems(password, facts, rules))


def test_the_rules_are_the_standards():
    assert (NIST_63B.least, NIST_63B.least_beside, NIST_63B.most >= 64) == (15, 8, True)
    assert "800-63B-4" in NIST_63B.citation


@pytest.mark.parametrize("wrong", [{"least": 7}, {"least_beside": 7}, {"most": 63}])
def test_no_rules_below_the_standard(wrong):
    with pytest.raises(ValueError, match="at least"):
        PasswordRules(**wrong)


@pytest.mark.parametrize(
    ("length", "second", "right"), [(14, 0, 0), (15, 0, 1), (7, 1, 0), (8, 1, 1)]
)
def test_the_length_on_both_sides_of_its_limits(length, second, right):
    facts = PasswordFacts(common=False, second_factor=bool(second))
    assert ("at least" not in said("pqmzrtvkwyxbcdfgh"[:length], facts)) == bool(right)


def test_characters_are_counted_not_bytes_and_none_is_cut_off():
    assert said("ä" + "öüéèñçßåø" + "pqmzr") == ""
    longest = ("word " * 60)[: NIST_63B.most]
    assert (said(longest), "at most 256" in said(longest + "x")) == ("", True)


def test_no_composition_is_asked_for():
    assert said("correct horse battery staple") == ""
    assert said("        lots of room        ") == ""


def test_forms_that_look_the_same_are_the_same():
    assert normal("Cafe\u0301 \ufb01ne") == "Café fine"
    assert check_password("e\u0301" + GOOD, FREE) == "\u00e9" + GOOD


@given(MANY)
def test_the_normal_form_stays_what_it_is(text):
    assert normal(normal(text)) == normal(text)
    assert forms(text)[0] == normal(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Abc", ("Abc", "abc")),
        ("abab", ("abab", "ab")),
        ("aaa", ("aaa", "a")),
        ("aab", ("aab",)),
        ("", ("",)),
    ],
)
def test_forms_for_a_list(text, found):
    assert forms(text) == found


@pytest.mark.parametrize(
    ("common", "words"),
    [(True, "everybody tries"), (None, "could not be compared"), (False, "")],
)
def test_a_list_is_asked_and_its_silence_is_no_permission(common, words):
    assert (
        said(GOOD, PasswordFacts(common=common)) == ""
        if words == ""
        else words in said(GOOD, PasswordFacts(common=common))
    )


@pytest.mark.parametrize(
    "row",
    [
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "abcdabcdabcdabcd",
        "123456789012345",
        "098765432109876",
        "abcdefghijklmnop",
        "ponmlkjihgfedcba",
    ],
)
def test_a_row_of_signs_is_expected(row):
    assert "over and over" in said(row)


@pytest.mark.parametrize("word", ["abcdeabcdeabcde", "135791357913579135", "abcdefghijklmnoz"])
def test_what_only_looks_like_a_row_is_none(word):
    assert "over and over" not in said(word)


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("Ada Reyes 2026!!!", False),
        ("adareyescounselleads", False),
        ("ADA.reyes@north-legal", False),
        ("adaadaadaadaada", False),
        ("ada reyes likes tea", True),
        ("8402 1193 7755 0021", True),
        ("adareyesx20262026", True),
    ],
)
def test_names_that_others_know_are_no_password(password, taken):
    words = ("Ada Reyes", "ada@north-legal.example", "Counsel Leads", "Jo")
    facts = PasswordFacts(common=False, words=words)
    assert ("nothing but names" not in said(password, facts)) == taken


def test_a_name_of_repeated_letters_takes_no_time():
    facts = PasswordFacts(common=False, words=("a" * 3, "a" * 4, "a" * 5))
    assert "over and over" in said("a" * 256, facts)
    assert "nothing but" not in said("a" * 255 + "b", facts)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        (GOOD + "\x00", "control"),
        (GOOD + "\ud800", "half a character"),
        (GOOD + "\U000e0fff", "does not know yet"),
    ],
)
def test_what_no_keyboard_types_again(password, words):
    assert words in said(password)
    with pytest.raises(Malformed):
        check_password(password, FREE, path="new")


@given(st.text(min_size=6, max_size=60), st.sampled_from([True, False, None]))
def test_no_sentence_repeats_what_was_typed(password, common):
    facts = PasswordFacts(common=common, words=(password,))
    for each in password_problems(password, facts, path="here"):
        assert (each.path, password in each.message) == ("here", False)
