"""The table of leads; see `tables`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from leadcore_sqlalchemy.tree_tables import metadata
from leadcore_sqlalchemy.types import Id, UtcDateTime

__all__ = ["leads"]

leads = Table(
    "leadcore_leads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("source_key", Id, nullable=False),
    Column("status", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("sold_at", UtcDateTime),
    Column("sale_id", Id),
    Column("order_id", Id),
    Column("holder_account_id", Id),
    Column("holder_id", Id),
    Column("search", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("untried_until", UtcDateTime),
    Column("test", Boolean, nullable=False, server_default=false()),
    Column("source", Text, nullable=False, server_default=""),
    Column("tried_after", BigInteger),
    Column("why_not", Text),
    Column("name", Id, nullable=False, server_default=""),
    Column("area", Id, nullable=False, server_default=""),
    Column("state", Id, nullable=False, server_default=""),
    Column("phone", Id, nullable=False, server_default=""),
    Column("email", Id, nullable=False, server_default=""),
    Column("duty_at", UtcDateTime),
    UniqueConstraint("seller_id", "source_key"),
    UniqueConstraint("sale_id"),
    Index(None, "seller_id", "received_at", "id"),
    Index(None, "seller_id", "sold_at", "id"),
    Index(None, "holder_account_id", "holder_id", "received_at", "id"),
    Index(None, "seller_id", "untried_until", "id"),
    Index(None, "holder_account_id", "sold_at", "holder_id"),
    *(Index(None, "seller_id", by, "id") for by in ("name", "area", "state", "status", "kind")),
    *(Index(None, "seller_id", by, "id") for by in ("holder_id", "phone", "email")),
)
"""`holder_account_id` and `holder_id` are who may see it: set only while a sale of it stands.

`name`, `area`, `state`, `phone` and `email` are what lists are sorted by
(`leadcore.ports.lead_sort_key`).

`untried_until` is when the first contact is due, as long as nobody has tried; else null. `duty_at`
is when what comes next is due (`leadcore.back_office.duty_due`), null where nothing is. What
reports ask for: `tried_after` is the microseconds from the sale to the first attempt; `why_not` is
why nobody got it, as a JSON object of reasons and how often, null where nothing says so.
"""

# Most leads were given up, reached or returned long ago: only what is due at all is here.
Index(
    "ix_leadcore_leads_duty",
    leads.c.seller_id,
    leads.c.duty_at,
    leads.c.id,
    postgresql_where=leads.c.duty_at.is_not(None),
    sqlite_where=leads.c.duty_at.is_not(None),
)

# Reports leave tests out: counted apart, they cost the others nothing.
Index(
    "ix_leadcore_leads_test",
    leads.c.seller_id,
    leads.c.received_at,
    postgresql_where=leads.c.test == true(),
    sqlite_where=leads.c.test == true(),
)
