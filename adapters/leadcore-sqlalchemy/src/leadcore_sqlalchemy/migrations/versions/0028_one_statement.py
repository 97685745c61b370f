"""A single transfer is posted by one statement, and needs no function any more.

A process of a version before, which calls it, goes the long way meanwhile.
"""

from __future__ import annotations

from importlib import import_module

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS leadcore_ledger_post_one")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        before = import_module("leadcore_sqlalchemy.migrations.versions.0018_rejected_ids")
        op.execute(before.ONE)
