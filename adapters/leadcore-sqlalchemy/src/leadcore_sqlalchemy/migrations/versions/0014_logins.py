"""Log-ins, sessions, and who did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TOKENS = ("leadcore_logins", "leadcore_sessions")
_INDEXES = (
    ("leadcore_sessions", ("user_id", "ended", "id")),
    ("leadcore_deeds", ("seller_id", "at", "id")),
    ("leadcore_deeds", ("account_id", "at", "id")),
    ("leadcore_deeds", ("stream_kind", "stream_id", "at", "id")),
)


def _stream(name: str, *columns: sa.Column) -> None:
    unique = [sa.UniqueConstraint("token", name=f"uq_{name}_token")] if name in _TOKENS else []
    op.create_table(
        name,
        sa.Column("id", Id, nullable=False),
        *columns,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *unique,
    )


def upgrade() -> None:
    _stream(
        "leadcore_logins",
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("token", Id, nullable=True),
    )
    _stream("leadcore_login_names", sa.Column("user_id", Id, nullable=True))
    _stream(
        "leadcore_sessions",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("token", Id, nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
    )
    _stream("leadcore_tries")
    op.create_table(
        "leadcore_passwords",
        sa.Column("id", Id, nullable=False),
        sa.Column("encoded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_passwords"),
    )
    op.create_table(
        "leadcore_deeds",
        sa.Column("id", Id, nullable=False),
        sa.Column("act", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", Id, nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("stream_kind", Id, nullable=False),
        sa.Column("stream_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_deeds"),
    )
    for table, columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    for table, columns in reversed(_INDEXES):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    op.drop_table("leadcore_deeds")
    op.drop_table("leadcore_passwords")
    for table in ("tries", "sessions", "login_names", "logins"):
        op.drop_table(f"leadcore_{table}")
