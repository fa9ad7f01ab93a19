"""What a sink did not take for too long waits for a person, and deliveries are taken up under a lease."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
TABLE, DUE = "outbound_progress", "outbound_progress_due_at_check"


class XID8(sa.types.UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    op.add_column("outbound_sink", sa.Column("begun", XID8, nullable=False, server_default="0"))
    op.add_column("outbound_sink", sa.Column("begun_at", MOMENT, nullable=False, server_default="-infinity"))
    op.add_column(TABLE, sa.Column("dead_at", MOMENT))
    op.add_column(TABLE, sa.Column("claim", UUID))
    op.drop_constraint(DUE, TABLE)
    op.create_check_constraint(op.f(DUE), TABLE, "(due_at IS NULL) = (done = known OR dead_at IS NOT NULL)")
    op.create_check_constraint(
        op.f("outbound_progress_dead_at_check"), TABLE, "dead_at IS NULL OR done < known AND tries > 0"
    )
    op.create_index("outbound_progress_failed_idx", TABLE, ["sink", "tries"], postgresql_where="tries > 0")


def downgrade() -> None:
    op.drop_index("outbound_progress_failed_idx")
    op.execute("UPDATE outbound_progress SET due_at = dead_at WHERE dead_at IS NOT NULL")
    op.drop_constraint(DUE, TABLE)
    op.drop_column(TABLE, "claim")
    op.drop_column(TABLE, "dead_at")
    op.create_check_constraint(op.f(DUE), TABLE, "(due_at IS NULL) = (done = known)")
    op.drop_column("outbound_sink", "begun_at")
    op.drop_column("outbound_sink", "begun")
