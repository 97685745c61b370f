"""A cursor holds where a page ended, is read back as it was written, and is checked."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve as replace
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore.ports import Cursor, Paged
from leadcore.testing.scenes import AT

TICK = timedelta(microseconds=1)
INSTANTS = st.datetimes(timezones=st.just(UTC)) | st.sampled_from([AT, AT + TICK, AT - TICK])
TEXTS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20
) | st.sampled_from(["", "é", "👩‍🚀", '"]', "-_", "😀"])
PLACES = st.tuples(TEXTS, TEXTS.filter(bool))


@frozen(kw_only=True)
class Texts(Paged[tuple[str, str]]):
    falls: tuple[bool, bool] = (False, False)
    order = "texts"
    by_instant = False

    @property
    def falling(self):
        return self.falls

    def cursor(self, row):
        return Cursor(*row)


@frozen(kw_only=True)
class Instants(Paged[tuple[datetime, str]]):
    order = "instants"

    def cursor(self, row):
        return Cursor(*row)


@given(PLACES)
def test_a_text_is_read_as_it_was_written(row):
    text = Texts().closed(row)
    assert text.isascii()
    assert not set(text) & set("+/= ")
    assert Texts().opened(text) == Texts().behind(row) == Texts(after=Cursor(*row))


def test_a_cursor_made_by_hand_is_in_utc_and_has_a_zone():
    elsewhere = AT.astimezone(timezone(timedelta(hours=-5)))
    assert Cursor(elsewhere, "a").key.tzinfo is UTC
    with pytest.raises(ValueError, match="no zone"):
        Cursor(AT.replace(tzinfo=None), "a")


@given(INSTANTS, st.integers(-23, 23))
def test_an_instant_is_read_to_the_microsecond_and_in_utc(at, hours):
    assert Instants().opened(Instants().closed((at, "a"))).after == Cursor(at, "a")
    inside = min(max(at, AT - timedelta(days=700_000)), AT + timedelta(days=2_000_000))
    there = inside.astimezone(timezone(timedelta(hours=hours)))
    read = Instants().opened(Instants().closed((there, "a"))).after.key
    assert (read, read.utcoffset()) == (inside, timedelta(0))


def test_none_is_the_first_page():
    query = Texts(after=Cursor("a", "b"))
    assert query.opened(None).after is None
    assert query.opened("").after is None


def told(data):
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode()


WRONG = {
    "no base 64": "?",
    "half of it": Texts().closed(("a", "b"))[:-3],
    "no ASCII": "é",
    "no JSON": base64.urlsafe_b64encode(b"[1,").decode(),
    "no UTF-8": base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    "no list": told(1),
    "too short": told([1, "texts", "a"]),
    "too long": told([1, "texts", "a", "b", "c"]),
    "nested too deep": base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    "another version": told([2, "texts", "a", "b"]),
    "no version": told([True, "texts", "a", "b"]),
    "a number": told([1, "texts", 1, "b"]),
    "no id": told([1, "texts", "a", ""]),
    "NUL": told([1, "texts", "a\0", "b"]),
    "half a character": told([1, "texts", "a", "\ud800"]),
}


@pytest.mark.parametrize("cursor", WRONG.values(), ids=WRONG)
def test_what_is_none_is_told_where_it_was_given(cursor):
    with pytest.raises(Malformed) as error:
        Texts().opened(cursor, path="?cursor")
    (problem,) = error.value.problems
    assert (problem.path, problem.message) == (
        "?cursor",
        "is none that a page of this list gave",
    )


@pytest.mark.parametrize(
    "key", ["", "soon", "2026-01-01T00:00:00", "0001-01-01T00:00:00+23:00", "25:00"]
)
def test_a_key_that_is_no_instant_is_refused(key):
    with pytest.raises(Malformed, match="none that a page"):
        Instants().opened(told([1, "instants", key, "a"]))


def test_one_of_another_list_is_refused():
    with pytest.raises(Malformed, match="asked for differently"):
        Instants().opened(Texts().closed(("a", "b")))


@given(st.lists(PLACES, unique=True), PLACES, st.tuples(st.booleans(), st.booleans()))
def test_what_is_behind_is_what_comes_later_in_the_list(rows, last, falls):
    rows = sorted({*rows, last}, key=lambda row: row[1], reverse=falls[1])
    rows.sort(key=lambda row: row[0], reverse=falls[0])
    query = Texts(falls=falls)
    assert [row for row in rows if query.is_behind(row)] == rows
    assert Instants().falling == Texts().falling
    rest = [row for row in rows if query.behind(last).is_behind(row)]
    assert rest == rows[rows.index(last) + 1 :]
    assert replace(query, after=None) == query
