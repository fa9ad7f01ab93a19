"""What riders earned by their deliveries, and what they were paid."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KINDS = """CASE kind WHEN 'EARNED' THEN amount > 0 AND method IS NULL AND reason IS NULL
WHEN 'PAID' THEN amount < 0 AND method IS NOT NULL AND reason IS NULL
WHEN 'CORRECTED' THEN amount <> 0 AND method IS NULL AND reason IS NOT NULL ELSE false END"""

# Whoever writes holds the lock of the order, so that no two are added up at once.
REFUSE_OVERPAID = """
CREATE FUNCTION orderway_refuse_overpaid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        SELECT sum(amount) FROM rider_ledger
        WHERE store_id = NEW.store_id AND fulfillment_id = NEW.fulfillment_id AND rider_id = NEW.rider_id
    ) < 0 THEN
        RAISE EXCEPTION 'No more may be paid to a rider than is due for the delivery.'
            USING ERRCODE = 'check_violation', HINT = 'Pay less, or correct what was earned first.';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "rider_ledger",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("id", UUID, primary_key=True, server_default=sa.text("orderway_id()")),
        sa.Column("order_id", UUID, nullable=False),
        sa.Column("fulfillment_id", UUID, nullable=False),
        sa.Column("rider_id", UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("rider_ledger_kind_check")),
        sa.CheckConstraint("method IN ('CASH', 'TRANSFER', 'MOBILE_MONEY')", name=op.f("rider_ledger_method_check")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("rider_ledger_currency_check")),
        sa.ForeignKeyConstraint(["rider_id"], ["person.id"], name=op.f("rider_ledger_rider_id_fkey")),
        *(
            sa.ForeignKeyConstraint(
                ["store_id", f"{name}_id"],
                [f"{table}.store_id", f"{table}.id"],
                name=op.f(f"rider_ledger_store_id_{name}_id_fkey"),
            )
            for name, table in (("order", "sale_order"), ("fulfillment", "fulfillment"))
        ),
    )
    for columns in (["store_id", "order_id"], ["store_id", "fulfillment_id", "rider_id"], ["rider_id", "at", "id"]):
        op.create_index(f"rider_ledger_{'_'.join(columns)}_idx", "rider_ledger", columns)
    op.create_index(
        "rider_ledger_earned_key", "rider_ledger", ["store_id", "fulfillment_id"],
        unique=True, postgresql_where="kind = 'EARNED'",
    )  # fmt: skip
    op.execute(
        "CREATE TRIGGER rider_ledger_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON rider_ledger"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )
    op.execute(REFUSE_OVERPAID)
    op.execute(
        "CREATE TRIGGER rider_ledger_covered AFTER INSERT ON rider_ledger"
        " FOR EACH ROW EXECUTE FUNCTION orderway_refuse_overpaid()"
    )


def downgrade() -> None:
    op.drop_table("rider_ledger")
    op.execute("DROP FUNCTION orderway_refuse_overpaid()")
