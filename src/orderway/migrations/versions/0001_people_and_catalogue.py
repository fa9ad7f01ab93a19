"""People and the catalogue: stores, persons, roles, customers, sessions; products and their variants."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("disabled_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email = lower(email) AND position('@' IN email) > 1", name=op.f("person_email_check")),
        sa.CheckConstraint("name <> ''", name=op.f("person_name_check")),
        sa.CheckConstraint("password_hash LIKE '$argon2id$%'", name=op.f("person_password_hash_check")),
        sa.PrimaryKeyConstraint("id", name="person_pkey"),
        sa.UniqueConstraint("email", name="person_email_key"),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("source_ref", sa.Text()),
        sa.CheckConstraint("name <> ''", name=op.f("product_name_check")),
        sa.CheckConstraint("(source IS NULL) = (source_ref IS NULL)", name=op.f("product_source_check")),
        sa.PrimaryKeyConstraint("id", name="product_pkey"),
        sa.UniqueConstraint("source", "source_ref", name="product_source_source_ref_key"),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_seeded", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("NOT 'system' = ANY (permissions)", name=op.f("role_no_system_check")),
        sa.CheckConstraint("label <> ''", name=op.f("role_label_check")),
        sa.CheckConstraint("name <> ''", name=op.f("role_name_check")),
        sa.CheckConstraint("array_position(permissions, NULL) IS NULL", name=op.f("role_permissions_check")),
        sa.PrimaryKeyConstraint("id", name="role_pkey"),
        sa.UniqueConstraint("name", name="role_name_key"),
    )
    op.create_table(
        "store",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.CheckConstraint("code <> ''", name=op.f("store_code_check")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("store_currency_check")),
        sa.CheckConstraint("name <> ''", name=op.f("store_name_check")),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("store_coordinates_check")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("store_latitude_check")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("store_longitude_check")),
        sa.PrimaryKeyConstraint("id", name="store_pkey"),
        sa.UniqueConstraint("code", name="store_code_key"),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("default_store_id", sa.UUID()),
        sa.Column("person_id", sa.UUID()),
        sa.Column("source", sa.Text()),
        sa.Column("source_ref", sa.Text()),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("customer_currency_check")),
        sa.CheckConstraint("kind IN ('CONSUMER', 'RESELLER')", name=op.f("customer_kind_check")),
        sa.CheckConstraint("name <> ''", name=op.f("customer_name_check")),
        sa.CheckConstraint("(source IS NULL) = (source_ref IS NULL)", name=op.f("customer_source_check")),
        sa.ForeignKeyConstraint(["default_store_id"], ["store.id"], name="customer_default_store_id_fkey"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="customer_person_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="customer_pkey"),
        sa.UniqueConstraint("person_id", name="customer_person_id_key"),
        sa.UniqueConstraint("source", "source_ref", name="customer_source_source_ref_key"),
    )
    op.create_index("customer_default_store_id_idx", "customer", ["default_store_id"])
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("role_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="person_role_person_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="person_role_role_id_fkey"),
        sa.PrimaryKeyConstraint("person_id", "role_id", name="person_role_pkey"),
    )
    op.create_index("person_role_role_id_idx", "person_role", ["role_id"])
    op.create_table(
        "person_store",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("store_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="person_store_person_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="person_store_store_id_fkey"),
        sa.PrimaryKeyConstraint("person_id", "store_id", name="person_store_pkey"),
    )
    op.create_index("person_store_store_id_idx", "person_store", ["store_id"])
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("expires_at > created_at", name=op.f("session_expires_at_check")),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("session_token_hash_check")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="session_person_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="session_pkey"),
    )
    op.create_index("session_person_id_expires_at_idx", "session", ["person_id", "expires_at"])
    op.create_table(
        "variant",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("product_id", sa.UUID(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("source_ref", sa.Text()),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("variant_currency_check")),
        sa.CheckConstraint("sku <> ''", name=op.f("variant_sku_check")),
        sa.CheckConstraint("price BETWEEN 0 AND 1000000000000", name=op.f("variant_price_check")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="variant_product_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="variant_pkey"),
        sa.UniqueConstraint("product_id", "source_ref", name="variant_product_id_source_ref_key"),
        sa.UniqueConstraint("sku", name="variant_sku_key"),
    )


def downgrade() -> None:
    op.drop_table("variant")
    op.drop_table("session")
    op.drop_table("person_store")
    op.drop_table("person_role")
    op.drop_table("customer")
    op.drop_table("store")
    op.drop_table("role")
    op.drop_table("product")
    op.drop_table("person")
