"""Columns are read in every form they may come in; what can't be read is named."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from leadcore.contact import Facts
from leadcore.errors import Malformed
from leadcore_columnar import COLUMNS
from leadcore_columnar.people import facts_of
from leadcore_columnar.schema import DTYPES, typed
from tests.contact.people import KNOWN


def problems(**columns) -> list[str]:
    with pytest.raises(Malformed) as caught:
        typed(pl.DataFrame(columns))
    return [str(problem) for problem in caught.value.problems]


def test_nothing_known():
    (row,) = typed(pl.DataFrame({"name": ["Ann"]})).to_dicts()
    assert facts_of(row) == Facts()
    assert set(row) == set(COLUMNS)


def test_is_its_own_fixed_point(frame_of):
    frame = typed(frame_of([KNOWN]))
    assert frame.schema == {name: DTYPES[column.kind] for name, column in COLUMNS.items()}
    assert typed(frame).equals(frame)


def test_texts_as_of_a_csv_file():
    frame = typed(
        pl.DataFrame(
            {
                "tcpa": ["yes", None],
                "invitation": ["True", "false"],
                "scrubbed_on": ["2026-11-10", None],
                "revoked_at": ["2026-11-10T08:00:00.000001-05:00", "2026-11-10T13:00:00Z"],
                "zones": ["America/New_York|America/Chicago", ""],
                "history": ['[{"kind": "call", "at": "2026-11-01T00:00:00Z"}]', "[]"],
            }
        )
    )
    first, second = frame.to_dicts()
    assert (first["tcpa"], first["invitation"], second["invitation"]) == ("yes", True, False)
    assert first["scrubbed_on"] == date(2026, 11, 10)
    assert first["revoked_at"] == datetime(2026, 11, 10, 13, 0, 0, 1, tzinfo=UTC)
    assert second["revoked_at"] == datetime(2026, 11, 10, 13, tzinfo=UTC)
    assert (first["zones"], second["zones"]) == (["America/New_York", "America/Chicago"], [])
    at = datetime(2026, 11, 1, tzinfo=UTC)
    assert first["history"] == [{"kind": "call", "at": at, "subject": None}]
    assert second["history"] == []


def test_instants_of_any_zone_and_unit():
    at = datetime(2026, 11, 10, 13, tzinfo=UTC)
    series = pl.Series([at]).dt.convert_time_zone("America/New_York").dt.cast_time_unit("ms")
    touches = pl.Series([[{"kind": "call", "at": at, "subject": "solar"}]])
    (row,) = typed(pl.DataFrame({"revoked_at": series, "history": touches})).to_dicts()
    assert row["revoked_at"] == at
    assert row["history"] == [{"kind": "call", "at": at, "subject": "solar"}]


def test_a_list_of_nothing():
    frame = pl.DataFrame({"history": pl.Series([[], None], dtype=pl.List(pl.Null))})
    assert typed(frame).get_column("history").to_list() == [[], None]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("tcpa", "maybe", "$[1].tcpa: must be one of yes, no, unknown, not 'maybe'"),
        ("invitation", "si", "$[1].invitation: must be true or false, not 'si'"),
        ("scrubbed_on", "soon", "$[1].scrubbed_on: must be a date (2026-11-22), not 'soon'"),
        (
            "revoked_at",
            "2026-11-10T13:00:00",
            (
                "$[1].revoked_at: must be an instant with its offset (2026-11-22T17:00:00Z),"
                " not '2026-11-10T13:00:00'"
            ),
        ),
        ("states", "NY|\x1f", "$[1].states: must be texts, not 'NY|\\x1f'"),
    ],
)
def test_a_value_that_cannot_be_read(column, value, message):
    assert problems(**{column: [None, value]}) == [message]


@pytest.mark.parametrize(
    "touch",
    [
        {"kind": "visit", "at": "2026-11-01T00:00:00Z"},
        {"kind": "call", "at": "2026-11-01T00:00:00"},
        {"kind": None, "at": "2026-11-01T00:00:00Z"},
    ],
)
def test_a_touch_that_cannot_be_read(touch):
    (problem,) = problems(history=[[], [touch]])
    assert problem.startswith("$[1].history: must be one of call, text, email, prerecorded, not")


def test_columns_of_the_wrong_kind():
    naive = datetime(2026, 11, 10)  # noqa: DTZ001 - the very thing that is refused
    found = problems(
        zip=[1001],
        revoked_at=[naive],
        history=[[{"kind": "call", "at": naive}]],
    )
    places = [problem.partition(":")[0] for problem in found]
    assert places == ["$.zip", "$.revoked_at", "$.history"]
    assert found[0].endswith("it is Int64; read it as text")
    assert found[1].endswith("it has no time zone")


def test_only_some_of_many_problems_are_told():
    assert len(problems(tcpa=["maybe"] * 100)) == 20
