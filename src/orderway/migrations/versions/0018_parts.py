"""An order may have several fulfillments, its parts, which are numbered."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    part = sa.Computed("coalesce((context ->> 'part'::text)::smallint, 1::smallint)", persisted=True)
    op.add_column("fulfillment", sa.Column("part", sa.SmallInteger, part, nullable=False))
    op.drop_constraint(op.f("fulfillment_store_id_order_id_key"), "fulfillment")
    op.create_unique_constraint(
        op.f("fulfillment_store_id_order_id_part_key"), "fulfillment", ["store_id", "order_id", "part"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fulfillment_store_id_order_id_part_key"), "fulfillment")
    op.create_unique_constraint(op.f("fulfillment_store_id_order_id_key"), "fulfillment", ["store_id", "order_id"])
    op.drop_column("fulfillment", "part")
