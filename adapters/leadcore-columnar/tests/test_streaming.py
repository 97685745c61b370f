"""Files in batches; what comes out is what went in, and the answers."""

from __future__ import annotations

import json

import polars as pl
import pytest

from leadcore.contact import assess
from leadcore.rulebooks import US
from leadcore_columnar import ask_batches, scan
from tests.contact.people import CALL, KNOWN, MONDAY_NOON, living

PEOPLE = [living(state) for state in ("NY", "FL", "TX", "GA", "RI")] + [KNOWN]
EXPECTED = [assess(CALL, each, at=MONDAY_NOON, rules=US).verdict.value for each in PEOPLE]


@pytest.fixture
def frame(frame_of):
    return frame_of(PEOPLE).with_columns(id=pl.int_range(len(PEOPLE)), verdict=pl.lit("old"))


def test_parquet(frame, tmp_path):
    file = tmp_path / "leads.parquet"
    frame.write_parquet(file)
    found = pl.concat(scan(file, CALL, US, MONDAY_NOON, batch=4))
    assert found.get_column("verdict").to_list() == EXPECTED
    assert found.get_column("id").to_list() == list(range(len(PEOPLE)))


def test_csv(frame, tmp_path):
    file = tmp_path / "leads.csv"
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    history = [
        json.dumps([touch | {"at": touch["at"].isoformat()} for touch in touches])
        for touches in frame.get_column("history").to_list()
    ]
    frame.with_columns(
        *(pl.col(name).list.join("|") for name in lists), history=pl.Series(history)
    ).write_csv(file, datetime_format="%Y-%m-%dT%H:%M:%S%.f%:z")
    found = pl.concat(scan(file, CALL, US, MONDAY_NOON))
    assert found.get_column("verdict").to_list() == EXPECTED


def test_batches(frame):
    batches = list(ask_batches(frame.iter_slices(2), CALL, US, MONDAY_NOON))
    assert [batch.height for batch in batches] == [2, 2, 2]


def test_another_kind_of_file(tmp_path):
    with pytest.raises(ValueError, match=r"leads\.xls: leads come as \.parquet or \.csv"):
        list(scan(tmp_path / "leads.xls", CALL, US, MONDAY_NOON))
