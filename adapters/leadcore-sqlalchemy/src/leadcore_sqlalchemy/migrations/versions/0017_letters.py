"""Where each message of the outbox is: due, claimed, held, sent, dropped, dead."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OUTBOX = sa.table(
    "leadcore_outbox",
    sa.column("id", Id),
    sa.column("at", UtcDateTime()),
    sa.column("delivered_at", UtcDateTime()),
    sa.column("data", sa.Text()),
    sa.column("channel", sa.Text()),
    sa.column("lane", Id),
    sa.column("due_at", UtcDateTime()),
    sa.column("status", sa.Text()),
    sa.column("version", sa.Integer()),
    sa.column("letter", sa.Text()),
)
_JOURNAL = sa.table(
    "leadcore_journal",
    sa.column("stream_kind", Id),
    sa.column("stream_id", Id),
    sa.column("version", sa.Integer()),
    sa.column("data", sa.Text()),
)
_BATCH = 1000
_NEW = (
    ("channel", sa.Text(), {"nullable": False, "server_default": ""}),
    ("lane", Id, {"nullable": True}),
    ("due_at", UtcDateTime(), {"nullable": True}),
    ("status", sa.Text(), {"nullable": False, "server_default": "waiting"}),
    ("version", sa.Integer(), {"nullable": False, "server_default": "0"}),
    ("letter", sa.Text(), {"nullable": True}),
)
_OPEN, _SETTLED = sa.text("due_at IS NOT NULL"), sa.text("due_at IS NULL")


def upgrade() -> None:
    for name, kind, options in _NEW:
        op.add_column("leadcore_outbox", sa.Column(name, kind, **options))
    after = ""
    while (after := _fill(after)) is not None:
        pass
    op.drop_index("ix_leadcore_outbox_delivered_at_at_id", "leadcore_outbox")
    op.drop_column("leadcore_outbox", "delivered_at")
    op.create_index("ix_leadcore_outbox_due_at_at_id", "leadcore_outbox", ["due_at", "at", "id"])
    op.create_index(
        "ix_leadcore_outbox_lane",
        "leadcore_outbox",
        ["lane", "at", "id"],
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
    op.create_index(
        "ix_leadcore_outbox_settled",
        "leadcore_outbox",
        ["seller_id", "status", "at", "id"],
        postgresql_where=_SETTLED,
        sqlite_where=_SETTLED,
    )


def _fill(after: str) -> str | None:
    """Fill a batch of rows; give the id of the last one, None after the last batch."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(_OUTBOX.c.id, _OUTBOX.c.at, _OUTBOX.c.delivered_at, _OUTBOX.c.data)
        .where(_OUTBOX.c.id > after)
        .order_by(_OUTBOX.c.id)
        .limit(_BATCH)
    ).all()
    for row in rows:
        message = json.loads(row.data)
        lead = message.get("lead_id")
        values = {
            "channel": message["channel"],
            "lane": None if lead is None else f"{len(lead)}/{lead}/{message['to']}",
            "due_at": row.at,
        }
        if row.delivered_at is not None:
            values |= _delivered(connection, row)
        connection.execute(sa.update(_OUTBOX).where(_OUTBOX.c.id == row.id).values(values))
    return rows[-1].id if rows else None


def _delivered(connection: sa.Connection, row: sa.Row) -> dict[str, object]:
    """Keep that somebody delivered a message already, as if a relay had."""
    at = row.delivered_at.replace(tzinfo=None).isoformat() + "Z"
    event = {"v": 1, "event": "LetterSent", "data": {"at": at}}
    state = {"message_id": row.id, "status": "sent", "tries": 0, "settled_at": at}
    connection.execute(
        sa.insert(_JOURNAL).values(
            stream_kind="letter", stream_id=row.id, version=1, data=json.dumps(event)
        )
    )
    return {"due_at": None, "status": "sent", "version": 1, "letter": json.dumps(state)}


def downgrade() -> None:
    for name in ("settled", "lane", "due_at_at_id"):
        op.drop_index(f"ix_leadcore_outbox_{name}", "leadcore_outbox")
    op.add_column("leadcore_outbox", sa.Column("delivered_at", UtcDateTime(), nullable=True))
    # What is settled is not delivered again; when it was, only the letter knew.
    op.execute("UPDATE leadcore_outbox SET delivered_at = at WHERE due_at IS NULL")
    op.execute("DELETE FROM leadcore_journal WHERE stream_kind = 'letter'")
    for name, _, _ in reversed(_NEW):
        op.drop_column("leadcore_outbox", name)
    op.create_index(
        "ix_leadcore_outbox_delivered_at_at_id", "leadcore_outbox", ["delivered_at", "at", "id"]
    )
