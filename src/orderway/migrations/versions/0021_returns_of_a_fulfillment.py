"""Returns are of a fulfillment: accepted by somebody, received, and their price judged."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)

# Until now an order had one fulfillment, and a return was refunded before the next one was asked for: the returns of an
# order and what its log says of them follow one another in the same order.
CARRY_OVER = """
WITH closed AS (
    SELECT store_id, order_id, coalesce(on_behalf_of, actor) AS author, reason,
        row_number() OVER (PARTITION BY store_id, order_id ORDER BY step) AS nth
    FROM transition_log WHERE machine = 'fulfillment' AND event IN ('RETURN_RECEIVED', 'RETURN_REJECTED')
), refunded AS (
    SELECT store_id, order_id, (payload ->> 'amount')::bigint AS amount, at,
        row_number() OVER (PARTITION BY store_id, order_id ORDER BY step) AS nth
    FROM transition_log WHERE machine = 'fulfillment' AND event = 'REFUND_ISSUED'
), kept AS (
    SELECT store_id, order_id, id, status,
        row_number() OVER (PARTITION BY store_id, order_id ORDER BY requested_at, id) AS nth,
        count(*) FILTER (WHERE status = 'RECEIVED')
            OVER (PARTITION BY store_id, order_id ORDER BY requested_at, id) AS nth_received
    FROM sales_return
)
UPDATE sales_return r SET
    fulfillment_id = f.id,
    closed_by = c.author,
    answer = CASE WHEN r.status = 'REJECTED' THEN coalesce(c.reason, '') END,
    refunded = p.amount,
    refunded_to = CASE WHEN p.amount IS NOT NULL THEN 'PAYMENT' END,
    refunded_at = p.at
FROM kept k
JOIN fulfillment f ON f.store_id = k.store_id AND f.order_id = k.order_id AND f.part = 1
LEFT JOIN closed c ON c.store_id = k.store_id AND c.order_id = k.order_id AND c.nth = k.nth
LEFT JOIN refunded p ON p.store_id = k.store_id AND p.order_id = k.order_id AND p.nth = k.nth_received
    AND k.status = 'RECEIVED'
WHERE r.store_id = k.store_id AND r.id = k.id
"""

CHECKS = (
    ("status", "status IN ('REQUESTED', 'ACCEPTED', 'RECEIVED', 'REJECTED')"),
    ("accepted_at", "status <> 'ACCEPTED' OR accepted_at IS NOT NULL"),
    ("accepted_by", "(accepted_at IS NULL) = (accepted_by IS NULL)"),
    ("closed_at", "(status IN ('REQUESTED', 'ACCEPTED')) = (closed_at IS NULL)"),
    ("closed_by", "(closed_at IS NULL) = (closed_by IS NULL)"),
    ("answer", "(status = 'REJECTED') = (answer IS NOT NULL)"),
    ("refunded", "refunded_at IS NULL OR status = 'RECEIVED' AND refunded >= 0"),
    ("refunded_at", "num_nulls(refunded, refunded_to, refunded_at) IN (0, 3)"),
    ("refunded_to", "refunded_to IN ('PAYMENT', 'ACCOUNT')"),
)

COLUMNS: dict[str, Any] = {
    "fulfillment_id": UUID,
    "accepted_at": MOMENT,
    "accepted_by": sa.Text,
    "closed_by": sa.Text,
    "answer": sa.Text,
    "refunded": sa.BigInteger,
    "refunded_to": sa.Text,
    "refunded_at": MOMENT,
}


def upgrade() -> None:
    for name in ("status", "closed_at"):
        op.drop_constraint(op.f(f"sales_return_{name}_check"), "sales_return")
    op.drop_index("sales_return_open_key", "sales_return")
    for name, kind in COLUMNS.items():
        op.add_column("sales_return", sa.Column(name, kind))
    op.execute(CARRY_OVER)
    op.alter_column("sales_return", "fulfillment_id", nullable=False)
    for name, condition in CHECKS:
        op.create_check_constraint(op.f(f"sales_return_{name}_check"), "sales_return", condition)
    op.create_foreign_key(
        op.f("sales_return_store_id_fulfillment_id_fkey"),
        "sales_return",
        "fulfillment",
        ["store_id", "fulfillment_id"],
        ["store_id", "id"],
    )
    op.create_index(
        "sales_return_open_key",
        "sales_return",
        ["store_id", "fulfillment_id"],
        unique=True,
        postgresql_where="status = ANY (ARRAY['REQUESTED', 'ACCEPTED'])",
    )
    op.create_index("sales_return_requested_at_id_idx", "sales_return", ["requested_at", "id"])
    op.create_index("returned_goods_store_id_line_id_idx", "returned_goods", ["store_id", "line_id"])


def downgrade() -> None:
    op.drop_index("returned_goods_store_id_line_id_idx", "returned_goods")
    op.drop_index("sales_return_requested_at_id_idx", "sales_return")
    op.drop_index("sales_return_open_key", "sales_return")
    for name, _ in CHECKS:
        op.drop_constraint(op.f(f"sales_return_{name}_check"), "sales_return")
    # What was accepted waits for its goods, as what was asked for.
    op.execute("UPDATE sales_return SET status = 'REQUESTED' WHERE status = 'ACCEPTED'")
    for name in reversed(COLUMNS):
        op.drop_column("sales_return", name)
    op.create_check_constraint(
        op.f("sales_return_status_check"), "sales_return", "status IN ('REQUESTED', 'RECEIVED', 'REJECTED')"
    )
    op.create_check_constraint(
        op.f("sales_return_closed_at_check"), "sales_return", "(status = 'REQUESTED') = (closed_at IS NULL)"
    )
    op.create_index(
        "sales_return_open_key",
        "sales_return",
        ["store_id", "order_id"],
        unique=True,
        postgresql_where="status = 'REQUESTED'",
    )
