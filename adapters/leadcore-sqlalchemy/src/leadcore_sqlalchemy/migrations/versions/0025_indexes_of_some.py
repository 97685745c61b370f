"""Transfers that refer to nothing, resolve nothing or are of no lead are in no index of it.

SQLite keeps the rule that a hold is resolved once within the table, which is made anew for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLE = "leadcore_ledger_transfers"
_ONCE = "uq_leadcore_ledger_transfers_resolves"
_GRANTS = "ix_leadcore_ledger_transfers_grants"
_COLUMNS = ("ref", "lead_id")
_KEPT = (
    "id, kind, debit, credit, amount, currency, ref, resolves, sale_id, lead_id, fingerprint,"
    " batch, recorded_at, effective_at, data"
)


def upgrade() -> None:
    _drop_indexes()
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(once=False)
    else:
        op.drop_constraint(_ONCE, _TABLE, type_="unique")
    _index_some("resolves", _ONCE, unique=True)
    for column in _COLUMNS:
        _index_some(column, f"ix_{_TABLE}_{column}")


def downgrade() -> None:
    op.drop_index(_ONCE, _TABLE)
    _drop_indexes()
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(once=True)
    else:
        op.create_unique_constraint(_ONCE, _TABLE, ["resolves"])
    for column in _COLUMNS:
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])


def _drop_indexes() -> None:
    for column in _COLUMNS:
        op.drop_index(f"ix_{_TABLE}_{column}", _TABLE)


def _index_some(column: str, name: str, *, unique: bool = False) -> None:
    some = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, _TABLE, [column], unique=unique, postgresql_where=some, sqlite_where=some)


def _make_anew(*, once: bool) -> None:
    """Make the table anew, with or without the rule that a hold is resolved once."""
    before = f"{_TABLE}_before"
    op.drop_index(_GRANTS, _TABLE)
    op.rename_table(_TABLE, before)
    op.create_table(
        _TABLE,
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("debit", Id, nullable=False),
        sa.Column("credit", Id, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("ref", Id, nullable=True),
        sa.Column("resolves", Id, nullable=True),
        sa.Column("sale_id", Id, nullable=True),
        sa.Column("lead_id", Id, nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("effective_at", UtcDateTime(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_leadcore_ledger_transfers_amount"),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_ledger_transfers"),
        *([sa.UniqueConstraint("resolves", name=_ONCE)] if once else []),
    )
    op.execute(f"INSERT INTO {_TABLE} ({_KEPT}) SELECT {_KEPT} FROM {before} ORDER BY rowid")  # noqa: S608 # names from above
    op.drop_table(before)
    granted = sa.text("kind = 'promo_grant'")
    op.create_index(_GRANTS, _TABLE, ["credit"], sqlite_where=granted)
