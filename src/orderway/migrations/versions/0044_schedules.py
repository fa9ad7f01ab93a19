"""What is done at set times is done once, and remembered; workers tell that they are there."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0044"
down_revision: str | None = "0045"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("process", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("stopped_at", MOMENT),
        sa.CheckConstraint("seen_at >= started_at", name="seen_at"),
    )
    op.create_table(
        "schedule_run",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("worker_id", UUID, sa.ForeignKey("worker.id"), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="1"),
        sa.Column("rows", sa.Integer, nullable=False, server_default="0"),
        sa.Column("errors", sa.Integer, nullable=False, server_default="0"),
        sa.Column("why", sa.Text),
        sa.UniqueConstraint("schedule", "planned_at"),
        sa.CheckConstraint("tries > 0 AND rows >= 0 AND errors >= 0", name="counts"),
        sa.CheckConstraint("(errors = 0) = (why IS NULL)", name="why"),
        sa.CheckConstraint("ended_at IS NOT NULL OR rows = 0 AND errors = 0", name="ended_at"),
    )
    op.create_index(
        "schedule_run_under_way_idx", "schedule_run", ["schedule"], unique=True, postgresql_where="ended_at IS NULL"
    )
    op.create_index("schedule_run_planned_at_id_idx", "schedule_run", ["planned_at", "id"])
    op.create_index("schedule_run_failed_idx", "schedule_run", ["planned_at", "id"], postgresql_where="errors > 0")
    op.create_index("schedule_run_worker_id_idx", "schedule_run", ["worker_id"])


def downgrade() -> None:
    op.drop_table("schedule_run")
    op.drop_table("worker")
