"""A kept answer is given back to the same request of the same asker, and to nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.kept_answers import KeptAnswer, KeyUsedDifferently, answer_id, fingerprint
from leadcore.testing.scenes import AT

PARTS = st.lists(st.text(max_size=3) | st.binary(max_size=3), max_size=4)


@given(PARTS, PARTS)
def test_two_requests_have_one_fingerprint_only_if_they_are_the_same(one, other):
    def as_bytes(parts):
        return [p if isinstance(p, bytes) else p.encode() for p in parts]

    same = as_bytes(one) == as_bytes(other)
    assert (fingerprint(*one) == fingerprint(*other)) == same


def test_nobody_reaches_an_answer_of_another_user_or_seller():
    ids = {answer_id(*each) for each in (("s", "ab", "c"), ("s", "a", "bc"), ("sa", "b", "c"))}
    assert len(ids) == 3


def test_a_key_that_was_used_for_something_else_is_refused():
    kept = KeptAnswer(id="a", seller_id="s", fingerprint="f", data="said", at=AT)
    kept.check("f")
    assert "said" not in repr(kept)
    with pytest.raises(KeyUsedDifferently, match="another request"):
        kept.check("g")
