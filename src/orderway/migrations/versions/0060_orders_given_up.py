"""Orders that were given up are counted on every page: from an index of them alone, built while people work."""

from collections.abc import Sequence

from alembic import op

revision: str = "0060"
down_revision: str | None = "0051"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APART = True


def upgrade() -> None:
    op.execute("DROP INDEX CONCURRENTLY IF EXISTS outbound_progress_dead_idx")
    op.execute(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS outbound_progress_dead_idx ON outbound_progress (store_id, order_id)"
        " WHERE dead_at IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX outbound_progress_dead_idx")
