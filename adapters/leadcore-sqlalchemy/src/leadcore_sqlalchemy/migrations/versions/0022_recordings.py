"""Recordings of calls: reviewed, and shared with a downline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_NAME = "leadcore_recordings"
_INDEXES = (("seller_id", "shared_at", "id"), ("account_id", "shared_at", "id"))


def upgrade() -> None:
    op.create_table(
        _NAME,
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("below", Id, nullable=True),
        sa.Column("shared_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_NAME}"),
    )
    for columns in _INDEXES:
        op.create_index(f"ix_{_NAME}_{'_'.join(columns)}", _NAME, list(columns))


def downgrade() -> None:
    for columns in reversed(_INDEXES):
        op.drop_index(f"ix_{_NAME}_{'_'.join(columns)}", _NAME)
    op.drop_table(_NAME)
