"""The tables of keys, kept answers and hooks; see `leadcore_sqlalchemy.tables`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from leadcore_sqlalchemy.tree_tables import metadata
from leadcore_sqlalchemy.types import Id, UtcDateTime

__all__ = ["answers", "api_keys", "hooks", "tellings"]

api_keys = Table(
    "leadcore_api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    Column("token", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("token"),
    Index(None, "seller_id", "account_id", "id"),
)
"""`token` is the digest of what lets a program in."""

answers = Table(
    "leadcore_answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
)
"""Written with what was answered, and forgotten some time later; no part of any journal."""

hooks = Table(
    "leadcore_hooks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id),
    Column("closed_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "account_id", "id"),
)

tellings = Table(
    "leadcore_tellings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hook_id", Id, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("data", Text, nullable=False),
    Index(None, "due_at", "id"),
    Index(None, "hook_id", "at", "id"),
)
"""`due_at` is null once a telling is settled; `data` has the rest."""
