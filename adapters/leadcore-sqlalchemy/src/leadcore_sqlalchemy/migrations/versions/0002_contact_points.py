"""Contact points, decision trails, and which leads nobody has tried to reach."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Callable

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BATCH = 1000

leads = sa.table(
    "leadcore_leads",
    sa.column("id", Id),
    sa.column("status", sa.Text),
    sa.column("data", sa.Text),
    sa.column("untried_until", UtcDateTime),
)
users = sa.table(
    "leadcore_users", sa.column("id", Id), sa.column("data", sa.Text), sa.column("cell", Id)
)


def upgrade() -> None:
    op.create_table(
        "leadcore_contact_points",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("pending_since", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_contact_points"),
    )
    op.create_index(
        "ix_leadcore_contact_points_seller_id_pending_since_id",
        "leadcore_contact_points",
        ["seller_id", "pending_since", "id"],
    )
    op.create_table(
        "leadcore_decisions",
        sa.Column("id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_decisions"),
    )
    op.add_column("leadcore_leads", sa.Column("untried_until", UtcDateTime(), nullable=True))
    op.add_column("leadcore_users", sa.Column("cell", Id, nullable=True))
    connection = op.get_bind()
    _fill(connection, leads, "untried_until", _untried_until, leads.c.status == "sold")
    _fill(connection, users, "cell", _cell, sa.true())
    op.create_index(
        "ix_leadcore_leads_seller_id_untried_until_id",
        "leadcore_leads",
        ["seller_id", "untried_until", "id"],
    )
    op.create_index("ix_leadcore_users_seller_id_cell", "leadcore_users", ["seller_id", "cell"])


def _fill(
    connection: sa.Connection,
    table: sa.TableClause,
    name: str,
    told_by: Callable[[dict[str, Any]], datetime | str | None],
    which: sa.ColumnElement[bool],
) -> None:
    """Fill a new column from each row's state, in the order of ids, a batch at a time."""
    page = sa.select(table.c.id, table.c.data).where(which).order_by(table.c.id).limit(_BATCH)
    write = (
        sa.update(table).where(table.c.id == sa.bindparam("b_id")).values({name: sa.bindparam("b")})
    )
    rows = connection.execute(page).all()
    while rows:
        told = [{"b_id": row.id, "b": told_by(json.loads(row.data))} for row in rows]
        known = [each for each in told if each["b"] is not None]
        if known:
            connection.execute(write, known)
        rows = connection.execute(page.where(table.c.id > rows[-1].id)).all()


def _untried_until(state: dict[str, Any]) -> datetime | None:
    """Give 24 hours after the account came to hold the lead, unless somebody tried since."""
    since = _instant(state.get("held_since") or state["sale"]["sold_at"])
    if any(_instant(tried["at"]) >= since for tried in state.get("attempts", ())):
        return None
    return since + timedelta(hours=24)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _cell(state: dict[str, Any]) -> str | None:
    cell: str | None = state["profile"].get("cell")
    return cell


def downgrade() -> None:
    op.drop_index("ix_leadcore_users_seller_id_cell", "leadcore_users")
    op.drop_index("ix_leadcore_leads_seller_id_untried_until_id", "leadcore_leads")
    op.drop_column("leadcore_users", "cell")
    op.drop_column("leadcore_leads", "untried_until")
    op.drop_table("leadcore_decisions")
    op.drop_index(
        "ix_leadcore_contact_points_seller_id_pending_since_id", "leadcore_contact_points"
    )
    op.drop_table("leadcore_contact_points")
