"""The id by which a deed's thing is told and found, where that is not its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.migrations.filling import told_transfer
from leadcore_sqlalchemy.types import Id

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_INDEX = "ix_leadcore_deeds_told"
_BATCH = 1000

deeds = sa.table(
    "leadcore_deeds",
    sa.column("id", Id),
    sa.column("stream_kind", Id),
    sa.column("stream_id", Id),
    sa.column("told", Id),
)


def upgrade() -> None:
    op.add_column("leadcore_deeds", sa.Column("told", Id, nullable=True))
    _fill(op.get_bind())
    op.create_index(_INDEX, "leadcore_deeds", ["told"])


def _fill(connection: sa.Connection) -> None:
    """Fill it for transfers between two accounts, in the order of ids, a batch at a time."""
    page = (
        sa.select(deeds.c.id, deeds.c.stream_id)
        .where(
            deeds.c.stream_kind == "transfer",
            sa.func.substr(deeds.c.stream_id, 1, 9) == "transfer/",
        )
        .order_by(deeds.c.id)
        .limit(_BATCH)
    )
    write = (
        sa.update(deeds).where(deeds.c.id == sa.bindparam("b_id")).values(told=sa.bindparam("t"))
    )
    rows = connection.execute(page).all()
    while rows:
        connection.execute(
            write, [{"b_id": row.id, "t": told_transfer(row.stream_id)} for row in rows]
        )
        rows = connection.execute(page.where(deeds.c.id > rows[-1].id)).all()


def downgrade() -> None:
    op.drop_index(_INDEX, "leadcore_deeds")
    op.drop_column("leadcore_deeds", "told")
