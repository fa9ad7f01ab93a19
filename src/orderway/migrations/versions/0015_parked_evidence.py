"""What parked money was reported by, and the payments that it may be meant for."""

from collections.abc import Sequence

from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_foreign_key(op.f("parked_money_event_id_fkey"), "parked_money", "webhook_event", ["event_id"], ["id"])
    op.create_index("payment_pending_amount_idx", "payment", ["amount"], postgresql_where="state = 'PENDING'")


def downgrade() -> None:
    op.drop_index("payment_pending_amount_idx", "payment")
    op.drop_constraint("parked_money_event_id_fkey", "parked_money", type_="foreignkey")
