"""Replies: listed words, plain wishes, other senses, and what is left to a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.inbound_texts import COURTESY_REPLY, Meaning, Reply, classify, confirm_by

LISTED = ("stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe", "stop all")

REVOKING = (
    "STOP. Who is this",
    "stop at once",
    "STOP FOR GOOD",
    "please stop for now",
    "never mind, stop",
    "I have revoked my consent",
    "my consent is revoked",
    "my permission is withdrawn",
    "I revoke my agreement",
    "stop everything",
    "stop pestering me",
    "stop blowing up my phone",
    "\u0405TOP",
    "stop\n> On Monday you wrote",
    "Yes\nstop\nOn Mon, Acme wrote:\n> hi",
    "please stop texting me",
    "Stop contacting me!",
    "STOP CALLING",
    "stop all these messages",
    "stop the calls",
    "stop it",
    "quit it",
    "end this",
    "I said stop",
    "remove me from your list",
    "Take me off your list.",
    "please remove my number",
    "delete this number",
    "don't text me again",
    "Don\N{RIGHT SINGLE QUOTATION MARK}t contact me anymore",
    "Do not call me",
    "Never contact me again",
    "do not text",
    "I no longer wish to receive these",
    "I don't want any more messages",
    "No more texts please",
    "I want to opt out",
    "opt me out",
    "how do I unsubscribe",
    "I revoke my consent",
    "You do not have my permission",
    "cancel my subscription",
    "cancel everything",
    "Leave me alone",
    "lose my number",
    "cease and desist",
    "put me on your do not call list",
    "s t o p",
    "un-subscribe",
    "Un subscribe me please",
    "STOPPPP",
    "stoooop",
    "stopp",
    "please quittt",
    "STOPPP texting me",
    "I do not consent",
    "we never consented to this",
    "DNC",
    "dnc please",
    "cancel all calls",
    "cancel your texts",
    "end these calls",
    "halt all calls",
    "stop the call",
)
MEANING_NOTHING = (
    "stop by anytime",
    "Yes, stop by",
    "cancel my appointment please",
    "call me at the end",
    "> ok",
    "my bond got revoked",
    "please",
    "Can you stop in at noon?",
    "The bus stop is near the bank",
    "we must stop this bill",
    "i can't stop thinking about it",
    "don't stop",
    "please don't stop texting me",
    "I stopped smoking",
    "At the end of the month",
    "Does it end on Friday?",
    "When does the weekend start?",
    "I quit my job",
    "cancel my appointment please",
    "My license was revoked",
    "don't unsubscribe me",
    "call me tomorrow",
    "Please text me later",
    "Sounds good, thanks",
    "who is this?",
    "yes",
    "no",
    "",
    "   ",
    "I need help with my claim",
    "Can we end the call at 5?",
    "Can we end the call? Text me",
    "Let's end the call",
    "I need to cancel our call tomorrow",
    "can you cancel the call on Friday",
    "You do not need my consent",
    "sitting on the stoop",
    "Want to start this?",
    "I want to start",
    "you said start",
    "start today",
    "start now",
    "start me",
    "the start",
    "thank start you",
    "I want to opt in",
    "don't start",
)
FOR_A_PERSON = (
    "stop here",
    "STOP AT 2125550123",
    "stop on this number",
    "Revoked",
    "STOP THIS SHIT",
    "stop these damn things",
    "stop my subscription",
    "Remove",
    "cease",
    "no texts",
    "no calls please",
    "no more",
    "ST0P",
    "STOP2END",
    "\u0421\u0422\u041e\u041f",
    "no m\N{LATIN SMALL LETTER A WITH ACUTE}s",
    "basta",
    "Arr\N{LATIN SMALL LETTER E WITH CIRCUMFLEX}tez",
    "no me llames",
    "not interested",
    "no thanks",
    "wrong number",
    "go away",
    "this is spam",
    "I will call my lawyer",
    "stpo",
    "unsuscribe",
    "tell them to stop",
    "This has to end",
    "who gave you this?",
    "\N{OCTAGONAL SIGN}",
    "no longer interested",
    "not really interested",
    "put me on the DNC",
    "cancel your call",
    "cancel call? text me",
    "end call",
    "un-stop",
)


@pytest.mark.parametrize("word", LISTED)
@pytest.mark.parametrize("form", ["{}", "{}!!!", " {} .", "please {}", "{} now, thanks", "{0} {0}"])
def test_listed_words_revoke_in_any_case(word: str, form: str) -> None:
    for written in (word, word.upper(), word.title(), word.replace(" ", "-")):
        assert classify(form.format(written)).meaning is Meaning.REVOKE


@pytest.mark.parametrize("text", REVOKING)
def test_a_reasonable_person_reads_a_revocation(text: str) -> None:
    reply = classify(text)
    assert reply.meaning is Meaning.REVOKE
    assert reply.holds_contact


@pytest.mark.parametrize("text", MEANING_NOTHING)
def test_other_senses_mean_nothing(text: str) -> None:
    reply = classify(text)
    assert reply.meaning is Meaning.NONE
    assert not reply.holds_contact
    assert not reply.help


@pytest.mark.parametrize("text", FOR_A_PERSON)
def test_what_may_be_one_goes_to_a_person_and_holds_contact(text: str) -> None:
    reply = classify(text)
    assert reply.meaning is Meaning.REVIEW
    assert reply.holds_contact


@pytest.mark.parametrize("text", ["START", "unstop", "Subscribe please", "opt in"])
def test_starting_again(text: str) -> None:
    assert classify(text).meaning is Meaning.RESUBSCRIBE


@pytest.mark.parametrize("text", ["HELP", "info", "help please"])
def test_help(text: str) -> None:
    assert classify(text) == Reply(
        meaning=Meaning.NONE, help=True, sentence="The person asks who is texting and why."
    )


@given(st.text(max_size=80))
def test_any_text_has_a_meaning(text: str) -> None:
    reply = classify(text)
    assert reply.meaning in Meaning
    assert reply.sentence.endswith(".")


@given(st.sampled_from(LISTED), st.sampled_from(["", " ", "\n", "!", "\u200b", "...", "\t"]))
def test_marks_and_spaces_around_a_listed_word_do_not_matter(word: str, mark: str) -> None:
    assert classify(f"{mark}{word}{mark}").meaning is Meaning.REVOKE


def test_five_minutes_to_confirm() -> None:
    received = datetime(2026, 11, 16, 12, tzinfo=UTC)
    assert confirm_by(received) == received + timedelta(minutes=5)


def test_a_courtesy_notice_is_not_to_be_answered() -> None:
    assert "only sends notices" in COURTESY_REPLY


def test_a_meaning_is_kept_by_its_word() -> None:
    assert [each.value for each in Meaning] == ["revoke", "review", "resubscribe", "none"]


@pytest.mark.parametrize("word", [*LISTED, "stopall", "optout"])
def test_a_listed_word_says_that_it_is_one(word: str) -> None:
    found = classify(word)
    assert found.meaning is Meaning.REVOKE
    assert found.sentence == "It is a word the rule lists as revoking."


@pytest.mark.parametrize("word", ["start", "unstop", "subscribe", "resubscribe", "opt in"])
def test_words_to_start_again(word: str) -> None:
    assert classify(word).meaning is Meaning.RESUBSCRIBE


@pytest.mark.parametrize(
    "word",
    [
        *("please", "pls", "plz", "now", "thanks", "thank", "you", "thx", "ok", "okay", "all"),
        *("just", "hi", "hello", "hey", "sir", "maam", "me", "the", "this", "it", "asap"),
        *("immediately", "today", "already", "i", "said", "want", "to"),
    ],
)
def test_politeness_takes_nothing_from_a_listed_word(word: str) -> None:
    assert classify(f"{word} stop").meaning is Meaning.REVOKE


@pytest.mark.parametrize(
    "word",
    [
        *("please", "pls", "plz", "thanks", "thank", "thank you,", "thx", "ok", "okay", "yes"),
        *("hi", "hello", "hey", "sir", "maam"),
    ],
)
def test_only_courtesy_may_stand_beside_a_fresh_start(word: str) -> None:
    assert classify(f"{word} start").meaning is Meaning.RESUBSCRIBE
    assert classify(f"start {word}").meaning is Meaning.RESUBSCRIBE
    assert classify(word).meaning is Meaning.NONE


@given(st.sampled_from(("stop", "quit", "end", "cancel", "unsubscribe", "dnc")), st.data())
def test_a_listed_word_is_one_however_long_it_is_drawn(word: str, data: st.DataObject) -> None:
    drawn = "".join(letter * data.draw(st.integers(1, 4)) for letter in word)
    assert classify(f"{drawn} please").meaning is Meaning.REVOKE


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("get me off your list", Meaning.REVOKE),
        ("I am opting out", Meaning.REVOKE),
        ("will you stop this", Meaning.REVOKE),
        ("st\N{ZERO WIDTH SPACE}op", Meaning.REVOKE),
        ("please leave me be", Meaning.REVIEW),
        ("how did you get my address", Meaning.REVIEW),
        ("do not pester me", Meaning.REVIEW),
        ("I ran a stop sign", Meaning.NONE),
        ("we should stop worrying", Meaning.NONE),
        ("End of the month works", Meaning.NONE),
        ("I quit smoking last year", Meaning.NONE),
        ("I had to cancel my flight", Meaning.NONE),
        ("They will revoke my licence", Meaning.NONE),
        ("See you at X", Meaning.NONE),
        ("I can't stop", Meaning.NONE),
        ("we could not stop", Meaning.NONE),
    ],
)
def test_phrases_only_one_pattern_knows(text: str, meaning: Meaning) -> None:
    assert classify(text).meaning is meaning


@pytest.mark.parametrize(
    "text",
    [
        "do not ever stop texting me",
        "never stop texting me",
        "you can't stop calling me",
        "I won't stop calling",
        "I will not ever stop texting you",
        "I would not ever stop texting you",
        "we did not unsubscribe",
    ],
)
def test_what_is_denied_is_no_revocation(text: str) -> None:
    assert classify(text).meaning is Meaning.NONE


class TestOtherSenses:
    """Listed words that mean something else, in the middle of a text and as its first or last."""

    @pytest.mark.parametrize(
        "text",
        [
            "I am going to quit smoking soon",
            "They revoked his license last year",
            "They will revoke my benefits soon",
            "Please cancel my flight",
            "Revoke my license",
            "I need it by the week end",
            "Sounds good\n> stop calling me",
            "Yes, at nine\nOn Monday Jo wrote:\nSTOP",
        ],
    )
    def test_are_no_revocation(self, text: str) -> None:
        assert classify(text).meaning is Meaning.NONE

    @pytest.mark.parametrize(
        "sign",
        ["\N{OCTAGONAL SIGN}", "\N{RAISED HAND}", "\N{NO ENTRY}", "\N{NO ENTRY SIGN}"],
    )
    def test_each_stop_sign_is_looked_at(self, sign: str) -> None:
        assert classify(f"{sign} ok").meaning is Meaning.REVIEW
