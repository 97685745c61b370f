"""The table of recordings; see `leadcore_sqlalchemy.tables`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from leadcore_sqlalchemy.tree_tables import metadata
from leadcore_sqlalchemy.types import Id, UtcDateTime

__all__ = ["recordings"]

recordings = Table(
    "leadcore_recordings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("below", Id),
    Column("shared_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "shared_at", "id"),
    Index(None, "account_id", "shared_at", "id"),
)
"""By the call's lead; `below` and `shared_at` are null while it is shared with nobody."""
