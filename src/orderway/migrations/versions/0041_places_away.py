"""Where a whole place takes nothing, its sink says since when and why."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("outbound_sink", sa.Column("away_since", sa.DateTime(timezone=True)))
    op.add_column("outbound_sink", sa.Column("away_why", sa.Text))
    op.create_check_constraint(
        op.f("outbound_sink_away_check"), "outbound_sink", "(away_since IS NULL) = (away_why IS NULL)"
    )


def downgrade() -> None:
    op.drop_column("outbound_sink", "away_why")
    op.drop_column("outbound_sink", "away_since")
