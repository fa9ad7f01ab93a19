"""What was read of each order of the predecessor is kept, with what came of it; what is in doubt waits for a person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "legacy_order",
        sa.Column("theirs", sa.Text, primary_key=True),
        sa.Column("store_id", UUID),
        sa.Column("order_id", UUID),
        sa.Column("came", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("verdict", JSONB, nullable=False),
        sa.Column("moves", ARRAY(sa.Text), nullable=False),
        sa.Column("stood", MOMENT, nullable=False),
        sa.Column("run", UUID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("came IN ('IN', 'RESTS', 'REWRITTEN', 'FAILED')", name=op.f("legacy_order_came_check")),
        sa.CheckConstraint("(store_id IS NULL) = (order_id IS NULL)", name=op.f("legacy_order_ours_check")),
        sa.CheckConstraint("came = 'FAILED' OR order_id IS NOT NULL", name=op.f("legacy_order_is_in_check")),
        sa.CheckConstraint("(came = 'IN') = (why IS NULL)", name=op.f("legacy_order_why_check")),
    )
    op.create_index("legacy_order_store_id_order_id_idx", "legacy_order", ["store_id", "order_id"])
    op.create_index("legacy_order_came_idx", "legacy_order", ["came"], postgresql_where="came <> 'IN'")
    op.create_table(
        "import_review",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("evidence", JSONB, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", UUID, sa.ForeignKey("person.id", name=op.f("import_review_decided_by_fkey"))),
        sa.Column("decision", sa.Text),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint("kind <> ''", name=op.f("import_review_kind_check")),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name=op.f("import_review_decided_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["imported_order.store_id", "imported_order.order_id"],
            name=op.f("import_review_store_id_order_id_fkey"),
        ),
    )
    op.create_index(
        "import_review_open_idx", "import_review", ["opened_at", "order_id"], postgresql_where="decided_at IS NULL"
    )


def downgrade() -> None:
    op.drop_table("import_review")
    op.drop_table("legacy_order")
