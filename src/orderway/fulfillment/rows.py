"""The tables of what is brought to the buyer: the fulfillment's life, riders' interests and coverage, and returns."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import lifecycle, listed, promised, standing

MOMENT = DateTime(timezone=True)


RIDER = "(context ->> 'rider'::text)::uuid"
"""The rider of the context, as a column that can be looked up."""

DELIVERY = "(context ->> 'fulfillment'::text)::uuid"
"""The fulfillment that an offer is for."""

PART = "coalesce((context ->> 'part'::text)::smallint, 1::smallint)"
"""Which of the order's fulfillments it is; those from before an order could have several are its first."""

SOUGHT = "state = 'AWAITING_RIDER_SELECTION'"
"""A rider is sought for it."""

ITS_RIDERS = "rider_id IS NOT NULL"
CUT_BY = ["store_id", "customer_id", "biller_id", "parted"]
"""What else lists of a rider's orders are cut by: it stands in their indexes, for most rows may be passed over."""


fulfillment = lifecycle(
    "fulfillment",
    *listed(),
    promised(),
    *standing("fulfillment", "COMPLETED", "REFUNDED", "CANCELLED", "FAILED", also=["promised_at"]),
    Column("rider_id", UUID, Computed(RIDER, persisted=True)),
    Column("part", SmallInteger, Computed(PART, persisted=True), nullable=False),
    # While a rider is sought: the smallest radius around the store that takes it in, in kilometres. Triggers keep it.
    Column("sought_km", Double),
    # Whether its order has other parts. A trigger says so of all of them when the second is born.
    Column("parted", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("store_id", "order_id", "part"),
    ForeignKeyConstraint(["rider_id"], ["person.id"]),
    # What a rider brings and brought, as lists of orders read it; and of orders in parts, which are few, alone.
    *(
        Index(None, "rider_id", *by, "listed_at", "order_id", postgresql_include=CUT_BY, postgresql_where=ITS_RIDERS)
        for by in ([], ["state"])
    ),
    Index("fulfillment_parted_idx", "rider_id", "listed_at", "order_id", postgresql_where="parted"),
    # What a store seeks a rider for, the newest need first; what lies too far is passed over in the index.
    Index("fulfillment_sought_idx", "store_id", "moved_at", "id", "sought_km", postgresql_where=SOUGHT),
)

rider_interest = lifecycle(
    "rider_interest",
    Column("rider_id", UUID, Computed(RIDER, persisted=True), nullable=False),
    Column("fulfillment_id", UUID, Computed(DELIVERY, persisted=True), nullable=False),
    # One row for each fulfillment and rider, one rider assigned.
    UniqueConstraint("store_id", "fulfillment_id", "rider_id"),
    ForeignKeyConstraint(["rider_id"], ["person.id"]),
    ForeignKeyConstraint(["store_id", "fulfillment_id"], ["fulfillment.store_id", "fulfillment.id"]),
    Index(None, "rider_id", "moved_at", "id"),
    Index(None, "state", "moved_at"),
    # What a rider offered and may take back: few of all that they ever offered.
    Index("rider_interest_open_idx", "rider_id", postgresql_where="state = 'ACTIVE'"),
    Index(None, "store_id", "order_id"),
    Index(
        "rider_interest_assigned_key", "store_id", "fulfillment_id", unique=True, postgresql_where="state = 'ASSIGNED'"
    ),
)

# The PIN in clear, only as long as its receiver may need it: it is read where they are written to, by the number of the
# event that told of it. A trigger deletes it with its hash, or when the fulfillment comes to its end.
fulfillment_pin = Table(
    "fulfillment_pin",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("fulfillment_id", UUID, primary_key=True),
    Column("event_number", Integer, nullable=False),
    Column("pin", Text, nullable=False),
    CheckConstraint("pin ~ '^[0-9]{6}$'", name="pin"),
)

rider_coverage = Table(
    "rider_coverage",
    metadata,
    Column("rider_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True),
    # Kilometres around the store; all of them where it is null.
    Column("radius_km", Double),
    CheckConstraint("radius_km > 0", name="radius_km"),
    # Who covers an address: those from its distance on.
    Index("rider_coverage_radius_idx", "store_id", text("coalesce(radius_km, 'Infinity'::double precision)")),
)
