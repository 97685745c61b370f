"""Texts are data: replaced without code, fallen back to English, never telling too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore.notices.catalogues import (
    ENGLISH,
    FACTS,
    SPANISH,
    Catalogue,
    NoticeTerms,
    OwnText,
    catalogue_of,
)
from leadcore.notices.english import ENGLISH_TEXTS
from leadcore.notices.sales import confirmation
from tests.notices.people import LEAD, PROFILE, SALE


def test_what_is_missing_is_told_in_english():
    french = Catalogue("fr", {"confirmation.subject": "Merci"})
    assert french.text("confirmation.subject") == "Merci"
    assert french.text("courtesy.subject") == ENGLISH_TEXTS["courtesy.subject"]
    assert (french.knows("confirmation.subject"), french.knows("help.body")) == (True, False)
    assert french.count("hours", 1) == "1 hour"


@pytest.mark.parametrize(
    ("number", "english", "spanish"),
    [(0, "0 hours", "0 horas"), (1, "1 hour", "1 hora"), (24, "24 hours", "24 horas")],
)
def test_things_are_counted_as_a_language_counts(number, english, spanish):
    assert (ENGLISH.count("hours", number), SPANISH.count("hours", number)) == (english, spanish)


def test_numbers_are_grouped_as_a_catalogue_says():
    assert ENGLISH.number(1_234_567) == "1,234,567"
    assert ENGLISH.with_texts({"format.group": ""}).number(1_234) == "1234"
    assert Catalogue("fr", {}).number(1_234) == "1,234"


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("confirmation.nothing", "x", "there is no such text"),
        ("help.body", " ", "is empty"),
        ("confirmation.body", "${associate} ${price}", "may not tell ${price}; it may tell"),
        ("word.nobody", "${person}", "it may tell nothing"),
        ("confirmation.body", "Hello", "does not tell ${associate}"),
        ("invitation.body", "Come in", "does not tell ${link}"),
        ("courtesy.subject", "a\nb", "is one line"),
        ("help.body", "${}", "may not tell ${}"),
    ],
)
def test_a_text_that_would_not_do_is_refused(key, text, says):
    with pytest.raises(Malformed) as found:
        Catalogue("en", {key: text})
    (problem,) = found.value.problems
    assert problem.path == key
    assert says in problem.message


@given(st.sampled_from(sorted(ENGLISH_TEXTS)))
def test_every_fact_a_text_may_tell_is_there_when_it_is_written(key):
    exactly = FACTS.get(key)
    names = FACTS[key.partition(".")[0]] if exactly is None else exactly
    text = " ".join(f"${{{name}}}" for name in sorted(names)) or "x"
    made = ENGLISH.with_texts({key: text})
    facts = dict.fromkeys(names, "fact")
    assert made.fill(key, facts) == (" ".join(["fact"] * len(names)) or "x")


def test_a_sellers_own_words_replace_ours():
    own = NoticeTerms(language="es-US", texts=(OwnText("confirmation.subject", "Gracias"),))
    (message,) = confirmation(LEAD, SALE, PROFILE, catalogue=catalogue_of(own))
    assert message.subject == "Gracias"
    assert message.body.startswith("Hola, Ann Lee:")
    assert '<html lang="es-US">' in message.html
    assert catalogue_of(None) is ENGLISH
    klingon = catalogue_of(NoticeTerms(language="tlh"))
    assert (klingon.language, dict(klingon.texts)) == ("tlh", {})
    with pytest.raises(Malformed):
        catalogue_of(NoticeTerms(texts=(OwnText("help.body", "${phone}"),)))


def test_a_catalogue_is_a_value_nobody_changes():
    with pytest.raises(TypeError):
        ENGLISH.texts["help.body"] = "x"
    assert SPANISH.with_texts({}) == SPANISH
