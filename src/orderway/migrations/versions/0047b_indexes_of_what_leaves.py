"""What names an order's rows is looked up by them when they leave."""

from collections.abc import Sequence

from alembic import op

revision: str = "0047b"
down_revision: str | None = "0047"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APART = True
INDEXES = {
    "account_credit_entry_order_idx": "account_credit_entry (store_id, order_id) WHERE order_id IS NOT NULL",
    "return_line_store_id_line_id_idx": "return_line (store_id, line_id)",
}


def upgrade() -> None:
    for name, what in INDEXES.items():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {what}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
