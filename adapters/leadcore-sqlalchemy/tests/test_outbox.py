"""What the contract does not see of the outbox: old rows, plans, and rows that do not agree."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text, update

from leadcore import back_office as bo
from leadcore.letters import LetterStatus
from leadcore.testing.outbox_contract import PutMessages, outbox_message
from leadcore_sqlalchemy import SqlStore, engine, tables, upgrade
from leadcore_sqlalchemy.migrate import downgrade

OUTBOX = tables.outbox


@pytest.fixture(params=["sqlite", "postgres"])
def bare(request, tmp_path):
    """Give an engine without tables."""
    if request.param == "sqlite":
        made = engine(f"sqlite:///{tmp_path / 'bare.db'}")
    else:
        made = engine(request.getfixturevalue("new_postgres_uri"))
    yield made
    made.dispose()


def test_messages_that_waited_are_due_and_delivered_ones_are_not(bare):
    upgrade(bare, "0006")
    old = text(
        "INSERT INTO leadcore_outbox (id, seller_id, at, delivered_at, data)"
        " VALUES (:id, 's', '2026-11-16 15:00:00', :delivered, :data)"
    )
    message = {
        "kind": "courtesy",
        "channel": "email",
        "to": "u@x.example",
        "to_person": False,
        "subject": "x",
        "body": "y",
        "seller_id": "s",
        "at": "2026-11-16T15:00:00Z",
    }
    rows = {
        "m1": (None, {"lead_id": "l1"}),
        "m2": ("2026-11-16 16:00:00", {"lead_id": "l1"}),
        "m3": (None, {}),
    }
    with bare.begin() as connection:
        for key, (delivered, more) in rows.items():
            data = json.dumps({"id": key, **message, **more})
            connection.execute(old, {"id": key, "delivered": delivered, "data": data})
    upgrade(bare)
    store = SqlStore(bare)
    assert [each.id for each in store.messages()] == ["m1", "m3"]
    assert store.letter("m2").letter.status is LetterStatus.SENT
    assert store.audit() == ()
    with bare.connect() as connection:
        lanes = connection.execute(select(OUTBOX.c.lane).order_by(OUTBOX.c.id)).scalars().all()
    assert lanes == ["2/l1/u@x.example", "2/l1/u@x.example", None]
    downgrade(bare, "0006")
    with bare.connect() as connection:
        waiting = text("SELECT id FROM leadcore_outbox WHERE delivered_at IS NULL ORDER BY id")
        assert connection.execute(waiting).scalars().all() == ["m1", "m3"]


@pytest.mark.parametrize(
    "wrong", [{"status": "dead"}, {"lane": "x"}, {"channel": "text"}, {"due_at": None}]
)
@pytest.mark.parametrize("touched", [False, True])
def test_a_row_that_does_not_say_what_it_is_is_found(sqlite_engine, town, wrong, touched):
    store = town.build(SqlStore(sqlite_engine))
    message = outbox_message(town.seller, 1, lead="l1")
    store.run(PutMessages(seller_id=town.seller, messages=(message,)))
    if touched:
        store.run(bo.ClaimLetters(by="r", at=message.at))
    assert store.audit() == ()
    with sqlite_engine.begin() as connection:
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == message.id).values(wrong))
    assert store.audit() == (f"letter {message.id}: its row does not say what it is",)


def test_what_is_due_is_found_by_small_indexes(sqlite_engine, town):
    store = town.build(SqlStore(sqlite_engine))
    messages = tuple(outbox_message(town.seller, n, lead=f"l{n % 3}") for n in range(30))
    store.run(PutMessages(seller_id=town.seller, messages=messages))
    with sqlite_engine.connect() as connection:
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT data FROM leadcore_outbox AS o WHERE due_at <= '2027'"
                " AND NOT EXISTS (SELECT 1 FROM leadcore_outbox AS b WHERE b.lane = o.lane"
                " AND b.due_at IS NOT NULL AND (b.at, b.id) < (o.at, o.id))"
                " ORDER BY due_at, at, id LIMIT 20"
            )
        )
        steps = " ".join(row.detail for row in plan)
    assert "ix_leadcore_outbox_due_at_at_id" in steps
    assert "ix_leadcore_outbox_lane" in steps
    assert "SCAN" not in steps
