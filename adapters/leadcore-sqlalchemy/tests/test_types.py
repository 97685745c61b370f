from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, Text, insert, select
from sqlalchemy.exc import StatementError

from leadcore.values import of_micros
from leadcore_sqlalchemy.types import Id, UtcDateTime

TABLE = Table("stamps", MetaData(), Column("id", Id), Column("at", UtcDateTime), Column("x", Text))
WHOLE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
instants = st.integers(-2_000_000_000_000_000, 250_000_000_000_000_000).map(of_micros)
zones = st.sampled_from(("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia"))


@pytest.fixture
def connection(any_engine):
    with any_engine.connect() as made:
        TABLE.create(made)
        yield made
        made.rollback()


@WHOLE
@given(at=instants, zone=zones)
def test_an_instant_comes_back_to_the_microsecond_in_utc(connection, at, zone):
    connection.execute(TABLE.delete())
    connection.execute(insert(TABLE), {"id": "a", "at": at.astimezone(ZoneInfo(zone))})
    (found,) = connection.execute(select(TABLE.c.at)).scalars()
    assert found == at
    assert (type(found), found.tzinfo) == (datetime, UTC)


@WHOLE
@given(times=st.lists(instants, min_size=2, max_size=5, unique=True))
def test_the_database_sorts_instants_as_python_does(connection, times):
    connection.execute(TABLE.delete())
    connection.execute(insert(TABLE), [{"at": at} for at in times])
    assert list(connection.execute(select(TABLE.c.at).order_by(TABLE.c.at)).scalars()) == sorted(
        times
    )


@WHOLE
@given(ids=st.lists(st.text("aAbBzZ_-/äÄ\N{SNOWMAN}0", min_size=1), min_size=2, unique=True))
def test_the_database_sorts_ids_as_python_does(connection, ids):
    connection.execute(TABLE.delete())
    connection.execute(insert(TABLE), [{"id": one} for one in ids])
    assert list(connection.execute(select(TABLE.c.id).order_by(TABLE.c.id)).scalars()) == sorted(
        ids
    )


def test_nothing_stays_nothing_and_a_naive_instant_is_refused(connection):
    connection.execute(insert(TABLE), {"id": "a", "at": None})
    assert connection.execute(select(TABLE.c.at)).scalar_one() is None
    with pytest.raises(StatementError, match="no zone"):
        connection.execute(insert(TABLE), {"at": datetime(2026, 1, 1)})  # noqa: DTZ001 # what is refused is a naive one
