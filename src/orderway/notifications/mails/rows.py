"""The tables of e-mails: what people chose to be told by which way, and what is or was to be sent."""

from __future__ import annotations

from sqlalchemy import (
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
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

# What a person chose for a group of notices; where they chose nothing, the group's own way holds.
notice_choice = Table(
    "notice_choice",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("in_app", Boolean, nullable=False),
    Column("by_mail", Boolean, nullable=False),
)

# Whoever gets e-mails can end them by a link, which nobody else can guess; since `stopped_at` they get none.
mail_reader = Table(
    "mail_reader",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id"), primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("stopped_at", MOMENT),
    CheckConstraint("length(token) >= 32", name="token"),
)

# An e-mail, to a person or to a customer who does not sign in, of one event of an order. It is due, was sent, was given
# up or was left out, with why; who has taken it up for a while knows it by `claim`. Its `id` is its Message-ID.
mail = Table(
    "mail",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("event_number", Integer, primary_key=True),
    Column("recipient", UUID, primary_key=True),
    Column("id", UUID, nullable=False),
    Column("person_id", UUID, ForeignKey("person.id")),
    Column("topic", Text, nullable=False),
    Column("instance_id", UUID, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("due_at", MOMENT),
    Column("claim", UUID),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("why", Text),
    Column("sent_at", MOMENT),
    Column("dead_at", MOMENT),
    Column("dropped_at", MOMENT),
    UniqueConstraint("store_id", "id"),
    CheckConstraint("num_nonnulls(due_at, sent_at, dead_at, dropped_at) = 1", name="stage"),
    CheckConstraint("person_id IS NULL OR person_id = recipient", name="recipient"),
    CheckConstraint("tries >= 0 AND (tries = 0 OR why IS NOT NULL)", name="tries"),
    CheckConstraint("why IS NOT NULL OR dead_at IS NULL AND dropped_at IS NULL", name="why"),
    CheckConstraint("title <> ''", name="title"),
    Index("mail_due_idx", "due_at", "id", postgresql_where="due_at IS NOT NULL"),
    Index("mail_dead_idx", "dead_at", "id", postgresql_where="dead_at IS NOT NULL"),
    postgresql_with={"fillfactor": 70},
)
