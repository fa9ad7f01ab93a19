"""What is open is listed from the end of an index too, and the day that was promised stands there to be compared."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ENDS = {
    "quotation": ("MUTUALLY_APPROVED", "REJECTED", "CANCELLED", "EXPIRED"),
    "sale": ("COMPLETED", "CANCELLED", "EXPIRED", "REFUNDED"),
    "fulfillment": ("COMPLETED", "REFUNDED", "CANCELLED", "FAILED"),
}
PROMISED = ("sale", "fulfillment")
"""What can be late: a quotation promises nothing yet."""

CUT_BY = ("order_id", "state", "store_id", "customer_id", "biller_id")

FILL = """
UPDATE {table} i SET promised_at = d.promised_at
FROM sale_order o JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id
WHERE o.store_id = i.store_id AND o.id = i.order_id AND d.promised_at IS NOT NULL
"""

# Whatever is written: it is the day of the address that counts. Addresses themselves never change.
KEEP = """
CREATE FUNCTION orderway_keep_promised_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.promised_at := (
        SELECT d.promised_at FROM sale_order o
        JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id
        WHERE o.store_id = NEW.store_id AND o.id = NEW.order_id
    );
    RETURN NEW;
END $$
"""
KEPT = """
CREATE TRIGGER {table}_promised_at BEFORE INSERT OR UPDATE OF promised_at ON {table} FOR EACH ROW
EXECUTE FUNCTION orderway_keep_promised_at()
"""

RENEW = """
CREATE FUNCTION orderway_renew_promised_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sale SET promised_at = NULL WHERE store_id = NEW.store_id AND order_id = NEW.id;
    UPDATE fulfillment SET promised_at = NULL WHERE store_id = NEW.store_id AND order_id = NEW.id;
    RETURN NULL;
END $$
"""
RENEWED = """
CREATE TRIGGER sale_order_promised_at AFTER UPDATE OF address_id ON sale_order FOR EACH ROW
WHEN (NEW.address_id IS DISTINCT FROM OLD.address_id) EXECUTE FUNCTION orderway_renew_promised_at()
"""


def upgrade() -> None:
    for table in PROMISED:
        op.add_column(table, sa.Column("promised_at", sa.DateTime(timezone=True)))
        op.execute(FILL.format(table=table))
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute(KEEP)
    op.execute(RENEW)
    op.execute(RENEWED)
    for table in PROMISED:
        op.execute(KEPT.format(table=table))
    for table in ENDS:
        if table in PROMISED:
            op.drop_index(f"{table}_standing_idx", table)
            index(f"{table}_standing_idx", table, "moved_at", *CUT_BY, "promised_at")
        index(f"{table}_open_idx", table, "listed_at", *CUT_BY, *(["promised_at"] if table in PROMISED else []))


def index(name: str, table: str, *columns: str) -> None:
    """Make an index of what is open."""
    among = ", ".join(f"'{end}'" for end in ENDS[table])
    op.create_index(name, table, [*columns], postgresql_where=f"state NOT IN ({among})")


def downgrade() -> None:
    for table in ENDS:
        op.drop_index(f"{table}_open_idx", table)
        if table in PROMISED:
            op.drop_index(f"{table}_standing_idx", table)
            index(f"{table}_standing_idx", table, "moved_at", *CUT_BY)
    op.execute("DROP TRIGGER sale_order_promised_at ON sale_order")
    for table in PROMISED:
        op.execute(f"DROP TRIGGER {table}_promised_at ON {table}")
    op.execute("DROP FUNCTION orderway_renew_promised_at()")
    op.execute("DROP FUNCTION orderway_keep_promised_at()")
    for table in PROMISED:
        op.drop_column(table, "promised_at")
