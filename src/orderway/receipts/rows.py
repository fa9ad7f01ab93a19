"""The tables of receipts: those there are, and those that are being written."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

payment_receipt = Table(
    "payment_receipt",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True),
    Column("order_id", UUID, nullable=False),
    Column("payment_id", UUID, nullable=False),
    # Where the object lies: a bucket of S3-compatible storage or the folder of this installation, and the key in it.
    Column("bucket", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content_type", Text, nullable=False),
    # As the log names whoever acts.
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", MOMENT, nullable=False),
    # The same file for the same payment is the same receipt.
    UniqueConstraint("store_id", "payment_id", "sha256"),
    UniqueConstraint("bucket", "key"),
    CheckConstraint("octet_length(sha256) = 32", name="sha256"),
    CheckConstraint("size > 0", name="size"),
    CheckConstraint(
        "content_type IN ('image/png', 'image/jpeg', 'image/webp', 'application/pdf')", name="content_type"
    ),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "payment_id"], ["payment.store_id", "payment.id"]),
    Index(None, "store_id", "order_id"),
)

# An object that is being written: its line goes away in the transaction that adds the row of the receipt.
receipt_begun = Table(
    "receipt_begun",
    metadata,
    Column("bucket", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("begun_at", MOMENT, nullable=False),
    Index(None, "begun_at"),
)
