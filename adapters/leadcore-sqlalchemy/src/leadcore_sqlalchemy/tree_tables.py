"""What all tables belong to, and those of an account's tree of users; see `tables`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from leadcore_sqlalchemy.types import Id, UtcDateTime

__all__ = ["downlines", "intervals", "metadata", "trees"]

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

trees = Table(
    "leadcore_trees",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
)

intervals = Table(
    "leadcore_intervals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("low", BigInteger, nullable=False),
    Column("high", BigInteger, nullable=False),
    Column("newest", UtcDateTime),
    Index(None, "account_id", "low", "id"),
    # One look-up by id instead of two: in an index, then in the table.
    sqlite_with_rowid=False,
)
"""Where the users stand in their account's tree: below somebody is who has a `low` from that
person's own to before that person's `high`. Made of the parent links, see `intervals`.

No lead that a user held was received or sold after `newest`; null: none was held, see `holders`."""

# Of a large downline most may hold nothing: only who ever did is here.
Index(
    "ix_leadcore_intervals_newest",
    intervals.c.account_id,
    intervals.c.low,
    intervals.c.newest,
    intervals.c.id,
    postgresql_where=intervals.c.newest.is_not(None),
    sqlite_where=intervals.c.newest.is_not(None),
)

downlines = Table(
    "leadcore_downlines",
    metadata,
    Column("id", Id, primary_key=True),
    Column("changes", BigInteger, nullable=False),
)
"""How often an account's intervals were changed; whoever changes them counts here first."""
