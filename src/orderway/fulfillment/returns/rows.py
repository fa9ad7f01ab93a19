"""The tables of returns: what was asked back of a fulfillment, what was decided, and what came of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKeyConstraint, Index, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

# `answer` is why it was rejected; `refunded`, in minor units, is null until the price of what came was judged.
sales_return = Table(
    "sales_return",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True),
    Column("order_id", UUID, nullable=False),
    Column("fulfillment_id", UUID, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("requested_at", MOMENT, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("accepted_at", MOMENT),
    Column("accepted_by", Text),
    Column("closed_at", MOMENT),
    Column("closed_by", Text),
    Column("answer", Text),
    Column("refunded", BigInteger),
    Column("refunded_to", Text),
    Column("refunded_at", MOMENT),
    CheckConstraint("status IN ('REQUESTED', 'ACCEPTED', 'RECEIVED', 'REJECTED')", name="status"),
    CheckConstraint("status <> 'ACCEPTED' OR accepted_at IS NOT NULL", name="accepted_at"),
    CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by"),
    CheckConstraint("(status IN ('REQUESTED', 'ACCEPTED')) = (closed_at IS NULL)", name="closed_at"),
    CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by"),
    CheckConstraint("(status = 'REJECTED') = (answer IS NOT NULL)", name="answer"),
    CheckConstraint("refunded_at IS NULL OR status = 'RECEIVED' AND refunded >= 0", name="refunded"),
    CheckConstraint("num_nulls(refunded, refunded_to, refunded_at) IN (0, 3)", name="refunded_at"),
    CheckConstraint("refunded_to IN ('PAYMENT', 'ACCOUNT')", name="refunded_to"),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "fulfillment_id"], ["fulfillment.store_id", "fulfillment.id"]),
    Index(None, "store_id", "order_id"),
    Index(
        "sales_return_open_key",
        "store_id",
        "fulfillment_id",
        unique=True,
        postgresql_where="status = ANY (ARRAY['REQUESTED', 'ACCEPTED'])",
    ),
    # Lists show the newest first.
    Index(None, "requested_at", "id"),
)

return_line = Table(
    "return_line",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("return_id", UUID, primary_key=True),
    Column("line_id", UUID, primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
    ForeignKeyConstraint(["store_id", "return_id"], ["sales_return.store_id", "sales_return.id"]),
    ForeignKeyConstraint(["store_id", "line_id"], ["order_line.store_id", "order_line.id"]),
    Index(None, "store_id", "line_id"),
)

# What of it came, and how: pieces of one line may come back in both conditions. What did not come has no row.
returned_goods = Table(
    "returned_goods",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("return_id", UUID, primary_key=True),
    Column("line_id", UUID, primary_key=True),
    Column("condition", Text, primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("condition IN ('SELLABLE', 'DAMAGED')", name="condition"),
    ForeignKeyConstraint(
        ["store_id", "return_id", "line_id"],
        ["return_line.store_id", "return_line.return_id", "return_line.line_id"],
    ),
    Index(None, "store_id", "line_id"),
)
