"""The tables of notifications: what each person was told, numbered for each without a gap."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

# The last number that a person was told under. Whoever tells them holds the row's lock until they commit, so that a
# higher number never comes to light before a lower one: who has read up to a number has missed nothing.
notification_count = Table(
    "notification_count",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("last", Integer, nullable=False),
    CheckConstraint("last > 0", name="last"),
)

# A notification is its person's, as a letter is: what was told stays told, but for amounts that they may see no longer.
notification = Table(
    "notification",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", UUID, nullable=False, unique=True),
    # What it tells of: one row of the outbox, and what that is about; or what is of no order. It names that row rather
    # than its order, whose own row is locked by whoever moves it: they wait for nobody who is told of what they did.
    Column("store_id", UUID),
    Column("order_id", UUID),
    Column("event_number", Integer),
    Column("type", Text, nullable=False),
    Column("machine", Text, nullable=False),
    Column("instance_id", UUID, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    # Whether the text names an amount of the order, which not everyone may read.
    Column("tells_money", Boolean, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("read_at", MOMENT),
    # Nobody is told twice of one event, however often it is delivered.
    UniqueConstraint("person_id", "store_id", "order_id", "event_number"),
    ForeignKeyConstraint(
        ["store_id", "order_id", "event_number"], ["outbox.store_id", "outbox.order_id", "outbox.number"]
    ),
    CheckConstraint("num_nulls(store_id, order_id, event_number) IN (0, 3)", name="event"),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("title <> ''", name="title"),
    Index(None, "store_id", "order_id", "event_number"),
    # What is unread is counted, and read through, without what was read long ago.
    Index("notification_unread_idx", "person_id", "number", postgresql_where="read_at IS NULL"),
)
