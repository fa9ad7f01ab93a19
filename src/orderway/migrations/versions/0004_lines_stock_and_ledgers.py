"""Lines, stock with its reservations and movements, credit and refunds due, returns and riders' coverage."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NEW_ID = """
CREATE FUNCTION orderway_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6
    ), 52, 1), 53, 1), 'hex')::uuid
$$
"""


def upgrade() -> None:
    op.execute(NEW_ID)
    op.create_table(
        "credit_tier",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("credit_tier_currency_check")),
        sa.CheckConstraint("minimum >= 0 AND maximum >= 0", name=op.f("credit_tier_amounts_check")),
        sa.PrimaryKeyConstraint("currency", "name", name="credit_tier_pkey"),
        sa.UniqueConstraint("currency", "minimum", name="credit_tier_currency_minimum_key"),
    )
    op.create_table(
        "rider_coverage",
        sa.Column("rider_id", sa.UUID(), nullable=False),
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("radius_km", sa.Double()),
        sa.CheckConstraint("radius_km > 0", name=op.f("rider_coverage_radius_km_check")),
        sa.ForeignKeyConstraint(["rider_id"], ["person.id"], name="rider_coverage_rider_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="rider_coverage_store_id_fkey"),
        sa.PrimaryKeyConstraint("rider_id", "store_id", name="rider_coverage_pkey"),
    )
    op.create_index("rider_coverage_store_id_idx", "rider_coverage", ["store_id"])
    op.create_table(
        "credit_profile",
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text()),
        sa.Column("custom_limit", sa.BigInteger()),
        sa.Column("exposure", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("(policy = 'FIXED') = (tier IS NOT NULL)", name=op.f("credit_profile_tier_check")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("credit_profile_currency_check")),
        sa.CheckConstraint("policy IN ('EARNED', 'FIXED')", name=op.f("credit_profile_policy_check")),
        sa.CheckConstraint("custom_limit >= 0", name=op.f("credit_profile_custom_limit_check")),
        sa.CheckConstraint("exposure >= 0", name=op.f("credit_profile_exposure_check")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="credit_profile_customer_id_fkey"),
        sa.PrimaryKeyConstraint("customer_id", "currency", name="credit_profile_pkey"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "customer_sales_agg",
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("sales", sa.Integer(), nullable=False),
        sa.Column("cumulative", sa.BigInteger(), nullable=False),
        sa.Column("earned", sa.BigInteger(), sa.Computed("cumulative / 100", persisted=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("customer_sales_agg_currency_check")),
        sa.CheckConstraint("sales >= 0 AND cumulative >= 0", name=op.f("customer_sales_agg_sums_check")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="customer_sales_agg_customer_id_fkey"),
        sa.PrimaryKeyConstraint("customer_id", "currency", name="customer_sales_agg_pkey"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "stock",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("variant_id", sa.UUID(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("0 <= reserved AND reserved <= quantity", name=op.f("stock_reserved_check")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="stock_store_id_fkey"),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name="stock_variant_id_fkey"),
        sa.PrimaryKeyConstraint("store_id", "variant_id", name="stock_pkey"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "credit_entry",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), server_default=sa.text("orderway_id()"), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("credit_entry_amount_check")),
        sa.ForeignKeyConstraint(
            ["customer_id", "currency"],
            ["credit_profile.customer_id", "credit_profile.currency"],
            name="credit_entry_customer_id_currency_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["sale_order.store_id", "sale_order.id"],
            name="credit_entry_store_id_order_id_fkey",
        ),
        sa.PrimaryKeyConstraint("store_id", "id", name="credit_entry_pkey"),
    )
    op.create_index("credit_entry_customer_id_idx", "credit_entry", ["customer_id"])
    op.create_index("credit_entry_store_id_order_id_idx", "credit_entry", ["store_id", "order_id"])
    op.execute("CREATE SEQUENCE sale_order_number")
    op.create_table(
        "order_line",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), server_default=sa.text("orderway_id()"), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.UUID(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("freight", sa.BigInteger(), nullable=False),
        sa.Column(
            "total",
            sa.BigInteger(),
            sa.Computed("quantity * unit_price - discount + tax + freight", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("discount BETWEEN 0 AND quantity * unit_price", name=op.f("order_line_discount_check")),
        sa.CheckConstraint("position > 0", name=op.f("order_line_position_check")),
        sa.CheckConstraint("quantity > 0", name=op.f("order_line_quantity_check")),
        sa.CheckConstraint("unit_price >= 0 AND tax >= 0 AND freight >= 0", name=op.f("order_line_amounts_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"], name="order_line_store_id_order_id_fkey"
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name="order_line_variant_id_fkey"),
        sa.PrimaryKeyConstraint("store_id", "id", name="order_line_pkey"),
        sa.UniqueConstraint("store_id", "order_id", "position", name="order_line_store_id_order_id_position_key"),
    )
    op.create_table(
        "sales_return",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(status = 'REQUESTED') = (closed_at IS NULL)", name=op.f("sales_return_closed_at_check")),
        sa.CheckConstraint("status IN ('REQUESTED', 'RECEIVED', 'REJECTED')", name=op.f("sales_return_status_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["sale_order.store_id", "sale_order.id"],
            name="sales_return_store_id_order_id_fkey",
        ),
        sa.PrimaryKeyConstraint("store_id", "id", name="sales_return_pkey"),
    )
    op.create_index(
        "sales_return_open_key",
        "sales_return",
        ["store_id", "order_id"],
        unique=True,
        postgresql_where="status = 'REQUESTED'",
    )
    op.create_index("sales_return_store_id_order_id_idx", "sales_return", ["store_id", "order_id"])
    op.create_table(
        "movement",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), server_default=sa.text("orderway_id()"), nullable=False),
        sa.Column("variant_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.UUID()),
        sa.Column("line_id", sa.UUID()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint(
            "CASE kind WHEN 'PURCHASE' THEN quantity > 0 WHEN 'RETURN_SALE' THEN quantity > 0"
            " WHEN 'SALE' THEN quantity < 0 WHEN 'TRANSFER' THEN quantity <> 0"
            " WHEN 'ADJUSTMENT' THEN quantity <> 0 ELSE false END",
            name=op.f("movement_kind_check"),
        ),
        sa.CheckConstraint(
            "kind <> 'SALE' OR (line_id IS NOT NULL AND order_id IS NOT NULL)", name=op.f("movement_sale_check")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "line_id"], ["order_line.store_id", "order_line.id"], name="movement_store_id_line_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"], name="movement_store_id_order_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "variant_id"], ["stock.store_id", "stock.variant_id"], name="movement_store_id_variant_id_fkey"
        ),
        sa.PrimaryKeyConstraint("store_id", "id", name="movement_pkey"),
    )
    op.create_index(
        "movement_store_id_line_id_sale_key",
        "movement",
        ["store_id", "line_id"],
        unique=True,
        postgresql_where="kind = 'SALE'",
    )
    op.create_index("movement_store_id_order_id_idx", "movement", ["store_id", "order_id"])
    op.create_index("movement_store_id_variant_id_at_idx", "movement", ["store_id", "variant_id", "at"])
    op.create_table(
        "reservation",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("variant_id", sa.UUID(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('HELD', 'COMMITTED', 'RELEASED')", name=op.f("reservation_status_check")),
        sa.CheckConstraint("quantity > 0", name=op.f("reservation_quantity_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "line_id"], ["order_line.store_id", "order_line.id"], name="reservation_store_id_line_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["sale_order.store_id", "sale_order.id"],
            name="reservation_store_id_order_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "variant_id"],
            ["stock.store_id", "stock.variant_id"],
            name="reservation_store_id_variant_id_fkey",
        ),
        sa.PrimaryKeyConstraint("store_id", "line_id", name="reservation_pkey"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("reservation_store_id_order_id_idx", "reservation", ["store_id", "order_id"])
    op.create_table(
        "return_line",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("return_id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.UUID(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("return_line_quantity_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "line_id"], ["order_line.store_id", "order_line.id"], name="return_line_store_id_line_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "return_id"],
            ["sales_return.store_id", "sales_return.id"],
            name="return_line_store_id_return_id_fkey",
        ),
        sa.PrimaryKeyConstraint("store_id", "return_id", "line_id", name="return_line_pkey"),
    )
    op.create_table(
        "returned_goods",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("return_id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.UUID(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("returned_goods_quantity_check")),
        sa.CheckConstraint("condition IN ('SELLABLE', 'DAMAGED')", name=op.f("returned_goods_condition_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "return_id", "line_id"],
            ["return_line.store_id", "return_line.return_id", "return_line.line_id"],
            name="returned_goods_store_id_return_id_line_id_fkey",
        ),
        sa.PrimaryKeyConstraint("store_id", "return_id", "line_id", "condition", name="returned_goods_pkey"),
    )
    op.create_table(
        "payable",
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), server_default=sa.text("orderway_id()"), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("payment_id", sa.UUID()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "CASE kind WHEN 'OWED' THEN amount <> 0 AND payment_id IS NULL"
            " WHEN 'PAID_OUT' THEN amount < 0 AND payment_id IS NOT NULL"
            " WHEN 'UNALLOCATED' THEN amount > 0 AND payment_id IS NOT NULL ELSE false END",
            name=op.f("payable_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"], name="payable_store_id_order_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "payment_id"], ["payment.store_id", "payment.id"], name="payable_store_id_payment_id_fkey"
        ),
        sa.PrimaryKeyConstraint("store_id", "id", name="payable_pkey"),
    )
    op.create_index("payable_store_id_order_id_idx", "payable", ["store_id", "order_id"])
    op.create_index(
        "payable_unallocated_key",
        "payable",
        ["store_id", "payment_id"],
        unique=True,
        postgresql_where="kind = 'UNALLOCATED'",
    )


def downgrade() -> None:
    op.drop_table("payable")
    op.drop_table("returned_goods")
    op.drop_table("return_line")
    op.drop_table("reservation")
    op.drop_table("movement")
    op.drop_table("sales_return")
    op.drop_table("order_line")
    op.execute("DROP SEQUENCE sale_order_number")
    op.drop_table("credit_entry")
    op.drop_table("stock")
    op.drop_table("customer_sales_agg")
    op.drop_table("credit_profile")
    op.drop_table("rider_coverage")
    op.drop_table("credit_tier")
    op.execute("DROP FUNCTION orderway_id()")
