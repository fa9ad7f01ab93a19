"""The table of what providers reported: each event as it came, what it says in our words, and what became of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSON, UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

webhook_event = Table(
    "webhook_event",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    # As it came, for whoever has to prove it; of the headers only those that prove, and no secret.
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSON, nullable=False),
    # What it says, in our words (provider.News).
    Column("kind", Text, nullable=False),
    Column("transaction", Text),
    Column("reference", Text),
    Column("order_ref", Text),
    Column("subject", Text),
    Column("amount", BigInteger),
    Column("major", Numeric),
    Column("total", BigInteger),
    Column("currency", Text),
    Column("method", Text, nullable=False),
    Column("reason", Text),
    Column("occurred_at", MOMENT),
    Column("needs_verification", Boolean, nullable=False),
    # Whose payments it may be about, where the address that it was sent to says so.
    Column("buyer_kind", Text),
    # What became of it. Without a bucket it is stored and not yet applied: a worker takes it up when it is due.
    Column("bucket", Text),
    Column("why", Text),
    # No foreign key names its order and its payment: the report stays when they are archived.
    Column("store_id", UUID),
    Column("order_id", UUID),
    Column("payment_id", UUID),
    Column("settled_at", MOMENT),
    Column("due_at", MOMENT),
    # The movement of money that this event alone stands for: whatever else tells of it changes nothing.
    Column("movement", Text),
    UniqueConstraint("provider", "event_id"),
    CheckConstraint("bucket IN ('applied', 'already applied', 'parked', 'ignored')", name="bucket"),
    CheckConstraint(
        "(bucket IS NULL) = (settled_at IS NULL) AND (bucket IS NULL) = (due_at IS NOT NULL)"
        " AND (bucket IS NULL OR why <> '')",
        name="settled",
    ),
    CheckConstraint("buyer_kind IN ('CONSUMER', 'RESELLER')", name="buyer_kind"),
    CheckConstraint(
        "(store_id IS NULL) = (order_id IS NULL) AND (payment_id IS NULL OR order_id IS NOT NULL)", name="order"
    ),
    Index("webhook_event_movement_key", "provider", "movement", unique=True, postgresql_where="movement IS NOT NULL"),
    Index("webhook_event_subject_idx", "provider", "subject", postgresql_where="subject IS NOT NULL"),
    Index("webhook_event_payment_idx", "store_id", "payment_id", postgresql_where="payment_id IS NOT NULL"),
    Index("webhook_event_due_idx", "due_at", postgresql_where="bucket IS NULL"),
    postgresql_with={"fillfactor": 70},
)
