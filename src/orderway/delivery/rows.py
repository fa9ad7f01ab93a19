"""The table of addresses: every one that an order ever had, of which its row names the one that counts."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

# People's names, telephones and streets stand here and in no log: a log names the row.
delivery_address = Table(
    "delivery_address",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True),
    Column("order_id", UUID, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("notes", Text, nullable=False),
    Column("promised_at", MOMENT),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place"),
    CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="coordinates"),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    # The order's row names one of its own.
    UniqueConstraint("store_id", "order_id", "id"),
)
