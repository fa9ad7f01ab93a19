"""Where riders of the predecessor deliver: around which stores, and how far. All of it is followed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import UUID

from orderway.fulfillment.riding.coverage import ENTER, NOTE, REMOVE, check_radius
from orderway.legacy.predecessor.following import Laid, Value, Values
from orderway.legacy.predecessor.laying import IMPORT, Laying
from orderway.workflow.errors import Invalid

TABLE: Final = "RiderCoverageArea"
WHOLE: Final = "all of it"
"""The radius of an area that is all of its store's."""

CODES: Final = "SELECT code, id FROM store"
STANDING: Final = "SELECT rider_id, store_id, radius_km FROM rider_coverage"
OPEN: Final = """
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
    codes = {row["id"]: row["code"] for row in await laying.connection.fetch(CODES)}
    areas: dict[tuple[UUID, UUID], float | None] = {}
    ours: dict[str, UUID] = {}
    said: dict[str, Values] = {}
    for row in await laying.rows(TABLE, "riderId", "storeId", "serviceRadiusKm"):
        id_, rider, store = row["id"], riders.get(row["riderId"]), stores.get(row["storeId"])
        radius: float | None = row["serviceRadiusKm"]
        if rider is None or store is None:
            laying.note(TABLE, id_, f"It was left out: its {'store' if rider else 'rider'} is none of here.")
            continue
        try:
            check_radius(radius)
        except Invalid as wrong:
            laying.note(TABLE, id_, f"It was left out: {wrong.message}")
            continue
        said[id_] = {"store": codes[store], "radius": WHOLE if radius is None else radius}
        if id_ not in known:
            areas[rider, store] = radius
            ours[id_] = rider
    await _follow(laying, said, {code: store for store, code in codes.items()})
    columns = [rider for rider, _ in areas], [store for _, store in areas], list(areas.values())
    await laying.connection.execute(OPEN, *columns, laying.at, IMPORT.id)
    await laying.keep(TABLE, ours, said)


async def _follow(laying: Laying, said: Mapping[str, Values], stores: Mapping[str, UUID]) -> None:
    """Let areas be what their rows say by now; one that is gone there, or can not be any more, goes here as well."""
    here: dict[tuple[UUID, UUID], float | str] = {}
    for row in await laying.connection.fetch(STANDING):
        here[row["rider_id"], row["store_id"]] = WHOLE if row["radius_km"] is None else row["radius_km"]
    for laid in await laying.laid(TABLE):
        store = stores[f"{laid.values['store']}"]
        await laying.follow(
            laid,
            partial(_change, laying, laid, stores),
            here={"store": laid.values["store"], "radius": here.get((laid.ours, store))},
            there=said.get(laid.theirs, {"radius": None}),
        )


async def _change(laying: Laying, laid: Laid, stores: Mapping[str, UUID], new: Values) -> None:
    """Take away what stood there, where it goes or moves to another store, and enter what stands there by now."""
    was, now, connection = laid.values, {**laid.values, **new}, laying.connection
    before, after = _kilometres(was["radius"]), _kilometres(now["radius"])
    stood, is_gone = was["radius"] is not None, "store" in new or now["radius"] is None
    if stood and is_gone:
        place = laid.ours, stores[f"{was['store']}"]
        await connection.execute(REMOVE, *place)
        await connection.execute(NOTE, *place, "REMOVED", before, None, laying.at, IMPORT.id)
    if now["radius"] is not None:
        place, is_changed = (laid.ours, stores[f"{now['store']}"]), stood and not is_gone
        await connection.execute(ENTER, *place, after)
        kind, before = ("CHANGED", before) if is_changed else ("ENTERED", None)
        await connection.execute(NOTE, *place, kind, before, after, laying.at, IMPORT.id)


def _kilometres(radius: Value) -> float | None:
    return float(radius) if isinstance(radius, int | float) else None
