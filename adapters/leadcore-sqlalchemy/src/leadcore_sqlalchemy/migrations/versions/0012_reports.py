"""What reports count leads by."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id

revision = "0012"
down_revision = "0006"
branch_labels = None
depends_on = None

_BATCH = 1000
_MICROSECOND = timedelta(microseconds=1)
_HELD = "ix_leadcore_leads_holder_account_id_sold_at_holder_id"
_TESTS = "ix_leadcore_leads_test"
_NAMES = ("test", "source", "tried_after", "why_not")

leads = sa.table(
    "leadcore_leads",
    sa.column("id", Id),
    sa.column("data", sa.Text),
    sa.column("test", sa.Boolean),
    sa.column("source", sa.Text),
    sa.column("tried_after", sa.BigInteger),
    sa.column("why_not", sa.Text),
)


def upgrade() -> None:
    for column in (
        sa.Column("test", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("source", sa.Text(), nullable=False, server_default=""),
        sa.Column("tried_after", sa.BigInteger(), nullable=True),
        sa.Column("why_not", sa.Text(), nullable=True),
    ):
        op.add_column("leadcore_leads", column)
    _fill(op.get_bind())
    op.create_index(_HELD, "leadcore_leads", ["holder_account_id", "sold_at", "holder_id"])
    op.create_index(
        _TESTS,
        "leadcore_leads",
        ["seller_id", "received_at"],
        postgresql_where=leads.c.test == sa.true(),
        sqlite_where=leads.c.test == sa.true(),
    )


def _fill(connection: sa.Connection) -> None:
    """Fill the new columns from each row's state, in the order of ids, a batch at a time."""
    page = sa.select(leads.c.id, leads.c.data).order_by(leads.c.id).limit(_BATCH)
    write = (
        sa.update(leads)
        .where(leads.c.id == sa.bindparam("b_id"))
        .values({name: sa.bindparam(name) for name in _NAMES})
    )
    rows = connection.execute(page).all()
    while rows:
        told = [{"b_id": row.id, **_columns(json.loads(row.data))} for row in rows]
        connection.execute(write, told)
        rows = connection.execute(page.where(leads.c.id > rows[-1].id)).all()


def _columns(state: dict[str, Any]) -> dict[str, Any]:
    given = state.get("submission") or {}
    source = given.get("source") or {}
    return {
        "test": bool(given.get("test")),
        "source": _line(source.get("name")) or _line(source.get("format")) or "unknown",
        "tried_after": _tried_after(state),
        "why_not": _why_not(state),
    }


def _line(text: str | None) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text or "")
    return " ".join(shown.split())[:200]


def _tried_after(state: dict[str, Any]) -> int | None:
    sale, tried = state.get("sale"), state.get("attempts") or []
    if sale is None or not tried:
        return None
    first = min(datetime.fromisoformat(each["at"]) for each in tried)
    return (first - datetime.fromisoformat(sale["sold_at"])) // _MICROSECOND


def _why_not(state: dict[str, Any]) -> str | None:
    reasons: Counter[str] = Counter()
    if state["status"] == "refused":
        reasons.update(state.get("refusals") or [])
    elif state["status"] == "unsold":
        reasons.update(each["reason"] for each in state.get("offers") or [])
        reasons = reasons or Counter(no_order=1)
    return json.dumps(dict(sorted(reasons.items())), separators=(",", ":")) if reasons else None


def downgrade() -> None:
    op.drop_index(_TESTS, "leadcore_leads")
    op.drop_index(_HELD, "leadcore_leads")
    for name in reversed(_NAMES):
        op.drop_column("leadcore_leads", name)
