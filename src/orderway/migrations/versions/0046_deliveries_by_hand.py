"""What people do about deliveries that failed is written down, and the outbox is only ever added to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0046"
down_revision: str | None = "0044"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "outbound_change"
SET_ASIDE = "what = 'SET_ASIDE'"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("id", UUID, primary_key=True),
        sa.Column("order_id", UUID, nullable=False),
        sa.Column("sink", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('RETRIED', 'SET_ASIDE')", name=op.f("outbound_change_what_check")),
        sa.CheckConstraint("number > 0 AND tries >= 0", name=op.f("outbound_change_number_check")),
        sa.CheckConstraint("reason <> ''", name=op.f("outbound_change_reason_check")),
    )
    op.create_index("outbound_change_store_id_at_id_idx", TABLE, ["store_id", "at", "id"])
    op.create_index("outbound_change_set_aside_idx", TABLE, ["sink", "store_id"], postgresql_where=SET_ASIDE)
    op.create_index(
        "outbound_change_once_idx", TABLE, ["store_id", "order_id", "sink", "number"], unique=True,
        postgresql_where=SET_ASIDE,
    )  # fmt: skip
    for table in (TABLE, "outbox"):
        op.execute(
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION orderway_refuse_change()"
        )


def downgrade() -> None:
    op.execute("DROP TRIGGER outbox_appended ON outbox")
    op.drop_table(TABLE)
