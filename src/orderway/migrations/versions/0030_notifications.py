"""Events of all orders are read in the order in which they come to light, delivered to sinks, and told to people."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


class XID8(sa.types.UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


# Nobody is told of what happened before there was anyone to tell it.
BEGIN = """
INSERT INTO outbound_sink (sink, cluster, xid)
SELECT 'notifications', system_identifier, pg_current_xact_id() FROM pg_control_system()
"""
KNOWN = """
INSERT INTO outbound_progress (store_id, order_id, sink, known, done)
SELECT store_id, id, 'notifications', outbox_number, outbox_number FROM sale_order
"""


def upgrade() -> None:
    op.add_column("outbox", sa.Column("xid", XID8, nullable=False, server_default=sa.text("pg_current_xact_id()")))
    op.create_index("outbox_xid_idx", "outbox", ["xid"])
    create_delivery()
    create_notifications()
    op.execute(BEGIN)
    op.execute(KNOWN)


def create_delivery() -> None:
    op.create_table(
        "outbound_sink",
        sa.Column("sink", sa.Text, primary_key=True),
        sa.Column("cluster", sa.BigInteger, nullable=False),
        sa.Column("xid", XID8, nullable=False),
    )
    op.create_table(
        "outbound_progress",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("sink", sa.Text, primary_key=True),
        sa.Column("known", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("why", sa.Text),
        sa.CheckConstraint("0 <= done AND done <= known", name=op.f("outbound_progress_done_check")),
        sa.CheckConstraint("(due_at IS NULL) = (done = known)", name=op.f("outbound_progress_due_at_check")),
        sa.CheckConstraint("tries >= 0 AND (tries = 0) = (why IS NULL)", name=op.f("outbound_progress_tries_check")),
        sa.ForeignKeyConstraint(["sink"], ["outbound_sink.sink"], name=op.f("outbound_progress_sink_fkey")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "outbound_progress_due_idx", "outbound_progress", ["sink", "due_at"], postgresql_where="due_at IS NOT NULL"
    )


def create_notifications() -> None:
    op.create_table(
        "notification_count",
        sa.Column("person_id", UUID, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("notification_count_last_check")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("notification_count_person_id_fkey")),
    )
    op.create_table(
        "notification",
        sa.Column("person_id", UUID, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", UUID, nullable=False),
        sa.Column("store_id", UUID, nullable=False),
        sa.Column("order_id", UUID, nullable=False),
        sa.Column("event_number", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("instance_id", UUID, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("tells_money", sa.Boolean, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.UniqueConstraint("id", name=op.f("notification_id_key")),
        sa.UniqueConstraint(
            "person_id", "store_id", "order_id", "event_number",
            name=op.f("notification_person_id_store_id_order_id_event_number_key"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("notification_number_check")),
        sa.CheckConstraint("title <> ''", name=op.f("notification_title_check")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("notification_person_id_fkey")),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id", "event_number"],
            ["outbox.store_id", "outbox.order_id", "outbox.number"],
            name=op.f("notification_store_id_order_id_event_number_fkey"),
        ),
    )  # fmt: skip
    op.create_index(
        "notification_store_id_order_id_event_number_idx", "notification", ["store_id", "order_id", "event_number"]
    )
    op.create_index(
        "notification_unread_idx", "notification", ["person_id", "number"], postgresql_where="read_at IS NULL"
    )


def downgrade() -> None:
    for table in ("notification", "notification_count", "outbound_progress", "outbound_sink"):
        op.drop_table(table)
    op.drop_index("outbox_xid_idx", "outbox")
    op.drop_column("outbox", "xid")
