"""What the driver's own cursor must not lose of what SQLAlchemy does."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from leadcore.balances import Posted
from leadcore_sqlalchemy import SqlStore, facts, tables
from leadcore_sqlalchemy.statements import Many, Statement, inserting


def test_rows_come_with_names_and_in_the_types_of_their_columns(store, town):
    store.run(town.lead(1))
    leads = tables.leads
    statement = Statement(
        select(leads.c.id, leads.c.received_at).where(leads.c.received_at == bindparam("at"))
    )
    with store.engine.connect() as connection:
        (row,) = statement.rows(connection, {"at": town.lead(1).at})
        assert (row.id, row.received_at) == ("lead-1", town.lead(1).at)
        assert statement.row(connection, {"at": town.at}) is None


def test_failures_are_sqlalchemys_own(store):
    row = {"id": "x", "seller_id": "s", "at": None, "data": "y"}
    add = Statement(inserting(tables.outbox, row))
    with store.engine.connect() as connection:
        with pytest.raises(IntegrityError) as caught:
            add.change(connection, row)
        assert caught.value.hide_parameters
        connection.rollback()
        with pytest.raises(DBAPIError, match="nowhere"):
            Statement(text("SELECT 1 FROM nowhere")).change(connection, {})


def test_a_row_changed_is_a_row_counted(store, town):
    store.run_many([town.lead(number) for number in (1, 2, 3)])
    leads = tables.leads
    rename = Statement(
        leads.update().where(leads.c.id == bindparam("b_id")).values(search=bindparam("b_search"))
    )
    with store.engine.begin() as connection:
        names = ("lead-1", "lead-3", "nobody's")
        values = [{"b_id": name, "b_search": "x"} for name in names]
        assert rename.change(connection, *values) == 2
        assert rename.change(connection, values[0]) == 1


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 2_048, 2_049, 5_000])
def test_any_number_of_ids_is_asked_for_at_once(store, town, count):
    store.run_many([town.lead(number) for number in (1, 2, 3)])
    leads = tables.leads
    several = Many(lambda ids: select(leads.c.id).where(leads.c.id.in_(ids)))
    ids = [f"lead-{number}" for number in range(count)]
    with store.engine.connect() as connection:
        found = {row.id for row in several.rows(connection, ids)}
    assert found == set(ids) & {"lead-1", "lead-2", "lead-3"}


def test_thousands_of_batches_are_one_transaction(store, town):
    batches = [(town.charge(f"c{number}", 1),) for number in range(2_100)]
    answers = store.post(batches, at=town.at)
    assert all(isinstance(answer, Posted) for answer in answers)
    assert store.balance(town.ledger).posted == 100_000 - 2_100


def test_a_connection_that_was_cut_is_given_up_and_the_work_is_done_on_another(
    postgres_engine, town
):
    store = town.build(SqlStore(postgres_engine))
    with postgres_engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        with pytest.raises(OperationalError):
            _cut_myself(connection)
        assert connection.invalidated
    assert store.run(town.lead(1)).lead.sale is not None
    assert store.audit() == ()


def _cut_myself(connection) -> None:
    Statement(select(text("pg_terminate_backend(pg_backend_pid())"))).rows(connection, {})


def test_needs_that_nobody_knows_are_a_mistake_in_the_program(store):
    with store.engine.connect() as connection, pytest.raises(TypeError, match="for object"):
        facts.load(object(), connection)
