"""The ledger of what riders earned and were paid: rows are only ever added."""

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

# What a rider earned (+) by a delivery, was paid (-), and what was corrected (+ or -). PostgreSQL refuses what would
# leave less than nothing due.
rider_ledger = Table(
    "rider_ledger",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("order_id", UUID, nullable=False),
    Column("fulfillment_id", UUID, nullable=False),
    Column("rider_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("method", Text),
    Column("reference", Text),
    Column("reason", Text),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint(
        "CASE kind WHEN 'EARNED' THEN amount > 0 AND method IS NULL AND reason IS NULL"
        " WHEN 'PAID' THEN amount < 0 AND method IS NOT NULL AND reason IS NULL"
        " WHEN 'CORRECTED' THEN amount <> 0 AND method IS NULL AND reason IS NOT NULL ELSE false END",
        name="kind",
    ),
    CheckConstraint("method IN ('CASH', 'TRANSFER', 'MOBILE_MONEY')", name="method"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "fulfillment_id"], ["fulfillment.store_id", "fulfillment.id"]),
    Index(None, "store_id", "order_id"),
    Index(None, "store_id", "fulfillment_id", "rider_id"),
    # A rider's earnings are read newest first.
    Index(None, "rider_id", "at", "id"),
    # A delivery is earned once.
    Index("rider_ledger_earned_key", "store_id", "fulfillment_id", unique=True, postgresql_where="kind = 'EARNED'"),
)
