"""Where an order goes: its coordinates as columns that can be searched."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for name in ("latitude", "longitude"):
        place = sa.Computed(f"(delivery ->> '{name}'::text)::double precision", persisted=True)
        op.add_column("sale_order", sa.Column(name, sa.Double, place))
    op.create_index(
        "sale_order_store_id_latitude_longitude_idx",
        "sale_order",
        ["store_id", "latitude", "longitude"],
        postgresql_where="latitude IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("sale_order_store_id_latitude_longitude_idx", "sale_order")
    op.drop_column("sale_order", "longitude")
    op.drop_column("sale_order", "latitude")
