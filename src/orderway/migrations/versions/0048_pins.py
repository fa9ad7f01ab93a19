"""The PIN of a receiver stands in a table of its own, only as long as they may need it, and in no event."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0048"
down_revision: str | None = "0052"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FORGET = """
CREATE FUNCTION orderway_forget_pin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM fulfillment_pin WHERE store_id = NEW.store_id AND fulfillment_id = NEW.id;
    RETURN NULL;
END $$
"""
FORGOTTEN = """
CREATE TRIGGER fulfillment_pin_forgotten AFTER UPDATE ON fulfillment FOR EACH ROW
WHEN (OLD.context ->> 'pin_hash' IS NOT NULL
    AND (NEW.context ->> 'pin_hash' IS NULL OR NEW.state IN ('CANCELLED', 'FAILED')))
EXECUTE FUNCTION orderway_forget_pin()
"""


def upgrade() -> None:
    op.create_table(
        "fulfillment_pin",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("fulfillment_id", UUID, primary_key=True),
        sa.Column("event_number", sa.Integer, nullable=False),
        sa.Column("pin", sa.Text, nullable=False),
        sa.CheckConstraint("pin ~ '^[0-9]{6}$'", name="pin"),
    )
    op.execute(FORGET)
    op.execute(FORGOTTEN)


def downgrade() -> None:
    op.execute("DROP TRIGGER fulfillment_pin_forgotten ON fulfillment")
    op.execute("DROP FUNCTION orderway_forget_pin()")
    op.drop_table("fulfillment_pin")
