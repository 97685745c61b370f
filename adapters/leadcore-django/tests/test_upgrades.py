"""A host that has records of before an upgrade has them as they would be written after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.core.management import call_command

from leadcore import back_office as bo
from leadcore.leads import AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.logins import Actor, TryFailed, evolve_tries, tries_of
from leadcore.statement_lines import told_id
from leadcore.submissions import Channel
from leadcore.testing.scenes import AT, Scene
from leadcore.values import Money
from leadcore_django.models import MODELS
from leadcore_sqlalchemy import states

HOUR = timedelta(hours=1)
FILLED = {
    "leadcore_deeds": ("told",),
    "leadcore_intervals": ("newest",),
    "leadcore_leads": ("phone", "email", "duty_at"),
    "leadcore_tries": ("until",),
    "leadcore_users": ("name_key", "search"),
}


def written(kept):
    """Read what the store wrote into the columns that an upgrade fills."""
    return {
        table: {
            row["id"]: row for row in MODELS[table].objects.using(kept.using).values("id", *columns)
        }
        for table, columns in FILLED.items()
    }


@pytest.fixture
def at_schema(kept):
    """Bring the tables to the schema of a migration; at the end to the last one."""

    def move(*name):
        call_command("migrate", "leadcore", *name, database=kept.using, verbosity=0)

    yield move
    move()


def test_rows_of_before_are_filled_as_the_store_writes_them(kept, at_schema, monkeypatch):
    scene = Scene(store=kept, quantity=4).set_up()
    for number in range(5):
        scene.receive(number)
    for number, outcome in ((1, "no_answer"), (2, "reached")):
        tried = ContactAttempt(
            channel=Channel.CALL, at=AT + HOUR, by=scene.user(), outcome=AttemptOutcome(outcome)
        )
        log, key = LogAttempt(attempt=tried), f"{scene.seller}/l{number}"
        kept.run(bo.WorkLead(lead_id=key, viewer_id=scene.user(), command=log, at=tried.at))
    failed = TryFailed(seller_id=scene.seller, failures=1, at=AT)
    for state in (evolve_tries(tries_of("counts"), failed), tries_of("gone")):
        row = MODELS["leadcore_tries"](id=state.id, version=1, **states.columns("tries", state))
        row.save_base(force_insert=True, using=kept.using)
    paid = Scene(store=kept, accounts=2).set_up()
    moving = bo.TransferBalance(
        seller_id=paid.seller,
        from_account=paid.account(0),
        to_account=paid.account(1),
        key="k",
        amount=Money(100, "USD"),
        allowed_by="marie",
        reason="asked for",
        at=AT,
    )
    moved = kept.run(bo.By(actor=Actor.staff(paid.seller, "marie"), case=moving, act="a", at=AT))
    before = written(kept)
    assert {row["told"] for row in before["leadcore_deeds"].values()} == {told_id(moved)}
    due = {key[-1]: row["duty_at"] for key, row in before["leadcore_leads"].items()}
    day = AT + 24 * HOUR
    assert due == {"0": day, "1": AT + 2 * HOUR, "2": None, "3": day, "4": None}
    assert all(row["phone"] and row["email"] for row in before["leadcore_leads"].values())
    assert all(row["name_key"] and row["search"] for row in before["leadcore_users"].values())
    newest = [row["newest"] for row in before["leadcore_intervals"].values()]
    assert max(filter(None, newest)) == AT
    until = {key: row["until"] for key, row in before["leadcore_tries"].items()}
    assert until == {"counts": None, "gone": datetime(1970, 1, 1, tzinfo=UTC)}
    migration = import_module("leadcore_django.migrations.0003_people_and_due")
    monkeypatch.setattr(migration, "BATCH", 2)  # more rows than a batch
    at_schema("0002")
    at_schema()
    assert written(kept) == before
