"""The table of the reconciliation inbox: what was parked, why, and the one way in which each was resolved."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.sale.rows import payment

MOMENT = DateTime(timezone=True)

# `holds`: the item itself holds the money, and no payment does. Whatever is about a confirmed payment holds none.
HOLDS = "amount > 0 AND kind IN ('orphan', 'short', 'over', 'duplicate', 'wrong_currency', 'unverified')"

# How a thing of each kind can end.
ENDS = """CASE WHEN holds THEN resolution IN ('attached', 'returned', 'accepted')
    WHEN kind IN ('late', 'surplus') THEN resolution IN ('attached', 'refunded', 'lost')
    WHEN kind = 'disputed' THEN resolution IN ('won', 'lost')
    ELSE resolution IN ('attached', 'dismissed') END"""

parked_money = Table(
    "parked_money",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("provider", Text, nullable=False),
    # The provider's own name of the movement of money, and ours of the payment.
    Column("transaction", Text),
    Column("reference", Text),
    # In minor units; below nothing for money that went out.
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("holds", Boolean, Computed(HOLDS, persisted=True), nullable=False),
    Column("event_id", UUID),
    # The order that it seems to belong to, and the payment that it is about.
    Column("store_id", UUID),
    Column("order_id", UUID),
    Column("payment_id", UUID),
    Column("parked_at", MOMENT, nullable=False),
    Column("why", Text, nullable=False),
    Column("resolution", Text),
    Column("resolved_at", MOMENT),
    Column("resolved_by", Text),
    Column("reason", Text),
    # What the bank or the provider calls the transfer by which money was sent back.
    Column("sent_reference", Text),
    Column("to_store_id", UUID),
    Column("to_order_id", UUID),
    Column("to_payment_id", UUID),
    CheckConstraint(
        "kind IN ('orphan', 'late', 'short', 'over', 'surplus', 'duplicate', 'wrong_currency', 'disputed', 'early',"
        " 'unverified')",
        name="kind",
    ),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("provider <> '' AND why <> ''", name="words"),
    CheckConstraint(
        "(store_id IS NULL) = (order_id IS NULL) AND (payment_id IS NULL OR order_id IS NOT NULL)", name="order"
    ),
    CheckConstraint("kind NOT IN ('late', 'surplus', 'disputed') OR payment_id IS NOT NULL", name="payment"),
    CheckConstraint(ENDS, name="resolution"),
    CheckConstraint(
        "num_nulls(resolution, resolved_at, resolved_by, reason) IN (0, 4)"
        " AND (sent_reference IS NULL OR resolution = 'returned')",
        name="resolved",
    ),
    CheckConstraint(
        "num_nulls(to_store_id, to_order_id, to_payment_id)"
        " = CASE WHEN resolution IN ('attached', 'accepted') THEN 0 ELSE 3 END",
        name="to",
    ),
    ForeignKeyConstraint(["event_id"], ["webhook_event.id"]),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "payment_id"], ["payment.store_id", "payment.id"]),
    ForeignKeyConstraint(["to_store_id", "to_order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["to_store_id", "to_payment_id"], ["payment.store_id", "payment.id"]),
    # The inbox is read newest first; ids sort by the time they were made.
    Index("parked_money_open_idx", "id", postgresql_where="resolution IS NULL"),
    Index(None, "store_id", "order_id"),
    Index(None, "provider", "reference"),
    # A movement of money is parked once, and a payment is late, paid too much or disputed in one open item at most.
    Index("parked_money_transaction_key", "provider", "transaction", unique=True, postgresql_where="holds"),
    Index(
        "parked_money_payment_key",
        "store_id",
        "payment_id",
        "kind",
        unique=True,
        postgresql_where="resolution IS NULL AND kind IN ('late', 'surplus', 'disputed')",
    ),
    # What became of an item is one payment, and a payment comes out of one item.
    Index(
        "parked_money_to_payment_key",
        "to_store_id",
        "to_payment_id",
        unique=True,
        postgresql_where="to_payment_id IS NOT NULL AND kind <> 'early'",
    ),
)

# Money that nobody can place may be meant for a payment that waits for just as much.
Index("payment_pending_amount_idx", payment.c.amount, postgresql_where="state = 'PENDING'")
