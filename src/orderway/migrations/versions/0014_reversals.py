"""What a provider takes back of a payment, what is lost by it, and one register of all references."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

AMOUNT = "refunded BETWEEN 0 AND amount"
AMOUNT_WITH_REVERSED = "refunded >= 0 AND reversed >= 0 AND refunded + reversed <= amount"

KINDS = """CASE kind WHEN 'OWED' THEN amount <> 0 AND payment_id IS NULL
WHEN 'PAID_OUT' THEN amount < 0 AND payment_id IS NOT NULL
WHEN 'UNALLOCATED' THEN amount > 0 AND payment_id IS NOT NULL ELSE false END"""
KINDS_WITH_LOST = KINDS.replace("ELSE", "WHEN 'LOST' THEN amount <> 0 AND payment_id IS NOT NULL ELSE")


def upgrade() -> None:
    # Payments from before say nothing of reversals in their context: nothing was taken back of them.
    taken = sa.Computed("coalesce((context ->> 'reversed'::text)::bigint, 0)", persisted=True)
    op.add_column("payment", sa.Column("reversed", sa.BigInteger, taken, nullable=False))
    recheck("payment_amount_check", "payment", AMOUNT_WITH_REVERSED)
    recheck("payable_kind_check", "payable", KINDS_WITH_LOST)
    op.create_table(
        "payment_reference",
        sa.Column("provider", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("store_id", UUID, nullable=False),
        sa.Column("payment_id", UUID, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "payment_id"],
            ["payment.store_id", "payment.id"],
            name=op.f("payment_reference_store_id_payment_id_fkey"),
        ),
    )
    op.create_index(
        "payment_reference_store_id_payment_id_idx", "payment_reference", ["store_id", "payment_id"], unique=True
    )
    op.execute(
        "INSERT INTO payment_reference (provider, reference, store_id, payment_id)"
        " SELECT provider, reference, store_id, id FROM payment"
    )
    op.execute(
        "CREATE TRIGGER payment_reference_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_reference"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("payment_reference")
    recheck("payable_kind_check", "payable", KINDS)
    recheck("payment_amount_check", "payment", AMOUNT)
    op.drop_column("payment", "reversed")


def recheck(name: str, table: str, condition: str) -> None:
    op.drop_constraint(op.f(name), table)
    op.create_check_constraint(op.f(name), table, condition)
