"""People comment on orders, for the seller's side alone or for both."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "order_comment",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person_id", UUID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("for_buyer", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name="text"),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id", "number"], ["outbox.store_id", "outbox.order_id", "outbox.number"]
        ),
    )


def downgrade() -> None:
    op.drop_table("order_comment")
