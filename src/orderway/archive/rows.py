"""The table of orders that left: where each lies, what proves it, and what of it sums go on being made of."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, LargeBinary, Table, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT, XID8

# `sha256` is of the document under `key`; `ends` has the last hash of each instance in its log. `carried` is what the
# order adds to sums that outlive it (`carried.py`). `xid` is the transaction that removed the order: what is only ever
# added to lets that one alone delete, and of this order alone.
archived_order = Table(
    "archived_order",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("number", Text, nullable=False),
    Column("customer_id", UUID, nullable=False),
    Column("biller_id", UUID),
    Column("currency", Text, nullable=False),
    Column("placed_at", MOMENT, nullable=False),
    Column("source", Text),
    Column("source_ref", Text),
    Column("bucket", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("ends", JSONB, nullable=False),
    Column("carried", JSONB, nullable=False),
    Column("archived_at", MOMENT, nullable=False),
    Column("xid", XID8, nullable=False, server_default=sql("pg_current_xact_id()")),
    UniqueConstraint("store_id", "number"),
    UniqueConstraint("store_id", "source", "source_ref"),
    CheckConstraint("length(sha256) = 32", name="sha256"),
    ForeignKeyConstraint(["store_id"], ["store.id"]),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
    ForeignKeyConstraint(["biller_id"], ["person.id"]),
    Index(None, "xid"),
    # Whose orders left, by what of them they are found, and what a rider earned by them.
    Index(None, "customer_id"),
    Index("archived_order_parts_idx", sql("(carried -> 'parts') jsonb_path_ops"), postgresql_using="gin"),
    Index("archived_order_riders_idx", sql("(carried -> 'riders') jsonb_path_ops"), postgresql_using="gin"),
)
