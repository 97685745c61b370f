"""First tables."""

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leadcore_accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("ledger_id", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_accounts"),
    )
    op.create_index("ix_leadcore_accounts_seller_id_id", "leadcore_accounts", ["seller_id", "id"])

    op.create_table(
        "leadcore_claims",
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("key", Id, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("seller_id", "key", "ordinal", name="pk_leadcore_claims"),
    )
    op.create_table(
        "leadcore_journal",
        sa.Column("stream_kind", Id, nullable=False),
        sa.Column("stream_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream_kind", "stream_id", "version", name="pk_leadcore_journal"),
    )
    op.create_table(
        "leadcore_leads",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("source_key", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("sold_at", UtcDateTime(), nullable=True),
        sa.Column("sale_id", Id, nullable=True),
        sa.Column("order_id", Id, nullable=True),
        sa.Column("holder_account_id", Id, nullable=True),
        sa.Column("holder_id", Id, nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_leads"),
        sa.UniqueConstraint("sale_id", name="uq_leadcore_leads_sale_id"),
        sa.UniqueConstraint(
            "seller_id", "source_key", name="uq_leadcore_leads_seller_id_source_key"
        ),
    )
    op.create_index(
        "ix_leadcore_leads_holder_account_id_holder_id_received_at_id",
        "leadcore_leads",
        ["holder_account_id", "holder_id", "received_at", "id"],
    )
    op.create_index(
        "ix_leadcore_leads_seller_id_received_at_id",
        "leadcore_leads",
        ["seller_id", "received_at", "id"],
    )
    op.create_index(
        "ix_leadcore_leads_seller_id_sold_at_id", "leadcore_leads", ["seller_id", "sold_at", "id"]
    )

    op.create_table(
        "leadcore_ledger_accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tracked", sa.Boolean(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("debits_pending", sa.BigInteger(), nullable=False),
        sa.Column("debits_posted", sa.BigInteger(), nullable=False),
        sa.Column("credits_pending", sa.BigInteger(), nullable=False),
        sa.Column("credits_posted", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "credits_pending >= 0", name="ck_leadcore_ledger_accounts_credits_pending"
        ),
        sa.CheckConstraint(
            "credits_posted >= 0", name="ck_leadcore_ledger_accounts_credits_posted"
        ),
        sa.CheckConstraint(
            "debits_pending >= 0", name="ck_leadcore_ledger_accounts_debits_pending"
        ),
        sa.CheckConstraint("debits_posted >= 0", name="ck_leadcore_ledger_accounts_debits_posted"),
        sa.CheckConstraint("seq >= 0", name="ck_leadcore_ledger_accounts_seq"),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_ledger_accounts"),
    )
    op.create_index(
        "ix_leadcore_ledger_accounts_account_id", "leadcore_ledger_accounts", ["account_id"]
    )

    op.create_table(
        "leadcore_ledger_entries",
        sa.Column("account", Id, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transfer_id", Id, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("posted_after", sa.BigInteger(), nullable=False),
        sa.Column("pending_after", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("effective_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "seq", name="pk_leadcore_ledger_entries"),
    )
    op.create_index(
        "ix_leadcore_ledger_entries_account_recorded_at_seq",
        "leadcore_ledger_entries",
        ["account", "recorded_at", "seq"],
    )

    op.create_table(
        "leadcore_ledger_holds",
        sa.Column("id", Id, nullable=False),
        sa.Column("debit", Id, nullable=False),
        sa.Column("credit", Id, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_ledger_holds"),
    )
    op.create_index("ix_leadcore_ledger_holds_credit", "leadcore_ledger_holds", ["credit"])
    op.create_index("ix_leadcore_ledger_holds_debit", "leadcore_ledger_holds", ["debit"])
    op.create_index(
        "ix_leadcore_ledger_holds_status_expires_at",
        "leadcore_ledger_holds",
        ["status", "expires_at"],
    )

    op.create_table(
        "leadcore_ledger_rejections",
        sa.Column("id", Id, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_ledger_rejections"),
    )
    op.create_table(
        "leadcore_ledger_transfers",
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
        sa.UniqueConstraint("resolves", name="uq_leadcore_ledger_transfers_resolves"),
    )
    op.create_index(
        "ix_leadcore_ledger_transfers_lead_id", "leadcore_ledger_transfers", ["lead_id"]
    )
    op.create_index("ix_leadcore_ledger_transfers_ref", "leadcore_ledger_transfers", ["ref"])

    op.create_table(
        "leadcore_orders",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sold", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("credit", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_orders"),
    )
    op.create_index("ix_leadcore_orders_account_id_id", "leadcore_orders", ["account_id", "id"])
    op.create_index(
        "ix_leadcore_orders_seller_id_status_id", "leadcore_orders", ["seller_id", "status", "id"]
    )

    op.create_table(
        "leadcore_outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_outbox"),
    )
    op.create_index(
        "ix_leadcore_outbox_delivered_at_at_id", "leadcore_outbox", ["delivered_at", "at", "id"]
    )

    op.create_table(
        "leadcore_refunds",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("sale_id", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_refunds"),
    )
    op.create_index("ix_leadcore_refunds_sale_id", "leadcore_refunds", ["sale_id"])
    op.create_index(
        "ix_leadcore_refunds_seller_id_requested_at_id",
        "leadcore_refunds",
        ["seller_id", "requested_at", "id"],
    )

    op.create_table(
        "leadcore_sales",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("order_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("sold_at", UtcDateTime(), nullable=False),
        sa.Column("transfer_id", Id, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_sales"),
        sa.UniqueConstraint("lead_id", name="uq_leadcore_sales_lead_id"),
    )
    op.create_index(
        "ix_leadcore_sales_account_id_sold_at_id",
        "leadcore_sales",
        ["account_id", "sold_at", "id"],
    )

    op.create_table(
        "leadcore_sellers",
        sa.Column("id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_sellers"),
    )
    op.create_table(
        "leadcore_trees",
        sa.Column("id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_trees"),
    )
    op.create_table(
        "leadcore_users",
        sa.Column("id", Id, nullable=False),
        sa.Column("seller_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_users"),
    )
    op.create_index(
        "ix_leadcore_users_account_id_parent_id_id",
        "leadcore_users",
        ["account_id", "parent_id", "id"],
    )


def downgrade() -> None:
    op.drop_index("ix_leadcore_users_account_id_parent_id_id", "leadcore_users")

    op.drop_table("leadcore_users")
    op.drop_table("leadcore_trees")
    op.drop_table("leadcore_sellers")
    op.drop_index("ix_leadcore_sales_account_id_sold_at_id", "leadcore_sales")

    op.drop_table("leadcore_sales")
    op.drop_index("ix_leadcore_refunds_seller_id_requested_at_id", "leadcore_refunds")
    op.drop_index("ix_leadcore_refunds_sale_id", "leadcore_refunds")

    op.drop_table("leadcore_refunds")
    op.drop_index("ix_leadcore_outbox_delivered_at_at_id", "leadcore_outbox")

    op.drop_table("leadcore_outbox")
    op.drop_index("ix_leadcore_orders_seller_id_status_id", "leadcore_orders")
    op.drop_index("ix_leadcore_orders_account_id_id", "leadcore_orders")

    op.drop_table("leadcore_orders")
    op.drop_index("ix_leadcore_ledger_transfers_ref", "leadcore_ledger_transfers")
    op.drop_index("ix_leadcore_ledger_transfers_lead_id", "leadcore_ledger_transfers")

    op.drop_table("leadcore_ledger_transfers")
    op.drop_table("leadcore_ledger_rejections")
    op.drop_index("ix_leadcore_ledger_holds_status_expires_at", "leadcore_ledger_holds")
    op.drop_index("ix_leadcore_ledger_holds_debit", "leadcore_ledger_holds")
    op.drop_index("ix_leadcore_ledger_holds_credit", "leadcore_ledger_holds")

    op.drop_table("leadcore_ledger_holds")
    op.drop_index("ix_leadcore_ledger_entries_account_recorded_at_seq", "leadcore_ledger_entries")

    op.drop_table("leadcore_ledger_entries")
    op.drop_index("ix_leadcore_ledger_accounts_account_id", "leadcore_ledger_accounts")

    op.drop_table("leadcore_ledger_accounts")
    op.drop_index("ix_leadcore_leads_seller_id_sold_at_id", "leadcore_leads")
    op.drop_index("ix_leadcore_leads_seller_id_received_at_id", "leadcore_leads")
    op.drop_index("ix_leadcore_leads_holder_account_id_holder_id_received_at_id", "leadcore_leads")

    op.drop_table("leadcore_leads")
    op.drop_table("leadcore_journal")
    op.drop_table("leadcore_claims")
    op.drop_index("ix_leadcore_accounts_seller_id_id", "leadcore_accounts")

    op.drop_table("leadcore_accounts")
