"""What lists of returns are filtered and sorted by."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BATCH = 1000
_INDEXES = (("account_id", "requested_at", "id"), ("seller_id", "status", "due_on", "id"))

refunds = sa.table(
    "leadcore_refunds",
    sa.column("id", Id),
    sa.column("data", sa.Text),
    sa.column("reason", sa.Text),
    sa.column("decided_at", UtcDateTime),
    sa.column("due_on", sa.Text),
)


def upgrade() -> None:
    op.add_column("leadcore_refunds", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("leadcore_refunds", sa.Column("decided_at", UtcDateTime(), nullable=True))
    op.add_column("leadcore_refunds", sa.Column("due_on", sa.Text(), nullable=True))
    _fill(op.get_bind())
    for columns in _INDEXES:
        name = f"ix_leadcore_refunds_{'_'.join(columns)}"
        op.create_index(name, "leadcore_refunds", list(columns))


def _fill(connection: sa.Connection) -> None:
    """Fill the new columns from each row's state, in the order of ids, a batch at a time."""
    page = sa.select(refunds.c.id, refunds.c.data).order_by(refunds.c.id).limit(_BATCH)
    write = (
        sa.update(refunds)
        .where(refunds.c.id == sa.bindparam("b_id"))
        .values({name: sa.bindparam(name) for name in ("reason", "decided_at", "due_on")})
    )
    rows = connection.execute(page).all()
    while rows:
        told = [{"b_id": row.id, **_columns(row.data)} for row in rows]
        connection.execute(write, told)
        rows = connection.execute(page.where(refunds.c.id > rows[-1].id)).all()


def _columns(data: str) -> dict[str, str | datetime | None]:
    state = json.loads(data)
    decided = state.get("decided_at")
    return {
        "reason": state["reason"],
        "decided_at": datetime.fromisoformat(decided).astimezone(UTC) if decided else None,
        "due_on": state["expected"]["latest"],
    }


def downgrade() -> None:
    for columns in reversed(_INDEXES):
        op.drop_index(f"ix_leadcore_refunds_{'_'.join(columns)}", "leadcore_refunds")
    for name in ("due_on", "decided_at", "reason"):
        op.drop_column("leadcore_refunds", name)
