"""The tables of what is brought to the buyer: the fulfillment's life, riders' interests and coverage, and returns."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import lifecycle

MOMENT = DateTime(timezone=True)


RIDER = "(context ->> 'rider'::text)::uuid"
"""The rider of the context, as a column that can be looked up."""

DELIVERY = "(context ->> 'fulfillment'::text)::uuid"
"""The fulfillment that an offer is for."""

PART = "coalesce((context ->> 'part'::text)::smallint, 1::smallint)"
"""Which of the order's fulfillments it is; those from before an order could have several are its first."""

SOUGHT = "state = 'AWAITING_RIDER_SELECTION'"
"""A rider is sought for it."""


fulfillment = lifecycle(
    "fulfillment",
    Column("rider_id", UUID, Computed(RIDER, persisted=True)),
    Column("part", SmallInteger, Computed(PART, persisted=True), nullable=False),
    UniqueConstraint("store_id", "order_id", "part"),
    ForeignKeyConstraint(["rider_id"], ["person.id"]),
    Index(None, "rider_id", "state", postgresql_where="rider_id IS NOT NULL"),
    # What a store seeks a rider for, the newest need first.
    Index("fulfillment_sought_idx", "store_id", "moved_at", "id", postgresql_where=SOUGHT),
)

rider_interest = lifecycle(
    "rider_interest",
    Column("rider_id", UUID, Computed(RIDER, persisted=True), nullable=False),
    Column("fulfillment_id", UUID, Computed(DELIVERY, persisted=True), nullable=False),
    # One row for each fulfillment and rider, one rider assigned.
    UniqueConstraint("store_id", "fulfillment_id", "rider_id"),
    ForeignKeyConstraint(["rider_id"], ["person.id"]),
    ForeignKeyConstraint(["store_id", "fulfillment_id"], ["fulfillment.store_id", "fulfillment.id"]),
    Index(None, "rider_id", "moved_at", "id"),
    Index(None, "store_id", "order_id"),
    Index(
        "rider_interest_assigned_key", "store_id", "fulfillment_id", unique=True, postgresql_where="state = 'ASSIGNED'"
    ),
)

rider_coverage = Table(
    "rider_coverage",
    metadata,
    Column("rider_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True, index=True),
    # Kilometres around the store; all of them where it is null.
    Column("radius_km", Double),
    CheckConstraint("radius_km > 0", name="radius_km"),
)

sales_return = Table(
    "sales_return",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True),
    Column("order_id", UUID, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("requested_at", MOMENT, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("closed_at", MOMENT),
    CheckConstraint("status IN ('REQUESTED', 'RECEIVED', 'REJECTED')", name="status"),
    CheckConstraint("(status = 'REQUESTED') = (closed_at IS NULL)", name="closed_at"),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    Index(None, "store_id", "order_id"),
    Index("sales_return_open_key", "store_id", "order_id", unique=True, postgresql_where="status = 'REQUESTED'"),
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
)

# What of it came, and how: pieces of one line may come back in both conditions.
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
)
