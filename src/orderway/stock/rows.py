"""The tables of stock: what lies in a store, what is held of it for which order line, and how it came and went."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

stock = Table(
    "stock",
    metadata,
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True),
    Column("variant_id", UUID, ForeignKey("variant.id"), primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False, server_default="0"),
    # Whatever the code forgets: nobody sells what is not there.
    CheckConstraint("0 <= reserved AND reserved <= quantity", name="reserved"),
    postgresql_with={"fillfactor": 70},
)

reservation = Table(
    "reservation",
    metadata,
    Column("store_id", UUID, primary_key=True),
    # One reservation for each line: holding twice holds once.
    Column("line_id", UUID, primary_key=True),
    Column("order_id", UUID, nullable=False),
    Column("variant_id", UUID, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("moved_at", MOMENT, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("status IN ('HELD', 'COMMITTED', 'RELEASED')", name="status"),
    ForeignKeyConstraint(["store_id", "line_id"], ["order_line.store_id", "order_line.id"]),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "variant_id"], ["stock.store_id", "stock.variant_id"]),
    Index(None, "store_id", "order_id"),
    postgresql_with={"fillfactor": 70},
)

movement = Table(
    "movement",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("variant_id", UUID, nullable=False),
    Column("kind", Text, nullable=False),
    # Signed: what came is positive, what went is negative.
    Column("quantity", BigInteger, nullable=False),
    Column("order_id", UUID),
    Column("line_id", UUID),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    Column("note", Text),
    CheckConstraint(
        "CASE kind WHEN 'PURCHASE' THEN quantity > 0 WHEN 'RETURN_SALE' THEN quantity > 0 WHEN 'SALE' THEN quantity < 0"
        " WHEN 'TRANSFER' THEN quantity <> 0 WHEN 'ADJUSTMENT' THEN quantity <> 0 ELSE false END",
        name="kind",
    ),
    CheckConstraint("kind <> 'SALE' OR (line_id IS NOT NULL AND order_id IS NOT NULL)", name="sale"),
    ForeignKeyConstraint(["store_id", "variant_id"], ["stock.store_id", "stock.variant_id"]),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "line_id"], ["order_line.store_id", "order_line.id"]),
    Index(None, "store_id", "variant_id", "at"),
    Index(None, "store_id", "order_id"),
    # A line is sold once.
    Index("movement_store_id_line_id_sale_key", "store_id", "line_id", unique=True, postgresql_where="kind = 'SALE'"),
)
