"""The tables of what was brought over: what the source said of an order, and what was found wrong with its facts."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

imported_order = Table(
    "imported_order",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    # The source's own word for where the order stood.
    Column("status", Text, nullable=False),
    CheckConstraint("status <> ''", name="status"),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
)

# Found in the facts of the source and reported, never repaired; at most one of each kind for an order.
import_finding = Table(
    "import_finding",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("sentence", Text, nullable=False),
    # The money concerned, in minor units of the order's currency; 0 where it is not about money.
    Column("amount", BigInteger, nullable=False),
    ForeignKeyConstraint(["store_id", "order_id"], ["imported_order.store_id", "imported_order.order_id"]),
    Index(None, "store_id", "kind"),
)

# Which of ours stands for which row of the predecessor: `kind` is the name of their table, `theirs` the row's id there.
legacy_id = Table(
    "legacy_id",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("theirs", Text, primary_key=True),
    Column("ours", UUID, nullable=False),
    Index(None, "kind", "ours"),
)
