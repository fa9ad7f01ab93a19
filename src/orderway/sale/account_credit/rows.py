"""The tables of the buyer's account: what each account holds, and the ledger that it is the sum of."""

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

# The running sum of the ledger: PostgreSQL adds each entry to it, and refuses any other change.
account_credit = Table(
    "account_credit",
    metadata,
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True),
    Column("customer_id", UUID, ForeignKey("customer.id"), primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("balance", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("balance >= 0", name="balance"),
    Index(None, "customer_id"),
    postgresql_with={"fillfactor": 70},
)

# REFUNDED onto the account (+), SPENT on an order (-), PAID_OUT to the buyer (-), which is of no order.
account_credit_entry = Table(
    "account_credit_entry",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("customer_id", UUID, nullable=False),
    Column("currency", Text, nullable=False),
    Column("order_id", UUID),
    Column("payment_id", UUID),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("note", Text),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint(
        "CASE kind WHEN 'REFUNDED' THEN amount > 0 AND num_nulls(order_id, payment_id) = 0"
        " WHEN 'SPENT' THEN amount < 0 AND num_nulls(order_id, payment_id) = 0"
        " WHEN 'PAID_OUT' THEN amount < 0 AND num_nonnulls(order_id, payment_id) = 0 AND note IS NOT NULL"
        " ELSE false END",
        name="kind",
    ),
    ForeignKeyConstraint(
        ["store_id", "customer_id", "currency"],
        ["account_credit.store_id", "account_credit.customer_id", "account_credit.currency"],
    ),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "payment_id"], ["payment.store_id", "payment.id"]),
    # An account is read newest first.
    Index(None, "store_id", "customer_id", "currency", "at", "id"),
    # A payment takes from the account once.
    Index("account_credit_entry_spent_key", "store_id", "payment_id", unique=True, postgresql_where="kind = 'SPENT'"),
    Index(None, "store_id", "payment_id"),
    # It goes with its order when that is archived.
    Index("account_credit_entry_order_idx", "store_id", "order_id", postgresql_where="order_id IS NOT NULL"),
)
