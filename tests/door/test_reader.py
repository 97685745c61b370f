"""Reading strictly: every problem, each with its path."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from leadcore.door.reader import MISSING, Reader
from leadcore.errors import Malformed
from leadcore.submissions import Tcpa


def problems(reader: Reader) -> list[str]:
    return [str(problem) for problem in reader.problems]


def test_values() -> None:
    reader = Reader(
        {
            "flag": True,
            "text": "words",
            "whole": 5,
            "day": "2026-11-16",
            "at": "2026-11-16T12:00:00-05:00",
            "tcpa": "yes",
            "list": ["a", "b"],
            "inner": {"text": "deep"},
        }
    )
    assert reader.flag("flag") is True
    assert reader.text("text") == "words"
    assert reader.whole("whole") == 5
    assert reader.day("day") == date(2026, 11, 16)
    assert reader.moment("at") == datetime(2026, 11, 16, 17, tzinfo=UTC)
    assert reader.choice("tcpa", Tcpa, Tcpa.UNKNOWN) is Tcpa.YES
    assert list(reader.texts("list")) == [("list[0]", "a"), ("list[1]", "b")]
    assert reader.child("inner").text("text") == "deep"
    assert reader.pattern("text", re.compile("w.*"), "w") == "words"
    assert reader.required("text")
    reader.check()


@pytest.mark.parametrize("line", [{}, dict.fromkeys(("a", "b"))])
def test_nothing_and_null_are_not_known(line: dict[str, None]) -> None:
    reader = Reader(line)
    assert reader.flag("a") is None
    assert reader.text("a") is None
    assert reader.whole("a") is None
    assert reader.day("a") is None
    assert reader.items("a") is None
    assert reader.moment("a", MISSING) is (None if line else MISSING)
    assert reader.choice("a", Tcpa, "unknown") == "unknown"
    assert list(reader.texts("a")) == []
    assert reader.child("a").text("b") is None
    assert (reader.raw("a") is MISSING) == (not line)
    assert reader.problems == []
    assert not reader.required("a")
    assert problems(reader) == ["a: is missing"]


@pytest.mark.parametrize(
    ("method", "value", "message"),
    [
        ("flag", 1, "must be true or false, not a number"),
        ("text", 1.5, "must be a text, not a number"),
        ("text", "", "must not be empty"),
        ("whole", True, "must be a whole number, not true or false"),
        ("day", "2026-02-30", "must be a date written YYYY-MM-DD, not '2026-02-30'"),
        ("day", "20260216", "must be a date written YYYY-MM-DD, not '20260216'"),
        ("day", "1899-12-31", "must lie in the years 1900 to 2199, not 1899"),
        ("moment", "2200-01-01T00:00:00Z", "must lie in the years 1900 to 2199, not 2200"),
        ("day", 5, "must be a date written YYYY-MM-DD, not a number"),
        (
            "moment",
            "2026-11-16T12:00:00",
            ("is no instant: 2026-11-16T12:00:00 has no zone; an instant must say its zone"),
        ),
        (
            "moment",
            "2026-11-16",
            "must be an instant in ISO 8601 with its offset, not '2026-11-16'",
        ),
        ("moment", "2026-13-16T12:00:00Z", "is no instant: month must be in 1..12"),
        (
            "moment",
            "0001-01-01T00:00:00+23:59",
            "is no instant: 0001-01-01T00:00:00+23:59 lies outside the years 1 to 9999 in UTC",
        ),
        ("moment", [], "must be an instant in ISO 8601 with its offset, not a list"),
        ("items", {}, "must be a list, not an object"),
    ],
)
def test_problems_have_paths(method: str, value: object, message: str) -> None:
    reader = Reader({"outer": {"field": value}}).child("outer")
    getattr(reader, method)("field")
    assert problems(reader) == [f"outer.field: {message}"]


def test_all_problems_are_raised_together() -> None:
    reader = Reader({"a": {"b": 1}, "c": ["x", 2, ""], "d": "maybe", "e": "abc"})
    reader.child("a").text("b")
    list(reader.texts("c"))
    reader.choice("d", Tcpa, None)
    reader.pattern("e", re.compile(r"\d+"), "digits")
    reader.child("e")
    with pytest.raises(Malformed) as raised:
        reader.check()
    assert [str(problem) for problem in raised.value.problems] == [
        "a.b: must be a text, not a number",
        "c[1]: must be a text, not a number",
        "c[2]: must not be empty",
        "d: must be one of yes, no, unknown, not 'maybe'",
        "e: must be digits, not 'abc'",
        "e: must be an object, not a text",
    ]


def test_instants_in_every_common_form() -> None:
    for text in (
        "2026-11-16T17:00:00Z",
        "2026-11-16t17:00:00z",
        "2026-11-16 17:00Z",
        "2026-11-16T17:00:00.000000+00:00",
        "2026-11-16T12:00:00-0500",
    ):
        assert Reader({"at": text}).moment("at") == datetime(2026, 11, 16, 17, tzinfo=UTC)
