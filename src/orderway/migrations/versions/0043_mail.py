"""What people are told goes out by e-mail too, as far as each of them wants."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0043"
down_revision: str | None = "0046"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice_choice",
        sa.Column("person_id", UUID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("in_app", sa.Boolean, nullable=False),
        sa.Column("by_mail", sa.Boolean, nullable=False),
    )
    op.create_table(
        "mail_reader",
        sa.Column("person_id", UUID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("stopped_at", MOMENT),
        sa.CheckConstraint("length(token) >= 32", name="token"),
    )
    op.create_table(
        "mail",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("event_number", sa.Integer, primary_key=True),
        sa.Column("recipient", UUID, primary_key=True),
        sa.Column("id", UUID, nullable=False),
        sa.Column("person_id", UUID, sa.ForeignKey("person.id")),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("instance_id", UUID, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("claim", UUID),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("why", sa.Text),
        sa.Column("sent_at", MOMENT),
        sa.Column("dead_at", MOMENT),
        sa.Column("dropped_at", MOMENT),
        sa.UniqueConstraint("store_id", "id"),
        sa.CheckConstraint("num_nonnulls(due_at, sent_at, dead_at, dropped_at) = 1", name="stage"),
        sa.CheckConstraint("person_id IS NULL OR person_id = recipient", name="recipient"),
        sa.CheckConstraint("tries >= 0 AND (tries = 0 OR why IS NOT NULL)", name="tries"),
        sa.CheckConstraint("why IS NOT NULL OR dead_at IS NULL AND dropped_at IS NULL", name="why"),
        sa.CheckConstraint("title <> ''", name="title"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("mail_due_idx", "mail", ["due_at", "id"], postgresql_where="due_at IS NOT NULL")
    op.create_index("mail_dead_idx", "mail", ["dead_at", "id"], postgresql_where="dead_at IS NOT NULL")


def downgrade() -> None:
    for table in ("mail", "mail_reader", "notice_choice"):
        op.drop_table(table)
