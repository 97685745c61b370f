from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text

from leadcore import back_office as bo
from leadcore.leads import AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.logins import Actor, TryFailed, evolve_tries, tries_of
from leadcore.orders import PauseOrder
from leadcore.statement_lines import told_id
from leadcore.submissions import Channel
from leadcore.testing.scenes import AT, Scene
from leadcore.values import Money
from leadcore_sqlalchemy import (
    SqlStore,
    async_engine,
    engine,
    metadata,
    states,
    upgrade,
    upgrade_async,
)
from leadcore_sqlalchemy.login_tables import deeds, tries
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


def _held(status: str, since: str | None, sold: str, *tried: str) -> str:
    state = {
        "status": status,
        "sale": {"sold_at": sold},
        "attempts": [{"channel": "call", "at": at} for at in tried],
    }
    return json.dumps(state if since is None else {**state, "held_since": since})


HELD = {
    "fresh": ("sold", _held("sold", "2026-11-16T15:00:00Z", "2026-11-16T15:00:00Z")),
    "older": ("sold", _held("sold", None, "2026-11-16T15:00:00.000001Z")),
    "tried": (
        "sold",
        _held("sold", "2026-11-16T15:00:00Z", "2026-11-16T15:00:00Z", "2026-11-16T15:00:00Z"),
    ),
    "again": (
        "sold",
        _held("sold", "2026-11-18T15:00:00Z", "2026-11-16T15:00:00Z", "2026-11-17T15:00:00Z"),
    ),
    "gone": ("refunded", _held("refunded", None, "2026-11-16T15:00:00Z")),
}
DUE = {
    "fresh": datetime(2026, 11, 17, 15, tzinfo=UTC),
    "older": datetime(2026, 11, 17, 15, 0, 0, 1, tzinfo=UTC),
    "tried": None,
    "again": datetime(2026, 11, 19, 15, tzinfo=UTC),
    "gone": None,
}


def test_what_was_there_before_is_kept_and_gets_its_new_columns(bare):
    upgrade(bare, "0001")
    lead = text(
        "INSERT INTO leadcore_leads (id, seller_id, source_key, status, kind, received_at, search,"
        " version, data) VALUES (:id, 's', :id, :status, 'web', '2026-11-16 15:00:00', '', 2,"
        " :data)"
    )
    user = text(
        "INSERT INTO leadcore_users (id, seller_id, account_id, enabled, version, data)"
        " VALUES (:id, 's', 'a', :enabled, 1, :data)"
    )
    cells = {"ada": "+12125550100", "ben": None}
    with bare.begin() as connection:
        for key, (status, data) in HELD.items():
            connection.execute(lead, {"id": key, "status": status, "data": data})
        for key, cell in cells.items():
            profile = {"name": key} | ({"cell": cell, "admin": True} if cell else {})
            data = json.dumps({"profile": profile})
            connection.execute(user, {"id": key, "enabled": True, "data": data})
    upgrade(bare)
    with bare.connect() as connection:
        leads, users = metadata.tables["leadcore_leads"], metadata.tables["leadcore_users"]
        kept = connection.execute(select(leads.c.id, leads.c.data, leads.c.untried_until)).all()
        known = connection.execute(select(users.c.id, users.c.cell, users.c.admin_of)).all()
    assert {row.id: row.untried_until for row in kept} == DUE
    assert {row.id: row.data for row in kept} == {key: data for key, (_, data) in HELD.items()}
    assert {row.id: row.cell for row in known} == cells
    assert {row.id: row.admin_of for row in known} == {"ada": "a", "ben": None}
    downgrade(bare, "0001")
    with bare.connect() as connection:
        found = connection.execute(text("SELECT id, data FROM leadcore_leads")).all()
        names = set(inspect(connection).get_table_names())
    assert {row.id: row.data for row in found} == {key: data for key, (_, data) in HELD.items()}
    assert names.isdisjoint({"leadcore_contact_points", "leadcore_decisions"})


def test_what_orders_had_spent_is_the_sum_of_their_sales(bare):
    upgrade(bare, "0005")
    order = text(
        "INSERT INTO leadcore_orders (id, seller_id, account_id, user_id, status, version, data)"
        " VALUES (:id, 's', 'a', 'u', 'open', 1, '{}')"
    )
    sale = text(
        "INSERT INTO leadcore_sales (id, seller_id, account_id, lead_id, order_id, user_id, price,"
        " currency, sold_at) VALUES (:id, 's', 'a', :id, :order, 'u', :price, 'USD',"
        " '2026-11-16 15:00:00')"
    )
    prices = {"none": (), "one": (2_500,), "free": (0,), "many": (2_500, 3_000_000_000, 1)}
    with bare.begin() as connection:
        for key, sold in prices.items():
            connection.execute(order, {"id": key})
            for number, price in enumerate(sold):
                given = {"id": f"{key}-{number}", "order": key, "price": price}
                connection.execute(sale, given)
        connection.execute(sale, {"id": "stray", "order": "gone", "price": 7})
    upgrade(bare)
    with bare.connect() as connection:
        orders = metadata.tables["leadcore_orders"]
        found = connection.execute(select(orders.c.id, orders.c.spent, orders.c.moves)).all()
    assert {(row.id, row.spent, row.moves) for row in found} == {
        (key, sum(sold), 0) for key, sold in prices.items()
    }


