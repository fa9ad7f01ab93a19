"""The tables around customers: what changed of each, who applied as a reseller, and what was decided."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

# Rows are only ever added.
customer_change = Table(
    "customer_change",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("customer_id", UUID, ForeignKey("customer.id"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("was", Text),
    Column("became", Text),
    Column("reason", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    UniqueConstraint("customer_id", "step", "what"),
    CheckConstraint("step > 0", name="step"),
)

# Whoever applies is no person before somebody decides: there is nothing to sign in as.
reseller_application = Table(
    "reseller_application",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("phone", Text),
    Column("currency", Text, nullable=False),
    Column("store_id", UUID, ForeignKey("store.id"), nullable=False, index=True),
    # Kept until it is decided: it moves to the person, or goes.
    Column("password_hash", Text),
    Column("applied_at", MOMENT, nullable=False),
    Column("decided_at", MOMENT),
    CheckConstraint("email = lower(email) AND position('@' IN email) > 1", name="email"),
    CheckConstraint("name <> '' AND company <> ''", name="name"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hash"),
    CheckConstraint("(decided_at IS NULL) = (password_hash IS NOT NULL)", name="decided_at"),
    Index("reseller_application_pending_key", "email", unique=True, postgresql_where="decided_at IS NULL"),
    Index("reseller_application_open_idx", "id", postgresql_where="decided_at IS NULL"),
)

# One for each application, and rows are only ever added: of two who decide at once, one does.
reseller_decision = Table(
    "reseller_decision",
    metadata,
    Column("application_id", UUID, ForeignKey("reseller_application.id"), primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("customer_id", UUID, ForeignKey("customer.id"), unique=True),
    Column("reason", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("outcome IN ('APPROVED', 'DECLINED')", name="outcome"),
    CheckConstraint("(outcome = 'APPROVED') = (customer_id IS NOT NULL)", name="customer"),
    CheckConstraint("reason <> ''", name="reason"),
)
