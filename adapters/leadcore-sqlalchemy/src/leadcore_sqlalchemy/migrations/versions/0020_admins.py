"""Who the admins of an account are, found without reading its other users."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_BATCH = 1000
_INDEX = "ix_leadcore_users_admin_of_id"

users = sa.table(
    "leadcore_users",
    sa.column("id", Id),
    sa.column("account_id", Id),
    sa.column("data", sa.Text),
    sa.column("admin_of", Id),
)


def upgrade() -> None:
    op.add_column("leadcore_users", sa.Column("admin_of", Id, nullable=True))
    _fill(op.get_bind())
    op.create_index(_INDEX, "leadcore_users", ["admin_of", "id"])


def _fill(connection: sa.Connection) -> None:
    """Fill the new column from each row's state, in the order of ids, a batch at a time."""
    page = sa.select(users.c.id, users.c.account_id, users.c.data).order_by(users.c.id)
    after: str | None = None
    while True:
        wanted = page if after is None else page.where(users.c.id > after)
        rows = connection.execute(wanted.limit(_BATCH)).all()
        for row in rows:
            if json.loads(row.data)["profile"].get("admin"):
                told = sa.update(users).where(users.c.id == row.id)
                connection.execute(told.values(admin_of=row.account_id))
        if len(rows) < _BATCH:
            return
        after = rows[-1].id


def downgrade() -> None:
    op.drop_index(_INDEX, "leadcore_users")
    op.drop_column("leadcore_users", "admin_of")
