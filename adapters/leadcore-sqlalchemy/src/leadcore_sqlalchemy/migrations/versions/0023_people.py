"""Users are listed by name and found by a part of it, a page at a time."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.migrations.filling import user_columns
from leadcore_sqlalchemy.types import Id

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_BATCH = 1000
_INDEXES = {
    "ix_leadcore_users_account_id_name_key_id": ["account_id", "name_key", "id"],
    "ix_leadcore_users_account_id_parent_id_name_key_id": [
        *("account_id", "parent_id", "name_key", "id")
    ],
}

users = sa.table(
    "leadcore_users",
    sa.column("id", Id),
    sa.column("data", sa.Text),
    sa.column("name_key", Id),
    sa.column("search", sa.Text),
)


def upgrade() -> None:
    op.add_column("leadcore_users", sa.Column("name_key", Id, nullable=False, server_default=""))
    op.add_column("leadcore_users", sa.Column("search", sa.Text, nullable=False, server_default=""))
    _fill(op.get_bind())
    for name, columns in _INDEXES.items():
        op.create_index(name, "leadcore_users", columns)


def _fill(connection: sa.Connection) -> None:
    """Fill the new columns from each row's state, in the order of ids, a batch at a time."""
    page = sa.select(users.c.id, users.c.data).order_by(users.c.id)
    after: str | None = None
    while True:
        wanted = page if after is None else page.where(users.c.id > after)
        rows = connection.execute(wanted.limit(_BATCH)).all()
        for row in rows:
            told = sa.update(users).where(users.c.id == row.id)
            connection.execute(told.values(user_columns(json.loads(row.data))))
        if len(rows) < _BATCH:
            return
        after = rows[-1].id


def downgrade() -> None:
    for name in reversed(_INDEXES):
        op.drop_index(name, "leadcore_users")
    op.drop_column("leadcore_users", "search")
    op.drop_column("leadcore_users", "name_key")
