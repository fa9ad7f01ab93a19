"""Addresses as rows of their own, which are only ever added to; the order names the one that counts, and its place.

Buyers may change theirs.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
TEXTS = ("receiver", "phone", "address", "city", "region", "postcode", "country")
PLACE = ("latitude", "longitude")

# Whoever drafted the quotation wrote the address down.
CARRY_OVER = f"""
INSERT INTO delivery_address (store_id, id, order_id, {", ".join(TEXTS)}, latitude, longitude, notes, promised_at, at,
    actor)
SELECT o.store_id, orderway_id(), o.id, {", ".join(f"coalesce(o.delivery ->> '{text}', '')" for text in TEXTS)},
    (o.delivery ->> 'latitude')::double precision, (o.delivery ->> 'longitude')::double precision, '',
    (o.delivery ->> 'promised_at')::timestamptz, o.placed_at, coalesce((
        SELECT l.actor FROM quotation q
        JOIN transition_log l ON l.store_id = q.store_id AND l.instance_id = q.id AND l.step = 0
        WHERE q.store_id = o.store_id AND q.order_id = o.id
    ), 'system')
FROM sale_order o WHERE o.delivery::text <> 'null'
"""  # noqa: S608  (words of this module)

NAME = """
UPDATE sale_order o SET address_id = d.id, latitude = d.latitude, longitude = d.longitude
FROM delivery_address d WHERE d.store_id = o.store_id AND d.order_id = o.id
"""

TAKE_BACK = """
UPDATE sale_order o SET delivery = json_build_object('receiver', d.receiver, 'phone', d.phone, 'address', d.address,
    'city', d.city, 'region', d.region, 'postcode', d.postcode, 'country', d.country, 'latitude', d.latitude,
    'longitude', d.longitude, 'promised_at', d.promised_at)
FROM delivery_address d WHERE d.store_id = o.store_id AND d.id = o.address_id
"""


def upgrade() -> None:
    op.create_table(
        "delivery_address",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("id", UUID, primary_key=True),
        sa.Column("order_id", UUID, nullable=False),
        *(sa.Column(text, sa.Text, nullable=False) for text in TEXTS),
        *(sa.Column(name, sa.Double) for name in PLACE),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("promised_at", MOMENT),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("delivery_address_place_check")),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("delivery_address_coordinates_check"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["sale_order.store_id", "sale_order.id"],
            name=op.f("delivery_address_store_id_order_id_fkey"),
        ),
        sa.UniqueConstraint("store_id", "order_id", "id", name=op.f("delivery_address_store_id_order_id_id_key")),
    )
    for column in (sa.Column("address_id", UUID), *(sa.Column(name, sa.Double) for name in PLACE)):
        op.add_column("sale_order", column)
    op.execute(CARRY_OVER)
    op.execute(NAME)
    op.create_foreign_key(
        op.f("sale_order_store_id_id_address_id_fkey"),
        "sale_order",
        "delivery_address",
        ["store_id", "id", "address_id"],
        ["store_id", "order_id", "id"],
    )
    op.drop_column("sale_order", "delivery")
    op.execute(
        "CREATE TRIGGER delivery_address_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON delivery_address"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )
    op.execute(
        "UPDATE role SET permissions = permissions || 'delivery.choose'::text"
        " WHERE is_seeded AND name IN ('RESELLER', 'CUSTOMER') AND NOT 'delivery.choose' = ANY (permissions)"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE role SET permissions = array_remove(permissions, 'delivery.choose')"
        " WHERE 'delivery.choose' = ANY (permissions)"
    )
    op.add_column("sale_order", sa.Column("delivery", sa.JSON))
    op.execute(TAKE_BACK)
    op.drop_constraint("sale_order_store_id_id_address_id_fkey", "sale_order")
    for name in ("address_id", *PLACE):
        op.drop_column("sale_order", name)
    op.drop_table("delivery_address")
