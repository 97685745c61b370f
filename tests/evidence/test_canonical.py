"""One value, one form; and the form is read back as the value."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.evidence.canonical import canonical, digest

TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_the_form_is_read_back_and_written_alike(value) -> None:
    written = canonical(value)
    assert canonical(json.loads(written)) == written
    assert json.loads(written) == json.loads(json.dumps(value))


@given(st.dictionaries(st.text(max_size=3), st.integers(), max_size=6))
def test_the_order_of_keys_does_not_matter(value) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None, -3]}, b'{"a":[true,null,-3],"b":1}'),
        ('a"\\/\n\x01\x7f', b'"a\\"\\\\/\\n\\u0001\x7f"'),
        ("né 谢 😀", '"né 谢 😀"'.encode()),
        ("\ud83d", b'"\\ud83d"'),
        ("\ud83d\ude00", '"😀"'.encode()),
        (2**64, b"18446744073709551616"),
    ],
)
def test_what_is_written(value, written) -> None:
    assert canonical(value) == written
    assert digest(value) == hashlib.sha256(written).hexdigest()


@pytest.mark.parametrize("value", [1.0, [1.5], {"a": {"b": float("nan")}}, {1: 2}, {1, 2}, b"x"])
def test_what_has_no_canonical_form(value) -> None:
    with pytest.raises(ValueError, match=r"has no canonical form|a key is a text"):
        canonical(value)
