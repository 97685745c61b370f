"""The tables. Every row of a stream has what lists and filters need, its version, and the state.

`data` is the state as JSON, made and read by `leadcore.wire`; it is a text, so that nothing a form
held is changed on its way (PostgreSQL's `jsonb` refuses some texts and reorders the rest), and so
that a state read a thousand times is parsed once. The other columns are copies for the database to
search by; the state is what counts.

No foreign keys between accounts and no sequences: rows can be spread over several servers by
seller, and every key is made by the caller.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from leadcore_sqlalchemy.lead_tables import leads
from leadcore_sqlalchemy.tree_tables import downlines, intervals, metadata, trees
from leadcore_sqlalchemy.types import Id, UtcDateTime

__all__ = [
    "accounts",
    "appointments",
    "claims",
    "contact_points",
    "decisions",
    "downlines",
    "file_rooms",
    "files",
    "intervals",
    "journal",
    "leads",
    "ledger_accounts",
    "ledger_entries",
    "ledger_holds",
    "ledger_rejections",
    "ledger_transfers",
    "metadata",
    "order_usage",
    "orders",
    "outbox",
    "payments",
    "refunds",
    "sales",
    "sellers",
    "strays",
    "trees",
    "users",
]

sellers = Table(
    "leadcore_sellers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
)

accounts = Table(
    "leadcore_accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("ledger_id", Id, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "id"),
)

users = Table(
    "leadcore_users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("parent_id", Id),
    Column("enabled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("cell", Id),
    # The account of an admin; None for everybody else.
    Column("admin_of", Id),
    # What users are listed by, and found by.
    Column("name_key", Id, nullable=False, server_default=""),
    Column("search", Text, nullable=False, server_default=""),
    Index(None, "account_id", "parent_id", "id"),
    Index(None, "account_id", "name_key", "id"),
    Index(None, "account_id", "parent_id", "name_key", "id"),
    Index(None, "seller_id", "cell"),
    Index(None, "admin_of", "id"),
)

orders = Table(
    "leadcore_orders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    Column("status", Text, nullable=False),
    Column("sold", BigInteger, nullable=False, server_default="0"),
    Column("spent", BigInteger, nullable=False, server_default="0"),
    Column("moves", BigInteger, nullable=False, server_default="0"),
    Column("credit", BigInteger, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "status", "id"),
    Index(None, "account_id", "id"),
)

order_usage = Table(
    "leadcore_order_usage",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, nullable=False),
    Column("period", Text, nullable=False),
    Column("opens_at", UtcDateTime, nullable=False),
    Column("leads", BigInteger, nullable=False),
    Column("money", BigInteger, nullable=False),
    Index(None, "order_id"),
)
"""What an order with caps was sold in a period; `id` is made of the order, the period's kind and
its first instant."""

sales = Table(
    "leadcore_sales",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("order_id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("sold_at", UtcDateTime, nullable=False),
    Column("transfer_id", Id),
    Column("counted_at", UtcDateTime),
    UniqueConstraint("lead_id"),
    Index(None, "account_id", "sold_at", "id"),
)
"""Written once and never changed: what was sold to whom, when and for how much."""

refunds = Table(
    "leadcore_refunds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("sale_id", Id, nullable=False),
    Column("status", Text, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("reason", Text),
    Column("decided_at", UtcDateTime),
    Column("due_on", Text),
    Index(None, "seller_id", "requested_at", "id"),
    Index(None, "sale_id"),
    Index(None, "account_id", "requested_at", "id"),
    Index(None, "seller_id", "status", "due_on", "id"),
)
"""`due_on` is the last day an answer is expected on, as a date in the seller's zone."""

contact_points = Table(
    "leadcore_contact_points",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("pending_since", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "pending_since", "id"),
)
"""`pending_since` is when the oldest reply came that waits to be looked at; null where none does.
"""

decisions = Table(
    "leadcore_decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
)

payments = Table(
    "leadcore_payments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("status", Text, nullable=False),
    Column("reference", Id),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "requested_at", "id"),
    Index(None, "seller_id", "status", "requested_at", "id"),
    Index(None, "seller_id", "reference", "id"),
)
"""`reference` is the processor's id of the charge, once it is known."""

strays = Table(
    "leadcore_strays",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "id"),
)

appointments = Table(
    "leadcore_appointments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("assigned_to", Id, nullable=False),
    Column("status", Text, nullable=False),
    Column("begins_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("remind_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "begins_at", "id"),
    Index(None, "account_id", "begins_at", "id"),
    Index(None, "assigned_to", "begins_at", "id"),
    Index(None, "seller_id", "remind_at", "id"),
    Index(None, "lead_id", "id"),
)
"""`remind_at` is when the next reminder is due; null where none is left."""

files = Table(
    "leadcore_files",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("sha256", Id, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "seller_id", "added_at", "id"),
    Index(None, "lead_id", "added_at", "id"),
    Index(None, "sha256"),
)

