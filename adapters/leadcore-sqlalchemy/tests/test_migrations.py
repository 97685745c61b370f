from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from leadcore_sqlalchemy import async_engine, engine, metadata, upgrade, upgrade_async
from leadcore_sqlalchemy.migrate import VERSION_TABLE, downgrade


@pytest.fixture(params=["sqlite", "postgres"])
def bare(request, tmp_path):
    """Give an engine without tables."""
    if request.param == "sqlite":
        made = engine(f"sqlite:///{tmp_path / 'bare.db'}")
    else:
        made = engine(request.getfixturevalue("new_postgres_uri"))
    yield made
    made.dispose()


def test_the_revisions_make_just_the_tables_that_the_code_knows(bare):
    upgrade(bare)
    with bare.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []
        names = set(inspect(connection).get_table_names())
    assert names == {*metadata.tables, VERSION_TABLE}


def test_doing_it_again_changes_nothing_and_going_back_removes_all(bare):
    upgrade(bare)
    upgrade(bare)
    downgrade(bare)
    with bare.connect() as connection:
        assert inspect(connection).get_table_names() == [VERSION_TABLE]


def test_the_hosts_own_history_is_left_alone(bare):
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    upgrade(bare)
    with bare.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        assert list(found) == ["theirs"]


async def _made(url: str) -> int:
    made = async_engine(url)
    await upgrade_async(made)
    async with made.connect() as connection:
        found = await connection.execute(text("SELECT count(*) FROM leadcore_leads"))
        number = found.scalar_one()
    await made.dispose()
    return number


def test_an_async_engine_brings_its_tables_up_to_date_as_well(tmp_path):
    assert asyncio.run(_made(f"sqlite:///{tmp_path / 'async.db'}")) == 0
