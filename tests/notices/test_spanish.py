"""The Spanish texts: each there is in English, but for the page around."""

import re

from leadcore.notices.catalogues import text_problems
from leadcore.notices.english import ENGLISH_TEXTS
from leadcore.notices.spanish import SPANISH_TEXTS


def test_none_is_missing():
    assert ENGLISH_TEXTS.keys() - SPANISH_TEXTS.keys() == {"page.html"}
    assert list(text_problems(SPANISH_TEXTS)) == []


def test_each_tells_what_the_english_one_tells():
    def told(text):
        return set(re.findall(r"\$\{(\w+)\}", text))

    assert {key: told(text) for key, text in SPANISH_TEXTS.items()} == {
        key: told(ENGLISH_TEXTS[key]) for key in SPANISH_TEXTS
    }
