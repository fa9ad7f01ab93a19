"""The tables of webhooks: who asked for what, every attempt to bring it, and what a person asked to be sent besides."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT

# Its sink is "webhook:<id>". Without `types` it is told of all, without `stores` of all stores. The secrets are sealed;
# the former one signs beside the new one until `former_until`. It fails since its last success, or since it began.
webhook = Table(
    "webhook",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("types", ARRAY(Text)),
    Column("stores", ARRAY(UUID)),
    Column("secret", LargeBinary, nullable=False),
    Column("former_secret", LargeBinary),
    Column("former_until", MOMENT),
    Column("created_at", MOMENT, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("disabled_at", MOMENT),
    Column("failing_since", MOMENT),
    # How often it was changed.
    Column("step", Integer, nullable=False, server_default="1"),
    CheckConstraint("length(name) BETWEEN 1 AND 100", name="name"),
    CheckConstraint("length(url) BETWEEN 1 AND 2000", name="url"),
    CheckConstraint("cardinality(types) > 0", name="types"),
    CheckConstraint("cardinality(stores) > 0", name="stores"),
    CheckConstraint("(former_secret IS NULL) = (former_until IS NULL)", name="former"),
    CheckConstraint("step > 0", name="step"),
)

# Who changed what, in the words of then. It stays when the webhook goes.
webhook_change = Table(
    "webhook_change",
    metadata,
    Column("webhook_id", UUID, primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("step > 0", name="step"),
)

# `message_id` is what the receiver knows it by: the event's id, or the test's. `answer` is the beginning of what came
# back. No foreign key names the event, whose order is locked by whoever moves it.
webhook_attempt = Table(
    "webhook_attempt",
    metadata,
    Column("webhook_id", UUID, ForeignKey("webhook.id"), primary_key=True),
    Column("at", MOMENT, primary_key=True),
    Column("id", UUID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("message_id", UUID, nullable=False),
    Column("type", Text, nullable=False),
    Column("store_id", UUID),
    Column("order_id", UUID),
    Column("number", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("status", Integer),
    Column("why", Text),
    Column("answer", Text, nullable=False),
    CheckConstraint("kind IN ('event', 'again', 'test')", name="kind"),
    CheckConstraint(
        "(kind = 'test') = (store_id IS NULL) AND num_nulls(store_id, order_id, number) IN (0, 3)", name="event"
    ),
    CheckConstraint("status IS NOT NULL OR why IS NOT NULL", name="outcome"),
    CheckConstraint("milliseconds >= 0", name="milliseconds"),
    Index("webhook_attempt_failed_idx", "webhook_id", "at", "id", postgresql_where="why IS NOT NULL"),
)

# What a person asked for: a test, or an event once more. Whoever has taken it up has it until `taken_until`.
webhook_errand = Table(
    "webhook_errand",
    metadata,
    Column("webhook_id", UUID, ForeignKey("webhook.id"), primary_key=True),
    Column("id", UUID, primary_key=True),
    Column("store_id", UUID),
    Column("order_id", UUID),
    Column("number", Integer),
    Column("asked_at", MOMENT, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("taken_until", MOMENT),
    CheckConstraint("num_nulls(store_id, order_id, number) IN (0, 3)", name="event"),
)
