"""Lists of what a rider brings are read from the ends of two indexes; an order that was parted says so of each part."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

LISTED = ("fulfillment_rider_id_listed_at_order_id_idx", ["rider_id", "listed_at", "order_id"])
STANDING = ("fulfillment_rider_id_state_listed_at_order_id_idx", ["rider_id", "state", "listed_at", "order_id"])
CUT_BY = ["store_id", "customer_id", "biller_id", "parted"]
ITS_RIDERS = "rider_id IS NOT NULL"

MARK = """
CREATE FUNCTION orderway_mark_parted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fulfillment SET parted = true WHERE store_id = NEW.store_id AND order_id = NEW.order_id AND NOT parted;
    RETURN NULL;
END $$
"""
MARKED = """
CREATE TRIGGER fulfillment_parted AFTER INSERT ON fulfillment FOR EACH ROW WHEN (NEW.part > 1)
EXECUTE FUNCTION orderway_mark_parted()
"""
FILL = """
UPDATE fulfillment f SET parted = true
FROM fulfillment e WHERE e.part > 1 AND f.store_id = e.store_id AND f.order_id = e.order_id
"""


def upgrade() -> None:
    op.add_column("fulfillment", sa.Column("parted", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(FILL)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute(MARK)
    op.execute(MARKED)
    op.execute("DROP INDEX fulfillment_rider_id_state_idx")
    op.execute("DROP INDEX fulfillment_rider_id_listed_at_order_id_idx")
    for name, columns in (LISTED, STANDING):
        op.create_index(name, "fulfillment", columns, postgresql_include=CUT_BY, postgresql_where=ITS_RIDERS)
    op.create_index("fulfillment_parted_idx", "fulfillment", LISTED[1], postgresql_where="parted")


def downgrade() -> None:
    for name in ("fulfillment_parted_idx", STANDING[0], LISTED[0]):
        op.execute(f"DROP INDEX {name}")
    op.create_index(LISTED[0], "fulfillment", LISTED[1], postgresql_where=ITS_RIDERS)
    op.create_index("fulfillment_rider_id_state_idx", "fulfillment", ["rider_id", "state"], postgresql_where=ITS_RIDERS)
    op.execute("DROP TRIGGER fulfillment_parted ON fulfillment")
    op.execute("DROP FUNCTION orderway_mark_parted()")
    op.drop_column("fulfillment", "parted")
