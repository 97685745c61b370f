"""JSON as people read it: labels, times with their zone, amounts, decisions opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore_pdf.words import pieces, rows, sentence, shape, title_of


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "none"),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        ("2026-11-22T13:00:00Z", "2026-11-22 13:00:00 UTC"),
        ("2026-11-22T13:00:00.000001Z", "2026-11-22 13:00:00.000001 UTC"),
        ("2026-11-22", "2026-11-22"),
        ("at 2026-11-22T13:00:00Z or so", "at 2026-11-22T13:00:00Z or so"),
    ],
)
def test_one_value(value, told):
    assert shape(value) == told


def test_everything_a_value_holds_has_its_line():
    data = {
        "price": {"minor": 2500, "currency": "USD"},
        "user_id": "ada",
        "states": ["FL", "NY"],
        "none_at_all": [],
        "offers": [{"reason": "won"}, {"reason": "outranked"}],
        "text": '{"verdict": "denied", "facts": {"zip": "33600"}}',
        "comment": "{not json",
    }
    assert dict(rows(data)) == {
        "price": "25.00 USD",
        "user id": "ada",
        "states": "FL, NY",
        "none at all": "none",
        "offers 1 · reason": "won",
        "offers 2 · reason": "outranked",
        "verdict": "denied",
        "facts · zip": "33600",
        "comment": "{not json",
    }


def test_in_short():
    assert sentence({"attempt": {"channel": "call", "outcome": "reached"}}) == "call, reached"
    assert sentence({"text": "a\nb"}) == "a b"
    assert sentence({"text": "x" * 90}) == "x" * 70 + "…"
    assert sentence({"at": "2026-11-22T13:00:00Z"}) == ""


def test_titles():
    assert title_of("DoNotCallRecorded") == "Do not call recorded"
    assert title_of("heard") == "Heard"


@given(st.text("ab \n", max_size=60).map(lambda text: text * 60))
def test_a_long_text_in_pieces_is_the_same_text(text):
    found = list(pieces(text))
    assert "".join("".join(found).split()) == "".join(text.split())
    for piece in found:
        assert len(piece) <= 1_001
        assert piece.count("\n") <= 81


def test_a_short_text_is_one_piece():
    assert list(pieces("")) == [""]
    assert list(pieces("two\nlines ")) == ["two\nlines "]
