"""Lists by state are read from the end of an index, for everyone: what they go by stands beside the state."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = ("quotation", "sale", "fulfillment", "payment")
KEYS = ("store_id", "biller_id", "customer_id")
PLACE = ("state", "listed_at", "order_id")
ORDERS = {
    ("placed_at", "id"): ("store_id", "customer_id", "biller_id"),
    ("store_id", "placed_at", "id"): ("customer_id", "biller_id"),
    ("biller_id", "placed_at", "id"): ("store_id", "customer_id"),
    ("customer_id", "placed_at", "id"): ("store_id", "biller_id"),
}
"""What orders are listed by, and what else they are cut by."""

OF_RIDER = ["rider_id", "listed_at", "order_id"]

# What an order is never changed in is copied when an instance is born; a payment is listed by when it was registered.
KEEP = """
CREATE FUNCTION orderway_list_by_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT CASE TG_TABLE_NAME WHEN 'payment' THEN NEW.created_at ELSE o.placed_at END, o.customer_id, o.biller_id
    INTO NEW.listed_at, NEW.customer_id, NEW.biller_id
    FROM sale_order o WHERE o.store_id = NEW.store_id AND o.id = NEW.order_id;
    RETURN NEW;
END $$
"""
KEPT = """
CREATE TRIGGER {table}_listed BEFORE INSERT OR UPDATE OF listed_at, customer_id, biller_id ON {table} FOR EACH ROW
EXECUTE FUNCTION orderway_list_by_order()
"""
FILL = """
UPDATE {table} i SET listed_at = {at}, customer_id = o.customer_id, biller_id = o.biller_id
FROM sale_order o WHERE o.store_id = i.store_id AND o.id = i.order_id
"""


def upgrade() -> None:
    op.execute(KEEP)
    for table in TABLES:
        op.execute(f"DROP INDEX {table}_state_moved_at_idx")
        op.add_column(table, sa.Column("listed_at", sa.DateTime(timezone=True)))
        op.add_column(table, sa.Column("customer_id", UUID))
        op.add_column(table, sa.Column("biller_id", UUID))
        op.execute(FILL.format(table=table, at="i.created_at" if table == "payment" else "o.placed_at"))
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        op.alter_column(table, "listed_at", nullable=False)
        op.alter_column(table, "customer_id", nullable=False)
        op.create_index(f"{table}_{'_'.join(PLACE)}_idx", table, [*PLACE])
        for key in KEYS:
            op.create_index(f"{table}_{key}_{'_'.join(PLACE)}_idx", table, [key, *PLACE])
        op.execute(KEPT.format(table=table))
    op.create_index(
        "fulfillment_rider_id_listed_at_order_id_idx", "fulfillment", OF_RIDER,
        postgresql_where="rider_id IS NOT NULL",
    )  # fmt: skip
    op.create_index(
        "sale_order_number_beginning_idx", "sale_order",
        ["store_id", sa.text("lower(number) text_pattern_ops"), "placed_at", "id"],
        postgresql_include=["number", "customer_id", "biller_id"],
    )  # fmt: skip
    op.create_index("outbox_store_id_at_order_id_number_idx", "outbox", ["store_id", "at", "order_id", "number"])
    for columns, included in ORDERS.items():
        name = f"sale_order_{'_'.join(columns)}_idx"
        op.execute(f"DROP INDEX {name}")
        op.create_index(name, "sale_order", [*columns], postgresql_include=[*included])


def downgrade() -> None:
    for columns in ORDERS:
        name = f"sale_order_{'_'.join(columns)}_idx"
        op.execute(f"DROP INDEX {name}")
        op.create_index(name, "sale_order", [*columns])
    op.execute("DROP INDEX outbox_store_id_at_order_id_number_idx")
    op.execute("DROP INDEX sale_order_number_beginning_idx")
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_listed ON {table}")
        for column in ("listed_at", "customer_id", "biller_id"):
            op.drop_column(table, column)
        op.create_index(f"{table}_state_moved_at_idx", table, ["state", "moved_at"])
    op.execute("DROP FUNCTION orderway_list_by_order()")
