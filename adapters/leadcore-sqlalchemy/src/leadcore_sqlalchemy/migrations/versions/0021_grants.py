"""The bonus an account was given, found without reading its statement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_INDEX = "ix_leadcore_ledger_transfers_grants"
_IS_GRANT = sa.text("kind = 'promo_grant'")


def upgrade() -> None:
    op.create_index(
        _INDEX,
        "leadcore_ledger_transfers",
        ["credit"],
        postgresql_where=_IS_GRANT,
        sqlite_where=_IS_GRANT,
    )


def downgrade() -> None:
    op.drop_index(_INDEX, "leadcore_ledger_transfers")
