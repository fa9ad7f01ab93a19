"""Lists of orders, newest first: an index for each way in which a viewer's scope cuts them."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

SCOPES = ("store_id", "biller_id", "customer_id")


def upgrade() -> None:
    op.drop_index("sale_order_placed_at_idx", "sale_order")
    op.drop_index("sale_order_store_id_customer_id_placed_at_idx", "sale_order")
    op.create_index("sale_order_placed_at_id_idx", "sale_order", ["placed_at", "id"])
    for scope in SCOPES:
        op.create_index(f"sale_order_{scope}_placed_at_id_idx", "sale_order", [scope, "placed_at", "id"])


def downgrade() -> None:
    for scope in SCOPES:
        op.drop_index(f"sale_order_{scope}_placed_at_id_idx", "sale_order")
    op.drop_index("sale_order_placed_at_id_idx", "sale_order")
    op.create_index(
        "sale_order_store_id_customer_id_placed_at_idx", "sale_order", ["store_id", "customer_id", "placed_at"]
    )
    op.create_index("sale_order_placed_at_idx", "sale_order", ["placed_at"])
