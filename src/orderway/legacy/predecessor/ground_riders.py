"""Where riders of the predecessor deliver: around which stores, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from orderway.fulfillment.riding.coverage import check_radius
from orderway.legacy.predecessor.laying import IMPORT, Laying
from orderway.workflow.errors import Invalid

TABLE: Final = "RiderCoverageArea"
ENTER: Final = """
WITH came AS (
    INSERT INTO rider_coverage (rider_id, store_id, radius_km)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::float8[]) ON CONFLICT DO NOTHING
    RETURNING rider_id, store_id, radius_km
)
INSERT INTO rider_coverage_change (rider_id, store_id, kind, radius_after, at, actor)
SELECT rider_id, store_id, 'ENTERED', radius_km, $4, $5 FROM came
"""


async def lay_coverage(laying: Laying, stores: Mapping[str, UUID], riders: Mapping[str, UUID]) -> None:
    """Enter the areas that are new; an area without a radius is all of its store's, as it was there."""
    known = await laying.known(TABLE)
    areas: dict[tuple[UUID, UUID], float | None] = {}
    kept: dict[str, UUID] = {}
    for row in await laying.rows(TABLE, "riderId", "storeId", "serviceRadiusKm"):
        rider, store, radius = riders.get(row["riderId"]), stores.get(row["storeId"]), row["serviceRadiusKm"]
        if row["id"] in known:
            continue
        if rider is None or store is None:
            laying.note(TABLE, row["id"], f"It was left out: its {'store' if rider else 'rider'} is none of here.")
            continue
        try:
            check_radius(radius)
        except Invalid as wrong:
            laying.note(TABLE, row["id"], f"It was left out: {wrong.message}")
            continue
        areas[rider, store] = radius
        kept[row["id"]] = rider
    columns = [rider for rider, _ in areas], [store for _, store in areas], list(areas.values())
    await laying.connection.execute(ENTER, *columns, laying.at, IMPORT.id)
    await laying.keep(TABLE, kept)
