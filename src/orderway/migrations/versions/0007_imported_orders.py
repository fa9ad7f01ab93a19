"""What a source said of the orders that came from it, and what was found wrong with its facts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "imported_order",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.CheckConstraint("status <> ''", name=op.f("imported_order_status_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["sale_order.store_id", "sale_order.id"],
            name=op.f("imported_order_store_id_order_id_fkey"),
        ),
    )
    op.create_table(
        "import_finding",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["imported_order.store_id", "imported_order.order_id"],
            name=op.f("import_finding_store_id_order_id_fkey"),
        ),
    )
    op.create_index("import_finding_store_id_kind_idx", "import_finding", ["store_id", "kind"])


def downgrade() -> None:
    op.drop_table("import_finding")
    op.drop_table("imported_order")
