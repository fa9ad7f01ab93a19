"""The tables of the catalogue: products, and the variants of them that have a price."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

product = Table(
    "product",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False, server_default=""),
    Column("source", Text),
    Column("source_ref", Text),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("(source IS NULL) = (source_ref IS NULL)", name="source"),
)

variant = Table(
    "variant",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("product_id", UUID, ForeignKey("product.id"), nullable=False),
    Column("sku", Text, nullable=False, unique=True),
    # What tells it from the other variants of its product; empty where there is no other.
    Column("name", Text, nullable=False, server_default=""),
    # Minor units, before any markup. The limit keeps a line of many pieces inside 64 bits.
    Column("price", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("source_ref", Text),
    UniqueConstraint("product_id", "source_ref"),
    CheckConstraint("sku <> ''", name="sku"),
    CheckConstraint("price BETWEEN 0 AND 1000000000000", name="price"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
)
