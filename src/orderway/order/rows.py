"""The table of comments on orders: what was said stays said."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT

# A comment is numbered among all that was told of its order, so that a page of the timeline holds both.
order_comment = Table(
    "order_comment",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("for_buyer", Boolean, nullable=False),
    Column("at", MOMENT, nullable=False),
    CheckConstraint("length(text) BETWEEN 1 AND 2000", name="text"),
    ForeignKeyConstraint(["store_id", "order_id", "number"], ["outbox.store_id", "outbox.order_id", "outbox.number"]),
)
