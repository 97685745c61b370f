"""An instant for each user that no lead they held came after; none for who never held one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.migrations.filling import NEWEST
from leadcore_sqlalchemy.types import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "leadcore_intervals", "ix_leadcore_intervals_newest"
_HELD = sa.text("newest IS NOT NULL")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # A sale that is under way would write a lead that is not seen here.
        op.execute("LOCK TABLE leadcore_leads IN SHARE MODE")
    op.add_column(_TABLE, sa.Column("newest", UtcDateTime(), nullable=True))
    op.execute(NEWEST)
    op.create_index(
        _INDEX,
        _TABLE,
        ["account_id", "low", "newest", "id"],
        postgresql_where=_HELD,
        sqlite_where=_HELD,
    )


def downgrade() -> None:
    op.drop_index(_INDEX, _TABLE)
    op.drop_column(_TABLE, "newest")
