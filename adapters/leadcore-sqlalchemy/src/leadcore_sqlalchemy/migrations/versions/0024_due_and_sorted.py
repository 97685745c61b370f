"""What is due with a lead, lists by owner, phone and e-mail, tries that end; leaner intervals.

SQLite keeps the intervals by their ids alone, without a number of its own for each row.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.migrations.filling import lead_columns, try_columns
from leadcore_sqlalchemy.types import Id, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Callable

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_BATCH = 1000
_DUTY = "ix_leadcore_leads_duty"
_IS_DUE = sa.text("duty_at IS NOT NULL")
_SORTS = ("holder_id", "phone", "email")
_TRIES = "ix_leadcore_tries_until"
_LOW, _HIGH = ("account_id", "low", "id"), ("account_id", "high")

leads = sa.table(
    "leadcore_leads",
    sa.column("id", Id),
    sa.column("data", sa.Text),
    sa.column("phone", Id),
    sa.column("email", Id),
    sa.column("duty_at", UtcDateTime),
)
tries = sa.table(
    "leadcore_tries",
    sa.column("id", Id),
    sa.column("data", sa.Text),
    sa.column("until", UtcDateTime),
)


def upgrade() -> None:
    for column in (
        sa.Column("phone", Id, nullable=False, server_default=""),
        sa.Column("email", Id, nullable=False, server_default=""),
        sa.Column("duty_at", UtcDateTime(), nullable=True),
    ):
        op.add_column("leadcore_leads", column)
    op.add_column("leadcore_tries", sa.Column("until", UtcDateTime(), nullable=True))
    _fill(op.get_bind(), leads, lead_columns)
    _fill(op.get_bind(), tries, try_columns)
    for name in _SORTS:
        columns = ["seller_id", name, "id"]
        op.create_index(f"ix_leadcore_leads_{'_'.join(columns)}", "leadcore_leads", columns)
    op.create_index(
        _DUTY,
        "leadcore_leads",
        ["seller_id", "duty_at", "id"],
        postgresql_where=_IS_DUE,
        sqlite_where=_IS_DUE,
    )
    op.create_index(_TRIES, "leadcore_tries", ["until"])
    _keep_intervals(with_rowid=False)


def _fill(
    connection: sa.Connection,
    table: sa.TableClause,
    columns: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Fill the new columns from each row's state, in the order of ids, a batch at a time."""
    page = sa.select(table.c.id, table.c.data).order_by(table.c.id).limit(_BATCH)
    names = [column.name for column in table.c if column.name not in {"id", "data"}]
    write = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("b_id"))
        .values({name: sa.bindparam(name) for name in names})
    )
    rows = connection.execute(page).all()
    while rows:
        told = [{"b_id": row.id, **columns(json.loads(row.data))} for row in rows]
        connection.execute(write, told)
        rows = connection.execute(page.where(table.c.id > rows[-1].id)).all()


def _keep_intervals(*, with_rowid: bool) -> None:
    """Make the table of intervals anew on SQLite; elsewhere only its indexes change."""
    high = f"ix_leadcore_intervals_{'_'.join(_HIGH)}"
    low = f"ix_leadcore_intervals_{'_'.join(_LOW)}"
    if op.get_bind().dialect.name == "sqlite":
        if not with_rowid:
            op.drop_index(high, "leadcore_intervals")
        op.drop_index(low, "leadcore_intervals")
        op.rename_table("leadcore_intervals", "leadcore_intervals_before")
        op.create_table(
            "leadcore_intervals",
            sa.Column("id", Id, nullable=False),
            sa.Column("account_id", Id, nullable=False),
            sa.Column("low", sa.BigInteger(), nullable=False),
            sa.Column("high", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_leadcore_intervals"),
            sqlite_with_rowid=with_rowid,
        )
        op.execute(
            "INSERT INTO leadcore_intervals (id, account_id, low, high)"
            " SELECT id, account_id, low, high FROM leadcore_intervals_before ORDER BY id"
        )
        op.drop_table("leadcore_intervals_before")
        op.create_index(low, "leadcore_intervals", list(_LOW))
    elif not with_rowid:
        op.drop_index(high, "leadcore_intervals")
    if with_rowid:
        op.create_index(high, "leadcore_intervals", list(_HIGH))


def downgrade() -> None:
    _keep_intervals(with_rowid=True)
    op.drop_index(_TRIES, "leadcore_tries")
    op.drop_index(_DUTY, "leadcore_leads")
    for name in reversed(_SORTS):
        op.drop_index(f"ix_leadcore_leads_seller_id_{name}_id", "leadcore_leads")
    op.drop_column("leadcore_tries", "until")
    for name in ("duty_at", "email", "phone"):
        op.drop_column("leadcore_leads", name)
