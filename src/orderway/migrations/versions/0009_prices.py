"""Price lists by tier, tax, products that are retired, what a line would have cost, and where a copy came from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("product", sa.Column("active", sa.Boolean, nullable=False, server_default="true"))
    op.create_index("product_name_id_idx", "product", ["name", "id"])
    op.add_column("variant", sa.Column("tax_rate", sa.Integer, nullable=False, server_default="0"))
    op.create_check_constraint(op.f("variant_tax_rate_check"), "variant", "tax_rate BETWEEN 0 AND 10000")
    op.add_column("order_line", sa.Column("list_price", sa.BigInteger))
    op.add_column("order_line", sa.Column("tax_rate", sa.Integer, nullable=False, server_default="0"))
    op.create_check_constraint(op.f("order_line_list_price_check"), "order_line", "list_price >= 0")
    op.create_check_constraint(op.f("order_line_tax_rate_check"), "order_line", "tax_rate BETWEEN 0 AND 10000")
    op.add_column("sale_order", sa.Column("copied_from", UUID))
    op.create_foreign_key(
        "sale_order_store_id_copied_from_fkey",
        "sale_order",
        "sale_order",
        ["store_id", "copied_from"],
        ["store_id", "id"],
    )
    op.create_index(
        "sale_order_store_id_copied_from_idx",
        "sale_order",
        ["store_id", "copied_from"],
        postgresql_where="copied_from IS NOT NULL",
    )
    op.create_table(
        "price_list",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.UniqueConstraint("tier", "currency", name="price_list_tier_currency_key"),
        sa.CheckConstraint("tier <> ''", name=op.f("price_list_tier_check")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("price_list_currency_check")),
    )
    op.create_table(
        "list_price",
        sa.Column("list_id", UUID, sa.ForeignKey("price_list.id", name="list_price_list_id_fkey"), primary_key=True),
        sa.Column("variant_id", UUID, sa.ForeignKey("variant.id", name="list_price_variant_id_fkey"), primary_key=True),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.CheckConstraint("price BETWEEN 0 AND 1000000000000", name=op.f("list_price_price_check")),
    )
    op.create_index("list_price_variant_id_idx", "list_price", ["variant_id"])
    op.create_table(
        "catalogue_change",
        sa.Column("id", UUID, server_default=sa.text("orderway_id()"), primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("product_id", UUID, sa.ForeignKey("product.id", name="catalogue_change_product_id_fkey")),
        sa.Column("variant_id", UUID, sa.ForeignKey("variant.id", name="catalogue_change_variant_id_fkey")),
        sa.Column("list_id", UUID, sa.ForeignKey("price_list.id", name="catalogue_change_list_id_fkey")),
        sa.Column("was", sa.Text),
        sa.Column("became", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.CheckConstraint("num_nonnulls(product_id, variant_id, list_id) > 0", name=op.f("catalogue_change_of_check")),
    )
    for column in ("product_id", "variant_id", "list_id"):
        op.create_index(f"catalogue_change_{column}_idx", "catalogue_change", [column])
    op.execute(
        "CREATE TRIGGER catalogue_change_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue_change"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("catalogue_change")
    op.drop_table("list_price")
    op.drop_table("price_list")
    op.drop_index("sale_order_store_id_copied_from_idx")
    op.drop_column("sale_order", "copied_from")
    op.drop_column("order_line", "tax_rate")
    op.drop_column("order_line", "list_price")
    op.drop_column("variant", "tax_rate")
    op.drop_index("product_name_id_idx")
    op.drop_column("product", "active")
