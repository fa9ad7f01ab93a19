"""The tables of what is offered: the quotation's life, and the lines of its order."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import lifecycle, listed, standing

quotation = lifecycle(
    "quotation",
    *listed(),
    UniqueConstraint("store_id", "order_id"),
    *standing("quotation", "MUTUALLY_APPROVED", "REJECTED", "CANCELLED", "EXPIRED"),
)

order_number = Sequence("sale_order_number", metadata=metadata)
"""Numbers the orders that come without a number of their own; gaps are no harm."""

order_line = Table(
    "order_line",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("order_id", UUID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("variant_id", UUID, ForeignKey("variant.id"), nullable=False),
    Column("description", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    # Minor units of the order's currency: the price of one piece; discount, tax and freight of the whole line.
    Column("unit_price", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("freight", BigInteger, nullable=False),
    Column(
        "total",
        BigInteger,
        Computed("quantity * unit_price - discount + tax + freight", persisted=True),
        nullable=False,
    ),
    # What the catalogue asked for one piece; a unit price that differs was set by hand. None where no catalogue did.
    Column("list_price", BigInteger),
    # Basis points of what the line costs after its discount.
    Column("tax_rate", Integer, nullable=False, server_default="0"),
    UniqueConstraint("store_id", "order_id", "position"),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    CheckConstraint("position > 0", name="position"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("unit_price >= 0 AND tax >= 0 AND freight >= 0", name="amounts"),
    CheckConstraint("discount BETWEEN 0 AND quantity * unit_price", name="discount"),
    CheckConstraint("list_price >= 0", name="list_price"),
    CheckConstraint("tax_rate BETWEEN 0 AND 10000", name="tax_rate"),
)
