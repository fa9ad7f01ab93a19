"""Where riders deliver: for which stores, and how far around each. Every change is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from orderway.people.permissions import RIDER_COVERAGE
from orderway.people.riders import IS_RIDER
from orderway.people.scope import stores
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound, not_allowed
from orderway.workflow.kinds import Connection

FARTHEST = 20_015
"""Kilometres to the other side of the Earth."""

Change = Literal["ENTERED", "CHANGED", "REMOVED"]
CHANGES: Mapping[str, str] = MappingProxyType({"ENTERED": "Entered", "CHANGED": "Changed", "REMOVED": "Removed"})
"""What was done to a coverage, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where a rider delivers: the store, and the radius around it in kilometres. Without one it is all of the store."""

    rider: UUID
    store: UUID
    radius_km: float | None = None


# The rider is held, so that two who enter a coverage take turns and each writes down what stood there.
HOLD = f"""
SELECT true FROM person p WHERE p.id = $1 AND {IS_RIDER} FOR NO KEY UPDATE OF p
"""  # noqa: S608  (texts of the code alone)
STANDING = "SELECT radius_km FROM rider_coverage WHERE rider_id = $1 AND store_id = $2"
ENTER = """
INSERT INTO rider_coverage (rider_id, store_id, radius_km) VALUES ($1, $2, $3)
ON CONFLICT (rider_id, store_id) DO UPDATE SET radius_km = EXCLUDED.radius_km
"""
REMOVE = "DELETE FROM rider_coverage WHERE rider_id = $1 AND store_id = $2 RETURNING radius_km"
NOTE = """
INSERT INTO rider_coverage_change (rider_id, store_id, kind, radius_before, radius_after, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def enter_area(connection: Connection, area: Area, *, by: Viewer, at: datetime) -> None:
    """Let a rider deliver for a store, or change how far; one that stands so already changes nothing.

    Raises Refused for who may edit no coverage, Invalid for a radius that is none, and NotFound for a store where they
    may not, or somebody who is no rider.
    """
    await require_store(connection, area.store, by=by)
    check_radius(area.radius_km)
    async with connection.transaction():
        if not await connection.fetchval(HOLD, area.rider):
            raise NotFound("There is no such rider.", "Choose one from the list of riders.")
        before = await connection.fetchrow(STANDING, area.rider, area.store)
        if before and before["radius_km"] == area.radius_km:
            return
        await connection.execute(ENTER, area.rider, area.store, area.radius_km)
        kind: Change = "CHANGED" if before else "ENTERED"
        was = before["radius_km"] if before else None
        await connection.execute(NOTE, area.rider, area.store, kind, was, area.radius_km, at, by.actor().id)


async def remove_area(connection: Connection, *, rider: UUID, store: UUID, by: Viewer, at: datetime) -> None:
    """Let a rider deliver for a store no longer. What is assigned to them stays theirs.

    Raises Refused for who may edit no coverage, and NotFound for a store where they may not, or a coverage that is not
    there.
    """
    await require_store(connection, store, by=by)
    async with connection.transaction():
        before = await connection.fetchrow(REMOVE, rider, store)
        if before is None:
            raise NotFound("There is no such coverage.", "Choose one from the list of where riders deliver.")
        await connection.execute(NOTE, rider, store, "REMOVED", before["radius_km"], None, at, by.actor().id)


async def require_store(connection: Connection, store: UUID, *, by: Viewer) -> None:
    """Raises Refused for who may edit coverage nowhere, and NotFound for a store where they may not."""
    if RIDER_COVERAGE not in by.permissions:
        raise not_allowed(RIDER_COVERAGE, to="edit where riders deliver")
    theirs = stores(by, RIDER_COVERAGE, first=2)
    query = f"SELECT true FROM store s WHERE s.id = $1 AND {theirs.sql}"  # noqa: S608  (texts of the code alone)
    if not await connection.fetchval(query, store, *theirs.values):
        raise NotFound("There is no such store.", "Choose one of those that you work in.")


def check_radius(radius_km: float | None) -> None:
    """Raises Invalid for a radius that reaches nothing, or farther than the Earth is round."""
    if radius_km is not None and not 0 < radius_km <= FARTHEST:
        raise Invalid(
            f"A radius is more than 0 and at most {FARTHEST:,} km.",
            "Correct it, or leave it out for all of the store.",
            "radius_km",
        )