file_rooms = Table(
    "leadcore_file_rooms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("files", BigInteger, nullable=False),
)
"""How much is kept with a lead, or with the leads an account holds; moved by guarded deltas."""

claims = Table(
    "leadcore_claims",
    metadata,
    Column("seller_id", Id, primary_key=True),
    Column("key", Id, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("lead_id", Id, nullable=False),
)

journal = Table(
    "leadcore_journal",
    metadata,
    Column("stream_kind", Id, primary_key=True),
    Column("stream_id", Id, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("data", Text, nullable=False),
    Column("published_at", UtcDateTime),
    Column("spread_at", UtcDateTime),
)
"""`published_at` is null until an event was told to others; who publishes makes an index of those
(`leadcore_sqlalchemy.feeds`), so that who does not pays for none. `spread_at` is the same for hooks
(`leadcore_sqlalchemy.programs`)."""

outbox = Table(
    "leadcore_outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("data", Text, nullable=False),
    Column("channel", Text, nullable=False, server_default=""),
    Column("lane", Id),
    Column("due_at", UtcDateTime),
    Column("status", Text, nullable=False, server_default="waiting"),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("letter", Text),
    Index(None, "due_at", "at", "id"),
)
"""`data` is the message, `letter` where it is: null before anybody touched it.

`due_at` is null once it is settled, `lane` where no order is kept.
"""

_is_open = outbox.c.due_at.is_not(None)
Index(
    "ix_leadcore_outbox_lane",
    outbox.c.lane,
    outbox.c.at,
    outbox.c.id,
    postgresql_where=_is_open,
    sqlite_where=_is_open,
)
_is_settled = outbox.c.due_at.is_(None)
Index(
    "ix_leadcore_outbox_settled",
    outbox.c.seller_id,
    outbox.c.status,
    outbox.c.at,
    outbox.c.id,
    postgresql_where=_is_settled,
    sqlite_where=_is_settled,
)

_COUNTERS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted", "seq")

ledger_accounts = Table(
    "leadcore_ledger_accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seller_id", Id, nullable=False),
    Column("account_id", Id),
    Column("currency", Text, nullable=False),
    Column("tracked", Boolean, nullable=False),
    Column("floor", BigInteger),
    Column("status", Text, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in _COUNTERS),
    Column("moved_at", UtcDateTime),
    # The guards make sure of this; a program that writes here past them is stopped.
    *(CheckConstraint(f"{name} >= 0", name=name) for name in _COUNTERS),
    Index(None, "account_id"),
)
"""`floor` is null for no floor at all."""

ledger_transfers = Table(
    "leadcore_ledger_transfers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("debit", Id, nullable=False),
    Column("credit", Id, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("ref", Id),
    Column("resolves", Id),
    Column("sale_id", Id),
    Column("lead_id", Id),
    Column("fingerprint", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("effective_at", UtcDateTime, nullable=False),
    Column("data", Text, nullable=False),
    CheckConstraint("amount > 0", name="amount"),
)
"""`resolves` is `ref` where the transfer ends a hold: a hold ends once, whoever writes here.

An id that was rejected has a row, too, of the kind `REJECTED` and of no account: so the primary key
keeps an id from being both posted and rejected, and nobody has to look for it.
"""

# Most transfers refer to nothing and resolve nothing: what is null has no place in an index.
Index(
    "uq_leadcore_ledger_transfers_resolves",
    ledger_transfers.c.resolves,
    unique=True,
    postgresql_where=ledger_transfers.c.resolves.is_not(None),
    sqlite_where=ledger_transfers.c.resolves.is_not(None),
)
for _column in (ledger_transfers.c.ref, ledger_transfers.c.lead_id):
    Index(
        f"ix_leadcore_ledger_transfers_{_column.name}",
        _column,
        postgresql_where=_column.is_not(None),
        sqlite_where=_column.is_not(None),
    )

# Its text stands in the statement itself: a planner takes a partial index for no bound value.
IS_GRANT = ledger_transfers.c.kind == literal_column("'promo_grant'")
Index(
    "ix_leadcore_ledger_transfers_grants",
    ledger_transfers.c.credit,
    postgresql_where=IS_GRANT,
    sqlite_where=IS_GRANT,
)

REJECTED = "rejected"

ledger_entries = Table(
    "leadcore_ledger_entries",
    metadata,
    Column("account", Id, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("transfer_id", Id, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("posted_after", BigInteger, nullable=False),
    Column("pending_after", BigInteger, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("effective_at", UtcDateTime, nullable=False),
    Index(None, "account", "recorded_at", "seq"),
)

ledger_holds = Table(
    "leadcore_ledger_holds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("debit", Id, nullable=False),
    Column("credit", Id, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("captured", BigInteger, nullable=False),
    Index(None, "status", "expires_at"),
    Index(None, "debit"),
    Index(None, "credit"),
)

ledger_rejections = Table(
    "leadcore_ledger_rejections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
