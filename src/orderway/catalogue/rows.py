"""The tables of the catalogue: products, their variants with a price, price lists by tier, and what was changed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
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
    # A retired product is not sold any more, nor is any variant of it.
    Column("active", Boolean, nullable=False, server_default="true"),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("(source IS NULL) = (source_ref IS NULL)", name="source"),
    Index(None, "name", "id"),
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
    # Basis points that come on top of the price: 750 is 7.5 %.
    Column("tax_rate", Integer, nullable=False, server_default="0"),
    UniqueConstraint("product_id", "source_ref"),
    CheckConstraint("sku <> ''", name="sku"),
    CheckConstraint("price BETWEEN 0 AND 1000000000000", name="price"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("tax_rate BETWEEN 0 AND 10000", name="tax_rate"),
)

# What resellers of a tier pay in a currency, where it differs from the variants' own prices.
price_list = Table(
    "price_list",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("tier", Text, nullable=False),
    Column("currency", Text, nullable=False),
    UniqueConstraint("tier", "currency"),
    CheckConstraint("tier <> ''", name="tier"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
)

list_price = Table(
    "list_price",
    metadata,
    Column("list_id", UUID, ForeignKey("price_list.id"), primary_key=True),
    Column("variant_id", UUID, ForeignKey("variant.id"), primary_key=True, index=True),
    # Minor units of the list's currency.
    Column("price", BigInteger, nullable=False),
    CheckConstraint("price BETWEEN 0 AND 1000000000000", name="price"),
)

# Rows are only ever added: who changed what of the catalogue, from what to what. Prices in minor units, as text.
catalogue_change = Table(
    "catalogue_change",
    metadata,
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("what", Text, nullable=False),
    Column("product_id", UUID, ForeignKey("product.id"), index=True),
    Column("variant_id", UUID, ForeignKey("variant.id"), index=True),
    Column("list_id", UUID, ForeignKey("price_list.id"), index=True),
    Column("was", Text),
    Column("became", Text),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("num_nonnulls(product_id, variant_id, list_id) > 0", name="of"),
)