def test_more_rows_than_a_batch_are_all_filled(bare):
    upgrade(bare, "0001")
    data = HELD["fresh"][1]
    count = 2_001
    rows = [{"id": f"l{number:05d}", "status": "sold", "data": data} for number in range(count)]
    with bare.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO leadcore_leads (id, seller_id, source_key, status, kind, received_at,"
                " search, version, data) VALUES (:id, 's', :id, :status, 'web',"
                " '2026-11-16 15:00:00', '', 2, :data)"
            ),
            rows,
        )
    upgrade(bare)
    with bare.connect() as connection:
        leads = metadata.tables["leadcore_leads"]
        filled = select(func.count()).where(leads.c.untried_until == DUE["fresh"])
        assert connection.execute(filled).scalar_one() == count


def test_what_is_due_and_sorted_by_is_filled_as_it_is_written(bare):
    """Leads that are fresh, tried, told of, reached and nobody's, and tries of every sort."""
    upgrade(bare)
    scene = Scene(store=SqlStore(bare), quantity=4).set_up()
    store, hour, by = scene.store, timedelta(hours=1), scene.user()
    for number in range(5):
        scene.receive(number)
    tried = {1: ("no_answer", "sent"), 2: ("no_answer",), 3: ("reached",)}
    for number, outcomes in tried.items():
        for hours, outcome in enumerate(outcomes, start=1):
            made = ContactAttempt(
                channel=Channel.CALL, at=AT + hours * hour, by=by, outcome=AttemptOutcome(outcome)
            )
            key = f"{scene.seller}/l{number}"
            log = LogAttempt(attempt=made)
            store.run(bo.WorkLead(lead_id=key, viewer_id=by, command=log, at=made.at))
    seller = store.seller(scene.seller)
    held = store.leads(bo.duty_leads(scene.seller, at=AT + 3 * hour))
    facts = bo.DueFacts(seller_id=scene.seller, seller=seller, held=held)
    for case in bo.due_cases(facts, at=AT + 3 * hour, sale_id=str):
        assert store.run(case)
    failed = TryFailed(seller_id=scene.seller, failures=1, at=AT)
    with bare.begin() as connection:
        for state in (evolve_tries(tries_of("counts"), failed), tries_of("gone")):
            row = {"id": state.id, "version": 1, **states.columns("tries", state)}
            connection.execute(tries.insert().values(row))

    move = transferred(Scene(store=store, accounts=2).set_up())

    def filled():
        leads = metadata.tables["leadcore_leads"]
        columns = (leads.c.id, leads.c.phone, leads.c.email, leads.c.duty_at)
        with bare.connect() as connection:
            rows = [*connection.execute(select(*columns).order_by(leads.c.id))]
            tried = [*connection.execute(select(tries.c.id, tries.c.until).order_by("id"))]
            told = select(deeds.c.id, deeds.c.told).order_by(deeds.c.id)
            places = metadata.tables["leadcore_intervals"]
            newest = select(places.c.id, places.c.newest).order_by(places.c.id)
            return rows, tried, [*connection.execute(told)], [*connection.execute(newest)]

    before = filled()
    assert {row.newest for row in before[3]} == {AT, None}
    due = {row.id[-1]: row.duty_at for row in before[0]}
    assert due == {"0": AT + 24 * hour, "1": AT + 6 * hour, "2": None, "3": None, "4": None}
    assert all(row.phone for row in before[0])
    assert [row.until for row in before[1]] == [None, datetime(1970, 1, 1, tzinfo=UTC)]
    assert {row.told for row in before[2]} == {None, told_id(move)}
    downgrade(bare, "0023")
    upgrade(bare)
    assert filled() == before


def transferred(scene):
    """Let staff move money between two accounts, and give the transfer."""
    moving = bo.TransferBalance(
        seller_id=scene.seller,
        from_account=scene.account(0),
        to_account=scene.account(1),
        key="k",
        amount=Money(100, "USD"),
        allowed_by="marie",
        reason="asked for",
        at=AT,
    )
    actor = Actor.staff(scene.seller, "marie")
    paused = bo.KeepOrder(
        order_id=scene.order(), account_id=scene.account(), command=PauseOrder(), at=AT
    )
    for number, case in enumerate((paused, moving)):
        done = scene.store.run(bo.By(actor=actor, case=case, act=f"act{number}", at=AT))
    return done
