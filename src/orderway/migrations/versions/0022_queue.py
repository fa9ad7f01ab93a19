"""A line is held in the parts of its order, and who is missing goods stands in the queue of their shelf."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

STATUSES = "status IN ('HELD', 'COMMITTED', 'RELEASED')"
STATUSES_WITH_MISSING = "status IN ('MISSING', 'HELD', 'COMMITTED', 'RELEASED')"

# Until now a line that was missing had no row: whoever waits for goods stands in line now, since their sale opened.
SHELVES = """
INSERT INTO stock (store_id, variant_id, quantity)
SELECT DISTINCT l.store_id, l.variant_id, 0 FROM order_line l
JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id AND o.fulfillment_type <> 'SERVICE'
JOIN sale s ON s.store_id = l.store_id AND s.order_id = l.order_id
ON CONFLICT DO NOTHING
"""
QUEUE = """
INSERT INTO reservation (store_id, line_id, part, order_id, variant_id, quantity, status, asked_at, moved_at)
SELECT l.store_id, l.id, 1, l.order_id, l.variant_id, l.quantity,
    CASE WHEN s.state IN ('COMPLETED', 'CANCELLED', 'EXPIRED', 'REFUNDED') THEN 'RELEASED' ELSE 'MISSING' END,
    s.created_at, s.moved_at
FROM order_line l
JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id AND o.fulfillment_type <> 'SERVICE'
JOIN sale s ON s.store_id = l.store_id AND s.order_id = l.order_id
ON CONFLICT DO NOTHING
"""
ASKED = """
UPDATE reservation r SET asked_at = s.created_at FROM sale s
WHERE s.store_id = r.store_id AND s.order_id = r.order_id
"""

# Lines of one shelf are held one after the other, each that fits in what those before it left.
TAKE = """
CREATE FUNCTION orderway_take(taken bigint, quantity bigint, free bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN quantity <= free - taken THEN taken + quantity ELSE taken END;
END $$
"""
FIRST_FIT = """
CREATE AGGREGATE orderway_first_fit(quantity bigint, free bigint) (
    SFUNC = orderway_take, STYPE = bigint, INITCOND = '0', PARALLEL = SAFE
)
"""

# Whoever makes goods free needs to tell nobody: where somebody waits for them, the workers hear of it.
WAKE = """
CREATE FUNCTION orderway_wake_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reservation r WHERE r.store_id = NEW.store_id AND r.variant_id = NEW.variant_id
            AND r.status = 'MISSING' AND r.quantity <= NEW.quantity - NEW.reserved
    ) THEN
        PERFORM pg_notify('orderway_goods', '');
    END IF;
    RETURN NULL;
END $$
"""
FREED = """
CREATE TRIGGER stock_freed AFTER UPDATE ON stock FOR EACH ROW
WHEN (NEW.quantity - NEW.reserved > OLD.quantity - OLD.reserved)
EXECUTE FUNCTION orderway_wake_queue()
"""


def upgrade() -> None:
    op.execute(TAKE)
    op.execute(FIRST_FIT)
    op.execute(WAKE)
    op.execute(FREED)
    part_of_lines()
    part_of_movements()


def part_of_lines() -> None:
    op.add_column("reservation", sa.Column("part", sa.SmallInteger, nullable=False, server_default="1"))
    op.add_column("reservation", sa.Column("asked_at", sa.DateTime(timezone=True)))
    op.execute(ASKED)
    op.alter_column("reservation", "part", server_default=None)
    op.alter_column("reservation", "asked_at", nullable=False)
    op.drop_constraint(op.f("reservation_pkey"), "reservation")
    op.create_primary_key(op.f("reservation_pkey"), "reservation", ["store_id", "line_id", "part"])
    op.create_check_constraint(op.f("reservation_part_check"), "reservation", "part > 0")
    recheck("reservation_status_check", "reservation", STATUSES_WITH_MISSING)
    op.execute(SHELVES)
    op.execute(QUEUE)
    op.create_index(
        "reservation_waiting_idx",
        "reservation",
        ["store_id", "variant_id", "asked_at", "order_id"],
        postgresql_include=["quantity"],
        postgresql_where="status = 'MISSING'",
    )


def part_of_movements() -> None:
    op.add_column("movement", sa.Column("part", sa.SmallInteger))
    op.execute("ALTER TABLE movement DISABLE TRIGGER movement_appended")
    op.execute("UPDATE movement SET part = 1 WHERE line_id IS NOT NULL")
    op.execute("ALTER TABLE movement ENABLE TRIGGER movement_appended")
    op.create_check_constraint(op.f("movement_part_check"), "movement", "(line_id IS NULL) = (part IS NULL)")
    op.drop_index("movement_store_id_line_id_sale_key", "movement")
    sold_once("movement_sale_key", ["store_id", "line_id", "part"])


def downgrade() -> None:
    op.drop_index("movement_sale_key", "movement")
    sold_once("movement_store_id_line_id_sale_key", ["store_id", "line_id"])
    op.drop_column("movement", "part")
    op.drop_index("reservation_waiting_idx", "reservation")
    op.execute("DELETE FROM reservation WHERE status = 'MISSING'")
    recheck("reservation_status_check", "reservation", STATUSES)
    op.drop_column("reservation", "part")
    op.drop_column("reservation", "asked_at")
    op.create_primary_key(op.f("reservation_pkey"), "reservation", ["store_id", "line_id"])
    op.execute("DROP TRIGGER stock_freed ON stock")
    op.execute("DROP FUNCTION orderway_wake_queue()")
    op.execute("DROP AGGREGATE orderway_first_fit(bigint, bigint)")
    op.execute("DROP FUNCTION orderway_take(bigint, bigint, bigint)")


def sold_once(name: str, columns: list[str]) -> None:
    op.create_index(name, "movement", columns, unique=True, postgresql_where="kind = 'SALE'")


def recheck(name: str, table: str, condition: str) -> None:
    op.drop_constraint(op.f(name), table)
    op.create_check_constraint(op.f(name), table, condition)
