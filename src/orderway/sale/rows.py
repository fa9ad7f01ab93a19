"""The tables of money: the sale's life, its overrides and payments, and the ledgers of credit and of refunds due."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, UUID

from orderway.database import metadata
from orderway.workflow.rows import lifecycle, listed, promised, standing

MOMENT = DateTime(timezone=True)


def of_context(name: str, column_type: type[BigInteger | Text] = Text) -> Column[object]:
    """A column that shows a field of the context, so that the two can not differ."""
    taken = f"context ->> '{name}'::text"
    computed = Computed(taken if column_type is Text else f"({taken})::bigint", persisted=True)
    return Column(name, column_type, computed, nullable=False)


# Payments from before there were reversals say nothing of them.
REVERSED = Computed("coalesce((context ->> 'reversed'::text)::bigint, 0)", persisted=True)

sale = lifecycle(
    "sale",
    *listed(),
    UniqueConstraint("store_id", "order_id"),
    promised(),
    *standing("sale", "COMPLETED", "CANCELLED", "EXPIRED", "REFUNDED", also=["promised_at"]),
)

override_request = lifecycle(
    "override_request",
    of_context("kind"),
    CheckConstraint("kind IN ('ADMIN', 'CREDIT_LIMIT')", name="kind"),
    Index(None, "store_id", "order_id"),
    Index(None, "created_at", "id"),
    Index(None, "state", "moved_at"),
    # One question at a time: whoever decides sees the newest numbers.
    Index(
        "override_request_pending_key",
        "store_id",
        "order_id",
        "kind",
        unique=True,
        postgresql_where="state = 'PENDING'",
    ),
)

payment = lifecycle(
    "payment",
    *listed(),
    of_context("provider"),
    of_context("reference"),
    of_context("method"),
    of_context("amount", BigInteger),
    of_context("refunded", BigInteger),
    Column("reversed", BigInteger, REVERSED, nullable=False),
    of_context("currency"),
    of_context("buyer_kind"),
    UniqueConstraint("store_id", "provider", "reference"),
    CheckConstraint("provider <> '' AND reference <> ''", name="reference"),
    CheckConstraint("refunded >= 0 AND reversed >= 0 AND refunded + reversed <= amount", name="amount"),
    CheckConstraint("buyer_kind IN ('CONSUMER', 'RESELLER')", name="buyer_kind"),
    Index(None, "store_id", "order_id"),
)

# Which payment a provider's reference is of: one in all stores. No foreign key names the payment: what was given stays
# given when its order is archived.
payment_reference = Table(
    "payment_reference",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("store_id", UUID, nullable=False),
    Column("payment_id", UUID, nullable=False),
    Index(None, "store_id", "payment_id", unique=True),
    # An order is found by the beginning of the reference of one of its payments, in any case of letters.
    Index("payment_reference_beginning_idx", text("lower(reference) text_pattern_ops")),
)

# What the company owes the buyer of an order: owed (+), paid out (-), money that came for no living sale (+), and what
# a provider took back of money that no living sale counts (-), or gave back again (+).
payable = Table(
    "payable",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("order_id", UUID, nullable=False),
    Column("payment_id", UUID),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint(
        "CASE kind WHEN 'OWED' THEN amount <> 0 AND payment_id IS NULL"
        " WHEN 'PAID_OUT' THEN amount < 0 AND payment_id IS NOT NULL"
        " WHEN 'UNALLOCATED' THEN amount > 0 AND payment_id IS NOT NULL"
        " WHEN 'LOST' THEN amount <> 0 AND payment_id IS NOT NULL ELSE false END",
        name="kind",
    ),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "payment_id"], ["payment.store_id", "payment.id"]),
    Index(None, "store_id", "order_id"),
    # A payment is set aside once.
    Index("payable_unallocated_key", "store_id", "payment_id", unique=True, postgresql_where="kind = 'UNALLOCATED'"),
)

# The ladder of earned credit: from `minimum` of earned credit on, at most `maximum` may be owed (minor units).
credit_tier = Table(
    "credit_tier",
    metadata,
    Column("currency", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("minimum", BigInteger, nullable=False),
    Column("maximum", BigInteger, nullable=False),
    UniqueConstraint("currency", "minimum"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("minimum >= 0 AND maximum >= 0", name="amounts"),
)

credit_profile = Table(
    "credit_profile",
    metadata,
    Column("customer_id", UUID, ForeignKey("customer.id"), primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("policy", Text, nullable=False),
    # Given by hand; who earns credit is in the tier that they earned.
    Column("tier", Text),
    Column("custom_limit", BigInteger),
    # The running sum of the customer's ledger: PostgreSQL adds each entry to it, and refuses any other change.
    Column("exposure", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("policy IN ('EARNED', 'FIXED')", name="policy"),
    CheckConstraint("(policy = 'FIXED') = (tier IS NOT NULL)", name="tier"),
    CheckConstraint("custom_limit >= 0", name="custom_limit"),
    CheckConstraint("exposure >= 0", name="exposure"),
    postgresql_with={"fillfactor": 70},
)

# Who changed what a customer may owe, and why; `before` is null where the account was opened by it.
credit_terms_change = Table(
    "credit_terms_change",
    metadata,
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("customer_id", UUID, ForeignKey("customer.id"), nullable=False),
    Column("currency", Text, nullable=False),
    Column("before", JSON),
    Column("after", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    Index(None, "customer_id", "currency", "at"),
)

# Who changed the ladder, and why; a rung is added where there is no `before`, and removed where there is no `after`.
credit_tier_change = Table(
    "credit_tier_change",
    metadata,
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("currency", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("reason", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name="change"),
    Index(None, "currency", "at"),
)

credit_entry = Table(
    "credit_entry",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("order_id", UUID, nullable=False),
    Column("customer_id", UUID, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("amount <> 0", name="amount"),
    ForeignKeyConstraint(["customer_id", "currency"], ["credit_profile.customer_id", "credit_profile.currency"]),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    # A customer's ledger is read newest first.
    Index(None, "customer_id", "currency", "at", "id"),
    Index(None, "store_id", "order_id"),
)

customer_sales_agg = Table(
    "customer_sales_agg",
    metadata,
    Column("customer_id", UUID, ForeignKey("customer.id"), primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("sales", Integer, nullable=False),
    Column("cumulative", BigInteger, nullable=False),
    Column("earned", BigInteger, Computed("cumulative / 100", persisted=True), nullable=False),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("sales >= 0 AND cumulative >= 0", name="sums"),
    postgresql_with={"fillfactor": 70},
)
