"""An archived order is found by its customer, and by the ids of its parts."""

from collections.abc import Sequence

from alembic import op

revision: str = "0047c"
down_revision: str | None = "0063"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APART = True
INDEXES = {
    "archived_order_customer_id_idx": "archived_order (customer_id)",
    "archived_order_parts_idx": "archived_order USING gin ((carried -> 'parts') jsonb_path_ops)",
}


def upgrade() -> None:
    for name, what in INDEXES.items():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {what}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
