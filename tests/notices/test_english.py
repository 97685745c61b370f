"""The English texts: all that others fall back to."""

from leadcore.notices.catalogues import FACTS, text_problems
from leadcore.notices.english import ENGLISH_TEXTS


def test_they_tell_only_what_their_kinds_may():
    assert list(text_problems(ENGLISH_TEXTS)) == []
    assert {key.partition(".")[0] for key in ENGLISH_TEXTS} == {
        key.partition(".")[0] for key in FACTS
    }
