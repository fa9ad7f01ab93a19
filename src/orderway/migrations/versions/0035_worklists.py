"""Orders are listed by how long they have stood where they stand, found by phone and reference, and views are saved."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ENDS = {
    "quotation": ("MUTUALLY_APPROVED", "REJECTED", "CANCELLED", "EXPIRED"),
    "sale": ("COMPLETED", "CANCELLED", "EXPIRED", "REFUNDED"),
    "fulfillment": ("COMPLETED", "REFUNDED", "CANCELLED", "FAILED"),
}

CUT_BY = ("moved_at", "order_id", "state", "store_id", "customer_id", "biller_id")


def upgrade() -> None:
    for table, ends in ENDS.items():
        among = ", ".join(f"'{end}'" for end in ends)
        op.create_index(f"{table}_standing_idx", table, [*CUT_BY], postgresql_where=f"state NOT IN ({among})")
    op.create_index(
        "customer_phone_end_idx", "customer", [sa.text("reverse(phone) text_pattern_ops")],
        postgresql_where="phone IS NOT NULL",
    )  # fmt: skip
    op.create_index(
        "payment_reference_beginning_idx", "payment_reference", [sa.text("lower(reference) text_pattern_ops")]
    )
    op.create_table(
        "saved_view",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("person_id", UUID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", "name"),
        sa.CheckConstraint("name <> ''", name="name"),
    )
    op.create_index("saved_view_shared_idx", "saved_view", ["name", "id"], postgresql_where="shared")


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_index("payment_reference_beginning_idx", "payment_reference")
    op.drop_index("customer_phone_end_idx", "customer")
    for table in ENDS:
        op.drop_index(f"{table}_standing_idx", table)
