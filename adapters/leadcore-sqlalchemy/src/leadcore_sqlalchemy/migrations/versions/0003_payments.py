"""Payments, and what was told of charges nobody asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEXES = (
    ("leadcore_payments", ("seller_id", "requested_at", "id")),
    ("leadcore_payments", ("seller_id", "status", "requested_at", "id")),
    ("leadcore_payments", ("seller_id", "reference", "id")),
    ("leadcore_strays", ("seller_id", "id")),
)


def upgrade() -> None:
    op.create_table(
        "leadcore_payments",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reference", Id, nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_payments"),
    )
    op.create_table(
        "leadcore_strays",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_strays"),
    )
    for table, columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    for table, columns in reversed(_INDEXES):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    op.drop_table("leadcore_strays")
    op.drop_table("leadcore_payments")
