"""What orders spent in their cycle, and the counts of their caps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leadcore_sqlalchemy.types import Id, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Nothing was given back to a bank before there were banks: what was spent is every sale.
# One pass over the sales: they have no index by order.
_FILL = """
UPDATE leadcore_orders SET spent = sums.spent
FROM (SELECT order_id, SUM(price) AS spent FROM leadcore_sales GROUP BY order_id) AS sums
WHERE sums.order_id = leadcore_orders.id
"""


def upgrade() -> None:
    for name in ("spent", "moves"):
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("leadcore_orders", column)
    op.add_column("leadcore_sales", sa.Column("counted_at", UtcDateTime(), nullable=True))
    op.execute(_FILL)
    op.create_table(
        "leadcore_order_usage",
        sa.Column("id", Id, nullable=False),
        sa.Column("order_id", Id, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("leads", sa.BigInteger(), nullable=False),
        sa.Column("money", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leadcore_order_usage"),
    )
    op.create_index("ix_leadcore_order_usage_order_id", "leadcore_order_usage", ["order_id"])


def downgrade() -> None:
    op.drop_index("ix_leadcore_order_usage_order_id", "leadcore_order_usage")
    op.drop_table("leadcore_order_usage")
    op.drop_column("leadcore_sales", "counted_at")
    for name in ("moves", "spent"):
        op.drop_column("leadcore_orders", name)
