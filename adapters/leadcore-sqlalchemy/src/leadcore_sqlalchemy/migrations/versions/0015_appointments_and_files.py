"""Appointments, files, and how much is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INDEXES = {
    "leadcore_appointments": (
        ("seller_id", "begins_at", "id"),
        ("account_id", "begins_at", "id"),
        ("assigned_to", "begins_at", "id"),
        ("seller_id", "remind_at", "id"),
        ("lead_id", "id"),
    ),
    "leadcore_files": (
        ("seller_id", "added_at", "id"),
        ("lead_id", "added_at", "id"),
        ("sha256",),
    ),
}


def upgrade() -> None:
    op.create_table(
        "leadcore_appointments",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("assigned_to", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("begins_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_appointments"),
    )
    op.create_table(
        "leadcore_files",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("sha256", Id, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_files"),
    )
    op.create_table(
        "leadcore_file_rooms",
        sa.Column("id", Id, nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_file_rooms"),
    )
    for table, indexes in _INDEXES.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    op.drop_table("leadcore_file_rooms")
    for table, indexes in _INDEXES.items():
        for columns in reversed(indexes):
            op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
        op.drop_table(table)
