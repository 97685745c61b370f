"""Values as text: whatever a form may hold comes back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore_sqlalchemy.texts import from_text, to_text

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANY)
def test_it_comes_back_equal(value):
    assert from_text(to_text(value)) == value


@pytest.mark.parametrize("odd", ["half a \ud83d pair", 2**64, -(2**63) - 1, "\x00", "\u2028"])
def test_what_is_out_of_the_ordinary_comes_back_too(odd):
    assert from_text(to_text({"a": [odd]})) == {"a": [odd]}


def test_what_was_written_before_is_read():
    assert from_text(json.dumps({"name": "Zoë"})) == {"name": "Zoë"}
    assert to_text({"name": "Zoë", "n": 1}) == '{"name":"Zoë","n":1}'
