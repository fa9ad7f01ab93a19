"""Webhooks out: who asked to be told of what, each attempt, and notices that are about no order."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision: str = "0042"
down_revision: str | None = "0043"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
EVENT = ("store_id", "order_id", "event_number")


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("types", ARRAY(sa.Text)),
        sa.Column("stores", ARRAY(UUID)),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("former_secret", sa.LargeBinary),
        sa.Column("former_until", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("disabled_at", MOMENT),
        sa.Column("failing_since", MOMENT),
        sa.Column("step", sa.Integer, nullable=False, server_default="1"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="name"),
        sa.CheckConstraint("length(url) BETWEEN 1 AND 2000", name="url"),
        sa.CheckConstraint("cardinality(types) > 0", name="types"),
        sa.CheckConstraint("cardinality(stores) > 0", name="stores"),
        sa.CheckConstraint("(former_secret IS NULL) = (former_until IS NULL)", name="former"),
        sa.CheckConstraint("step > 0", name="step"),
    )
    op.create_table(
        "webhook_change",
        sa.Column("webhook_id", UUID, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.CheckConstraint("step > 0", name="step"),
    )
    op.create_table(
        "webhook_attempt",
        sa.Column("webhook_id", UUID, sa.ForeignKey("webhook.id"), primary_key=True),
        sa.Column("at", MOMENT, primary_key=True),
        sa.Column("id", UUID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("message_id", UUID, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("store_id", UUID),
        sa.Column("order_id", UUID),
        sa.Column("number", sa.Integer),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("why", sa.Text),
        sa.Column("answer", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('event', 'again', 'test')", name="kind"),
        sa.CheckConstraint(
            "(kind = 'test') = (store_id IS NULL) AND num_nulls(store_id, order_id, number) IN (0, 3)", name="event"
        ),
        sa.CheckConstraint("status IS NOT NULL OR why IS NOT NULL", name="outcome"),
        sa.CheckConstraint("milliseconds >= 0", name="milliseconds"),
    )
    op.create_index(
        "webhook_attempt_failed_idx", "webhook_attempt", ["webhook_id", "at", "id"],
        postgresql_where="why IS NOT NULL",
    )  # fmt: skip
    op.create_table(
        "webhook_errand",
        sa.Column("webhook_id", UUID, sa.ForeignKey("webhook.id"), primary_key=True),
        sa.Column("id", UUID, primary_key=True),
        sa.Column("store_id", UUID),
        sa.Column("order_id", UUID),
        sa.Column("number", sa.Integer),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("taken_until", MOMENT),
        sa.CheckConstraint("num_nulls(store_id, order_id, number) IN (0, 3)", name="event"),
    )
    op.add_column("outbound_sink", sa.Column("paused_at", MOMENT))
    for column in EVENT:
        op.alter_column("notification", column, nullable=True)
    # Nobody waits while the notices that there are are looked at.
    op.execute(
        f"ALTER TABLE notification ADD CONSTRAINT notification_event_check"
        f" CHECK (num_nulls({', '.join(EVENT)}) IN (0, 3)) NOT VALID"
    )
    op.execute("ALTER TABLE notification VALIDATE CONSTRAINT notification_event_check")


def downgrade() -> None:
    op.execute("DELETE FROM outbound_progress WHERE sink LIKE 'webhook:%'")
    op.execute("DELETE FROM outbound_sink WHERE sink LIKE 'webhook:%'")
    op.drop_constraint("notification_event_check", "notification")
    for column in EVENT:
        op.alter_column("notification", column, nullable=False)
    op.drop_column("outbound_sink", "paused_at")
    for table in ("webhook_errand", "webhook_attempt", "webhook_change", "webhook"):
        op.drop_table(table)
