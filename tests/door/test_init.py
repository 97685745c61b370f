"""The door: one question in, one answer or one error out, never an exception."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.door import HANDLERS, answer
from leadcore.rulebooks import NAMES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


def test_kinds() -> None:
    assert set(HANDLERS) >= {
        "contact",
        "deadline",
        "keyword",
        "recording",
        "share_recording",
        "zones",
    }
    assert NAMES


def test_the_answer_carries_id_and_kind() -> None:
    question = {"id": 7, "kind": "keyword", "facts": {"text": "STOP"}, "more": "is ignored"}
    found = answer(question)
    assert (found["id"], found["kind"], found["answer"]) == (7, "keyword", "revoke")
    assert answer({**question, "id": None})["id"] is None


@pytest.mark.parametrize("question", [None, [], "text", 5])
def test_what_is_no_object_is_no_question(question: object) -> None:
    assert answer(question) == {
        "id": None,
        "error": [{"path": "", "message": "a question is an object"}],
    }


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ({}, "is missing"),
        ({"kind": None}, "is missing"),
        ({"kind": 5}, "must be a text, not a number"),
        ({"kind": "tarot"}, "must be one of "),
    ],
)
def test_kinds_that_are_none(kind: dict[str, object], message: str) -> None:
    found = answer({"id": "q", **kind})
    assert found["id"] == "q"
    assert [error["path"] for error in found["error"]] == ["kind"]
    assert found["error"][0]["message"].startswith(message)


@pytest.mark.parametrize("kind", sorted(HANDLERS))
def test_every_kind_wants_facts(kind: str) -> None:
    for facts in ({}, {"facts": None}):
        paths = [error["path"] for error in answer({"kind": kind, **facts})["error"]]
        assert "facts" in paths
    found = answer({"kind": kind, "facts": 5})
    assert {"path": "facts", "message": "must be an object, not a number"} in found["error"]


@given(st.sampled_from(sorted(HANDLERS)), JSON, JSON)
def test_nothing_raises_and_every_answer_is_json(kind: str, facts: object, more: object) -> None:
    found = answer({"id": 1, "kind": kind, "facts": facts, "instant_utc": more, "profile": more})
    assert json.loads(json.dumps(found)) == found
    assert ("error" in found) != ("answer" in found)
