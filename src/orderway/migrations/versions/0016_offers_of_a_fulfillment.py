"""A rider's offer is for one fulfillment, of which an order may have several.

Offers of before do not say for which, and what the log says of their beginning is not to be changed: a database that
has some is refused.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

REFUSE_OLD_OFFERS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM rider_interest WHERE context ->> 'fulfillment' IS NULL) THEN
        RAISE EXCEPTION 'There are offers of riders that do not say which fulfillment they are for.'
            USING HINT = 'Begin with a new database.';
    END IF;
END $$
"""


def upgrade() -> None:
    op.execute(REFUSE_OLD_OFFERS)
    sought = sa.Computed("(context ->> 'fulfillment'::text)::uuid", persisted=True)
    op.add_column("rider_interest", sa.Column("fulfillment_id", UUID, sought, nullable=False))
    op.create_foreign_key(
        op.f("rider_interest_store_id_fulfillment_id_fkey"),
        "rider_interest",
        "fulfillment",
        ["store_id", "fulfillment_id"],
        ["store_id", "id"],
    )
    rekey(of="fulfillment_id", was="order_id")
    op.create_index("rider_interest_store_id_order_id_idx", "rider_interest", ["store_id", "order_id"])


def downgrade() -> None:
    op.drop_index("rider_interest_store_id_order_id_idx", "rider_interest")
    rekey(of="order_id", was="fulfillment_id")
    op.drop_column("rider_interest", "fulfillment_id")


def rekey(*, of: str, was: str) -> None:
    """One offer of each rider, one that is assigned: of a fulfillment, or of an order as it was before."""
    op.drop_index("rider_interest_assigned_key", "rider_interest")
    op.drop_constraint(op.f(f"rider_interest_store_id_{was}_rider_id_key"), "rider_interest")
    op.create_unique_constraint(
        op.f(f"rider_interest_store_id_{of}_rider_id_key"), "rider_interest", ["store_id", of, "rider_id"]
    )
    op.create_index(
        "rider_interest_assigned_key", "rider_interest", ["store_id", of], unique=True,
        postgresql_where="state = 'ASSIGNED'",
    )  # fmt: skip
