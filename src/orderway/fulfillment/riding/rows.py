"""The tables of riders besides their coverage: their profiles, and who changed where they deliver."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, DateTime, Double, ForeignKey, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

rider_profile = Table(
    "rider_profile",
    metadata,
    Column("rider_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("vehicle", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("plate", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("changed_at", MOMENT, nullable=False),
    Column("changed_by", Text, nullable=False),
    CheckConstraint("vehicle IN ('FOOT', 'BICYCLE', 'MOTORCYCLE', 'TRICYCLE', 'CAR', 'VAN', 'TRUCK')", name="vehicle"),
    CheckConstraint("phone <> ''", name="phone"),
)

# Who let a rider deliver for a store, or no longer, and how far before and after: null is all of it. It outlives both.
rider_coverage_change = Table(
    "rider_coverage_change",
    metadata,
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("rider_id", UUID, nullable=False),
    Column("store_id", UUID, nullable=False),
    Column("kind", Text, nullable=False),
    Column("radius_before", Double),
    Column("radius_after", Double),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("kind IN ('ENTERED', 'CHANGED', 'REMOVED')", name="kind"),
    CheckConstraint("kind <> 'ENTERED' OR radius_before IS NULL", name="entered"),
    CheckConstraint("kind <> 'CHANGED' OR radius_before IS DISTINCT FROM radius_after", name="changed"),
    CheckConstraint("kind <> 'REMOVED' OR radius_after IS NULL", name="removed"),
    Index(None, "rider_id", "store_id", "at"),
)
