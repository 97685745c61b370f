"""Where users stand in their tree, as intervals; and what lists of leads are sorted by."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.intervals import rebuild
from leadcore_sqlalchemy.types import Id

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BATCH = 1000
_LONGEST = 200
_TEXTS = ("name", "area", "state")
_SORTS = (*_TEXTS, "status", "kind")

leads = sa.table(
    "leadcore_leads",
    sa.column("id", Id),
    sa.column("data", sa.Text),
    *(sa.column(name, Id) for name in _TEXTS),
)


def upgrade() -> None:
    op.create_table(
        "leadcore_intervals",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_intervals"),
    )
    op.create_table(
        "leadcore_downlines",
        sa.Column("id", Id, nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_downlines"),
    )
    for columns in (("account_id", "low", "id"), ("account_id", "high")):
        name = f"ix_leadcore_intervals_{'_'.join(columns)}"
        op.create_index(name, "leadcore_intervals", list(columns))
    rebuild(op.get_bind())
    for name in _TEXTS:
        column = sa.Column(name, Id, nullable=False, server_default="")
        op.add_column("leadcore_leads", column)
    _fill(op.get_bind())
    for name in _SORTS:
        columns = ["seller_id", name, "id"]
        op.create_index(f"ix_leadcore_leads_{'_'.join(columns)}", "leadcore_leads", columns)


def _fill(connection: sa.Connection) -> None:
    """Fill the new columns from each row's state, in the order of ids, a batch at a time."""
    page = sa.select(leads.c.id, leads.c.data).order_by(leads.c.id).limit(_BATCH)
    write = (
        sa.update(leads)
        .where(leads.c.id == sa.bindparam("b_id"))
        .values({name: sa.bindparam(name) for name in _TEXTS})
    )
    rows = connection.execute(page).all()
    while rows:
        told = [{"b_id": row.id, **_columns(row.data)} for row in rows]
        connection.execute(write, told)
        rows = connection.execute(page.where(leads.c.id > rows[-1].id)).all()


def _columns(data: str) -> dict[str, str]:
    given = json.loads(data).get("submission", {})
    parts = given.get("name", {})
    named = ("prefix", "first", "middle", "last", "suffix")
    whole = " ".join((parts.get("full") or "").split())
    display = whole or " ".join(" ".join(parts.get(one) or "" for one in named).split())
    area = given.get("area") or given.get("vertical") or ""
    return {
        "name": display.casefold()[:_LONGEST],
        "area": area.casefold()[:_LONGEST],
        "state": given.get("address", {}).get("state") or "",
    }


def downgrade() -> None:
    for name in reversed(_SORTS):
        op.drop_index(f"ix_leadcore_leads_seller_id_{name}_id", "leadcore_leads")
    for name in reversed(_TEXTS):
        op.drop_column("leadcore_leads", name)
    op.drop_table("leadcore_downlines")
    op.drop_table("leadcore_intervals")
