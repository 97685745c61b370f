"""Keys that programs come in with, answers kept for them, and where they are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_INDEXES = (
    ("leadcore_api_keys", ("seller_id", "account_id", "id")),
    ("leadcore_answers", ("at",)),
    ("leadcore_hooks", ("seller_id", "account_id", "id")),
    ("leadcore_tellings", ("due_at", "id")),
    ("leadcore_tellings", ("hook_id", "at", "id")),
)


def _table(name: str, *columns: sa.Column | sa.UniqueConstraint) -> None:
    op.create_table(
        name,
        sa.Column("id", Id, nullable=False),
        *columns,
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def upgrade() -> None:
    _table(
        "leadcore_api_keys",
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("token", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("token", name="uq_leadcore_api_keys_token"),
    )
    _table(
        "leadcore_answers",
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    _table(
        "leadcore_hooks",
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    _table(
        "leadcore_tellings",
        sa.Column("hook_id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
    )
    for table, columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
    op.add_column("leadcore_journal", sa.Column("spread_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_index("ix_leadcore_journal_unspread", "leadcore_journal", if_exists=True)
    op.drop_column("leadcore_journal", "spread_at")
    for table, columns in reversed(_INDEXES):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    for table in ("tellings", "hooks", "answers", "api_keys"):
        op.drop_table(f"leadcore_{table}")
