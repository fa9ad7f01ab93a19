"""The tables of stock: what lies in a store, what is held of it for which order line, how it came, went and moved."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

stock = Table(
    "stock",
    metadata,
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True),
    Column("variant_id", UUID, ForeignKey("variant.id"), primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False, server_default="0"),
    # At this many free pieces it is time to order more; null where nobody wants to be told. No index may name what
    # moves with each sale: rows change in place.
    Column("reorder_point", BigInteger),
    # Whatever the code forgets: nobody sells what is not there.
    CheckConstraint("0 <= reserved AND reserved <= quantity", name="reserved"),
    CheckConstraint("reorder_point >= 0", name="reorder_point"),
    Index("stock_watched_idx", "store_id", "variant_id", postgresql_where="reorder_point IS NOT NULL"),
    postgresql_with={"fillfactor": 70},
)

reservation = Table(
    "reservation",
    metadata,
    Column("store_id", UUID, primary_key=True),
    # One reservation for each line in each part of its order: holding twice holds once.
    Column("line_id", UUID, primary_key=True),
    Column("part", SmallInteger, primary_key=True, autoincrement=False),
    Column("order_id", UUID, nullable=False),
    Column("variant_id", UUID, nullable=False),
    # The pieces of the line that belong to this part.
    Column("quantity", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    # When the buyer first asked: who is missing goods is served in this order.
    Column("asked_at", MOMENT, nullable=False),
    Column("moved_at", MOMENT, nullable=False),
    CheckConstraint("part > 0", name="part"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("status IN ('MISSING', 'HELD', 'COMMITTED', 'RELEASED')", name="status"),
    ForeignKeyConstraint(["store_id", "line_id"], ["order_line.store_id", "order_line.id"]),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "variant_id"], ["stock.store_id", "stock.variant_id"]),
    Index(None, "store_id", "order_id"),
    # The queue before each shelf.
    Index(
        "reservation_waiting_idx",
        *("store_id", "variant_id", "asked_at", "order_id"),
        postgresql_include=["quantity"],
        postgresql_where="status = 'MISSING'",
    ),
    postgresql_with={"fillfactor": 70},
)

movement = Table(
    "movement",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("variant_id", UUID, nullable=False),
    Column("kind", Text, nullable=False),
    # Signed: what came is positive, what went is negative.
    Column("quantity", BigInteger, nullable=False),
    Column("order_id", UUID),
    Column("line_id", UUID),
    # The part of the order that the pieces of the line left or came back from.
    Column("part", SmallInteger),
    Column("transfer_id", UUID, ForeignKey("stock_transfer.id")),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    Column("note", Text),
    CheckConstraint(
        "CASE kind WHEN 'PURCHASE' THEN quantity > 0 WHEN 'RETURN_SALE' THEN quantity > 0 WHEN 'SALE' THEN quantity < 0"
        " WHEN 'TRANSFER' THEN quantity <> 0 WHEN 'ADJUSTMENT' THEN quantity <> 0 ELSE false END",
        name="kind",
    ),
    CheckConstraint("kind <> 'SALE' OR (line_id IS NOT NULL AND order_id IS NOT NULL)", name="sale"),
    CheckConstraint("(line_id IS NULL) = (part IS NULL)", name="part"),
    CheckConstraint("(kind = 'TRANSFER') = (transfer_id IS NOT NULL)", name="transfer"),
    CheckConstraint("kind <> 'ADJUSTMENT' OR coalesce(note, '') <> ''", name="adjustment"),
    ForeignKeyConstraint(["store_id", "variant_id"], ["stock.store_id", "stock.variant_id"]),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    ForeignKeyConstraint(["store_id", "line_id"], ["order_line.store_id", "order_line.id"]),
    Index(None, "store_id", "variant_id", "id"),
    # A transfer moves a shelf once.
    Index(
        "movement_transfer_key",
        *("store_id", "transfer_id", "variant_id"),
        unique=True,
        postgresql_where="transfer_id IS NOT NULL",
    ),
    Index(None, "store_id", "order_id"),
    # A line is sold once in each part.
    Index(
        "movement_sale_key",
        *("store_id", "line_id", "part"),
        unique=True,
        postgresql_where="kind = 'SALE'",
    ),
)

# Between two stores, so of neither: one end asks for it, the other decides, once.
stock_transfer = Table(
    "stock_transfer",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("from_store_id", UUID, ForeignKey("store.id"), nullable=False),
    Column("to_store_id", UUID, ForeignKey("store.id"), nullable=False),
    # The end that asked.
    Column("asking_store_id", UUID, nullable=False),
    Column("status", Text, nullable=False, server_default="REQUESTED"),
    Column("note", Text),
    Column("requested_at", MOMENT, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("decided_at", MOMENT),
    Column("decided_by", Text),
    Column("reason", Text),
    CheckConstraint("from_store_id <> to_store_id", name="stores"),
    CheckConstraint("asking_store_id IN (from_store_id, to_store_id)", name="asking_store_id"),
    CheckConstraint("status IN ('REQUESTED', 'CONFIRMED', 'DECLINED')", name="status"),
    CheckConstraint(
        "num_nulls(decided_at, decided_by) = CASE status WHEN 'REQUESTED' THEN 2 ELSE 0 END", name="decided"
    ),
    CheckConstraint("(reason IS NOT NULL) = (status = 'DECLINED')", name="reason"),
    # Whatever the code forgets: goods leave by the word of two people.
    CheckConstraint("status <> 'CONFIRMED' OR decided_by <> requested_by", name="two_people"),
    Index(None, "from_store_id", "id"),
    Index(None, "to_store_id", "id"),
)

stock_transfer_line = Table(
    "stock_transfer_line",
    metadata,
    Column("transfer_id", UUID, ForeignKey("stock_transfer.id"), primary_key=True),
    Column("variant_id", UUID, ForeignKey("variant.id"), primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)

# Rows are only ever added: who wanted to be told at how many pieces; null stands for nobody.
reorder_point_change = Table(
    "reorder_point_change",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("variant_id", UUID, nullable=False),
    Column("was", BigInteger),
    Column("became", BigInteger),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("was IS DISTINCT FROM became", name="change"),
    ForeignKeyConstraint(["store_id", "variant_id"], ["stock.store_id", "stock.variant_id"]),
    Index(None, "store_id", "variant_id", "id"),
)
