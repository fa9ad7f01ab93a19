"""The tables of the six machines: each row's state is a foreign key into the log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    lifecycle("quotation", one_of_an_order("quotation"))
    lifecycle("sale", one_of_an_order("sale"))
    lifecycle(
        "override_request",
        of_context("kind"),
        sa.CheckConstraint("kind IN ('ADMIN', 'CREDIT_LIMIT')", name=op.f("override_request_kind_check")),
    )
    op.create_index("override_request_store_id_order_id_idx", "override_request", ["store_id", "order_id"])
    op.create_index(
        "override_request_pending_key", "override_request", ["store_id", "order_id", "kind"],
        unique=True, postgresql_where="state = 'PENDING'",
    )  # fmt: skip
    create_payment()
    lifecycle(
        "fulfillment",
        rider(),
        one_of_an_order("fulfillment"),
        sa.ForeignKeyConstraint(["rider_id"], ["person.id"], name="fulfillment_rider_id_fkey"),
    )
    op.create_index("fulfillment_rider_id_idx", "fulfillment", ["rider_id"], postgresql_where="rider_id IS NOT NULL")
    lifecycle(
        "rider_interest",
        rider(nullable=False),
        sa.UniqueConstraint("store_id", "order_id", "rider_id", name="rider_interest_store_id_order_id_rider_id_key"),
        sa.ForeignKeyConstraint(["rider_id"], ["person.id"], name="rider_interest_rider_id_fkey"),
    )
    op.create_index("rider_interest_rider_id_idx", "rider_interest", ["rider_id"])
    op.create_index(
        "rider_interest_assigned_key", "rider_interest", ["store_id", "order_id"],
        unique=True, postgresql_where="state = 'ASSIGNED'",
    )  # fmt: skip


def create_payment() -> None:
    lifecycle(
        "payment",
        of_context("provider"),
        of_context("reference"),
        of_context("method"),
        amount_of_context("amount"),
        amount_of_context("refunded"),
        of_context("currency"),
        of_context("buyer_kind"),
        sa.UniqueConstraint("store_id", "provider", "reference", name="payment_store_id_provider_reference_key"),
        sa.CheckConstraint("provider <> '' AND reference <> ''", name=op.f("payment_reference_check")),
        sa.CheckConstraint("refunded BETWEEN 0 AND amount", name=op.f("payment_amount_check")),
        sa.CheckConstraint("buyer_kind IN ('CONSUMER', 'RESELLER')", name=op.f("payment_buyer_kind_check")),
    )
    op.create_index("payment_store_id_order_id_idx", "payment", ["store_id", "order_id"])


def lifecycle(name: str, *more: SchemaItem) -> None:
    """Create a table whose rows live by a machine."""
    op.create_table(
        name,
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("context", postgresql.JSON(), nullable=False),
        sa.Column("history", postgresql.JSON(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("due_event", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("store_id", "id", name=f"{name}_pkey"),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"], name=f"{name}_store_id_order_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "id", "step", "state", "hash"],
            [f"transition_log.{column}" for column in ("store_id", "instance_id", "step", "to_state", "hash")],
            name=f"fk_{name}_state",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint("(due_at IS NULL) = (due_event IS NULL)", name=op.f(f"{name}_due_check")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(f"{name}_state_moved_at_idx", name, ["state", "moved_at"])
    op.create_index(f"ix_{name}_due", name, ["due_at"], postgresql_where="due_at IS NOT NULL")


def one_of_an_order(table: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("store_id", "order_id", name=f"{table}_store_id_order_id_key")


def of_context(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), sa.Computed(f"context ->> '{name}'::text", persisted=True), nullable=False)


def amount_of_context(name: str) -> sa.Column[int]:
    taken = sa.Computed(f"(context ->> '{name}'::text)::bigint", persisted=True)
    return sa.Column(name, sa.BigInteger(), taken, nullable=False)


def rider(*, nullable: bool = True) -> sa.Column[object]:
    taken = sa.Computed("(context ->> 'rider'::text)::uuid", persisted=True)
    return sa.Column("rider_id", sa.UUID(), taken, nullable=nullable)


def downgrade() -> None:
    for name in ("rider_interest", "fulfillment", "payment", "override_request", "sale", "quotation"):
        op.drop_table(name)
