"""Orders, the log of their moves, the outbox and spent keys."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

LOG_HASH = """
CREATE FUNCTION orderway_log_hash(
    prev_hash bytea, store_id uuid, instance_id uuid, step integer, order_id uuid, machine text, version smallint,
    from_state text, to_state text, event text, payload json, facts json, actor text, on_behalf_of text,
    reason text, request_id text, at timestamptz
) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(convert_to(array_to_json(ARRAY[
        encode(prev_hash, 'hex'), store_id::text, instance_id::text, step::text, order_id::text, machine,
        version::text, from_state, to_state, event, payload::text, facts::text, actor, on_behalf_of, reason,
        request_id, (extract(epoch FROM at) * 1000000)::bigint::text
    ])::text, 'UTF8'));
END $$
"""


def upgrade() -> None:
    op.execute(LOG_HASH)
    op.create_table(
        "spent_key",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSON()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name="spent_key_pkey"),
    )
    op.create_table(
        "sale_order",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("biller_id", sa.UUID()),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("fulfillment_type", sa.Text(), nullable=False),
        sa.Column("delivery", postgresql.JSON()),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outbox_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("source_ref", sa.Text()),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("sale_order_currency_check")),
        sa.CheckConstraint(
            "fulfillment_type IN ('PICKUP', 'DELIVERY', 'SERVICE')", name=op.f("sale_order_fulfillment_type_check")
        ),
        sa.ForeignKeyConstraint(["biller_id"], ["person.id"], name="sale_order_biller_id_fkey"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="sale_order_customer_id_fkey"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="sale_order_store_id_fkey"),
        sa.PrimaryKeyConstraint("store_id", "id", name="sale_order_pkey"),
        sa.UniqueConstraint("store_id", "number", name="sale_order_store_id_number_key"),
        sa.UniqueConstraint("store_id", "source", "source_ref", name="sale_order_store_id_source_source_ref_key"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("sale_order_placed_at_idx", "sale_order", ["placed_at"])
    op.create_index(
        "sale_order_store_id_customer_id_placed_at_idx", "sale_order", ["store_id", "customer_id", "placed_at"]
    )
    op.create_table(
        "transition_log",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("from_state", sa.Text()),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSON(), nullable=False),
        sa.Column("facts", postgresql.JSON(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("prev_step", sa.Integer(), sa.Computed("CASE WHEN step > 0 THEN step - 1 END", persisted=True)),
        sa.Column("prev_hash", sa.LargeBinary()),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(step = 0) = (prev_hash IS NULL) AND (step = 0) = (from_state IS NULL)",
            name=op.f("transition_log_birth_check"),
        ),
        sa.CheckConstraint(
            "hash = orderway_log_hash(prev_hash, store_id, instance_id, step, order_id, machine, version, from_state,"
            " to_state, event, payload, facts, actor, on_behalf_of, reason, request_id, at)",
            name=op.f("transition_log_hash_check"),
        ),
        sa.CheckConstraint("step >= 0", name=op.f("transition_log_step_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "instance_id", "prev_step", "from_state", "prev_hash"],
            [
                "transition_log.store_id",
                "transition_log.instance_id",
                "transition_log.step",
                "transition_log.to_state",
                "transition_log.hash",
            ],
            name="fk_transition_log_chain",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["sale_order.store_id", "sale_order.id"],
            name="transition_log_store_id_order_id_fkey",
        ),
        sa.PrimaryKeyConstraint("store_id", "instance_id", "step", name="transition_log_pkey"),
        sa.UniqueConstraint("store_id", "instance_id", "step", "to_state", "hash", name="uq_transition_log_link"),
    )
    op.create_index("transition_log_store_id_order_id_at_idx", "transition_log", ["store_id", "order_id", "at"])
    op.create_table(
        "outbox",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSON(), nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("outbox_number_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "instance_id", "step"],
            ["transition_log.store_id", "transition_log.instance_id", "transition_log.step"],
            name="outbox_store_id_instance_id_step_fkey",
        ),
        sa.PrimaryKeyConstraint("store_id", "order_id", "number", name="outbox_pkey"),
    )
    op.create_index("outbox_store_id_instance_id_step_idx", "outbox", ["store_id", "instance_id", "step"])


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("transition_log")
    op.drop_table("sale_order")
    op.drop_table("spent_key")
    op.execute("DROP FUNCTION orderway_log_hash")
