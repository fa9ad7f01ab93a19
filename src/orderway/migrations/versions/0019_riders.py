"""What riders ride, who changed where they deliver, and what a rider looks for found by keys."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

VEHICLES = "vehicle IN ('FOOT', 'BICYCLE', 'MOTORCYCLE', 'TRICYCLE', 'CAR', 'VAN', 'TRUCK')"

CHECKS = (
    ("kind", "kind IN ('ENTERED', 'CHANGED', 'REMOVED')"),
    ("entered", "kind <> 'ENTERED' OR radius_before IS NULL"),
    ("changed", "kind <> 'CHANGED' OR radius_before IS DISTINCT FROM radius_after"),
    ("removed", "kind <> 'REMOVED' OR radius_after IS NULL"),
)


def upgrade() -> None:
    op.create_table(
        "rider_profile",
        sa.Column("rider_id", UUID, primary_key=True),
        sa.Column("vehicle", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("plate", sa.Text, nullable=False, server_default=""),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["rider_id"], ["person.id"], name=op.f("rider_profile_rider_id_fkey"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(VEHICLES, name=op.f("rider_profile_vehicle_check")),
        sa.CheckConstraint("phone <> ''", name=op.f("rider_profile_phone_check")),
    )
    op.create_table(
        "rider_coverage_change",
        sa.Column("id", UUID, primary_key=True, server_default=sa.text("orderway_id()")),
        sa.Column("rider_id", UUID, nullable=False),
        sa.Column("store_id", UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("radius_before", sa.Double),
        sa.Column("radius_after", sa.Double),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        *(sa.CheckConstraint(check, name=op.f(f"rider_coverage_change_{name}_check")) for name, check in CHECKS),
    )
    op.create_index(
        "rider_coverage_change_rider_id_store_id_at_idx", "rider_coverage_change", ["rider_id", "store_id", "at"]
    )
    op.execute(
        "CREATE TRIGGER rider_coverage_change_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON rider_coverage_change"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )
    op.drop_index("fulfillment_rider_id_idx", "fulfillment")
    op.create_index(
        "fulfillment_rider_id_state_idx", "fulfillment", ["rider_id", "state"],
        postgresql_where="rider_id IS NOT NULL",
    )  # fmt: skip
    op.create_index(
        "fulfillment_sought_idx", "fulfillment", ["store_id", "moved_at", "id"],
        postgresql_where="state = 'AWAITING_RIDER_SELECTION'",
    )  # fmt: skip
    op.drop_index("rider_interest_rider_id_idx", "rider_interest")
    op.create_index("rider_interest_rider_id_moved_at_id_idx", "rider_interest", ["rider_id", "moved_at", "id"])


def downgrade() -> None:
    op.drop_index("rider_interest_rider_id_moved_at_id_idx", "rider_interest")
    op.create_index("rider_interest_rider_id_idx", "rider_interest", ["rider_id"])
    op.drop_index("fulfillment_sought_idx", "fulfillment")
    op.drop_index("fulfillment_rider_id_state_idx", "fulfillment")
    op.create_index("fulfillment_rider_id_idx", "fulfillment", ["rider_id"], postgresql_where="rider_id IS NOT NULL")
    op.drop_table("rider_coverage_change")
    op.drop_table("rider_profile")
