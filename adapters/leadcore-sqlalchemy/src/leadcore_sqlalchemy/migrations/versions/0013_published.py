"""Which events of the journal were told to others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Null for all there is: who begins to publish publishes the whole journal, or marks it.
    op.add_column("leadcore_journal", sa.Column("published_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    # Made by whoever published; SQLite drops no column that an index speaks of.
    op.execute("DROP INDEX IF EXISTS ix_leadcore_journal_unpublished")
    op.drop_column("leadcore_journal", "published_at")
