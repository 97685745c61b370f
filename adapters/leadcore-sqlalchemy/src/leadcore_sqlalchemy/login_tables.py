"""The tables of log-ins and of who did what; see `leadcore_sqlalchemy.tables`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from leadcore_sqlalchemy.tables import metadata
from leadcore_sqlalchemy.types import Id, UtcDateTime

__all__ = ["deeds", "login_names", "logins", "passwords", "sessions", "tries"]

logins = Table(
    "leadcore_logins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("token", Id),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("token"),
)
"""`id` is the user's; `token` is the digest of the one that is good, null where none is."""

passwords = Table(
    "leadcore_passwords",
    metadata,
    Column("id", Id, primary_key=True),
    Column("encoded", Text, nullable=False),
)
"""The hash of each user's password, and none that it had before."""

login_names = Table(
    "leadcore_login_names",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
)
"""Whose a log-in name is, by the digest of it; null for nobody's."""

sessions = Table(
    "leadcore_sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, nullable=False),
    Column("token", Id, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("token"),
    Index(None, "user_id", "ended", "id"),
)

tries = Table(
    "leadcore_tries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("until", UtcDateTime),
    Index(None, "until"),
)
"""From `until` on they count no more, and may be deleted; null: not before they are forgotten."""

deeds = Table(
    "leadcore_deeds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("act", Id, nullable=False),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("did", Text, nullable=False),
    Column("stream_kind", Id, nullable=False),
    Column("stream_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("source", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("told", Id),
    Index(None, "seller_id", "at", "id"),
    Index(None, "account_id", "at", "id"),
    Index(None, "stream_kind", "stream_id", "at", "id"),
    Index(None, "told"),
)
"""Written once and never changed: who changed what, and when.

`told` is the id by which the thing is told and found, where that is not its own.
"""
